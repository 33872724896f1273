/**
 * Where fragments wait for the rest of their datagram (firewall-model 1: reassembled before look-up).
 *
 * The key is RFC 791's (addresses, protocol, identification) or RFC 8200's (addresses, identification),
 * with the VLAN. A copy of the same fragments from another interface, file or hop becomes a datagram
 * of its own under the same key, so that an input from several places does not tear itself apart;
 * fragments of one datagram in several files still find each other.
 *
 * Bounded in datagrams, in bytes and in fragments of one datagram. All datagrams wait equally long and
 * table time never runs backwards, so that the oldest is the next to expire.
 */
import { addSeconds, type Time, ZERO_TIME } from '../../capture/time.ts';
import type { Drop } from '../malformed.ts';
import type { DecodedPacket } from '../packet.ts';
import { Datagram, isSpoiltHere, type Piece } from './datagram.ts';
import {
  DATAGRAM_MERGED,
  FRAGMENT_LOSSES,
  FRAGMENT_RECEIVED,
  type LossReason,
  type LostFragments,
} from './loss.ts';
import { rebuild } from './rebuild.ts';

export interface FragmentLimits {
  /**
   * seconds of table time from the first fragment to arrive. 4: the vendor's "4 second window" (knowledge
   * base, "How does the PAN handle packets that arrive out of order?"); RFC 8200 4.5 says 60, RFC 791 15.
   */
  readonly timeoutSeconds: number;
  /** datagrams that wait at once; inferred */
  readonly maxDatagrams: number;
  /** memory for what waits, an allowance for each piece included; inferred */
  readonly maxBytes: number;
  /** fragments of one datagram, copies aside; inferred: 65515 bytes in pieces of 64 */
  readonly maxFragments: number;
}

export const DEFAULT_FRAGMENT_LIMITS: FragmentLimits = {
  timeoutSeconds: 4,
  maxDatagrams: 4096,
  maxBytes: 32 * 1024 * 1024,
  maxFragments: 1024,
};

/** What a store has to say beside its answers. */
export interface FragmentReport {
  /** frames held earlier that will never be whole */
  lost(fragments: LostFragments): void;
  /** a global counter, raised `by` */
  counter(name: string, by: number): void;
}

/** A fragment as an IP decoder has read it; offsets into the packet's data. */
export interface Fragment {
  readonly identification: number;
  /** of its data in the datagram's, in bytes */
  readonly offset: number;
  readonly more: boolean;
  readonly dataAt: number;
  /** behind its last byte on the wire */
  readonly dataEnd: number;
  /** the frame ends before the fragment does */
  readonly cut: boolean;
  /** behind the headers that every fragment repeats, which begin at `ipOffset` */
  readonly headersEnd: number;
  /** where these headers name the protocol, which in a whole packet is `proto`; -1 where they already do */
  readonly protocolAt: number;
}

/** A whole packet out of its fragments. */
export interface Reassembled {
  readonly bytes: Uint8Array;
  readonly wireLength: number;
  readonly frames: number;
  readonly frameBytes: number;
}

/** What an object takes beside the bytes it holds. */
const PIECE_OVERHEAD_BYTES = 256;
const DATAGRAM_OVERHEAD_BYTES = 512;
/** Copies of one datagram: receive, firewall, transmit and drop stage of one firewall. */
const MAX_COPIES = 4;

export class FragmentStore {
  /** set by `take` where it completed a datagram */
  completed: Reassembled | null = null;
  /** table time and place of the packet that is being decoded */
  now: Time = ZERO_TIME;
  file = 0;
  interfaceId = 0;
  private readonly limits: FragmentLimits;
  private readonly report: FragmentReport;
  private readonly datagrams = new Map<string, Datagram>();
  private count = 0;
  private storedBytes = 0;
  private oldest: Datagram | null = null;
  private youngest: Datagram | null = null;

  constructor(limits: FragmentLimits, report: FragmentReport) {
    this.limits = limits;
    this.report = report;
  }

