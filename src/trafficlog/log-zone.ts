/**
 * From a device's wall clock to absolute time (`--log-tz`). Logs hold local time without its zone; which
 * one that is, the user says, the line itself shows, or `compare` fits.
 */
import { makeTime, type Time } from '../capture/time.ts';
import type { LogRow } from './log-row.ts';
import { offsetOf } from './log-time.ts';
import { zoneFormat, zoneParts } from './zone-clock.ts';

export interface LogZone {
  /** as given: `Europe/Berlin`, `+05:30` */
  readonly name: string;
  /**
   * Seconds by which the zone's clock is ahead of UTC when it shows `wall` (LogRow's times). An hour that
   * comes twice is taken for its first pass; one that is left out, for the clock before the change.
   */
  offsetAt(wall: number): number;
}

/** No zone's clock changes within one: all do so at quarters of an hour. */
const QUARTER = 900;

/** Zone by IANA name, `UTC`, `Z` or `+hh:mm`; null where there is none of that name. */
export function findLogZone(name: string): LogZone | null {
  const fixed = offsetOf(name);
  if (fixed !== null) return { name, offsetAt: () => fixed };
  const format = zoneFormat(name);
  if (format === null) return null;
  const known = new Map<number, number>();
  let lastQuarter = Number.NaN;
  let lastOffset = 0;
  return {
    name,
    offsetAt(wall) {
      const quarter = Math.floor(wall / QUARTER);
      if (quarter === lastQuarter) return lastOffset;
      let offset = known.get(quarter);
      if (offset === undefined) {
        offset = wallOffset(format, quarter * QUARTER);
        known.set(quarter, offset);
      }
      lastQuarter = quarter;
      lastOffset = offset;
      return offset;
    },
  };
}

const DAY = 86_400;

function wallOffset(format: Intl.DateTimeFormat, wall: number): number {
  const before = offsetOfInstant(format, wall - DAY);
  // true before a change, in its skipped hour (where no offset shows this wall) and in a first pass
  if (offsetOfInstant(format, wall - before) === before) return before;
  const after = offsetOfInstant(format, wall + DAY);
  return offsetOfInstant(format, wall - after) === after ? after : before;
}

function offsetOfInstant(format: Intl.DateTimeFormat, instant: number): number {
  const parts = zoneParts(format, new Date(instant * 1000));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown / 1000 - instant;
}

/**
 * A row's time as an absolute one; null where neither the row nor a zone says how its clock is set.
 *
 * The row's own offset is that of the moment when it was logged. A session that began before a change of
 * the clock needs the zone, which is used where it agrees with the row.
 */
export function resolveTime(wall: number, row: LogRow, zone: LogZone | null): Time | null {
  const offset = offsetFor(wall, row, zone);
  if (offset === null) return null;
  const whole = Math.floor(wall);
  return makeTime(whole - offset, Math.round((wall - whole) * 1_000_000) * 1000);
}

function offsetFor(wall: number, row: LogRow, zone: LogZone | null): number | null {
  if (zone === null) return row.utcOffset;
  const logged = row.generated ?? row.receive ?? wall;
  if (row.utcOffset !== null && zone.offsetAt(logged) !== row.utcOffset) return row.utcOffset;
  return zone.offsetAt(wall);
}
