/** Reading payload: numbers (big-endian unless the name says otherwise) and text. Callers check that the bytes are there. */

/** 16 bits at `at`. */
export function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** 24 bits at `at`. */
export function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | uint16(bytes, at + 1);
}

/** 32 bits at `at`, unsigned. */
export function uint32(bytes: Uint8Array, at: number): number {
  return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0;
}

/** 16 bits at `at`, little-endian. */
export function uint16le(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** 32 bits at `at`, little-endian, unsigned. */
export function uint32le(bytes: Uint8Array, at: number): number {
  return (uint16le(bytes, at) | (uint16le(bytes, at + 2) << 16)) >>> 0;
}

/** Whether `text` stands at `at`, one character a byte. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  if (at < 0 || at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Whether the bytes from `from` up to `to` are there and printable ASCII, spaces included. */
export function isPrintable(bytes: Uint8Array, from: number, to: number): boolean {
  if (to > bytes.length) return false;
  for (let i = from; i < to; i++) if (bytes[i]! < 0x20 || bytes[i]! > 0x7e) return false;
  return true;
}

/** Whether the bytes from `from` up to `to` are there and all zero. */
export function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  if (to > bytes.length) return false;
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Whether the bytes from `from` up to `to` are there and can be a random number or a key: few of them are zero. */
export function isNoise(bytes: Uint8Array, from: number, to: number): boolean {
  if (to > bytes.length) return false;
  const zeros = bytes.subarray(from, to).reduce((count, byte) => count + Number(byte === 0), 0);
  return zeros * 4 <= to - from;
}

const TEXT_LIMIT = 512;

/** empty lines in front of the first: keepalives of SIP (RFC 3261 7.5), leftovers in HTTP (RFC 9112 2.2) */
export const MOST_LINE_ENDS = 4;

/**
 * The first bytes as text, one character a byte; '' where they do not begin with printable ASCII, so
 * that no text signature is tried on binary payload.
 */
export function textHead(bytes: Uint8Array): string {
  let at = 0;
  while (at < MOST_LINE_ENDS && (bytes[at] === 0x0d || bytes[at] === 0x0a)) at += 1;
  const first = bytes[at];
  return first === undefined || first < 0x21 || first > 0x7e ? '' : asciiText(bytes, at, TEXT_LIMIT);
}

/** Its ASCII is plain ASCII; made once, as a decoder costs more than most texts. */
const DECODER = new TextDecoder();

/** At most `length` bytes from `at` as text, one character a byte. */
export function asciiText(bytes: Uint8Array, at: number, length: number): string {
  const some = bytes.subarray(at, at + length);
  // takes any array of numbers, byte by byte; spreading would copy it first
  return isAscii(some) ? DECODER.decode(some) : String.fromCharCode.apply(null, some as unknown as number[]);
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 0x7f) return false;
  return true;
}
