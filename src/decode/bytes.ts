/** Big-endian reads; the caller has checked that the bytes are there. */

export function readU16(data: Uint8Array, offset: number): number {
  return (data[offset]! << 8) | data[offset + 1]!;
}

export function readU32(data: Uint8Array, offset: number): number {
  return ((readU16(data, offset) << 16) | readU16(data, offset + 2)) >>> 0;
}
