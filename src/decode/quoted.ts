/** The packet inside an ICMP error: only its key is of interest, and only if all of it is quoted. */
import { readU16 } from './bytes.ts';
import { IPV4, IPV6, readIpv4Key, readIpv6Addresses } from './ip-headers.ts';
import { makeExtensionWalk, walkExtensions } from './ipv6-extensions.ts';
import { icmpTypesOf, KEY_PORT_BYTES, readKeyPorts } from './key-ports.ts';
import type { PacketKey } from './packet.ts';

const walk = makeExtensionWalk();

/**
 * Sets `key` from the packet quoted at `offset`; `end` is the offset behind the last quoted and captured
 * byte. False where the key is not there: too little quoted, a fragment other than the first, or an
 * ICMP error (none is sent about one, RFC 1122 3.2.2). A length field that says more than the quote
 * holds is normal.
 */
export function readQuotedKey(key: PacketKey, data: Uint8Array, offset: number, end: number): boolean {
  const version = offset < end ? data[offset]! >> 4 : 0;
  let layer4At = -1;
  if (version === 4) layer4At = readIpv4(key, data, offset, end);
  else if (version === 6) layer4At = readIpv6(key, data, offset, end);
  if (layer4At < 0 || layer4At + KEY_PORT_BYTES > end) return false;
  if (icmpTypesOf(key)?.errors.has(data[layer4At]!)) return false;
  readKeyPorts(key, data, layer4At);
  return true;
}

/** Offset of layer 4, or -1 where it cannot be told. */
function readIpv4(key: PacketKey, data: Uint8Array, offset: number, end: number): number {
  if (offset + IPV4.HEADER_BYTES > end) return -1;
  const headerBytes = (data[offset]! & 0xf) * 4;
  const fragmentOffset = readU16(data, offset + IPV4.FRAGMENT) & IPV4.FRAGMENT_OFFSET;
  if (headerBytes < IPV4.HEADER_BYTES || fragmentOffset !== 0) return -1;
  readIpv4Key(key, data, offset);
  return offset + headerBytes;
}

function readIpv6(key: PacketKey, data: Uint8Array, offset: number, end: number): number {
  const headersAt = offset + IPV6.HEADER_BYTES;
  if (headersAt > end) return -1;
  readIpv6Addresses(key, data, offset);
  walkExtensions(walk, data, data[offset + IPV6.NEXT_HEADER]!, headersAt, end, true);
  key.proto = walk.proto;
  return walk.complete && walk.fragmentOffset === 0 ? walk.offset : -1;
}

const OPTION_REDIRECTED_HEADER = 4;
/** type, length in units of 8 bytes, six reserved bytes (RFC 4861 4.6.3) */
const OPTION_HEADER_BYTES = 8;

/** Where the redirected header option among the neighbour discovery options at `start` holds its packet; `end` where there is none. */
export function redirectedHeaderAt(data: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at + OPTION_HEADER_BYTES <= end) {
    if (data[at] === OPTION_REDIRECTED_HEADER) return at + OPTION_HEADER_BYTES;
    const bytes = data[at + 1]! * 8;
    if (bytes === 0) break;
    at += bytes;
  }
  return end;
}
