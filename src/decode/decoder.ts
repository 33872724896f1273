/** Decoding with memory: fragments become whole packets, and a packet shows what it carries in a tunnel. */
import type { PacketRecord } from '../capture/record.ts';
import type { Time } from '../capture/time.ts';
import { decodeRecord } from './decode-record.ts';
import { FRAGMENT_LOSSES } from './fragment/loss.ts';
import {
  DEFAULT_FRAGMENT_LIMITS,
  type FragmentLimits,
  type FragmentReport,
  FragmentStore,
  type Reassembled,
} from './fragment/store.ts';
import type { DecodeContext, DecodeOptions } from './layer.ts';
import { decodeFrom } from './link/decode-link.ts';
import { LINK_TYPE } from './link/walk.ts';
import { type Drop, recordDrop } from './malformed.ts';
import { type DecodedPacket, resetPacket } from './packet.ts';
import { findCarried, makeCarried } from './tunnel/tunnels.ts';

export interface DecoderOptions extends DecodeOptions {
  readonly fragmentLimits?: Partial<FragmentLimits>;
}

/** Tunnels inside one another that are opened. PAN-OS itself inspects two (tunnel content inspection). */
export const MAX_TUNNEL_LEVELS = 8;

/** A whole datagram may be a fragment again (IPv6 allows a second fragment header); not without end. */
const MAX_REASSEMBLIES = 4;

const NOTHING: FragmentReport = { lost() {}, counter() {} };

/**
 * Decodes the packets of one input in order.
 *
 * Every frame of the input is accounted for exactly once: by the `frames` of a decoded packet whose
 * cause is not `held`, or by the `frames` of a `lost` report (which are to be counted as
 * `fragment_unassembled`).
 */
export class Decoder {
  private readonly report: FragmentReport;
  private readonly fragments: FragmentStore;
  /** of packets inside tunnels: what they lose is no frame of the capture */
  private readonly carriedFragments: FragmentStore;
  private readonly context: DecodeContext;
  private readonly carriedContext: DecodeContext;
  private readonly carried = makeCarried();

  constructor(options: DecoderOptions, report: FragmentReport = NOTHING) {
    const limits = { ...DEFAULT_FRAGMENT_LIMITS, ...options.fragmentLimits };
    const { verifyChecksums } = options;
    this.report = report;
    this.fragments = new FragmentStore(limits, report);
    this.carriedFragments = new FragmentStore(limits, NOTHING);
    this.context = { verifyChecksums, fragments: this.fragments };
    this.carriedContext = { verifyChecksums, fragments: this.carriedFragments };
  }

  /** Memory that waiting fragments take, as counted against the limits. */
  get usage(): { readonly datagrams: number; readonly bytes: number } {
    return this.fragments.usage;
  }

  /**
   * Decodes `record`, whose place on the table's clock is `tableTime` (it never runs backwards), into `out`.
   * Where it completes a datagram, `out` is the whole packet: `data` holds it from its IP header on,
   * `frames` and `frameBytes` are those of all its fragments.
   */
  decode(record: PacketRecord, tableTime: Time, out: DecodedPacket): void {
    const { fragments } = this;
    fragments.now = tableTime;
    fragments.file = record.file;
    fragments.interfaceId = record.interfaceId;
    let drop = decodeRecord(record, out, this.context);
    if (drop === 'held') drop = this.decodeCompleted(out, this.context, fragments);
    if (drop !== null) recordDrop(out, drop);
  }

  /**
   * Decodes what `outer`, the packet decoded last or one that it carries, carries in a tunnel into
   * `inner`, another object. False where it carries nothing that can be read. The inner packet has a
   * key or a cause like any other; `level` counts the tunnels around it.
   */
  inner(outer: DecodedPacket, inner: DecodedPacket): boolean {
    const { carried, carriedFragments } = this;
    if (outer.cause !== null || outer.level >= MAX_TUNNEL_LEVELS) return false;
    const tunnel = findCarried(outer, carried);
    if (tunnel === null) return false;
    const data = outer.data.subarray(carried.at, Math.min(carried.end, outer.data.length));
    if (data.length === 0) return false;
    const wireLength = carried.end - carried.at;
    resetPacket(inner, data, wireLength);
    inner.level = outer.level + 1;
    inner.tunnel = tunnel;
    inner.network = carried.network;
    carriedFragments.now = this.fragments.now;
    carriedFragments.file = this.fragments.file;
    carriedFragments.interfaceId = this.fragments.interfaceId;
    let drop = decodeFrom(inner, carried.next, 0, wireLength, this.carriedContext);
    if (drop === 'held') drop = this.decodeCompleted(inner, this.carriedContext, carriedFragments);
    if (drop !== null) recordDrop(inner, drop);
    return true;
  }

  /** Gives up the fragments that are due at `tableTime`. They are also given up when the next fragment comes. */
  expire(tableTime: Time): void {
    this.fragments.expire(tableTime);
    this.carriedFragments.expire(tableTime);
  }

  /** The input is over: whatever is still held is given up. */
  finish(): void {
    this.fragments.finish(this.fragments.now);
    this.carriedFragments.finish(this.carriedFragments.now);
  }

  private decodeCompleted(packet: DecodedPacket, context: DecodeContext, store: FragmentStore): Drop | null {
    let drop: Drop | null = 'held';
    for (let round = 0; drop === 'held' && store.completed !== null; round += 1) {
      const whole = store.completed;
      store.completed = null;
      beginAgain(packet, whole);
      if (round === MAX_REASSEMBLIES) {
        if (store === this.fragments) this.report.counter(FRAGMENT_LOSSES.nested.counter!, whole.frames);
        return 'fragment_unassembled';
      }
      drop = decodeFrom(packet, LINK_TYPE.RAW, 0, whole.wireLength, context);
    }
    return drop;
  }
}

/** Makes `packet` the whole one, with what the headers in front of IP said about it. */
function beginAgain(packet: DecodedPacket, whole: Reassembled): void {
  const { vlan, level, tunnel, network } = packet;
  resetPacket(packet, whole.bytes, whole.frameBytes);
  packet.frames = whole.frames;
  packet.vlan = vlan;
  packet.level = level;
  packet.tunnel = tunnel;
  packet.network = network;
}
