/** The tables as data, copied into the kernel's memory at start: both engines read the same rows. */
import { LATEST_TIME } from '../capture/time.ts';
import { isValidTcpFlags } from '../decode/tcp.ts';
import { namedAtOnce } from '../firewall/app-id/at-once.ts';
import { fieldsEnd } from '../firewall/app-id/fields.ts';
import type { Openings } from '../firewall/app-id/opening.ts';
import { datagramOpenings, type Prospects, streamOpenings } from '../firewall/app-id/openings.ts';
import { standardPorts } from '../firewall/app-id/standard-ports.ts';
import {
  type ApplicationTimers,
  type ResolvedTimer,
  resolveTimer,
  type TimerTransport,
} from '../firewall/application-timers.ts';
import type { Timeouts } from '../firewall/timeouts.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import { EVENT_KINDS, MOST_EVENTS, type RstDisposition } from './facts.ts';
import type { EngineOptions } from './options.ts';
import { RST_ROWS } from './rst-rows.ts';
import { SHAPED } from './segment-shape.ts';
import { FIRST_STATE, TCP_TABLE } from './tcp-states.ts';
import { TCP_TIMER_BY_STATE, type TcpTimerKind } from './tcp-timers.ts';

const NANOSECONDS = 1_000_000_000;
/** ports below this one are a server's (interface.md "First seen without a SYN") */
const WELL_KNOWN_PORTS = 1024;

const KIND_OF_TCP_TIMER: Readonly<Record<TcpTimerKind, number>> = {
  'tcp-init': at.KIND_TCP_INIT,
  'tcp-handshake': at.KIND_TCP_HANDSHAKE,
  established: at.KIND_TCP,
  'half-closed': at.KIND_HALF_CLOSED,
  'time-wait': at.KIND_TIME_WAIT,
  'unverified-rst': at.KIND_UNVERIFIED_RST,
};

export const RST_CODES: Readonly<Record<RstDisposition, number>> = {
  verified: at.RST_VERIFIED,
  unverified: at.RST_UNVERIFIED,
  dropped: at.RST_DROPPED,
};

const NON_SYN_CODES: Readonly<Record<EngineOptions['nonSyn'], number>> = {
  midstream: at.NON_SYN_MIDSTREAM,
  reject: at.NON_SYN_REJECT,
  accept: at.NON_SYN_ACCEPT,
};

/** By number of the layout's APP_. */
const KERNEL_APPS: readonly (string | null)[] = [null, 'non-syn-tcp', null, 'unknown-tcp', 'unknown-udp'];

/** Timers that an application may set, by column of APP_TIMERS. */
const APPLICATION_KINDS: readonly (readonly [
  kind: number,
  timer: 'established' | 'half-closed' | 'time-wait',
  transport: TimerTransport,
])[] = [
  [at.KIND_TCP, 'established', 'tcp'],
  [at.KIND_HALF_CLOSED, 'half-closed', 'tcp'],
  [at.KIND_TIME_WAIT, 'time-wait', 'tcp'],
  [at.KIND_UDP, 'established', 'udp'],
  [at.KIND_ICMP, 'established', 'icmp'],
  [at.KIND_SCTP, 'established', 'sctp'],
  [at.KIND_OTHER, 'established', 'other'],
];

