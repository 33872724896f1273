/** One session's record in the kernel's memory, read as facts. */
import { type MutableTime, newTime, type Time } from '../capture/time.ts';
import { PROTO } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { EventTexts } from './event-texts.ts';
import type {
  Cause,
  ClientBasis,
  DirectionFacts,
  IdleGap,
  PacketRef,
  SegmentCounts,
  SessionFacts,
  TcpFacts,
} from './facts.ts';
import type { Hosted } from './hosted.ts';
import { KernelEvents } from './kernel-events.ts';
import type { KernelNames } from './kernel-tables.ts';
import { fillTime } from './kernel-time.ts';
import type { Mutable } from './mutable.ts';
import type { EngineOptions } from './options.ts';
import type { SessionRecord } from './session-record.ts';
import type { TcpState } from './tcp-states.ts';

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
  readonly texts: EventTexts;
}

interface RefObject extends Mutable<PacketRef> {
  readonly time: MutableTime;
}
interface GapObject extends Mutable<IdleGap> {
  readonly length: MutableTime;
  readonly until: RefObject;
}
interface TcpObject extends Mutable<TcpFacts> {
  segments: { readonly c2s: Mutable<SegmentCounts>; readonly s2c: Mutable<SegmentCounts> } | null;
}
interface FactsObject extends Mutable<SessionFacts> {
  readonly c2s: Mutable<DirectionFacts>;
  readonly s2c: Mutable<DirectionFacts>;
  readonly first: { readonly time: MutableTime };
  readonly last: { readonly time: MutableTime };
  readonly lastRefresh: RefObject;
  readonly endTime: MutableTime;
}

const newRef = (): RefObject => ({ packet: 0, file: 0, filePacket: 0, time: newTime() });
const newCounts = (): SegmentCounts => ({
  outOfOrder: 0,
  retransmissions: 0,
  zeroWindows: 0,
  mostQueued: 0,
});

function set(into: MutableTime, { sec, nsec }: Time): void {
  into.sec = sec;
  into.nsec = nsec;
}

/** What it is given is one object with all that hangs on it; filled anew it tells of another session. */
export class FactsOfRecord {
  readonly #context: RecordContext;
  /** where events are wanted, and the gap likewise */
  readonly #events: KernelEvents | null;
  readonly #facts: FactsObject;
  readonly #tcp: TcpObject;
  readonly #gap: GapObject | null;
  readonly #lateGap: MutableTime = newTime();

