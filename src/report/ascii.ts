/**
 * Numbers and texts as ASCII bytes, written into an array at a place; each gives the place behind. The caller
 * has seen to it that there is room: MOST_BYTES for whatever is not given as bytes.
 */
import { addressText } from '../decode/address.ts';

/** of a number, an address or a time */
export const MOST_BYTES = 48;

const ZERO = 48;
const DOT = 46;
const BILLION = 1_000_000_000;

/** `000` to `999` */
const TRIPLES: Uint8Array = Uint8Array.from({ length: 3000 }, (_, i) => {
  const digit = [100, 10, 1][i % 3]!;
  return ZERO + (Math.floor(Math.floor(i / 3) / digit) % 10);
});

export function putBytes(bytes: Uint8Array, at: number, source: Uint8Array): number {
  const { length } = source;
  // a call costs as much as a few bytes one by one
  if (length > 32) bytes.set(source, at);
  else for (let i = 0; i < length; i += 1) bytes[at + i] = source[i]!;
  return at + length;
}

/** A whole number from 0 to 2^53, in decimal. */
export function putNumber(bytes: Uint8Array, at: number, value: number): number {
  if (value < BILLION) return putSmall(bytes, at, value);
  const billions = Math.floor(value / BILLION);
  return putNine(bytes, putSmall(bytes, at, billions), value - billions * BILLION);
}

/** Below 10^9. */
function putSmall(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let power = 10; power <= value; power *= 10) end += 1;
  let left = value | 0;
  for (let i = end - 1; i > at; i -= 1) {
    const tenth = (left / 10) | 0;
    bytes[i] = ZERO + left - tenth * 10;
    left = tenth;
  }
  bytes[at] = ZERO + left;
  return end;
}

/** Nine digits, with zeros in front. */
export function putNine(bytes: Uint8Array, at: number, value: number): number {
  const upper = (value / 1000) | 0;
  const top = (upper / 1000) | 0;
  putTriple(bytes, at, top);
  putTriple(bytes, at + 3, upper - top * 1000);
  putTriple(bytes, at + 6, value - upper * 1000);
  return at + 9;
}

function putTriple(bytes: Uint8Array, at: number, value: number): void {
  const from = value * 3;
  bytes[at] = TRIPLES[from]!;
  bytes[at + 1] = TRIPLES[from + 1]!;
  bytes[at + 2] = TRIPLES[from + 2]!;
}

/** ASCII only. */
export function putText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i += 1) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** The text of an address (`addressText`), IPv4 mapped in `words`. */
export function putAddress(bytes: Uint8Array, at: number, words: Uint32Array, version: number): number {
  return version === 4 ? putAddress4(bytes, at, words[3]!) : putAddress6(bytes, at, words);
}

function putAddress4(bytes: Uint8Array, at: number, word: number): number {
  let end = putOctet(bytes, at, word >>> 24);
  bytes[end] = DOT;
  end = putOctet(bytes, end + 1, (word >>> 16) & 0xff);
  bytes[end] = DOT;
  end = putOctet(bytes, end + 1, (word >>> 8) & 0xff);
  bytes[end] = DOT;
  return putOctet(bytes, end + 1, word & 0xff);
}

function putOctet(bytes: Uint8Array, at: number, value: number): number {
  const from = value * 3;
  let end = at;
  if (value >= 100) bytes[end++] = TRIPLES[from]!;
  if (value >= 10) bytes[end++] = TRIPLES[from + 1]!;
  bytes[end++] = TRIPLES[from + 2]!;
  return end;
}

/** IPv6 addresses of late, each in the one place that it can have: they come again, and their text is dear. */
const KEPT = 4096;
const keptWords: Uint32Array = new Uint32Array(KEPT * 4);
const keptTexts: string[] = [];

function putAddress6(bytes: Uint8Array, at: number, words: Uint32Array): number {
  const mixed = Math.imul(
    words[0]! ^ Math.imul(words[1]!, 31) ^ Math.imul(words[2]!, 961) ^ words[3]!,
    0x9e3779b1,
  );
  const place = mixed >>> 20;
  let text = keptTexts[place];
  const from = place * 4;
  if (
    text === undefined ||
    keptWords[from] !== words[0] ||
    keptWords[from + 1] !== words[1] ||
    keptWords[from + 2] !== words[2] ||
    keptWords[from + 3] !== words[3]
  ) {
    text = addressText(words, 6);
    keptTexts[place] = text;
    keptWords.set(words, from);
  }
  return putText(bytes, at, text);
}
