/**
 * Numbers and texts as ASCII bytes, written into an array at a place; each gives the place behind. The caller
 * has seen to it that there is room: MOST_BYTES for whatever is not given as bytes.
 */

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

const BACKSLASH = 92;
const SPACE = 32;
const QUOTE = 34;
const LAST_ASCII = 127;

/**
 * A text that JSON escapes nothing of: ASCII without quotes, backslashes and control characters.
 * @returns the place behind; -1 where it is another text, and what has been written counts for nothing
 */
export function putPlainText(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < SPACE || code > LAST_ASCII || code === QUOTE || code === BACKSLASH) return -1;
    bytes[at + i] = code;
  }
  return at + length;
}

/** The text of an address, as `addressText` in decode/ has it; IPv4 mapped in `words`. */
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

/** RFC 5952: lower case, no leading zeros, `::` for the longest run of two or more zero fields, the first of equals. */
function putAddress6(bytes: Uint8Array, at: number, words: Uint32Array): number {
  let runStart = -1;
  let runLength = 1;
  let zeros = 0;
  for (let field = 0; field < FIELDS6; field += 1) {
    zeros = field6(words, field) === 0 ? zeros + 1 : 0;
    if (zeros <= runLength) continue;
    runLength = zeros;
    runStart = field + 1 - zeros;
  }
  let end = at;
  for (let field = 0; field < FIELDS6; field += 1) {
    if (field === runStart) {
      bytes[end] = COLON;
      bytes[end + 1] = COLON;
      end += 2;
      field += runLength - 1;
      continue;
    }
    // the run of zeros has left its own
    if (field > 0 && bytes[end - 1] !== COLON) bytes[end++] = COLON;
    end = putHex(bytes, end, field6(words, field));
  }
  return end;
}

const FIELDS6 = 8;
const COLON = 58;
const HEX: Uint8Array = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

function field6(words: Uint32Array, field: number): number {
  const word = words[field >> 1]!;
  return (field & 1) === 0 ? word >>> 16 : word & 0xffff;
}

/** 16 bits without leading zeros. */
function putHex(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  if (value > 0xfff) bytes[end++] = HEX[value >> 12]!;
  if (value > 0xff) bytes[end++] = HEX[(value >> 8) & 15]!;
  if (value > 0xf) bytes[end++] = HEX[(value >> 4) & 15]!;
  bytes[end++] = HEX[value & 15]!;
  return end;
}
