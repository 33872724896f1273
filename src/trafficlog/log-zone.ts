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
  /** Seconds after which the zone's clock shows `wall` again; 0 where it shows it once, and in its second pass. */
  repeatAt(wall: number): number;
}

/** No zone's clock changes within one: all do so at quarters of an hour. */
const QUARTER = 900;

/** Zone by IANA name, `UTC`, `Z` or `+hh:mm`; null where there is none of that name. */
export function findLogZone(name: string): LogZone | null {
  const fixed = offsetOf(name);
  if (fixed !== null) return { name, offsetAt: () => fixed, repeatAt: () => 0 };
  const format = zoneFormat(name);
  if (format === null) return null;
  const known = new Map<number, Passes>();
  let lastQuarter = Number.NaN;
  let last: Passes = { offset: 0, repeat: 0 };
  const at = (wall: number): Passes => {
    const quarter = Math.floor(wall / QUARTER);
    if (quarter === lastQuarter) return last;
    let passes = known.get(quarter);
    if (passes === undefined) {
      passes = passesOf(format, quarter * QUARTER);
      known.set(quarter, passes);
    }
    lastQuarter = quarter;
    last = passes;
    return passes;
  };
  return { name, offsetAt: (wall) => at(wall).offset, repeatAt: (wall) => at(wall).repeat };
}

const DAY = 86_400;

/** The offset of the first pass, and the seconds until a second one. */
interface Passes {
  readonly offset: number;
  readonly repeat: number;
}

function passesOf(format: Intl.DateTimeFormat, wall: number): Passes {
  const before = offsetOfInstant(format, wall - DAY);
  const after = offsetOfInstant(format, wall + DAY);
  const isAfter = offsetOfInstant(format, wall - after) === after;
  // true before a change, in its skipped hour (where no offset shows this wall) and in a first pass
  if (offsetOfInstant(format, wall - before) === before) {
    return { offset: before, repeat: isAfter ? Math.max(0, before - after) : 0 };
  }
  return { offset: isAfter ? after : before, repeat: 0 };
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
