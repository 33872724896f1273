/** Times as text. */
import type { Time } from '../capture/time.ts';
import { putNine, putText } from './ascii.ts';

/** RFC 3339 UTC with nine digits of a second; the form of every machine-readable time. */
export function rfc3339(time: Time): string {
  const text = secondText(time.sec);
  return text === null ? `${time.sec}.${nanoseconds(time)}` : `${text}.${nanoseconds(time)}Z`;
}

/** `rfc3339` as ASCII bytes at a place of an array. @returns the place behind */
export function putTime(bytes: Uint8Array, at: number, { sec, nsec }: Time): number {
  const slot = sec & (SLOTS - 1);
  if (slotSeconds[slot] !== sec) {
    const text = secondText(sec);
    if (text === null) return putText(bytes, at, rfc3339({ sec, nsec }));
    slotSeconds[slot] = sec;
    slotLengths[slot] = putText(slotTexts, slot * SLOT_BYTES, text) - slot * SLOT_BYTES;
  }
  const from = slot * SLOT_BYTES;
  const length = slotLengths[slot]!;
  for (let i = 0; i < length; i += 1) bytes[at + i] = slotTexts[from + i]!;
  const behind = at + length;
  bytes[behind] = DOT;
  bytes[putNine(bytes, behind + 1, nsec)] = Z;
  return behind + 11;
}

const DOT = 46;
const Z = 90;

/** Texts of seconds as bytes, each in the one slot that it can have. */
const SLOTS = 256;
const SLOT_BYTES = 32;
const slotSeconds: Float64Array = new Float64Array(SLOTS).fill(Number.NaN);
const slotLengths: Uint8Array = new Uint8Array(SLOTS);
const slotTexts: Uint8Array = new Uint8Array(SLOTS * SLOT_BYTES);

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
