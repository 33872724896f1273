/** pcapng block and option numbers and field offsets (draft-ietf-opsawg-pcapng 4), counted from the block's start. */

export const BLOCK = {
  SECTION_HEADER: 0x0a0d0d0a,
  INTERFACE: 1,
  OLD_PACKET: 2,
  SIMPLE_PACKET: 3,
  ENHANCED_PACKET: 6,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Type, total length, and the total length again at the end. */
export const MIN_BLOCK_BYTES = 12;

export const SECTION = { BYTE_ORDER: 8, MAJOR: 12, MINOR: 14, MIN_BYTES: 28 } as const;
export const INTERFACE = { LINK_TYPE: 8, SNAPLEN: 12, OPTIONS: 16, MIN_BYTES: 20 } as const;
/** Enhanced and old packet blocks differ only in the width of the interface id. */
export const PACKET = {
  INTERFACE_ID: 8,
  TIME_HIGH: 12,
  TIME_LOW: 16,
  CAPTURED: 20,
  ORIGINAL: 24,
  DATA: 28,
  MIN_BYTES: 32,
} as const;
export const SIMPLE = { ORIGINAL: 8, DATA: 12, MIN_BYTES: 16 } as const;

export const OPTION = { END: 0, PACKET_FLAGS: 2, TSRESOL: 9, FCSLEN: 13, TSOFFSET: 14 } as const;

/** Bytes of an epb_flags word that hold the length of the frame check sequence (bits 5 to 8, in bytes). */
export function fcsBytesOfFlags(flags: number): number {
  return (flags >>> 5) & 0xf;
}

/**
 * Offset of the value of option `code` that is at least `minLength` long, or -1. Options that run out
 * of their block end the search: what they said is lost, the packets are not.
 */
export function findOption(
  view: DataView,
  from: number,
  to: number,
  littleEndian: boolean,
  code: number,
  minLength: number,
): number {
  let at = from;
  while (at + 4 <= to) {
    const found = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (found === OPTION.END) return -1;
    if (at + 4 + length > to) return -1;
    if (found === code && length >= minLength) return at + 4;
    at += 4 + ((length + 3) & ~3);
  }
  return -1;
}
