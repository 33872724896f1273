/** The Internet checksum (RFC 1071). */
import { readU16 } from './bytes.ts';
import type { DecodedPacket } from './packet.ts';

/** One's complement sum of the 16-bit words in `start..end`, an odd last byte padded with zero; not folded. */
function sumWords(data: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let at = start;
  for (; at + 1 < end; at += 2) sum += readU16(data, at);
  return at < end ? sum + (data[at]! << 8) : sum;
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return folded;
}

/** A sum that contains its own correct checksum folds to all ones. */
function foldsToOnes(sum: number): boolean {
  return fold(sum) === 0xffff;
}

/** What belongs into the checksum field of `start..end`, which holds zero there now. */
export function checksumOf(data: Uint8Array, start: number, end: number): number {
  return ~fold(sumWords(data, start, end)) & 0xffff;
}

/** A header or message that carries its own checksum, without pseudo-header: IPv4, ICMP. */
export function isChecksumRight(data: Uint8Array, start: number, end: number): boolean {
  return foldsToOnes(sumWords(data, start, end));
}

/** Layer 4 behind the pseudo-header of RFC 9293 3.1 or RFC 8200 8.1; `start..end` must have been captured. */
export function isPseudoChecksumRight(packet: DecodedPacket, start: number, end: number): boolean {
  let sum = sumWords(packet.data, start, end) + packet.proto + (end - start);
  const from = packet.version === 4 ? 3 : 0;
  for (let word = from; word < 4; word += 1) {
    sum += (packet.src[word]! >>> 16) + (packet.src[word]! & 0xffff);
    sum += (packet.dst[word]! >>> 16) + (packet.dst[word]! & 0xffff);
  }
  return foldsToOnes(sum);
}