/** Writes what does not change during a run. */
export function writeTables(kernel: Kernel, options: EngineOptions, hashMask: number): void {
  const { bytes, view } = kernel;
  const { limits } = options;
  const aging = limits?.aging ?? null;
  bytes.set(TCP_TABLE, at.TCP_CELLS);
  bytes.set(FIRST_STATE.flat(), at.FIRST_STATES);
  bytes.set(
    TCP_TIMER_BY_STATE.map((kind) => KIND_OF_TCP_TIMER[kind]),
    at.STATE_TIMERS,
  );
  bytes.set(
    RST_ROWS.map(({ gives }) => RST_CODES[gives]),
    at.RST_ROWS,
  );
  for (let flags = 0; flags < 256; flags += 1) {
    bytes[at.VALID_TCP_FLAGS + flags] = Number(isValidTcpFlags(flags));
  }
  bytes.fill(0xff, at.SERVER_PORTS, at.SERVER_PORTS + WELL_KNOWN_PORTS / 8);
  writeBits(bytes, at.SERVER_PORTS, standardPorts('tcp'));
  writeProspects(kernel, at.STREAM_OPENINGS, at.STREAM_PLAUSIBLE, streamOpenings());
  writeProspects(kernel, at.DATAGRAM_OPENINGS, at.DATAGRAM_PLAUSIBLE, datagramOpenings());
  if (options.events) writeEventKinds(kernel);
  const config: readonly (readonly [offset: number, value: number])[] = [
    [at.CONFIG_NON_SYN, NON_SYN_CODES[options.nonSyn]],
    [at.CONFIG_WINDOW_CHECK, Number(options.asymmetricPath === 'drop')],
    [at.CONFIG_DROP_CHALLENGE, Number(options.challengeAck === 'drop')],
    [at.CONFIG_STRICT_RST, Number(options.strictRst)],
    [at.CONFIG_REFRESH_CLOSING, Number(options.refreshAfterFin)],
    [at.CONFIG_RESTORE, Number(options.unverifiedRstRestore)],
    [at.CONFIG_EVENTS, Number(options.events)],
    [at.CONFIG_SLOW_ONLY, Number(options.dropDuplicates || options.verifyChecksums)],
    [at.CONFIG_INSPECT_TUNNELS, Number(options.inspectTunnels)],
    [at.CONFIG_TOTALS_ONLY, Number(options.totalsOnly ?? false)],
    [at.CONFIG_LINGER_CAPACITY, options.lingerCapacity],
    [at.CONFIG_MAX_SESSIONS, limits?.maxSessions ?? 0xffff_ffff],
    [at.CONFIG_AGING_ON_AT, aging === null ? 0 : Math.ceil((aging.threshold * limits!.maxSessions) / 100)],
    [at.CONFIG_AGING_FACTOR, aging?.scaling ?? 1],
    [at.CONFIG_HASH_MASK, hashMask],
    [at.CONFIG_APP_PACKETS, options.appIdMaxPackets],
    [at.CONFIG_APP_BYTES, options.appIdMaxBytes],
  ];
  for (const [offset, value] of config) view.setUint32(at.CONFIG + offset, value, true);
  setNanoseconds(view, at.CONFIG + at.CONFIG_LINGER_NS, options.lingerSeconds);
  setNanoseconds(view, at.CONFIG + at.CONFIG_MIDSTREAM_NS, options.timeouts.tcp);
  setTime(view, at.CONFIG + at.CONFIG_LATEST, LATEST_TIME.sec, LATEST_TIME.nsec);
}

/** Of which kinds of events not all are kept, and which keep what their segment looks like. */
function writeEventKinds({ bytes, words }: Kernel): void {
  for (const [number, kind] of EVENT_KINDS.entries()) {
    const most = MOST_EVENTS.get(kind) ?? 0;
    if (most > 0) bytes[at.CONFIG + at.CONFIG_MOST_EVENTS + number] = most;
    if (SHAPED.has(kind)) words[(at.CONFIG + at.CONFIG_SHAPED_EVENTS) / 4]! |= 1 << number;
  }
}

