/** IPv6 (RFC 8200) with its extension headers; fragments go to the store, if there is one. */
import { readU16, readU32 } from './bytes.ts';
import type { Fragment } from './fragment/store.ts';
import { IPV6, readIpv6Addresses } from './ip-headers.ts';
import { makeExtensionWalk, walkExtensions } from './ipv6-extensions.ts';
import { type DecodeContext, WITHOUT_CHECKSUMS } from './layer.ts';
import { type Drop, missingBytes } from './malformed.ts';
import { type DecodedPacket, PROTO } from './packet.ts';
import { isMartian } from './sanity.ts';
import { decodeTransport } from './transport.ts';

const FRAGMENT_OFFSET_AND_FLAGS_AT = 2;
const IDENTIFICATION_AT = 4;
const MORE_FRAGMENTS = 0x1;
const LONGEST_PAYLOAD = 0xffff;

/** Reused for every packet: a decoder runs to its end before the next one starts. */
const walk = makeExtensionWalk();

export function decodeIpv6(
  packet: DecodedPacket,
  offset: number,
  wireEnd: number,
  context: DecodeContext,
): Drop | null {
  const { data } = packet;
  packet.ipOffset = offset;
  packet.version = 6;
  const noVersion = missingBytes(packet, offset, 1, wireEnd, 'ip6Header');
  if (noVersion !== null) return noVersion;
  if (data[offset]! >> 4 !== 6) return 'ip6Version';
  const missing = missingBytes(packet, offset, IPV6.HEADER_BYTES, wireEnd, 'ip6Header');
  if (missing !== null) return missing;

  readIpv6Addresses(packet, data, offset);
  packet.ttl = data[offset + IPV6.HOP_LIMIT]!;
  const nextHeader = data[offset + IPV6.NEXT_HEADER]!;
  packet.proto = nextHeader;

  const headersAt = offset + IPV6.HEADER_BYTES;
  const storedLength = readU16(data, offset + IPV6.PAYLOAD_LENGTH);
  // As in IPv4: 0 with a transport header behind it is segmentation offload. A jumbogram also stores 0,
  // but its first next header is hop-by-hop.
  const offload = storedLength === 0 && (nextHeader === PROTO.TCP || nextHeader === PROTO.UDP);
  const end = offload ? wireEnd : headersAt + storedLength;
  const jumboEnd = storedLength === 0 ? wireEnd : end;
  walkExtensions(walk, data, nextHeader, headersAt, jumboEnd, false);
  packet.proto = walk.proto;
  if (walk.jumbogram) return 'ip6Jumbogram';
  if (end > wireEnd) return 'ip6Length';
  if (isMartian(packet)) return 'martian';
  if (walk.offset > end || (!walk.complete && walk.truncated)) return 'ip6Extension';
  if (!walk.complete) return 'notCaptured';
  if (walk.fragment) return takeFragment(packet, end, context);
  const unverifiable = offload || walk.otherAddresses;
  return decodeTransport(packet, walk.offset, end, wireEnd, unverifiable ? WITHOUT_CHECKSUMS : context);
}

/** What precedes the fragment header stays in the reassembled packet; the fragment header does not. */
function takeFragment(packet: DecodedPacket, end: number, context: DecodeContext): Drop | null {
  const { data, ipOffset } = packet;
  const unfragmentable = walk.fragmentAt - ipOffset - IPV6.HEADER_BYTES;
  if (unfragmentable + walk.fragmentOffset + (end - walk.offset) > LONGEST_PAYLOAD) return 'pingOfDeath';
  if (context.fragments === undefined) return 'fragment_unassembled';
  const fragment: Fragment = {
    identification: readU32(data, walk.fragmentAt + IDENTIFICATION_AT),
    offset: walk.fragmentOffset,
    more: (readU16(data, walk.fragmentAt + FRAGMENT_OFFSET_AND_FLAGS_AT) & MORE_FRAGMENTS) !== 0,
    dataAt: walk.offset,
    dataEnd: end,
    cut: false,
    headersEnd: walk.fragmentAt,
    protocolAt: walk.fragmentNamedAt < 0 ? ipOffset + IPV6.NEXT_HEADER : walk.fragmentNamedAt,
  };
  return context.fragments.take(packet, fragment);
}
