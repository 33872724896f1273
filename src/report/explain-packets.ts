/**
 * The packets of an explained session as the contract prints them (interface.md `explain`): what each was, the
 * session's state and timer before and behind it, and what the firewall would log if nothing came after it.
 */
import { compareTime, secondsBetween, subtractTime, type Time, ZERO_TIME } from '../capture/time.ts';
import { TCP_FLAG } from '../decode/packet.ts';
import type { Moment, PacketColumns, Standing } from '../reference/moments.ts';
import type { SessionFacts } from '../session/facts.ts';
import { sequenceDistance } from '../session/sequence.ts';
import { type SessionState, type SessionStep, STATE_PATHS } from '../session/session-states.ts';
import { TCP_STATE_NAMES } from '../session/tcp-states.ts';
import { applicationOf } from '../verdict/application.ts';
import type { VerdictOptions } from '../verdict/ending.ts';
import { flagNames } from '../verdict/evidence.ts';
import { deriveVerdict } from '../verdict/verdict.ts';
import { packetNote } from './explain-notes.ts';
import { RelativeNumbers } from './relative-numbers.ts';
import { rfc3339 } from './time-text.ts';

/** What the log would say if no packet came any more; once the session has ended, what it says. */
export interface IfStopped {
  readonly session_end_reason: string;
  readonly tracker_stage: string;
  readonly end: string;
  readonly decided: boolean;
  readonly app: string;
}

/** Keys as printed. Times are RFC 3339 UTC, durations seconds to the millisecond. */
export interface PacketRow {
  /** `packet` found or opened the session; `reuse` ended it; `late` came after its end; `expiry` is no packet */
  readonly event: 'packet' | 'reuse' | 'late' | 'icmp-error' | 'expiry';
  readonly packet: number | null;
  /** only where the input is several files */
  readonly file?: string;
  readonly file_packet?: number;
  readonly time: string;
  readonly since_start: number;
  readonly since_previous: number;
  readonly direction: 'c2s' | 's2c' | null;
  /** TCP only, like the next four; numbers relative to the first of their side, as tshark has them */
  readonly flags: string | null;
  readonly seq: number | null;
  readonly ack: number | null;
  readonly window: number | null;
  readonly keepalive: boolean | null;
  /** payload bytes; null for an expiry */
  readonly length: number | null;
  /** frame bytes on the wire */
  readonly bytes: number | null;
  readonly ttl: number | null;
  readonly icmp: { readonly type: number; readonly code: number; readonly from: string | null } | null;
  readonly outcome: 'accepted' | 'dropped' | 'ends-session' | 'no-session' | 'evidence' | 'expired';
  readonly note: string | null;
  readonly state_before: SessionState;
  readonly state_after: SessionState;
  /** all that it went through, those two included */
  readonly states: readonly SessionState[];
  readonly tcp_state_before: string | null;
  readonly tcp_state_after: string | null;
  readonly timer_before: string | null;
  readonly timeout_before: number | null;
  readonly timer: string | null;
  readonly timeout: number | null;
  readonly restarts_timer: boolean;
  /** when the timer in force behind this packet fires; null once the session has ended */
  readonly fires: string | null;
  readonly handshake_complete: boolean | null;
  readonly app: string;
  readonly if_stopped: IfStopped;
}

/** What all packets of a session have in common. */
interface Whole {
  readonly facts: Pick<SessionFacts, 'proto'>;
  readonly start: Time;
  readonly options: PacketOptions;
  /** what would be logged, by standing of a session in the table */
  readonly stopped: WeakMap<Standing, Omit<IfStopped, 'end'>>;
}

/**
 * A moment of a session with what only its place among the others tells. A session may have millions, of which a text
 * view shows a few: a row is made when it is asked for.
 */
export class ExplainedPacket {
  readonly moment: Moment;
  readonly numbers: TcpColumns;
  readonly #whole: Whole;
  /** the moment before it; null for the first */
  readonly before: Moment | null;
  #row: PacketRow | null = null;

