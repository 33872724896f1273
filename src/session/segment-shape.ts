/**
 * What a segment's header looks like beside its flags: stacks differ in it, and so does a device that speaks in a
 * host's name (firewall-model 12, row 5). Kept only where events are.
 */
import { type DecodedPacket, PROTO } from '../decode/packet.ts';
import type { EventKind } from './facts.ts';

export interface SegmentShape {
  /** as in the header, not scaled */
  readonly window: number;
  /** kinds of its TCP options in order, padding left out; null where they were not captured whole */
  readonly options: readonly number[] | null;
  /** of a RST: how far it lies beyond N of its side, and is below it if negative; null: N is not known */
  readonly ahead: number | null;
  /** how far its first byte lies behind the SYN of its side: 1 for the first byte; null: a SYN, or none was captured */
  readonly place: number | null;
}

/** What of it the walk knows, and the header does not say. */
export type Bearings = Pick<SegmentShape, 'ahead' | 'place'>;

export const NO_SHAPE: SegmentShape = { window: 0, options: null, ahead: null, place: null };

/** Kinds of events that keep it: what a side's own segments look like, what its RSTs do, and what it sends in vain. */
export const SHAPED: ReadonlySet<EventKind> = new Set([
  'first',
  'syn',
  'syn-ack',
  'payload',
  'fin',
  'rst',
  'resent',
  'stuck',
]);

/** Bytes of a header without options (RFC 9293 3.1). */
const HEADER_BYTES = 20;
/** Kinds of one byte. */
const OPTION_END = 0;
const OPTION_NOP = 1;

/**
 * Kinds of a segment's TCP options, at most 20; null where they were not captured whole. Of an option that is not
 * sound the kind is the last.
 */
export function optionsOf({
  data,
  transportOffset,
  payloadOffset: end,
}: Readonly<DecodedPacket>): readonly number[] | null {
  if (end > data.length) return null;
  const kinds: number[] = [];
  for (let place = transportOffset + HEADER_BYTES; place < end && data[place] !== OPTION_END; ) {
    const isPadding = data[place] === OPTION_NOP;
    if (!isPadding) kinds.push(data[place]!);
    const length = isPadding ? 1 : place + 1 < end ? data[place + 1]! : 0;
    if (length === 0) break;
    place += length;
  }
  return kinds;
}

/** @param bearings null of a packet that no walk has taken */
export function shapeOf(packet: Readonly<DecodedPacket>, bearings: Bearings | null): SegmentShape {
  if (packet.proto !== PROTO.TCP) return NO_SHAPE;
  const { ahead, place } = bearings ?? NO_SHAPE;
  return { window: packet.window, options: optionsOf(packet), ahead, place };
}
