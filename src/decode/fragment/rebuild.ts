/** The packet that a whole datagram's fragments were made of. */
import { checksumOf } from '../checksum.ts';
import { IPV4, IPV6 } from '../ip-headers.ts';
import type { Datagram } from './datagram.ts';

const LONGEST = 0xffff;

/**
 * Headers and data as one packet, from its first byte on, up to the first byte that was not captured;
 * null where it would be longer than IP allows. The headers are the first fragment's, with length,
 * fragment word and checksum as an unfragmented packet has them (RFC 791 3.2, RFC 8200 4.5).
 */
export function rebuild(datagram: Datagram): { bytes: Uint8Array; wireLength: number } | null {
  const { headerLength, pieces } = datagram;
  const header = datagram.header!;
  const wireLength = headerLength + datagram.length;
  const counted = datagram.version === 4 ? wireLength : wireLength - IPV6.HEADER_BYTES;
  if (counted > LONGEST) return null;

  let captured = header.length;
  for (const piece of pieces) {
    if (captured !== headerLength + piece.offset) break;
    captured += piece.captured.length;
  }
  const bytes = new Uint8Array(captured);
  bytes.set(header);
  for (const piece of pieces) {
    const at = headerLength + piece.offset;
    if (at >= captured) break;
    bytes.set(piece.captured, at);
  }
  if (datagram.version === 4) patchIpv4(bytes, headerLength, counted);
  else writeU16(bytes, IPV6.PAYLOAD_LENGTH, counted);
  return { bytes, wireLength };
}

function patchIpv4(bytes: Uint8Array, headerLength: number, totalLength: number): void {
  writeU16(bytes, IPV4.TOTAL_LENGTH, totalLength);
  writeU16(bytes, IPV4.FRAGMENT, 0);
  writeU16(bytes, IPV4.CHECKSUM, 0);
  if (headerLength <= bytes.length) writeU16(bytes, IPV4.CHECKSUM, checksumOf(bytes, 0, headerLength));
}

function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 0xff;
}
