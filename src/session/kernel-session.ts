/** One session's record in the kernel's memory, read as facts. */
import { timestampReader } from '../capture/pcapng-time.ts';
import type { Time } from '../capture/time.ts';
import { PROTO } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { Cause, ClientBasis, IdleGap, SegmentCounts, SessionFacts, TcpFacts } from './facts.ts';
import type { Hosted } from './hosted.ts';
import type { KernelNames } from './kernel-tables.ts';
import type { EngineOptions } from './options.ts';
import type { SessionRecord } from './session-record.ts';
import type { TcpState } from './tcp-states.ts';

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

/** All that is known of the session at which `record` stands: the one with this unit. */
export function sessionFacts(context: RecordContext, record: SessionRecord, unit: number): SessionFacts {
  const { kernel, names } = context;
  const { view } = kernel;
  const place = kernel.doors.address(unit) >>> 0;
  const wide = kernel.doors.isWideNow() !== 0;
  const u32 = (offset: number): number => view.getUint32(place + offset, true);
  const flags = u32(at.S_FLAGS);
  const timer = names.timers[view.getUint16(place + at.S_TIMER, true)]!;
  const tcp = record.proto === PROTO.TCP ? tcpFacts(context, place, flags) : null;
  const packet = u32(at.S_REFRESH_PACKET);
  const hosted = context.hosted.get(unit);
  return {
    id: record.id,
    type: 'FLOW',
    version: record.version,
    src: record.src.slice(),
    dst: record.dst.slice(),
    proto: record.proto,
    sport: record.sport,
    dport: record.dport,
    icmpType: record.icmpType,
    fromZone: record.fromZone,
    toZone: record.toZone,
    c2s: { packets: record.packetsSent, bytes: record.bytesSent },
    s2c: { packets: record.packetsReceived, bytes: record.bytesReceived },
    clientBasis: BASES[(flags >>> at.F_BASIS_SHIFT) & 3]!,
    first: { time: { ...record.firstTime } },
    last: { time: { ...record.lastTime } },
    lastRefresh: {
      packet,
      file: wide ? u32(at.S_REFRESH_FILE) : 0,
      filePacket: wide ? u32(at.S_REFRESH_FILE_PACKET) : packet,
      time: readTime(view, place + (wide ? at.S_OWN_REFRESH : at.S_REFRESH)),
    },
    longestGap: context.options.events ? longestGap(context, place) : null,
    elapsedSeconds: record.elapsedSeconds,
    parent: record.parent === 0 ? null : record.parent,
    tcp,
    app: names.apps[view.getUint16(place + at.S_APP, true)] ?? null,
    payloadSeen: (flags & at.F_PAYLOAD_SEEN) !== 0,
    tlsAlert: hosted?.tlsAlert ?? null,
    timerName: timer.name,
    timerSeconds: timer.seconds,
    endedBy: endedByOf(flags),
    endTime: { ...record.endTime },
    ttlSeconds: record.ttlSeconds,
    afterEnd: tcp !== null && (tcp.handshakeComplete || tcp.midstream) ? record.afterEnd : null,
    lateGap: hosted?.notes.lateGap ?? null,
    events: hosted?.notes.events ?? [],
  };
}

function longestGap({ kernel, names }: RecordContext, place: number): IdleGap | null {
  const { view } = kernel;
  if (view.getInt32(place + at.S_GAP + 4, true) < 0) return null;
  const timer = names.timers[view.getUint16(place + at.S_GAP_TIMER, true)]!;
  return {
    length: readTime(view, place + at.S_GAP),
    timerName: timer.name,
    timerSeconds: timer.seconds,
    until: {
      packet: view.getUint32(place + at.S_GAP_PACKET, true),
      file: view.getUint32(place + at.S_GAP_FILE, true),
      filePacket: view.getUint32(place + at.S_GAP_FILE_PACKET, true),
      time: readTime(view, place + at.S_GAP_OWN_END),
    },
  };
}

/** @param side 0 the client, 1 the server */
function segmentCounts(view: DataView, place: number, side: number): SegmentCounts {
  const count = (offset: number): number => view.getUint32(place + offset + side * 4, true);
  return {
    outOfOrder: count(at.S_OUT_OF_ORDER),
    retransmissions: count(at.S_RETRANSMISSIONS),
    zeroWindows: count(at.S_ZERO_WINDOWS),
    mostQueued: view.getUint16(place + at.S_MOST_QUEUED + side * 2, true),
  };
}

function tcpFacts({ kernel, options }: RecordContext, place: number, flags: number): TcpFacts {
  const { view } = kernel;
  const rsts = view.getUint8(place + at.S_RST_LISTS);
  return {
    state: view.getUint8(place + at.S_STATE) as TcpState,
    handshakeComplete: (flags & at.F_HANDSHAKE) !== 0,
    midstream: (flags & at.F_MIDSTREAM) !== 0,
    nonSynAccepted: (flags & at.F_NON_SYN) !== 0,
    causes: causesOf(view.getUint16(place + at.S_CAUSES, true) & 0xfff),
    disproved: list(rsts >>> 4, 2, RSTS),
    dropped: list(rsts & 15, 2, RSTS),
    segments: options.events
      ? { c2s: segmentCounts(view, place, 0), s2c: segmentCounts(view, place, 1) }
      : null,
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
