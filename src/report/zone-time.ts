/** Times for people, in a time zone. Machine-readable output never comes here. */

/** A time as a text view shows it. */
export interface LocalTime {
  /** 2026-01-09 */
  readonly date: string;
  /** 16:44:01 */
  readonly clock: string;
  /** .000123456, without trailing groups of three zeros */
  readonly fraction: string;
}

export interface TextZone {
  /** as given: `UTC`, `Europe/Berlin` */
  readonly name: string;
  /** @param time RFC 3339 in UTC, as the row holds it */
  localTime(time: string): LocalTime;
}

/** What the calendar can show; outside it a row holds bare seconds, which are shown as they are. */
const CALENDAR = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d{9})Z$/;

export const UTC: TextZone = {
  name: 'UTC',
  localTime(time) {
    const match = CALENDAR.exec(time);
    return match === null
      ? bare(time)
      : { date: match[1]!, clock: match[2]!, fraction: shortened(match[3]!) };
  },
};

/** The zone with this IANA name, or null where there is none. */
export function findTextZone(name: string): TextZone | null {
  if (name.toUpperCase() === 'UTC') return UTC;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return {
    name,
    localTime(time) {
      const match = CALENDAR.exec(time);
      if (match === null) return bare(time);
      const parts = new Map(
        format
          .formatToParts(new Date(`${match[1]}T${match[2]}Z`))
          .map(({ type, value }) => [type, value] as const),
      );
      const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type)!;
      return {
        date: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
        clock: `${part('hour')}:${part('minute')}:${part('second')}`,
        fraction: shortened(match[3]!),
      };
    },
  };
}

function bare(time: string): LocalTime {
  return { date: '', clock: time, fraction: '' };
}

function shortened(fraction: string): string {
  return fraction.replace(/(000)+$/, '').replace(/^\.$/, '');
}
