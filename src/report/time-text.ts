/** Times as text. */
import type { Time } from '../capture/time.ts';

/** RFC 3339 UTC with nine digits of a second; the form of every machine-readable time. */
export function rfc3339(time: Time): string {
  const text = secondText(time.sec);
  return text === null ? `${time.sec}.${nanoseconds(time)}` : `${text}.${nanoseconds(time)}Z`;
}

/** Many times of a capture fall into few seconds, and a date's own text is dear. */
const seconds = new Map<number, string | null>();
const MOST_SECONDS = 4096;

/** `2026-01-09T16:44:00`; null where no calendar reaches. */
function secondText(sec: number): string | null {
  const known = seconds.get(sec);
  if (known !== undefined) return known;
  const date = new Date(sec * 1000);
  const text = Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, -5);
  if (seconds.size === MOST_SECONDS) seconds.clear();
  seconds.set(sec, text);
  return text;
}

function nanoseconds(time: Time): string {
  return String(time.nsec).padStart(9, '0');
}