/** @throws {Error} beyond MOST_PORT_ROWS ports, of which no table of signatures has half */
function writeProspects(kernel: Kernel, place: number, plausible: number, prospects: Prospects): void {
  const { bytes, words } = kernel;
  const { groupsOfPort } = prospects;
  writeOpenings(kernel, place, prospects);
  writeOpenings(kernel, plausible, prospects.plausible);
  if (groupsOfPort.size > at.MOST_PORT_ROWS) throw new Error(`more than ${at.MOST_PORT_ROWS} ports`);
  writeBits(bytes, plausible + at.OPENINGS_PORTS, groupsOfPort.keys());
  words[(plausible + at.OPENINGS_PORT_COUNT) / 4] = groupsOfPort.size;
  let row = plausible + at.OPENINGS_PORT_ROWS;
  for (const [port, groups] of groupsOfPort) {
    words[(row + at.PORT_ROW_PORT) / 4] = port;
    words[(row + at.PORT_ROW_GROUPS) / 4] = groups;
    row += at.PORT_ROW_BYTES;
  }
}

/** @param place what of the layout's openings these are */
function writeOpenings({ words }: Kernel, place: number, openings: Openings): void {
  words.set(openings.words, (place + at.OPENINGS_WORDS) / 4);
  words.set(openings.byLength, (place + at.OPENINGS_BY_LENGTH) / 4);
  words[(place + at.OPENINGS_TOGETHER) / 4] = openings.together;
}

/** A set of small numbers, a bit each. */
function writeBits(bytes: Uint8Array, place: number, numbers: Iterable<number>): void {
  for (const number of numbers) bytes[place + (number >> 3)]! |= 1 << (number & 7);
}

/** What the kernel names by itself; of a hello events tell the server's name, and for that the host is asked. */
export function writeNamedAtOnce(kernel: Kernel, names: KernelNames, events: boolean): void {
  const { bytes, view, words } = kernel;
  const { hello, query, request, initial } = namedAtOnce();
  writeAtOnce(kernel, at.HELLO, events ? 0 : names.appId(hello.app), hello.otherPorts);
  writeAtOnce(kernel, at.DNS_QUERY, names.appId(query.app), query.ports);
  writeAtOnce(kernel, at.HTTP_REQUEST, names.appId(request.app), request.ports);
  writeAtOnce(kernel, at.QUIC_INITIAL, names.appId(initial.app), initial.ports);
  view.setUint32(at.HELLO + at.HELLO_END, fieldsEnd(hello.fields), true);
  view.setUint32(at.HELLO + at.HELLO_FIELDS, hello.fields.length, true);
  for (const [i, field] of hello.fields.entries()) {
    const row = at.HELLO + at.HELLO_FIELDS_AT + i * at.FIELD_ROW_BYTES;
    view.setUint32(row + at.FIELD_AT, field.at, true);
    view.setUint32(row + at.FIELD_BYTES, field.bytes, true);
    view.setUint32(row + at.FIELD_LEAST, field.least, true);
    view.setUint32(row + at.FIELD_MOST, field.most, true);
  }
  const types = Array.from({ length: at.MOST_DNS_TYPES }, (_, type) => type).filter(query.isType);
  writeBits(bytes, at.DNS_QUERY + at.DNS_TYPES, types);
  const { otherTargets } = request;
  view.setUint32(at.HTTP_REQUEST + at.OTHER_TARGETS, otherTargets.length, true);
  for (const [i, target] of otherTargets.entries()) {
    words[(at.HTTP_REQUEST + at.OTHER_TARGETS_AT) / 4 + i] = lowerWord(target);
  }
}

function writeAtOnce({ bytes, view }: Kernel, row: number, app: number, ports: Iterable<number>): void {
  view.setUint16(row + at.AT_ONCE_APP, app, true);
  writeBits(bytes, row + at.AT_ONCE_PORTS, ports);
}

/** The first four characters as they stand in memory, with the bit set that makes a letter lower case. */
function lowerWord(text: string): number {
  let word = 0;
  for (let i = 3; i >= 0; i -= 1) word = (word << 8) | text.charCodeAt(i) | 0x20;
  return word >>> 0;
}

