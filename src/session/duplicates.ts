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

/** Packets that are the same but for TTL and checksums: one sent again and again, or a storm of it. */
interface Same {
  /** the latest `until` of its sightings */
  until: Time;
  /** oldest first */
  sightings: Sighting[];
  /** how many of them, from the oldest on, are over */
  over: number;
  /** how many there were before them */
  gone: number;
  /**
   * by place and TTL, the sighting from which on one may still be the next that is seen there; all are
   * counted, so that no packet of a storm looks at those before it
   */
  readonly next: Map<string, number>;
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
  private readonly known = new Map<string, Same>();
  /** each once, with the `until` that it had when it was put there */
  private readonly order = new Queue<{ readonly key: string; readonly until: Time }>();
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
    const place = placeOf(record);
    const same = this.sameAs(packet, now);
    const { sightings, next } = same;
    const visitor = `${place} ${packet.ttl}`;
    let at = Math.max((next.get(visitor) ?? 0) - same.gone, same.over);
    // A retransmission is the same bytes at the same place again: it is a sighting of its own.
    while (at < sightings.length && !this.isSighting(sightings[at]!, place, packet.ttl, record.file, now)) {
      at += 1;
    }
    next.set(visitor, same.gone + at + 1);
    same.until = addSeconds(now, WINDOW_SECONDS);
    const before = sightings[at];
    if (before === undefined) {
      const { ttl } = packet;
      const { file } = record;
      sightings.push({ until: same.until, firstTtl: ttl, lowestTtl: ttl, file, places: new Set([place]) });
      return false;
    }
    before.places.add(place);
    before.lowestTtl = Math.min(before.lowestTtl, packet.ttl);
    before.until = same.until;
    return true;
  }

  private sameAs(packet: Readonly<DecodedPacket>, now: Time): Same {
    const key = fingerprint(packet);
    const same = this.known.get(key);
    if (same !== undefined) {
      dropWhatIsOver(same, now);
      return same;
    }
    const until = addSeconds(now, WINDOW_SECONDS);
    const first: Same = { until, sightings: [], over: 0, gone: 0, next: new Map() };
    this.known.set(key, first);
    this.order.enqueue({ key, until });
    return first;
  }

  private isSighting(sighting: Sighting, place: string, ttl: number, file: number, now: Time): boolean {
    return (
      compareTime(sighting.until, now) >= 0 &&
      !sighting.places.has(place) &&
      ttl <= sighting.firstTtl &&
      ttl >= sighting.lowestTtl - 1 &&
      this.areParallel(sighting.file, file)
    );
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
      const { key } = oldest;
      const { until } = this.known.get(key)!;
      if (compareTime(until, now) >= 0) this.order.enqueue({ key, until });
      else this.known.delete(key);
    }
  }
}

/** Lets go of them half at a time, so that each is moved only now and then. */
function dropWhatIsOver(same: Same, now: Time): void {
  const { sightings } = same;
  while (same.over < sightings.length && compareTime(sightings[same.over]!.until, now) < 0) same.over += 1;
  if (same.over * 2 <= sightings.length) return;
  same.sightings = sightings.slice(same.over);
  same.gone += same.over;
  same.over = 0;
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
