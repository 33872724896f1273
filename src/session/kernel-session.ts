/** One session's record in the kernel's memory, read as facts. */
import { timestampReader } from '../capture/pcapng-time.ts';
import { subtractTime, type Time } from '../capture/time.ts';
import { PROTO } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { Cause, ClientBasis, SessionFacts, TcpFacts } from './facts.ts';
import type { Hosted } from './hosted.ts';
import type { KernelNames } from './kernel-tables.ts';
import type { EngineOptions } from './options.ts';
import type { TcpState } from './tcp-states.ts';

const TWO_32 = 4_294_967_296;

const fromNanoseconds = timestampReader(9);

/** A 64-bit count of nanoseconds, as seconds and nanoseconds. */
export function readTime(view: DataView, offset: number): Time {
  return fromNanoseconds(view.getInt32(offset + 4, true), view.getUint32(offset, true), 0);
}

/** By number of the layout's BASIS_. */
const BASES: readonly ClientBasis[] = ['syn', 'syn-ack', 'port', 'first-packet'];
/** By number of the layout's CAUSE_, 0 left out. */
const CAUSES: readonly Cause[] = ['client-fin', 'server-fin', 'client-rst', 'server-rst'];
const RSTS: readonly Cause[] = ['client-rst', 'server-rst'];

/** What a reader of records needs beside them. */
export interface RecordContext {
  readonly kernel: Kernel;
  readonly names: KernelNames;
  readonly options: EngineOptions;
  readonly hosted: ReadonlyMap<number, Hosted>;
}

/** @param now table time at the end of the capture, for sessions that are still open */
export function sessionFacts(context: RecordContext, unit: number, now: Time): SessionFacts {
  const { kernel, names, options } = context;
  const { view } = kernel;
  const place = kernel.doors.address(unit) >>> 0;
  const wide = kernel.doors.isWideNow() !== 0;
  const u32 = (offset: number): number => view.getUint32(place + offset, true);
  const flags = u32(at.S_FLAGS);
  const kind = u32(at.S_KIND);
  const proto = kind & 0xff;
  const version = (kind & 0x100) === 0 ? 4 : 6;
  const [src, dst] = addresses(kernel, place, version);
  const ports = u32(at.S_PORTS);
  const timer = names.timers[view.getUint16(place + at.S_TIMER, true)]!;
  const first = readTime(view, place + at.S_FIRST);
  const last = readTime(view, place + at.S_LAST);
  const refresh = readTime(view, place + at.S_REFRESH);
  const offset = wide ? readTime(view, place + at.S_OFFSET) : { sec: 0, nsec: 0 };
  const own = (wideAt: number, plain: Time): Time => (wide ? readTime(view, place + wideAt) : plain);
  const endedBy = endedByOf(flags);
  const ended = endedBy !== null;
  if (!ended) kernel.doors.readExpiry(unit);
  const expiry = readTime(view, ended ? place + at.S_END : at.CONFIG + at.CONFIG_EXPIRY);
  const left = subtractTime(expiry, now);
  const isTcp = proto === PROTO.TCP;
  const tcp = isTcp ? tcpFacts(view, place, flags) : null;
  const packet = u32(at.S_REFRESH_PACKET);
  const hosted = context.hosted.get(unit);
  return {
    id: u32(at.S_ID),
    type: 'FLOW',
    version,
    src,
    dst,
    proto,
    sport: ports & 0xffff,
    dport: ports >>> 16,
    icmpType: isTcp || proto === PROTO.UDP ? -1 : view.getInt32(place + at.S_ICMP_TYPE, true),
    fromZone: options.zones(src),
    toZone: options.zones(dst),
    c2s: direction(view, place, 0),
    s2c: direction(view, place, 1),
    clientBasis: BASES[(flags >>> at.F_BASIS_SHIFT) & 3]!,
    first: { time: own(at.S_OWN_FIRST, first) },
    last: { time: own(at.S_OWN_LAST, last) },
    lastRefresh: {
      packet,
      file: wide ? u32(at.S_REFRESH_FILE) : 0,
      filePacket: wide ? u32(at.S_REFRESH_FILE_PACKET) : packet,
      time: own(at.S_OWN_REFRESH, refresh),
    },
    elapsedSeconds: Math.max(subtractTime(last, first).sec, 0),
    parent: wide ? u32(at.S_PARENT) || null : null,
    tcp,
    app: names.apps[view.getUint16(place + at.S_APP, true)] ?? null,
    appServerName: hosted?.app?.serverName ?? null,
    payloadSeen: (flags & at.F_PAYLOAD_SEEN) !== 0,
    tlsAlert: hosted?.tlsAlert ?? null,
    timerName: timer.name,
    timerSeconds: timer.seconds,
    endedBy,
    endTime: endedBy === 'syn' && wide ? readTime(view, place + at.S_OWN_END) : subtractTime(expiry, offset),
    ttlSeconds: ended ? 0 : left.sec + (left.nsec > 0 ? 1 : 0),
    afterEnd:
      tcp !== null && (tcp.handshakeComplete || tcp.midstream) ? (ended ? u32(at.S_AFTER_END) : 0) : null,
    events: hosted?.notes.events ?? [],
  };
}