  /** Memory in use, as it is counted against the limits. */
  get usage(): { readonly datagrams: number; readonly bytes: number } {
    return { datagrams: this.count, bytes: this.storedBytes };
  }

  /**
   * Takes a fragment: `held`, also where it completed its datagram (`completed`); or why it is lost at
   * once, and then it is not held.
   */
  take(packet: DecodedPacket, fragment: Fragment): Drop {
    this.expire(this.now);
    this.report.counter(FRAGMENT_RECEIVED, 1);
    const length = fragment.dataEnd - fragment.dataAt;
    if (length <= 0 || fragment.cut || (fragment.more && length % 8 !== 0)) return this.refuse('badLength');
    const piece: Piece = {
      offset: fragment.offset,
      length,
      more: fragment.more,
      captured: packet.data.slice(fragment.dataAt, fragment.dataEnd),
      file: this.file,
      interfaceId: this.interfaceId,
      ttl: packet.ttl,
    };
    return this.place(packet, fragment, piece);
  }

  /** Gives up what is due at `now`. */
  expire(now: Time): void {
    while (this.oldest?.isDue(now)) {
      this.lose(this.oldest, 'timeout');
      this.remove(this.oldest);
    }
  }

  /** Gives up everything: there will be no further packet. */
  finish(now: Time): void {
    this.expire(now);
    while (this.oldest !== null) {
      this.lose(this.oldest, 'captureEnd');
      this.remove(this.oldest);
    }
  }

  private place(packet: DecodedPacket, fragment: Fragment, piece: Piece): Drop {
    const key = keyOf(packet, fragment);
    let datagram = this.datagrams.get(key) ?? null;
    let original: Datagram | null = null;
    for (let copies = 1; datagram !== null; copies += 1) {
      if (datagram.lostFor !== null) {
        if (isSpoiltHere(datagram, piece)) return this.refuse(datagram.lostFor);
      } else {
        const fit = datagram.fit(piece);
        if (fit === 'copy-elsewhere') original ??= datagram;
        if (fit === 'fits') return this.add(datagram, packet, fragment, piece);
        if (fit === 'copy') return this.hold(datagram, packet);
        if (fit === 'conflict') return this.spoil(datagram, piece, 'overlap');
      }
      if (copies === MAX_COPIES) break;
      datagram = datagram.nextCopy;
    }
    if (datagram !== null) {
      return original !== null ? this.hold(original, packet) : this.refuse('overlap');
    }
    return this.add(this.open(key, packet), packet, fragment, piece);
  }

  private open(key: string, packet: DecodedPacket): Datagram {
    if (this.count >= this.limits.maxDatagrams) this.makeRoom();
    const { version, src, dst, proto } = packet;
    const expires = addSeconds(this.now, this.limits.timeoutSeconds);
    const datagram = new Datagram(key, version, src, dst, proto, expires);
    const first = this.datagrams.get(key);
    if (first === undefined) this.datagrams.set(key, datagram);
    else lastCopy(first).nextCopy = datagram;
    datagram.older = this.youngest;
    if (this.youngest === null) this.oldest = datagram;
    else this.youngest.younger = datagram;
    this.youngest = datagram;
    this.count += 1;
    this.store(datagram, DATAGRAM_OVERHEAD_BYTES);
    return datagram;
  }

  private add(datagram: Datagram, packet: DecodedPacket, fragment: Fragment, piece: Piece): Drop {
    if (datagram.pieces.length >= this.limits.maxFragments) {
      return this.spoil(datagram, piece, 'tooManyFragments');
    }
    datagram.add(piece);
    this.store(datagram, PIECE_OVERHEAD_BYTES + piece.captured.length);
    if (piece.offset === 0) this.keepHeaders(datagram, packet, fragment);
    this.hold(datagram, packet);
    if (datagram.isWhole) return this.complete(datagram, packet);
    while (this.storedBytes > this.limits.maxBytes && this.oldest !== datagram) this.makeRoom();
    return 'held';
  }

