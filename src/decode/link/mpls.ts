/** MPLS label stack (RFC 3032) and what stands below it: IP, or a pseudowire of Ethernet (RFC 4448). */
import { readU16, readU32 } from '../bytes.ts';
import type { DecodedPacket } from '../packet.ts';
import { looksLikeEthernet } from './ethernet.ts';
import { advance, ETHERTYPE, type LayerWalk, LINK_TYPE, type LinkLayer, missingHeader } from './walk.ts';

const LABEL_BYTES = 4;
const BOTTOM_OF_STACK = 0x01;
const CONTROL_WORD_BYTES = 4;

/**
 * The stack does not say what it carries. The first half byte behind it tells IP from the rest (RFC 4928);
 * a pseudowire is told by an Ethernet header that fits, behind a control word (which begins with 0) or not.
 */
export const mpls: LinkLayer = (walk, packet) => {
  const { data } = packet;
  let bytes = 0;
  do {
    bytes += LABEL_BYTES;
    const missing = missingHeader(walk, packet, bytes);
    if (missing !== null) return missing;
  } while ((data[walk.at + bytes - 2]! & BOTTOM_OF_STACK) === 0);

  const at = walk.at + bytes;
  const missing = missingHeader(walk, packet, bytes + 1);
  if (missing !== null) return missing;
  const version = data[at]! >> 4;
  if (version === 4 && !isEthernetWithSuchAddress(packet, walk, at, 4)) {
    return advance(walk, bytes, ETHERTYPE.IPV4);
  }
  if (version === 6 && !isEthernetWithSuchAddress(packet, walk, at, 6)) {
    return advance(walk, bytes, ETHERTYPE.IPV6);
  }
  const framed = looksLikeEthernet(data, at + CONTROL_WORD_BYTES, walk.end);
  const bare = looksLikeEthernet(data, at, walk.end);
  // Both fit where a VLAN tag pushes the next ethertype to where a control word would have it; or by
  // accident, and then a word of nothing but zeros is no part of an address.
  const isWord = version === 0 && framed && (!bare || isZeroWord(data, at));
  if (isWord) return advance(walk, bytes + CONTROL_WORD_BYTES, LINK_TYPE.ETHERNET);
  return bare ? advance(walk, bytes, LINK_TYPE.ETHERNET) : 'non_ip';
};

function isZeroWord(data: Uint8Array, at: number): boolean {
  return readU32(data, at) === 0;
}

/** A pseudowire without control word whose destination address begins like an IP header: no length in it fits. */
function isEthernetWithSuchAddress(
  { data }: DecodedPacket,
  walk: LayerWalk,
  at: number,
  version: 4 | 6,
): boolean {
  if (!looksLikeEthernet(data, at, walk.end)) return false;
  const left = walk.end - at;
  if (version === 6) return readU16(data, at + 4) + 40 > left;
  const header = (data[at]! & 0xf) * 4;
  const total = readU16(data, at + 2);
  return header < 20 || total < header || total > left;
}
