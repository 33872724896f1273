/**
 * The timer that a log line reveals: the firewall writes the line when the timer has expired, so the time
 * between the last packet and the line is that timer and a small lag (firewall-model 0.6, 3.8).
 */
import { type ApplicationTimers, resolveTimer, type TimerTransport } from '../firewall/application-timers.ts';
import type { TimeoutName, Timeouts } from '../firewall/timeouts.ts';
import type { LogRow } from '../trafficlog/log-row.ts';

/** The timers that the firewall may have in force. */
export interface TimersInForce {
  readonly timeouts: Timeouts;
  readonly applications: ApplicationTimers;
}

export interface RevealedTimer {
  /** as interface.md names timers */
  readonly name: string;
  readonly seconds: number;
}

/** What of a log row tells. */
export type RevealingRow = Pick<
  LogRow,
  | 'generated'
  | 'start'
  | 'elapsed'
  | 'proto'
  | 'app'
  | 'endReason'
  | 'subtype'
  | 'packetsSent'
  | 'packetsReceived'
>;

/** Seconds between the expiry and the log line (firewall-model 0.6, 3.8: observed). */
export const EARLIEST_LAG = -1;
export const LATEST_LAG = 6;

type Slot = TimeoutName | 'established';

interface Prediction {
  readonly transport: TimerTransport | 'any';
  /** empty: any reason */
  readonly reasons: readonly string[];
  readonly app?: 'incomplete' | 'other';
  /** by packets, where the log has them */
  readonly packets?: (sent: number, received: number) => boolean;
  /** most likely first */
  readonly timers: readonly Slot[];
  readonly because: string;
}

const RSTS = ['tcp-rst-from-client', 'tcp-rst-from-server'] as const;
const BLOCKED = [
  'threat',
  'policy-deny',
  'decrypt-cert-validation',
  'decrypt-unsupport-param',
  'decrypt-error',
  'resources-unavailable',
] as const;

/** The first row that fits tells which timers a session can have been in when it left the table. */
const PREDICTIONS: readonly Prediction[] = [
  {
    transport: 'tcp',
    reasons: ['aged-out'],
    app: 'incomplete',
    packets: (_sent, received) => received === 0,
    timers: ['tcp-init'],
    because: 'no packet of the server: the SYN was never answered (firewall-model 3.2)',
  },
  {
    transport: 'tcp',
    reasons: ['aged-out'],
    app: 'incomplete',
    timers: ['tcp-handshake', 'established', 'tcp-init'],
    because: 'answered: before the last ACK tcp-handshake, behind it the idle timer',
  },
  {
    transport: 'tcp',
    reasons: RSTS,
    app: 'incomplete',
    packets: (sent, received) => sent + received <= 2,
    timers: ['tcp-init', 'tcp-time-wait', 'unverified-rst'],
    because: 'a RST in answer to the SYN leaves tcp-init in force (firewall-model 3.6)',
  },
  {
    transport: 'tcp',
    reasons: RSTS,
    app: 'incomplete',
    packets: (sent, received) => sent <= 2 && received === 1,
    timers: ['tcp-handshake', 'tcp-init', 'tcp-time-wait', 'unverified-rst'],
    because: 'a RST straight after the SYN-ACK leaves tcp-handshake in force (firewall-model 3.6)',
  },
  {
    transport: 'tcp',
    reasons: RSTS,
    app: 'incomplete',
    timers: ['tcp-time-wait', 'unverified-rst', 'tcp-init', 'tcp-handshake'],
    because: 'a handshake may have been complete',
  },
  {
    transport: 'tcp',
    reasons: RSTS,
    timers: ['tcp-time-wait', 'unverified-rst'],
    because: 'verified or not (firewall-model 3.6)',
  },
  {
    transport: 'tcp',
    reasons: ['tcp-fin'],
    timers: ['tcp-time-wait', 'tcp-half-closed'],
    because: 'both sides closed, or one of them',
  },
  {
    transport: 'tcp',
    reasons: ['tcp-reuse', 'decoder'],
    timers: [],
    because: 'a packet ended it, no timer (firewall-model 3.7)',
  },
  {
    transport: 'tcp',
    reasons: BLOCKED,
    timers: ['discard-tcp', 'tcp-time-wait', 'unverified-rst'],
    because: 'DISCARD, or reset by the firewall (firewall-model 0.12)',
  },
  { transport: 'udp', reasons: BLOCKED, timers: ['discard-udp'], because: 'DISCARD' },
  { transport: 'sctp', reasons: BLOCKED, timers: ['discard-sctp'], because: 'DISCARD' },
  { transport: 'any', reasons: BLOCKED, timers: ['discard-default'], because: 'DISCARD' },
  { transport: 'tcp', reasons: ['aged-out'], timers: ['established'], because: 'idle' },
  {
    transport: 'tcp',
    reasons: [],
    timers: [
      'tcp-time-wait',
      'tcp-half-closed',
      'unverified-rst',
      'established',
      'tcp-init',
      'tcp-handshake',
      'discard-tcp',
    ],
    because: 'the log does not say how it ended (before PAN-OS 6.1, or unknown)',
  },
  {
    transport: 'sctp',
    reasons: [],
    timers: ['sctp-shutdown', 'established', 'sctp-init', 'sctp-cookie'],
    because: 'an association has four timers (firewall-model 3.2)',
  },
  { transport: 'any', reasons: [], timers: ['established'], because: 'datagrams have one timer' },
];

