/**
 * Times as logs spell them, into the wall clock they were read from and, where the text says so, its
 * distance from UTC. No zone is looked up here.
 */

export interface LogTime {
  /** seconds since 1970 of the clock that the text was read from, as if that were UTC */
  readonly wall: number;
  /** seconds by which that clock is ahead of UTC; null: the text does not say */
  readonly utcOffset: number | null;
}

const ZERO = 48;
const SLASH = 47;
const DAY = 86_400;

const MONTHS: ReadonlyMap<string, number> = new Map(
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, i) => [
    name,
    i + 1,
  ]),
);
const MONTH_DAYS: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Seconds since 1970, NaN where there is no such day or clock time (60 is a leap second). */
function seconds(year: number, month: number, day: number, hour: number, minute: number, second: number) {
  const leap = month === 2 && ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0);
  const days = (MONTH_DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
  if (day < 1 || !(day <= days) || !(hour < 24 && minute < 60 && second < 61)) return Number.NaN;
  // days since 1970 by the proleptic Gregorian calendar, years counted from March
  const y = month <= 2 ? year - 1 : year;
  const century = Math.floor(y / 100);
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const since = 365 * y + Math.floor(y / 4) - century + Math.floor(century / 4) + dayOfYear - 719_468;
  return since * DAY + hour * 3600 + minute * 60 + second;
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Year, month, day and clock time in the first 19 characters, whatever divides them; NaN where there are none. */
function stampSeconds(text: string): number {
  if (text[13] !== ':' || text[16] !== ':') return Number.NaN;
  return seconds(
    digits(text, 0, 4),
    digits(text, 5, 7),
    digits(text, 8, 10),
    digits(text, 11, 13),
    digits(text, 14, 16),
    digits(text, 17, 19),
  );
}

/** `YYYY/MM/DD hh:mm:ss`, the form of all but a few lines, as `LogTime.wall`; NaN where the text is none. */
export function deviceSeconds(text: string): number {
  if (text.length !== 19 || text.charCodeAt(4) !== SLASH || text.charCodeAt(7) !== SLASH) return Number.NaN;
  return text[10] === ' ' ? stampSeconds(text) : Number.NaN;
}

type Form = readonly [pattern: RegExp, read: (match: RegExpExecArray) => LogTime, example: string];

const clock = (wall: number, fraction: string | undefined, zone: string | undefined): LogTime => ({
  wall: fraction === undefined ? wall : wall + Number(`0${fraction}`),
  utcOffset: zone === undefined ? null : zoneOffset(zone),
});

const offsets = new Map<string, number | null>();

/** Of one of the few zones that a log names. */
function zoneOffset(zone: string): number | null {
  let offset = offsets.get(zone);
  if (offset === undefined) {
    offset = offsetOf(zone);
    offsets.set(zone, offset);
  }
  return offset;
}

const n = Number;

/** Beside the device's own form, where each was met. */
const FORMS: readonly Form[] = [
  // high-resolution time stamp, Prisma, JSON, LEEF 2.0, custom formats with milliseconds
  [
    /^\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)?$/,
    ([text, fraction, zone]) => clock(stampSeconds(text!), fraction?.replace(',', '.'), zone),
    '2021-10-26T14:53:18.027-07:00',
  ],
  // CEF and LEEF of the device and of Strata Logging Service
  [
    /^([A-Z][a-z]{2}) +(\d\d?) (\d{4}) (\d\d):(\d\d):(\d\d)(\.\d+)?(?: (Z|UTC|GMT|[+-]\d\d:?\d\d))?$/,
    ([, month, d, y, h, mi, s, fraction, zone]) =>
      clock(seconds(n(y), MONTHS.get(month!.toLowerCase()) ?? 0, n(d), n(h), n(mi), n(s)), fraction, zone),
    'Sep 03 2020 14:54:59 GMT',
  ],
  // a CSV that went through a spreadsheet: month first, two digits of the year, often without seconds
  [
    /^(\d\d?)\/(\d\d?)\/(\d\d|\d{4}) (\d\d?):(\d\d)(?::(\d\d))?(?: ([AP]M))?$/i,
    ([, mo, d, y, h, mi, s, half]) =>
      clock(
        seconds(y!.length === 2 ? 2000 + n(y) : n(y), n(mo), n(d), hourOf(n(h), half), n(mi), n(s ?? 0)),
        undefined,
        undefined,
      ),
    '9/16/19 10:00',
  ],
  // seconds, milliseconds, microseconds or nanoseconds since 1970: JSON, CEF
  [
    /^(\d{10})(\d{3}|\d{6}|\d{9})?$/,
    ([, whole, rest]) => clock(n(whole), rest === undefined ? undefined : `.${rest}`, 'Z'),
    '1627734367000',
  ],
];

/** One of each form that is read, for the manual. */
export const TIME_EXAMPLES: readonly string[] = [
  '2026/01/09 16:44:01',
  ...FORMS.map(([, , example]) => example),
];

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
}

/** Seconds ahead of UTC of `Z`, `UTC`, `GMT`, `+hh:mm` or `-hhmm`; null where the text is none of these. */
export function offsetOf(zone: string): number | null {
  if (/^(Z|UTC|GMT)$/i.test(zone)) return 0;
  const match = /^([+-])(\d\d):?([0-5]\d)$/.exec(zone);
  if (match === null || n(match[2]) > 14) return null;
  const size = n(match[2]) * 3600 + n(match[3]) * 60;
  return match[1] === '-' ? -size : size;
}

/** null: no time, or one that does not exist (a 13th month, a masked date). */
export function parseLogTime(text: string): LogTime | null {
  const wall = deviceSeconds(text);
  if (!Number.isNaN(wall)) return { wall, utcOffset: null };
  for (const [pattern, read] of FORMS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const time = read(match);
    return Number.isNaN(time.wall) ? null : time;
  }
  return null;
}