/** Seconds (a fraction rounded to the nanosecond) as a 64-bit count of nanoseconds. */
export function setNanoseconds(view: DataView, offset: number, seconds: number): void {
  setTime(view, offset, Math.floor(seconds), Math.round((seconds - Math.floor(seconds)) * NANOSECONDS));
}

/** Seconds and nanoseconds as a 64-bit count of nanoseconds, without BigInt: by digits of 32 bits. */
export function setTime(view: DataView, offset: number, sec: number, nsec: number): void {
  const high = Math.floor(sec / 65_536);
  const low = (sec - high * 65_536) * NANOSECONDS + nsec;
  const upper = high * NANOSECONDS;
  // value = upper * 2^16 + low
  const carried = Math.floor(upper / 65_536);
  const lowWord = (upper - carried * 65_536) * 65_536 + (low % 4_294_967_296);
  view.setUint32(offset, lowWord % 4_294_967_296, true);
  view.setInt32(
    offset + 4,
    carried + Math.floor(low / 4_294_967_296) + Math.floor(lowWord / 4_294_967_296),
    true,
  );
}

/**
 * Applications and timers by number, as the kernel knows them. An application gets its number, and with it
 * its row of timers, when it is first named; KERNEL_APPS have theirs from the start.
 */
export class KernelNames {
  readonly apps: (string | null)[] = [];
  readonly timers: ResolvedTimer[] = [];
  readonly #appIds = new Map<string, number>();
  readonly #timerIds = new Map<string, number>();
  readonly #kernel: Kernel;
  readonly #timeouts: Timeouts;
  readonly #applicationTimers: ApplicationTimers;

  constructor(kernel: Kernel, options: Pick<EngineOptions, 'timeouts' | 'applicationTimers'>) {
    this.#kernel = kernel;
    this.#timeouts = options.timeouts;
    this.#applicationTimers = options.applicationTimers;
    for (const [id, app] of KERNEL_APPS.entries()) {
      this.apps[id] = app;
      if (app !== null) this.#appIds.set(app, id);
      this.#writeRow(id, app);
    }
  }

  /** @throws Error beyond MAX_APPS names, of which no table of signatures has a tenth */
  appId(name: string): number {
    const known = this.#appIds.get(name);
    if (known !== undefined) return known;
    const id = this.apps.length;
    if (id >= at.MAX_APPS) throw new Error(`more than ${at.MAX_APPS} applications`);
    this.apps.push(name);
    this.#appIds.set(name, id);
    this.#writeRow(id, name);
    return id;
  }

  timerId(timer: ResolvedTimer): number {
    const key = `${timer.name} ${timer.seconds}`;
    const known = this.#timerIds.get(key);
    if (known !== undefined) return known;
    const id = this.timers.length;
    if (id >= at.MAX_TIMERS) throw new Error(`more than ${at.MAX_TIMERS} timers`);
    this.timers.push(timer);
    this.#timerIds.set(key, id);
    setNanoseconds(this.#kernel.view, at.TIMER_NS + id * 8, timer.seconds);
    return id;
  }

  /** The timer of an application in a situation. */
  resolve(
    kind: 'established' | 'half-closed' | 'time-wait',
    app: string | null,
    transport: TimerTransport,
  ): ResolvedTimer {
    return resolveTimer(kind, app, transport, this.#timeouts, this.#applicationTimers);
  }

  #writeRow(id: number, app: string | null): void {
    const set = (kind: number, timer: ResolvedTimer): void =>
      this.#kernel.view.setUint16(
        at.APP_TIMERS + (id * at.TIMER_KINDS + kind) * 2,
        this.timerId(timer),
        true,
      );
    for (const [kind, timer, transport] of APPLICATION_KINDS) set(kind, this.resolve(timer, app, transport));
    for (const name of ['tcp-init', 'tcp-handshake', 'unverified-rst'] as const) {
      set(KIND_OF_TCP_TIMER[name], { name, seconds: this.#timeouts[name] });
    }
  }
}
