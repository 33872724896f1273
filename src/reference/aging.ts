/**
 * Accelerated aging (firewall-model 3.4): one switch for the whole table, so that the end of a session
 * that nobody touches moves with it.
 */
import { addSeconds, addTime, compareTime, type Time } from '../capture/time.ts';
import type { SessionLimits } from '../session/options.ts';

export class Aging {
  private readonly limits: SessionLimits | null;
  /** second of table time at which it went on; null while off */
  private since: Time | null = null;

  constructor(limits: SessionLimits | null) {
    this.limits = limits;
  }

  get isOn(): boolean {
    return this.since !== null;
  }

  /** Throws the switch at a whole second; everything due at that second must have been expired. */
  decide(second: number, liveSessions: number): void {
    const { limits } = this;
    if (limits === null || limits.aging === null) return;
    const wanted = liveSessions * 100 >= limits.aging.threshold * limits.maxSessions;
    if (!wanted) this.since = null;
    else this.since ??= { sec: second, nsec: 0 };
  }

  /** Table time at which a session leaves the table whose timer was last restarted at `refresh`. */
  expiry(refresh: Time, timerSeconds: number): Time {
    if (this.since === null) return addSeconds(refresh, timerSeconds);
    const due = addTime(refresh, dividedBy(timerSeconds, this.limits!.aging!.scaling));
    return compareTime(due, this.since) < 0 ? this.since : due;
  }
}

/** To the nanosecond below; both divisions leave whole numbers that a double holds. */
function dividedBy(seconds: number, divisor: number): Time {
  const whole = Math.floor(seconds);
  const fraction = Math.round((seconds - whole) * 1e9);
  const rest = (whole % divisor) * 1e9 + fraction;
  return { sec: Math.floor(whole / divisor), nsec: Math.floor(rest / divisor) };
}
