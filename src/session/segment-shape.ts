/**
 * What a segment's header looks like beside its flags: stacks differ in it, and so does a device that speaks in a
 * host's name (firewall-model 12, row 5). Kept only where events are.
 */
import { type DecodedPacket, PROTO, TCP_FLAG } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { EventKind } from './facts.ts';
import { sequenceAdd, sequenceDistance } from './sequence.ts';

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

/** Bytes of a header without options, the longest in words, and where things stand in it (RFC 9293 3.1). */
const HEADER_BYTES = 20;
const MOST_WORDS = 15;
const DESTINATION_PORT = 2;
const SEQ = 4;
const DATA_OFFSET = 12;
/** Kinds of one byte. */
const OPTION_END = 0;
const OPTION_NOP = 1;

/** Options that stand at `start` up to `end` of `data`; of an option that is not sound the kind is the last. */
function optionKinds(data: Uint8Array, start: number, end: number): readonly number[] | null {
  if (end > data.length) return null;
  const kinds: number[] = [];
  for (let place = start; place < end && data[place] !== OPTION_END; ) {
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
  const start = packet.transportOffset + HEADER_BYTES;
  return {
    window: packet.window,
    options: optionKinds(packet.data, start, packet.payloadOffset),
    ahead,
    place,
  };
}

/** The same of the packet about which the kernel tells at the moment. */
export class KernelShapes {
  /** what the host has decoded in the kernel's stead: the packet of a slot, and the one inside it */
  slow: DecodedPacket | null = null;
  inside: DecodedPacket | null = null;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** @param unit of its session */
  read(unit: number, fromClient: boolean): SegmentShape {
    const { bytes, view, slotTold } = this.#kernel;
    const slot = at.SLOTS + slotTold * at.SLOT_BYTES;
    if ((view.getUint32(slot + at.SLOT_KIND, true) & 0xff) !== PROTO.TCP) return NO_SHAPE;
    const bearings = {
      ahead: this.#ahead(unit, slot, fromClient),
      place: this.#place(unit, slot, fromClient),
    };
    if (slotTold === at.INNER_SLOT) return shapeOf(this.inside!, bearings);
    if (bytes[slot + at.SLOT_STATUS] === at.STATUS_SLOW) return shapeOf(this.slow!, bearings);
    return { window: view.getUint16(slot + at.SLOT_WINDOW, true), options: this.#options(slot), ...bearings };
  }

  /** A slot says where the payload begins; the length in the header, its ports and number show where the header does. */
  #options(slot: number): readonly number[] | null {
    const { bytes, view } = this.#kernel;
    const frame = view.getUint32(slot + at.SLOT_FRAME, true);
    const held = frame + view.getUint16(slot + at.SLOT_HELD, true);
    const end = frame + view.getUint32(slot + at.SLOT_PAYLOAD_OFFSET, true);
    if (end > held) return null;
    const ports = view.getUint32(slot + at.SLOT_PORTS, true);
    const seq = view.getUint32(slot + at.SLOT_SEQ, true);
    for (let words = MOST_WORDS; words * 4 >= HEADER_BYTES; words -= 1) {
      const header = end - words * 4;
      const isHeader =
        header >= frame &&
        bytes[header + DATA_OFFSET]! >> 4 === words &&
        view.getUint16(header) === (ports & 0xffff) &&
        view.getUint16(header + DESTINATION_PORT) === ports >>> 16 &&
        view.getUint32(header + SEQ) === seq;
      if (isHeader) return optionKinds(bytes, header + HEADER_BYTES, end);
    }
    return null;
  }

  #place(unit: number, slot: number, fromClient: boolean): number | null {
    const { view } = this.#kernel;
    if ((view.getUint8(slot + at.SLOT_TCP_FLAGS) & TCP_FLAG.SYN) !== 0) return null;
    const session = this.#kernel.doors.address(unit) >>> 0;
    const side = fromClient ? 0 : 1;
    if ((view.getUint32(session + at.S_FLAGS, true) & (at.F_ISN << side)) === 0) return null;
    const initial = view.getUint32(session + at.S_STREAM + side * 4, true);
    return sequenceAdd(view.getUint32(slot + at.SLOT_SEQ, true), -initial);
  }

  #ahead(unit: number, slot: number, fromClient: boolean): number | null {
    const { view } = this.#kernel;
    if ((view.getUint8(slot + at.SLOT_TCP_FLAGS) & TCP_FLAG.RST) === 0) return null;
    const session = this.#kernel.doors.address(unit) >>> 0;
    const side = fromClient ? 0 : 1;
    if ((view.getUint32(session + at.S_FLAGS, true) & (at.F_SEEN << side)) === 0) return null;
    const next = view.getUint32(session + at.S_NEXT_SEQ + side * 4, true);
    return sequenceDistance(view.getUint32(slot + at.SLOT_SEQ, true), next);
  }
}
