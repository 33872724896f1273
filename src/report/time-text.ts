/** Times as text. */
import type { Time } from '../capture/time.ts';

/** RFC 3339 UTC with nine digits of a second; the form of every machine-readable time. */
export function rfc3339(time: Time): string {
  const seconds = new Date(time.sec * 1000);
  if (Number.isNaN(seconds.getTime())) return `${time.sec}.${nanoseconds(time)}`;
  return `${seconds.toISOString().slice(0, -5)}.${nanoseconds(time)}Z`;
}

function nanoseconds(time: Time): string {
  return String(time.nsec).padStart(9, '0');
}
