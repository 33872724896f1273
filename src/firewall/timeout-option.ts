/** `--timeout NAME=SECONDS`: a global timeout or an application's own timer, from the command line. */
import {
  APPLICATION_TIMER_ROWS,
  type ApplicationTimerField,
  type ApplicationTimers,
  overrideApplication,
} from './application-timers.ts';
import { findTimeout, TIMEOUT_NAMES, type TimeoutName, type Timeouts } from './timeouts.ts';

/** `app` null: a global timeout. `field` is the application's field that is set. */
export type TimeoutOption =
  | { readonly app: null; readonly name: TimeoutName; readonly seconds: number }
  | { readonly app: string; readonly field: ApplicationTimerField; readonly seconds: number };

/** An option that cannot be used; `error` is the line for the user. */
export interface OptionError {
  readonly error: string;
}

const APP_FORMS: readonly { readonly suffix: string; readonly field: ApplicationTimerField }[] = [
  { suffix: '', field: 'timeout' },
  { suffix: '/tcp-half-closed', field: 'tcp-half-closed' },
  { suffix: '/tcp-time-wait', field: 'tcp-time-wait' },
];

const APP_FORM_LIST = APP_FORMS.map((form) => `app:NAME${form.suffix}`).join(' ');

/** An application name as PAN-OS spells them. */
export const APPLICATION_NAME: RegExp = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

/** Reads the value of one `--timeout` option, e.g. `tcp=7200` or `app:ssl/tcp-half-closed=30`. */
export function parseTimeoutOption(text: string): TimeoutOption | OptionError {
  const equals = text.lastIndexOf('=');
  if (equals < 1) return refuse(text, 'give NAME=SECONDS, e.g. tcp=7200');
  const name = text.slice(0, equals);
  const digits = text.slice(equals + 1);
  const seconds = /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;

  if (name.startsWith('app:')) {
    const slash = name.indexOf('/');
    const app = name.slice(4, slash === -1 ? undefined : slash);
    const form = APP_FORMS.find((row) => row.suffix === (slash === -1 ? '' : name.slice(slash)));
    if (form === undefined || !APPLICATION_NAME.test(app)) {
      return refuse(text, `an application's own timer is one of ${APP_FORM_LIST}`);
    }
    const row = APPLICATION_TIMER_ROWS.find((candidate) => candidate.name === form.field)!;
    if (!inRange(seconds, row)) return refuse(text, rangeText(name, row));
    return { app, field: form.field, seconds };
  }

  const row = findTimeout(name);
  if (row === undefined) {
    return refuse(text, `unknown name "${name}"; allowed: ${TIMEOUT_NAMES.join(' ')} ${APP_FORM_LIST}`);
  }
  if (!inRange(seconds, row)) return refuse(text, rangeText(name, row));
  return { app: null, name: row.name, seconds };
}

/** The option as it is given, `app:ssl/tcp-half-closed=30`. */
export function timeoutOptionText(option: TimeoutOption): string {
  if (option.app === null) return `${option.name}=${option.seconds}`;
  const suffix = APP_FORMS.find(({ field }) => field === option.field)!.suffix;
  return `app:${option.app}${suffix}=${option.seconds}`;
}

/** Lays parsed `--timeout` options over a configuration's timers, in the order given. */
export function applyTimeoutOptions<
  T extends { readonly timeouts: Timeouts; readonly applications: ApplicationTimers },
>(config: T, options: readonly TimeoutOption[]): T {
  const timeouts: Record<TimeoutName, number> = { ...config.timeouts };
  let applications = config.applications;
  for (const option of options) {
    if (option.app === null) timeouts[option.name] = option.seconds;
    else applications = overrideApplication(applications, option.app, { [option.field]: option.seconds });
  }
  return { ...config, timeouts, applications };
}

interface Range {
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

function inRange(seconds: number, range: Range): boolean {
  return seconds >= range.minSeconds && seconds <= range.maxSeconds;
}

function rangeText(name: string, range: Range): string {
  return `${name} takes whole seconds from ${range.minSeconds} to ${range.maxSeconds}`;
}

function refuse(text: string, why: string): OptionError {
  return { error: `--timeout ${text}: ${why}` };
}
