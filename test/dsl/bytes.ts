/** Byte strings for tests: small pure functions on Uint8Array, numbers big-endian. */
import ipaddr from 'ipaddr.js';

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const u8 = (...values: number[]): Uint8Array => Uint8Array.from(values);
export const u16 = (...values: number[]): Uint8Array =>
  u8(...values.flatMap((v) => [(v >> 8) & 0xff, v & 0xff]));
export const u32 = (...values: number[]): Uint8Array => u16(...values.flatMap((v) => [v >>> 16, v & 0xffff]));
export const zeros = (length: number): Uint8Array => new Uint8Array(length);
export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
/** Bytes of an IPv4 or IPv6 address in text. */
export const address = (value: string): Uint8Array => Uint8Array.from(ipaddr.parse(value).toByteArray());

/** RFC 1071 checksum of `bytes`, whose checksum field must be zero. */
export function checksum16(bytes: Uint8Array): number {
  let sum = 0;
  bytes.forEach((byte, i) => {
    sum += i % 2 === 0 ? byte * 256 : byte;
  });
  return ~(sum % 0xffff || (sum === 0 ? 0 : 0xffff)) & 0xffff;
}

/** A copy with `value` written over the bytes at `at`. */
export function patched(bytes: Uint8Array, at: number, value: Uint8Array): Uint8Array {
  const out = bytes.slice();
  out.set(value, at);
  return out;
}
