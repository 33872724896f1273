/** Little-endian reads, for headers that capturing programs write; the caller has checked that the bytes are there. */

export function readU16Le(data: Uint8Array, offset: number): number {
  return data[offset]! | (data[offset + 1]! << 8);
}

export function readU32Le(data: Uint8Array, offset: number): number {
  return (readU16Le(data, offset) | (readU16Le(data, offset + 2) << 16)) >>> 0;
}