  private keepHeaders(datagram: Datagram, packet: DecodedPacket, fragment: Fragment): void {
    const header = packet.data.slice(packet.ipOffset, fragment.headersEnd);
    const protocolAt = fragment.protocolAt - packet.ipOffset;
    if (fragment.protocolAt >= 0) header[protocolAt] = packet.proto;
    datagram.header = header;
    datagram.headerLength = fragment.headersEnd - packet.ipOffset;
    this.store(datagram, header.length);
  }

  private hold(datagram: Datagram, packet: DecodedPacket): Drop {
    datagram.frames += packet.frames;
    datagram.frameBytes += packet.frameBytes;
    return 'held';
  }

  /** The packet that completes it stands for all its frames, whatever becomes of it. */
  private complete(datagram: Datagram, packet: DecodedPacket): Drop {
    const { frames, frameBytes } = datagram;
    const whole = rebuild(datagram);
    this.remove(datagram);
    if (whole === null) {
      packet.frames = frames;
      packet.frameBytes = frameBytes;
      this.report.counter(FRAGMENT_LOSSES.tooLong.counter!, frames);
      return 'fragment_unassembled';
    }
    this.report.counter(DATAGRAM_MERGED, 1);
    this.completed = { ...whole, frames, frameBytes };
    return 'held';
  }

  /** Loses the datagram, with `piece`, which is not part of it; it stays as a mark until its time is up. */
  private spoil(datagram: Datagram, piece: Piece, reason: LossReason): Drop {
    this.lose(datagram, reason);
    datagram.spoiltAt = piece;
    return this.refuse(reason);
  }

  private refuse(reason: LossReason): Drop {
    const { counter } = FRAGMENT_LOSSES[reason];
    if (counter !== null) this.report.counter(counter, 1);
    return 'fragment_unassembled';
  }

  private makeRoom(): void {
    const datagram = this.oldest!;
    this.lose(datagram, 'tooManyDatagrams');
    this.remove(datagram);
  }

  /** Reports what it holds, and lets go of it. */
  private lose(datagram: Datagram, reason: LossReason): void {
    if (datagram.lostFor !== null) return;
    const { version, src, dst, proto, frames, frameBytes } = datagram;
    const { counter } = FRAGMENT_LOSSES[reason];
    if (counter !== null) this.report.counter(counter, frames);
    this.report.lost({ reason, frames, frameBytes, version, src, dst, proto });
    datagram.lostFor = reason;
    datagram.pieces = [];
    datagram.header = null;
    this.store(datagram, DATAGRAM_OVERHEAD_BYTES - datagram.storedBytes);
  }

  private remove(datagram: Datagram): void {
    const first = this.datagrams.get(datagram.key)!;
    if (first !== datagram) copyBefore(first, datagram).nextCopy = datagram.nextCopy;
    else if (datagram.nextCopy === null) this.datagrams.delete(datagram.key);
    else this.datagrams.set(datagram.key, datagram.nextCopy);
    if (datagram.older === null) this.oldest = datagram.younger;
    else datagram.older.younger = datagram.younger;
    if (datagram.younger === null) this.youngest = datagram.older;
    else datagram.younger.older = datagram.older;
    this.count -= 1;
    this.store(datagram, -datagram.storedBytes);
  }

  private store(datagram: Datagram, bytes: number): void {
    datagram.storedBytes += bytes;
    this.storedBytes += bytes;
  }
}

function keyOf(packet: DecodedPacket, fragment: Fragment): string {
  const { src, dst, vlan, network } = packet;
  const proto = packet.version === 4 ? packet.proto : 'v6';
  return `${proto} ${fragment.identification} ${vlan} ${network} ${src.join('.')} ${dst.join('.')}`;
}

function lastCopy(first: Datagram): Datagram {
  let datagram = first;
  while (datagram.nextCopy !== null) datagram = datagram.nextCopy;
  return datagram;
}

function copyBefore(first: Datagram, wanted: Datagram): Datagram {
  let datagram = first;
  while (datagram.nextCopy !== wanted) datagram = datagram.nextCopy!;
  return datagram;
}