  constructor(context: RecordContext) {
    this.#context = context;
    const { events } = context.options;
    this.#events = events ? new KernelEvents(context.kernel, context.texts) : null;
    this.#gap = events ? { length: newTime(), timerName: '', timerSeconds: 0, until: newRef() } : null;
    this.#tcp = {
      state: 0,
      handshakeComplete: false,
      midstream: false,
      nonSynAccepted: false,
      causes: [],
      disproved: [],
      dropped: [],
      segments: events ? { c2s: newCounts(), s2c: newCounts() } : null,
    };
    this.#facts = {
      id: 0,
      type: 'FLOW',
      version: 4,
      src: new Uint32Array(4),
      dst: new Uint32Array(4),
      proto: 0,
      sport: 0,
      dport: 0,
      icmpType: -1,
      fromZone: null,
      toZone: null,
      c2s: { packets: 0, bytes: 0 },
      s2c: { packets: 0, bytes: 0 },
      clientBasis: 'syn',
      first: { time: newTime() },
      last: { time: newTime() },
      lastRefresh: newRef(),
      longestGap: null,
      elapsedSeconds: 0,
      parent: null,
      tcp: null,
      app: null,
      payloadSeen: false,
      tlsAlert: null,
      timerName: '',
      timerSeconds: 0,
      endedBy: null,
      endTime: newTime(),
      ttlSeconds: 0,
      afterEnd: null,
      lateGap: null,
      events: [],
    };
  }

  /** All that is known of the session at which `record` stands: the one with this unit. */
  of(record: SessionRecord, unit: number): SessionFacts {
    const { kernel, names, hosted } = this.#context;
    const { view } = kernel;
    const place = kernel.doors.address(unit) >>> 0;
    const flags = view.getUint32(place + at.S_FLAGS, true);
    const timer = names.timers[view.getUint16(place + at.S_TIMER, true)]!;
    const facts = this.#facts;
    const tcp = record.proto === PROTO.TCP ? this.#tcpOf(place, flags) : null;
    facts.id = record.id;
    facts.version = record.version;
    facts.src.set(record.src);
    facts.dst.set(record.dst);
    facts.proto = record.proto;
    facts.sport = record.sport;
    facts.dport = record.dport;
    facts.icmpType = record.icmpType;
    facts.fromZone = record.fromZone;
    facts.toZone = record.toZone;
    facts.c2s.packets = record.packetsSent;
    facts.c2s.bytes = record.bytesSent;
    facts.s2c.packets = record.packetsReceived;
    facts.s2c.bytes = record.bytesReceived;
    facts.clientBasis = BASES[(flags >>> at.F_BASIS_SHIFT) & 3]!;
    set(facts.first.time, record.firstTime);
    set(facts.last.time, record.lastTime);
    this.#fillRefresh(place);
    facts.elapsedSeconds = record.elapsedSeconds;
    facts.parent = record.parent === 0 ? null : record.parent;
    facts.tcp = tcp;
    facts.app = names.apps[view.getUint16(place + at.S_APP, true)] ?? null;
    facts.payloadSeen = (flags & at.F_PAYLOAD_SEEN) !== 0;
    facts.tlsAlert = (flags & at.F_HOSTED) === 0 ? null : (hosted.get(unit)?.tlsAlert ?? null);
    facts.timerName = timer.name;
    facts.timerSeconds = timer.seconds;
    facts.endedBy = endedByOf(flags);
    set(facts.endTime, record.endTime);
    facts.ttlSeconds = record.ttlSeconds;
    facts.afterEnd = tcp !== null && (tcp.handshakeComplete || tcp.midstream) ? record.afterEnd : null;
    if (this.#events === null) return facts;
    facts.longestGap = this.#fillGap(this.#gap!, place);
    facts.lateGap = this.#lateGapOf(place);
    facts.events = this.#events.read(place);
    return facts;
  }

  #fillRefresh(place: number): void {
    const { kernel } = this.#context;
    const wide = kernel.doors.isWideNow() !== 0;
    const ref = this.#facts.lastRefresh;
    ref.packet = this.#u32(place + at.S_REFRESH_PACKET);
    ref.file = wide ? this.#u32(place + at.S_REFRESH_FILE) : 0;
    ref.filePacket = wide ? this.#u32(place + at.S_REFRESH_FILE_PACKET) : ref.packet;
    this.#readTime(place + (wide ? at.S_OWN_REFRESH : at.S_REFRESH), ref.time);
  }

  #tcpOf(place: number, flags: number): TcpFacts {
    const { bytes, view } = this.#context.kernel;
    const tcp = this.#tcp;
    const rsts = bytes[place + at.S_RST_LISTS]!;
    tcp.state = bytes[place + at.S_STATE] as TcpState;
    tcp.handshakeComplete = (flags & at.F_HANDSHAKE) !== 0;
    tcp.midstream = (flags & at.F_MIDSTREAM) !== 0;
    tcp.nonSynAccepted = (flags & at.F_NON_SYN) !== 0;
    tcp.causes = causesOf(view.getUint16(place + at.S_CAUSES, true) & 0xfff);
    tcp.disproved = rstsOf(rsts >>> 4);
    tcp.dropped = rstsOf(rsts & 15);
    if (tcp.segments !== null) {
      this.#fillCounts(tcp.segments.c2s, place, 0);
      this.#fillCounts(tcp.segments.s2c, place, 1);
    }
    return tcp;
  }

  /** @param side 0 the client, 1 the server */
  #fillCounts(counts: Mutable<SegmentCounts>, place: number, side: number): void {
    counts.outOfOrder = this.#u32(place + at.S_OUT_OF_ORDER + side * 4);
    counts.retransmissions = this.#u32(place + at.S_RETRANSMISSIONS + side * 4);
    counts.zeroWindows = this.#u32(place + at.S_ZERO_WINDOWS + side * 4);
    counts.mostQueued = this.#context.kernel.view.getUint16(place + at.S_MOST_QUEUED + side * 2, true);
  }

  #fillGap(gap: GapObject, place: number): IdleGap | null {
    const { kernel, names } = this.#context;
    const { view } = kernel;
    if (view.getInt32(place + at.S_GAP + 4, true) < 0) return null;
    const timer = names.timers[view.getUint16(place + at.S_GAP_TIMER, true)]!;
    this.#readTime(place + at.S_GAP, gap.length);
    gap.timerName = timer.name;
    gap.timerSeconds = timer.seconds;
    gap.until.packet = this.#u32(place + at.S_GAP_PACKET);
    gap.until.file = this.#u32(place + at.S_GAP_FILE);
    gap.until.filePacket = this.#u32(place + at.S_GAP_FILE_PACKET);
    this.#readTime(place + at.S_GAP_OWN_END, gap.until.time);
    return gap;
  }

  #lateGapOf(place: number): Time | null {
    if ((this.#context.kernel.bytes[place + at.S_LATE_MARKS]! & at.LATE_HAS_GAP) === 0) return null;
    this.#readTime(place + at.S_LATE_GAP, this.#lateGap);
    return this.#lateGap;
  }

  #u32(place: number): number {
    return this.#context.kernel.words[place / 4]!;
  }

  #readTime(place: number, into: MutableTime): void {
    fillTime(this.#context.kernel, place, into);
  }
}

/** From the bits of S_FLAGS. */
export function endedByOf(flags: number): SessionFacts['endedBy'] {
  if ((flags & at.F_ENDED_BY_TIMER) !== 0) return 'timer';
  return (flags & at.F_ENDED_BY_SYN) !== 0 ? 'syn' : null;
}

const causeLists: (readonly Cause[] | undefined)[] = [];
const rstLists: (readonly Cause[] | undefined)[] = [];

/** From the list in S_CAUSES, without what stands above it. */
export function causesOf(packed: number): readonly Cause[] {
  causeLists[packed] ??= list(packed, 3, CAUSES);
  return causeLists[packed];
}

/** From one of the lists in S_RST_LISTS. */
function rstsOf(packed: number): readonly Cause[] {
  rstLists[packed] ??= list(packed, 2, RSTS);
  return rstLists[packed];
}

/** Entries of a packed list, 1 for the first name. */
function list(packed: number, bits: number, names: readonly Cause[]): readonly Cause[] {
  const entries: Cause[] = [];
  for (let rest = packed; rest !== 0; rest >>>= bits) {
    const entry = rest & ((1 << bits) - 1);
    entries.push(names[entry - 1]!);
  }
  return entries;
}
