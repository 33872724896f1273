/**
 * Timers that an application sets for its own sessions, and the choice between them and the global
 * ones (firewall-model 3.3). They hold once the application is identified.
 */
import type { TimeoutName, Timeouts } from './timeouts.ts';

/** A field of an application object that overrides a timer. */
export type ApplicationTimerField =
  | 'timeout'
  | 'tcp-timeout'
  | 'udp-timeout'
  | 'tcp-half-closed'
  | 'tcp-time-wait';

export interface ApplicationTimerRow {
  /** as in the configuration file and in a PAN-OS application object */
  readonly name: ApplicationTimerField;
  readonly minSeconds: number;
  readonly maxSeconds: number;
  readonly what: string;
}

const WEEK = 604_800;

/** The override fields of an application object (firewall-model 3.3, P8). */
export const APPLICATION_TIMER_ROWS: readonly ApplicationTimerRow[] = [
  { name: 'timeout', minSeconds: 1, maxSeconds: WEEK, what: 'its sessions, whatever the protocol' },
  {
    name: 'tcp-timeout',
    minSeconds: 0,
    maxSeconds: WEEK,
    what: 'its TCP sessions; 0 uses the global TCP timeout',
  },
  { name: 'udp-timeout', minSeconds: 1, maxSeconds: WEEK, what: 'its UDP sessions' },
  { name: 'tcp-half-closed', minSeconds: 1, maxSeconds: WEEK, what: 'after the first FIN' },
  { name: 'tcp-time-wait', minSeconds: 1, maxSeconds: 600, what: 'after the second FIN or a verified RST' },
];

/** What one application overrides, in seconds. */
export type ApplicationOverride = Readonly<Partial<Record<ApplicationTimerField, number>>>;

/** Overrides by application name. */
export type ApplicationTimers = ReadonlyMap<string, ApplicationOverride>;

/**
 * Applications whose timers differ from the global ones as shipped. `dns`, `ping`, `netbios-ns`,
 * `syslog` and `insufficient-data` show the global value in log arithmetic and so have no row.
 */
const SHIPPED: readonly {
  readonly app: string;
  readonly timers: ApplicationOverride;
  readonly source: string;
}[] = [
  {
    app: 'quic',
    timers: { 'udp-timeout': 120 },
    source: 'firewall-model 3.3, 3.8: end logs 122 s after the last packet (F1)',
  },
];

/** The overrides in force without a configuration. */
export function defaultApplicationTimers(): ApplicationTimers {
  return new Map(SHIPPED.map((row) => [row.app, row.timers]));
}

/**
 * A table with `given` laid over an application's overrides. Where `given` sets `timeout`, an earlier
 * `tcp-timeout` or `udp-timeout` gives way: they would outrank the value that was just asked for.
 */
export function overrideApplication(
  table: ApplicationTimers,
  app: string,
  given: ApplicationOverride,
): ApplicationTimers {
  const { 'tcp-timeout': tcp, 'udp-timeout': udp, ...rest } = table.get(app) ?? {};
  const specific: ApplicationOverride =
    given.timeout !== undefined
      ? {}
      : {
          ...(tcp === undefined ? {} : { 'tcp-timeout': tcp }),
          ...(udp === undefined ? {} : { 'udp-timeout': udp }),
        };
  return new Map(table).set(app, { ...rest, ...specific, ...given });
}

export type TimerKind = 'established' | 'half-closed' | 'time-wait';
export type TimerTransport = 'tcp' | 'udp' | 'icmp' | 'sctp' | 'other';

/** A timer in force: its name as interface.md spells it, and its seconds. */
export interface ResolvedTimer {
  readonly name: string;
  readonly seconds: number;
}

const GLOBAL_TIMEOUT: Readonly<Record<TimerTransport, TimeoutName>> = {
  tcp: 'tcp',
  udp: 'udp',
  icmp: 'icmp',
  sctp: 'sctp',
  other: 'default',
};

/** The application's field of one transport, which outranks its `timeout`; other transports have none. */
const TRANSPORT_FIELD: Readonly<Partial<Record<TimerTransport, ApplicationTimerField>>> = {
  tcp: 'tcp-timeout',
  udp: 'udp-timeout',
};

/**
 * The timer that a session of this application has in this situation (firewall-model 3.3).
 * `half-closed` and `time-wait` are situations of TCP only, so `transport` does not matter for them.
 * @param app null while it is not identified: then no override holds
 */
export function resolveTimer(
  kind: TimerKind,
  app: string | null,
  transport: TimerTransport,
  timeouts: Timeouts,
  appTimers: ApplicationTimers,
): ResolvedTimer {
  const own = (app === null ? undefined : appTimers.get(app)) ?? {};
  if (kind === 'half-closed') return closing('tcp-half-closed', app, own, timeouts);
  if (kind === 'time-wait') {
    const timeWait = closing('tcp-time-wait', app, own, timeouts);
    const halfClosed = closing('tcp-half-closed', app, own, timeouts);
    // the vendor lets time-wait never outlast half-closed (firewall-model 3.2)
    return { name: timeWait.name, seconds: Math.min(timeWait.seconds, halfClosed.seconds) };
  }
  const global: ResolvedTimer = {
    name: GLOBAL_TIMEOUT[transport],
    seconds: timeouts[GLOBAL_TIMEOUT[transport]],
  };
  const field = TRANSPORT_FIELD[transport];
  const specific = field === undefined ? undefined : own[field];
  if (specific === 0) return global;
  const seconds = specific ?? own.timeout;
  return seconds === undefined ? global : { name: `app:${app}`, seconds };
}

function closing(
  field: 'tcp-half-closed' | 'tcp-time-wait',
  app: string | null,
  own: ApplicationOverride,
  timeouts: Timeouts,
): ResolvedTimer {
  const seconds = own[field];
  return seconds === undefined
    ? { name: field, seconds: timeouts[field] }
    : { name: `app:${app}/${field}`, seconds };
}
