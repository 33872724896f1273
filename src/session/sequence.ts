/** Sequence number arithmetic (RFC 9293 3.4): 32 bits, modulo 2^32. */

/** a - b as a signed distance: positive when a is after b. */
export function sequenceDistance(a: number, b: number): number {
  return (a - b) | 0;
}

/** seq + bytes, as an unsigned 32-bit number. */
export function sequenceAdd(seq: number, bytes: number): number {
  return (seq + bytes) >>> 0;
}