/** Four words each, IPv4 mapped. */
function addresses(kernel: Kernel, place: number, version: number): [Uint32Array, Uint32Array] {
  const { view } = kernel;
  if (version === 4) {
    const mapped = (offset: number): Uint32Array =>
      Uint32Array.of(0, 0, 0xffff, view.getUint32(place + offset, true));
    return [mapped(at.S_ADDRESSES), mapped(at.S_ADDRESSES + 4)];
  }
  const kept = kernel.doors.address6(view.getUint32(place + at.S_ADDRESSES, true)) >>> 0;
  const words = (offset: number): Uint32Array =>
    Uint32Array.from({ length: 4 }, (_, i) => view.getUint32(kept + offset + i * 4, false));
  return [words(0), words(16)];
}

function direction(view: DataView, place: number, side: number): { packets: number; bytes: number } {
  return {
    packets: view.getUint32(place + at.S_PACKETS + side * 4, true),
    bytes:
      view.getUint16(place + at.S_BYTES_HIGH + side * 2, true) * TWO_32 +
      view.getUint32(place + at.S_BYTES_LOW + side * 4, true),
  };
}

function tcpFacts(view: DataView, place: number, flags: number): TcpFacts {
  const rsts = view.getUint8(place + at.S_RST_LISTS);
  return {
    state: view.getUint8(place + at.S_STATE) as TcpState,
    handshakeComplete: (flags & at.F_HANDSHAKE) !== 0,
    midstream: (flags & at.F_MIDSTREAM) !== 0,
    nonSynAccepted: (flags & at.F_NON_SYN) !== 0,
    causes: causesOf(view.getUint16(place + at.S_CAUSES, true) & 0xfff),
    disproved: list(rsts >>> 4, 2, RSTS),
    dropped: list(rsts & 15, 2, RSTS),
  };
}

/** From the bits of S_FLAGS. */
export function endedByOf(flags: number): SessionFacts['endedBy'] {
  if ((flags & at.F_ENDED_BY_TIMER) !== 0) return 'timer';
  return (flags & at.F_ENDED_BY_SYN) !== 0 ? 'syn' : null;
}

/** From the list in S_CAUSES, without what stands above it. */
export function causesOf(packed: number): Cause[] {
  return list(packed, 3, CAUSES);
}

/** Entries of a packed list, 1 for the first name. */
function list(packed: number, bits: number, names: readonly Cause[]): Cause[] {
  const entries: Cause[] = [];
  for (let rest = packed; rest !== 0; rest >>>= bits) {
    const entry = rest & ((1 << bits) - 1);
    entries.push(names[entry - 1]!);
  }
  return entries;
}
