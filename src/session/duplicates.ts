/**
 * The same packet captured twice: on several interfaces, or in several files such as the firewall's own
 * receive, firewall, transmit and drop stages, or several places along a path (interface.md `duplicate`,
 * firewall-model 8). One that another file or interface held within the second before, with the same network and transport headers (TTL equal or
 * one less, checksums aside) and the same first payload bytes, counts once.
 */
import { Queue } from 'mnemonist';
import type { CaptureFile, PacketRecord } from '../capture/record.ts';
import { addSeconds, compareTime, type Time } from '../capture/time.ts';
import { type DecodedPacket, PROTO } from '../decode/packet.ts';

const WINDOW_SECONDS = 1;
const PAYLOAD_BYTES = 64;

/** Packets, counted from the start of the run, between which a file gave its own. */
interface Span {
  readonly first: number;
  last: number;
}

/** A packet on its way: where it has been seen by now, once at each place, and what was left of its TTL. */
interface Sighting {
  /** a second after it was seen last */
  until: Time;
  readonly firstTtl: number;
  lowestTtl: number;
  readonly file: number;
  readonly places: Set<string>;
}

/** Bytes of the transport header that hold its checksum: an interface may be about to fill it in. */
const CHECKSUMS: Readonly<Record<number, readonly [from: number, to: number]>> = {
  [PROTO.TCP]: [16, 18],
  [PROTO.UDP]: [6, 8],
  [PROTO.ICMP]: [2, 4],
  [PROTO.ICMPV6]: [2, 4],
  [PROTO.SCTP]: [8, 12],
};

/** Cooked captures hold many interfaces in one: the header says which, or at least which way (LINKTYPE_LINUX_SLL2, LINKTYPE_LINUX_SLL). */
const COOKED_PLACE: Readonly<Record<number, readonly [from: number, to: number]>> = {
  276: [4, 8],
  113: [0, 2],
};

/** Whether an input was captured at more than one place, as far as its files tell before they are read. */
export function mayHoldDuplicates(files: readonly CaptureFile[]): boolean {
  return (
    files.length > 1 ||
    files.some(
      ({ format, linkTypes }) => format === 'pcapng' || linkTypes.some((type) => type in COOKED_PLACE),
    )
  );
}

export class DuplicateFilter {
  private readonly sightings = new Map<string, Sighting[]>();
  /** once for each `until` that one has had */
  private readonly order = new Queue<{
    readonly key: string;
    readonly sighting: Sighting;
    readonly until: Time;
  }>();
  private readonly spans = new Map<number, Span>();
  private readonly hasMore: (file: number) => boolean;
  private packets = 0;

  /** @param hasMore whether a file has packets still to come */
  constructor(hasMore: (file: number) => boolean) {
    this.hasMore = hasMore;
  }

  /** Whether this packet has been seen at another place just before; remembers it if not. */
  isDuplicate(record: PacketRecord, packet: Readonly<DecodedPacket>, now: Time): boolean {
    this.forget(now);
    this.extendSpan(record.file);
    const key = fingerprint(packet);
    const place = placeOf(record);
    const sightings = this.sightings.get(key) ?? [];
    // A retransmission is the same bytes at the same place again: it is a sighting of its own.
    const before = sightings.find(
      ({ firstTtl, lowestTtl, file, places }) =>
        !places.has(place) &&
        packet.ttl <= firstTtl &&
        packet.ttl >= lowestTtl - 1 &&
        this.areParallel(file, record.file),
    );
    const until = addSeconds(now, WINDOW_SECONDS);
    if (before !== undefined) {
      before.places.add(place);
      before.lowestTtl = Math.min(before.lowestTtl, packet.ttl);
      if (compareTime(before.until, until) < 0) {
        before.until = until;
        this.order.enqueue({ key, sighting: before, until });
      }
      return true;
    }
    const { ttl } = packet;
    const sighting = { until, firstTtl: ttl, lowestTtl: ttl, file: record.file, places: new Set([place]) };
    this.sightings.set(key, [...sightings, sighting]);
    this.order.enqueue({ key, sighting, until });
    return false;
  }

  private extendSpan(file: number): void {
    this.packets += 1;
    const span = this.spans.get(file);
    if (span === undefined) this.spans.set(file, { first: this.packets, last: this.packets });
    else span.last = this.packets;
  }

  /**
   * Whether two files were recorded at the same time. Where one ended before the other began they are one
   * capture, rotated, and the same bytes again are a retransmission.
   */
  private areParallel(earlier: number, later: number): boolean {
    if (earlier === later || this.hasMore(earlier)) return true;
    return this.spans.get(earlier)!.last > this.spans.get(later)!.first;
  }

  private forget(now: Time): void {
    for (let oldest = this.order.peek(); oldest !== undefined; oldest = this.order.peek()) {
      if (compareTime(oldest.until, now) >= 0) return;
      this.order.dequeue();
      const { key, sighting, until } = oldest;
      if (compareTime(until, sighting.until) < 0) continue;
      const rest = this.sightings.get(key)!.filter((each) => each !== sighting);
      if (rest.length === 0) this.sightings.delete(key);
      else this.sightings.set(key, rest);
    }
  }
}

function placeOf(record: PacketRecord): string {
  const place = `${record.file} ${record.interfaceId}`;
  const cooked = COOKED_PLACE[record.linkType];
  return cooked === undefined ? place : `${place} ${record.data.subarray(...cooked).join()}`;
}

/** Headers from IP on without TTL and checksums, and the first payload bytes, a character a byte. */
function fingerprint(packet: Readonly<DecodedPacket>): string {
  const { data, version, ipOffset, transportOffset, payloadOffset, payloadCaptured } = packet;
  const bytes = data.slice(ipOffset, payloadOffset + Math.min(PAYLOAD_BYTES, payloadCaptured));
  if (version === 4) bytes.fill(0, 10, 12);
  bytes[version === 4 ? 8 : 7] = 0;
  const checksum = CHECKSUMS[packet.proto];
  if (checksum !== undefined) {
    const at = transportOffset - ipOffset;
    bytes.fill(0, at + checksum[0], at + checksum[1]);
  }
  return String.fromCharCode(...bytes);
}
