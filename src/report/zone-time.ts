/** Times for people, in a time zone. Machine-readable output never comes here. */
import { zoneFormat, zoneParts } from '../trafficlog/zone-clock.ts';

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
  const format = zoneFormat(name);
  if (format === null) return null;
  return {
    name,
    localTime(time) {
      const match = CALENDAR.exec(time);
      if (match === null) return bare(time);
      const parts = zoneParts(format, new Date(`${match[1]}T${match[2]}Z`));
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