  constructor(whole: Whole, moment: Moment, before: Moment | null, numbers: TcpColumns) {
    this.#whole = whole;
    this.moment = moment;
    this.before = before;
    this.numbers = numbers;
  }

  /** Made once: for views that ask for few of them, and more than once. */
  get row(): PacketRow {
    this.#row ??= this.makeRow();
    return this.#row;
  }

  /** Made, and not kept. */
  makeRow(): PacketRow {
    return packetRow(this.#whole, this);
  }

  /** Since the session's first packet. */
  get since(): Time {
    return subtractTime(this.moment.time, this.#whole.start);
  }

  /** Since the moment before. */
  get gap(): Time {
    return this.before === null ? ZERO_TIME : subtractTime(this.moment.time, this.before.time);
  }

  /** When the timer in force fires, since the first packet. */
  get firesSince(): Time {
    return subtractTime(this.moment.fires, this.#whole.start);
  }
}

export interface PacketOptions extends VerdictOptions {
  readonly fileNames: readonly string[];
}

export function explainPackets(
  facts: Pick<SessionFacts, 'proto'>,
  moments: readonly Moment[],
  options: PacketOptions,
): ExplainedPacket[] {
  const start = moments[0]!.time;
  const whole = { facts, start, options, stopped: new WeakMap() };
  const numbers = new RelativeNumbers();
  let before: Moment | null = null;
  return moments.map((moment) => {
    const packet = new ExplainedPacket(whole, moment, before, tcpColumns(moment, numbers));
    before = moment;
    return packet;
  });
}

const EVENTS = {
  taken: 'packet',
  reuse: 'reuse',
  late: 'late',
  'icmp-error': 'icmp-error',
  expiry: 'expiry',
} as const;

const OUTCOMES = {
  reuse: 'ends-session',
  late: 'no-session',
  'icmp-error': 'evidence',
  expiry: 'expired',
} as const;

function packetRow(whole: Whole, { moment, before, since, gap, numbers }: ExplainedPacket): PacketRow {
  const { facts, options } = whole;
  const { kind, ref, after, packet, step } = moment;
  const states = STATE_PATHS[stepOf(moment)];
  const gone = states.at(-1) === 'FREE';
  const wasThere = states[0] === 'ACTIVE';
  return {
    event: EVENTS[kind],
    packet: ref?.packet ?? null,
    ...(ref !== null && options.fileNames.length > 1
      ? { file: options.fileNames[ref.file]!, file_packet: ref.filePacket }
      : {}),
    time: rfc3339(moment.time),
    since_start: milliseconds(since),
    since_previous: milliseconds(gap),
    direction: packet === null ? null : moment.fromClient ? 'c2s' : 's2c',
    ...numbers,
    length: kind === 'icmp-error' ? 0 : (packet?.payloadLength ?? null),
    bytes: packet?.frameBytes ?? null,
    ttl: packet?.ttl ?? null,
    icmp: icmpOf(moment, packet),
    outcome: kind === 'taken' ? (step?.outcome === 'dropped' ? 'dropped' : 'accepted') : OUTCOMES[kind],
    note: packetNote(moment, before),
    state_before: states[0]!,
    state_after: states.at(-1)!,
    states,
    tcp_state_before: wasThere ? tcpState(moment.before) : null,
    tcp_state_after: gone ? null : tcpState(after),
    timer_before: wasThere ? moment.before!.timerName : null,
    timeout_before: wasThere ? moment.before!.timerSeconds : null,
    timer: gone ? null : after.timerName,
    timeout: gone ? null : after.timerSeconds,
    restarts_timer: moment.restarts,
    fires: gone ? null : rfc3339(moment.fires),
    handshake_complete: after.tcp?.handshakeComplete ?? null,
    app: applicationOf({ ...after, proto: facts.proto, endedBy: moment.endedBy }),
    if_stopped: ifStopped(whole, moment),
  };
}

/** How a moment moves the session's state. */
export function stepOf({ kind, before }: Moment): SessionStep {
  if (kind === 'late') return 'is-gone';
  if (kind === 'expiry' || kind === 'reuse') return 'ends';
  return before === null ? 'opens' : 'stays';
}

function tcpState(standing: Standing | null): string | null {
  return standing?.tcp == null ? null : TCP_STATE_NAMES[standing.tcp.state]!;
}

type TcpColumns = Pick<PacketRow, 'flags' | 'seq' | 'ack' | 'window' | 'keepalive'>;

const NO_TCP: TcpColumns = { flags: null, seq: null, ack: null, window: null, keepalive: null };

function tcpColumns(
  { kind, packet, after, before, fromClient }: Moment,
  numbers: RelativeNumbers,
): TcpColumns {
  if (packet === null || after.tcp === null || kind === 'icmp-error') return NO_TCP;
  const opening = before?.tcp?.handshakeComplete !== true && kind !== 'late';
  const { seq, ack, keepalive } = numbers.take(packet, fromClient, opening);
  const hasAck = (packet.tcpFlags & TCP_FLAG.ACK) !== 0;
  return {
    flags: flagNames(packet),
    seq,
    ack: hasAck ? ack : null,
    window: packet.window,
    keepalive,
  };
}

function icmpOf({ sender }: Moment, packet: PacketColumns | null): PacketRow['icmp'] {
  return packet === null || packet.icmpType < 0
    ? null
    : { type: packet.icmpType, code: packet.icmpCode, from: sender };
}

/** Whether nothing that a row says of the session's standing differs from the moment before. */
export function changesNothing({ moment }: ExplainedPacket, before: ExplainedPacket): boolean {
  const { kind, step, after, endedBy } = moment;
  const last = before.moment;
  return (
    kind === 'taken' &&
    step?.outcome !== 'dropped' &&
    after === last.after &&
    endedBy === last.endedBy &&
    packetNote(moment, last) === null
  );
}

/** One object stands for a session's standing as long as nothing changes, and what would be logged stays with it. */
function ifStopped(whole: Whole, moment: Moment): IfStopped {
  const { after, endedBy, fires } = moment;
  const known = endedBy === null ? whole.stopped.get(after) : undefined;
  const words = known ?? logWords(whole, moment);
  if (endedBy === null) whole.stopped.set(after, words);
  const { session_end_reason, tracker_stage, decided, app } = words;
  return { session_end_reason, tracker_stage, end: rfc3339(fires), decided, app };
}

function logWords({ facts: { proto }, options }: Whole, moment: Moment): Omit<IfStopped, 'end'> {
  const { after, endedBy, fires } = moment;
  const facts = { proto, tcp: after.tcp, app: after.app, payloadSeen: after.payloadSeen };
  const { pending, reason, stage } = deriveVerdict({ ...facts, endedBy, endTime: fires }, options);
  return {
    session_end_reason: pending?.reason ?? reason,
    tracker_stage: pending?.stage ?? stage!,
    decided: pending?.decided ?? true,
    app: applicationOf({ ...facts, endedBy: endedBy ?? 'timer' }),
  };
}

/** Seconds, rounded half up to milliseconds (interface.md). */
function milliseconds(duration: Time): number {
  return Math.round(secondsBetween(duration, ZERO_TIME) * 1000) / 1000;
}

/** Whether a segment sends again what its side had sent: a SYN, or the same numbers as its last one. */
export function isRepeated(packet: ExplainedPacket, last: ExplainedPacket | undefined): boolean {
  const { seq } = packet.numbers;
  if (last === undefined || seq === null) return false;
  const length = (each: ExplainedPacket): number => each.moment.packet!.payloadLength;
  const synOrFin = TCP_FLAG.SYN | TCP_FLAG.FIN;
  const flags = packet.moment.packet!.tcpFlags & synOrFin;
  return (
    seq === last.numbers.seq &&
    length(packet) === length(last) &&
    (length(packet) > 0 || flags !== 0) &&
    flags === (last.moment.packet!.tcpFlags & synOrFin) &&
    sequenceDistance(packet.moment.packet!.seq, last.moment.packet!.seq) === 0
  );
}

/** The longer of two durations comes later. */
export const compareGaps = (a: ExplainedPacket, b: ExplainedPacket): number => compareTime(a.gap, b.gap);