const TRANSPORTS: ReadonlyMap<string, TimerTransport> = new Map([
  ['tcp', 'tcp'],
  ['udp', 'udp'],
  ['icmp', 'icmp'],
  ['ipv6-icmp', 'icmp'],
  ['sctp', 'sctp'],
]);

/**
 * The timers that a session of this log row can have been in when it left the table, most likely first, from
 * reason, application, protocol and packet counts alone. Empty where a packet ended it.
 */
export function predictTimers(
  row: Pick<LogRow, 'proto' | 'app' | 'endReason' | 'packetsSent' | 'packetsReceived'>,
  timers: TimersInForce,
): readonly RevealedTimer[] {
  const transport = TRANSPORTS.get(row.proto ?? '') ?? 'other';
  const found = PREDICTIONS.find((each) => fits(each, row, transport))!;
  const resolved = found.timers.map((slot) => resolveSlot(slot, row.app, transport, timers));
  // an application's override holds once it is identified; until then the global timer may have been in force
  const own = resolved.filter(({ name }) => name.startsWith('app:'));
  const global =
    own.length === 0 ? [] : found.timers.map((slot) => resolveSlot(slot, null, transport, timers));
  const unique = new Map([...resolved, ...global].map((each) => [each.name, each]));
  return [...unique.values()];
}

function fits(
  { transport, reasons, app, packets }: Prediction,
  row: Pick<LogRow, 'app' | 'endReason' | 'packetsSent' | 'packetsReceived'>,
  of: TimerTransport,
): boolean {
  if (transport !== 'any' && transport !== of) return false;
  if (reasons.length > 0 && !reasons.includes(row.endReason ?? '')) return false;
  if (app !== undefined && (row.app === 'incomplete') !== (app === 'incomplete')) return false;
  if (packets === undefined) return true;
  return row.packetsSent !== null && row.packetsReceived !== null
    ? packets(row.packetsSent, row.packetsReceived)
    : false;
}

function resolveSlot(
  slot: Slot,
  app: string | null,
  transport: TimerTransport,
  { timeouts, applications }: TimersInForce,
): RevealedTimer {
  switch (slot) {
    case 'established':
      return resolveTimer('established', app, transport, timeouts, applications);
    case 'tcp-time-wait':
      return resolveTimer('time-wait', app, transport, timeouts, applications);
    case 'tcp-half-closed':
      return resolveTimer('half-closed', app, transport, timeouts, applications);
    default:
      return { name: slot, seconds: timeouts[slot] };
  }
}

/** Seconds from the last packet to the log line; null where the row does not tell. */
export function logDelay(row: Pick<LogRow, 'generated' | 'start' | 'elapsed'>): number | null {
  if (row.generated === null || row.start === null || row.elapsed === null) return null;
  return row.generated - (row.start + row.elapsed);
}

/**
 * The timer that expired before a log line was written; null where the row does not tell, or where none that
 * could have been in force lies within the lag. Of several the likeliest, and the one that the session was in
 * where that is known.
 * @param inForce timer in which a capture shows the session; null: not known
 */
export function revealTimer(
  row: RevealingRow,
  timers: TimersInForce,
  inForce: RevealedTimer | null = null,
): RevealedTimer | null {
  if (row.subtype === 'start' || row.subtype === 'drop') return null;
  const delay = logDelay(row);
  if (delay === null) return null;
  const within = (each: RevealedTimer): boolean =>
    delay - each.seconds >= EARLIEST_LAG && delay - each.seconds <= LATEST_LAG;
  if (inForce !== null && within(inForce)) return inForce;
  return predictTimers(row, timers).find(within) ?? null;
}

/**
 * Of a row that no timer explains, in words: which would. Empty where it was written too soon to tell, or for another
 * end than a timer.
 */
export function unknownTimer(delay: number, reason: string | number | null): string {
  return reason !== 'aged-out' || delay <= LATEST_LAG
    ? ''
    : `one of ${delay - LATEST_LAG} to ${delay - EARLIEST_LAG} s would`;
}
