/** Idle time as the `timeouts` command tells it: gaps between packets, to the nanosecond, and in milliseconds. */
import { addSeconds, compareTime, subtractTime, type Time, ZERO_TIME } from '../../capture/time.ts';
import type { SessionEvent, SessionFacts } from '../../session/facts.ts';

/** A time without a packet, and the timer that ran in it. */
export interface Idle {
  readonly length: Time;
  readonly timerName: string;
  readonly timerSeconds: number;
}

/** The first packet of the tuple after the end, of those that opened nothing. */
export function firstLate({ events }: SessionFacts): SessionEvent | null {
  return events.find(({ kind }) => kind === 'late') ?? null;
}

/**
 * From the last packet that restarted the timer to `until`, on the table's clock as timers are, and no shorter than
 * until the session left the table: where the clock was set back in between, packet times tell less than that.
 */
export function idleUntil(facts: SessionFacts, until: Time): Idle {
  const { lastRefresh, endTime, timerName, timerSeconds } = facts;
  // a step back of the clock counts as no time passed: the timer then runs from later than that packet says
  const started = addSeconds(endTime, -timerSeconds);
  const from = compareTime(started, lastRefresh.time) > 0 ? started : lastRefresh.time;
  const toEnd = subtractTime(endTime, from);
  const toPacket = subtractTime(until, from);
  return { length: compareTime(toPacket, toEnd) > 0 ? toPacket : toEnd, timerName, timerSeconds };
}

/**
 * The longest gap that a late packet ended, of what would have been one connection under a longer timer: up to a FIN
 * or RST, with which another timer begins; null without late packets.
 */
export function longestLateGap(facts: SessionFacts): Time | null {
  const late = firstLate(facts);
  if (late === null) return null;
  return longest(idleUntil(facts, late.time).length, facts.lateGap);
}

/** The longer one. */
export function longest(a: Time | null, b: Time | null): Time | null {
  if (a === null || b === null) return a ?? b;
  return compareTime(b, a) > 0 ? b : a;
}

/** The longest gap between packets of the session; with one packet none, under the timer in force. */
export function idleInside({ longestGap, timerName, timerSeconds }: SessionFacts): Idle {
  return longestGap ?? { length: ZERO_TIME, timerName, timerSeconds };
}

/** The longer one; the first of equal ones. */
export function longer(a: Idle, b: Idle | null): Idle {
  return b !== null && compareTime(b.length, a.length) > 0 ? b : a;
}

/** Milliseconds, rounded half up. */
export function milliseconds({ sec, nsec }: Time): number {
  return sec * 1000 + Math.floor((nsec + 500_000) / 1_000_000);
}

/** The smallest whole number of seconds that is longer than a gap: a packet finds its session at t < last + timer. */
export function sufficientFor({ sec }: Time): number {
  return sec + 1;
}
