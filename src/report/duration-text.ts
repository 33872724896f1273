/** Durations for people: seconds with so many digits behind the point. */
import type { Time } from '../capture/time.ts';

/** @param digits 3, 6 or 9; what is behind them is cut */
export function durationText({ sec, nsec }: Time, digits: number): string {
  const negative = sec < 0;
  const [whole, part] = negative && nsec > 0 ? [-sec - 1, 1e9 - nsec] : [Math.abs(sec), nsec];
  return `${negative ? '-' : ''}${whole}.${String(part).padStart(9, '0').slice(0, digits)}`;
}

/** `tcp-init 5 s`; empty where none is in force */
export function timerWords(row: { readonly timer: string | null; readonly timeout: number | null }): string {
  return row.timer === null ? '' : `${row.timer} ${row.timeout} s`;
}
