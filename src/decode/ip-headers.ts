/**
 * Where the fields of the IP headers stand, and the addresses out of them: for the packet on the wire
 * and for the one that an ICMP error quotes.
 */
import { readU32 } from './bytes.ts';
import type { PacketKey } from './packet.ts';

/** Byte offsets (RFC 791 3.1) and the masks of the fragment word. */
export const IPV4 = {
  HEADER_BYTES: 20,
  TOTAL_LENGTH: 2,
  ID: 4,
  FRAGMENT: 6,
  TTL: 8,
  PROTOCOL: 9,
  CHECKSUM: 10,
  SRC: 12,
  DST: 16,
  MORE_FRAGMENTS: 0x2000,
  /** in units of 8 bytes */
  FRAGMENT_OFFSET: 0x1fff,
} as const;

/** Byte offsets (RFC 8200 3). */
export const IPV6 = {
  HEADER_BYTES: 40,
  PAYLOAD_LENGTH: 4,
  NEXT_HEADER: 6,
  HOP_LIMIT: 7,
  SRC: 8,
  DST: 24,
} as const;

/** Addresses and protocol of the header at `offset`, of which 20 bytes must be there. */
export function readIpv4Key(key: PacketKey, data: Uint8Array, offset: number): void {
  key.version = 4;
  key.proto = data[offset + IPV4.PROTOCOL]!;
  setMapped(key.src, readU32(data, offset + IPV4.SRC));
  setMapped(key.dst, readU32(data, offset + IPV4.DST));
}

/** IPv4 in the key is mapped into ::ffff:0:0/96. */
function setMapped(words: Uint32Array, address: number): void {
  words[0] = 0;
  words[1] = 0;
  words[2] = 0xffff;
  words[3] = address;
}

/** Addresses of the header at `offset`, of which 40 bytes must be there; the protocol comes from the header chain. */
export function readIpv6Addresses(key: PacketKey, data: Uint8Array, offset: number): void {
  key.version = 6;
  for (let word = 0; word < 4; word += 1) {
    key.src[word] = readU32(data, offset + IPV6.SRC + word * 4);
    key.dst[word] = readU32(data, offset + IPV6.DST + word * 4);
  }
}
