/**
 * Packet time: seconds and nanoseconds since 1970 as two integers. A double cannot hold
 * nanoseconds since 1970 exactly and a BigInt per packet is too dear, so the pair is the
 * only form in which times cross a border between rooms.
 */
export interface Time {
  /** whole seconds since 1970-01-01T00:00:00Z; may be negative */
  readonly sec: number;
  /** nanoseconds within the second, 0..999999999 */
  readonly nsec: number;
}

/** A time that is used again for the next one, where making an object each would be felt. */
export interface MutableTime {
  sec: number;
  nsec: number;
}

/** One to be filled in. */
export const newTime = (): MutableTime => ({ sec: 0, nsec: 0 });

const NS = 1_000_000_000;

/** Brings an out-of-range nanosecond part back into 0..999999999 (broken writers store microseconds >= 1e6). */
export function makeTime(sec: number, nsec: number): Time {
  if (nsec >= 0 && nsec < NS) return { sec, nsec };
  const carry = Math.floor(nsec / NS);
  return { sec: sec + carry, nsec: nsec - carry * NS };
}

/** Negative when a is before b, 0 when equal, positive when after. */
export function compareTime(a: Time, b: Time): number {
  return a.sec !== b.sec ? a.sec - b.sec : a.nsec - b.nsec;
}

/** `time` plus `seconds`, which may be negative and may have a fraction (rounded to a nanosecond). */
export function addSeconds(time: Time, seconds: number): Time {
  const whole = Math.floor(seconds);
  return makeTime(time.sec + whole, time.nsec + Math.round((seconds - whole) * NS));
}

/** a + b, where b is a duration held in the same form. */
export function addTime(a: Time, b: Time): Time {
  return makeTime(a.sec + b.sec, a.nsec + b.nsec);
}

/** a - b as a duration. */
export function subtractTime(a: Time, b: Time): Time {
  return makeTime(a.sec - b.sec, a.nsec - b.nsec);
}

/** Seconds since 1970, or of a duration, as one number: no longer exact to the nanosecond. */
export function asSeconds({ sec, nsec }: Time): number {
  return sec + nsec / NS;
}

/** a - b in seconds, as a double: for durations to show, never for a comparison that decides. */
export function secondsBetween(a: Time, b: Time): number {
  return a.sec - b.sec + (a.nsec - b.nsec) / NS;
}

/**
 * Earliest and latest packet time, 1900-01-01 and 2190-01-01. The table's clock counts 64-bit nanoseconds
 * since 1970, which hold 292 years to either side; a clock that was set back makes up for the whole step
 * (clock.ts), so the range itself may not be longer than that, timers included.
 */
export const EARLIEST_TIME: Time = { sec: -2_208_988_800, nsec: 0 };
export const LATEST_TIME: Time = { sec: 6_942_585_600, nsec: 0 };

/** The time itself, or the end of the range that it is beyond. */
export function nearestTime(time: Time): Time {
  if (time.sec < EARLIEST_TIME.sec) return EARLIEST_TIME;
  return compareTime(time, LATEST_TIME) > 0 ? LATEST_TIME : time;
}

export const ZERO_TIME: Time = { sec: 0, nsec: 0 };
