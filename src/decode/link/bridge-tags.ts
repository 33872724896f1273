/** Tags and headers that bridges and switches put between the addresses and the payload of a frame. */
import { readU16 } from '../bytes.ts';
import type { Drop } from '../malformed.ts';
import type { DecodedPacket } from '../packet.ts';
import { MAC_PAIR_BYTES } from './ethernet.ts';
import { advance, ETHERTYPE, type LayerWalk, LINK_TYPE, type LinkLayer, missingHeader } from './walk.ts';

/** A tag of `bytes` bytes that ends with the ethertype of what follows. */
export function tagThenEthertype(bytes: number): LinkLayer {
  return (walk, packet) =>
    missingHeader(walk, packet, bytes) ?? advance(walk, bytes, readU16(packet.data, walk.at + bytes - 2));
}

/** Cisco metadata (inline security group tag): version, length in words (of one option at least), options, ethertype. */
export const ciscoMetadata: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, 2);
  if (missing !== null) return missing;
  const bytes = 2 + Math.max(1, packet.data[walk.at + 1]!) * 4;
  return tagThenEthertype(bytes + 2)(walk, packet);
};

const TRILL_BYTES = 6;

/** TRILL (RFC 6325 3): flags with the length of the options in words, two nicknames, options, the frame. */
export const trill: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, TRILL_BYTES);
  if (missing !== null) return missing;
  const options = ((readU16(packet.data, walk.at) >> 6) & 0x1f) * 4;
  const bytes = TRILL_BYTES + options;
  return missingHeader(walk, packet, bytes) ?? advance(walk, bytes, LINK_TYPE.ETHERNET);
};

const TCI_ENCRYPTED_OR_CHANGED = 0x0c;
const TCI_SCI_PRESENT = 0x20;
const SECTAG_BYTES = 6;
const SCI_BYTES = 8;

/** MACsec (802.1AE 9.3): readable where it protects integrity alone; the check value at the end is no part of IP. */
export const macsec: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, SECTAG_BYTES);
  if (missing !== null) return missing;
  const control = packet.data[walk.at]!;
  if ((control & TCI_ENCRYPTED_OR_CHANGED) !== 0) return 'unsupported_encapsulation';
  const bytes = SECTAG_BYTES + ((control & TCI_SCI_PRESENT) !== 0 ? SCI_BYTES : 0);
  return tagThenEthertype(bytes + 2)(walk, packet);
};

const NSH_BASE_BYTES = 4;
const NSH_BASE_AND_PATH_BYTES = 8;
const NSH_NEXT: ReadonlyMap<number, number> = new Map([
  [1, ETHERTYPE.IPV4],
  [2, ETHERTYPE.IPV6],
  [3, LINK_TYPE.ETHERNET],
  [4, ETHERTYPE.NSH],
  [5, ETHERTYPE.MPLS],
]);

/** Network service header (RFC 8300 2): flags and length in words, type, next protocol, service path, context. */
export const nsh: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, NSH_BASE_BYTES);
  if (missing !== null) return missing;
  const bytes = (readU16(packet.data, walk.at) & 0x3f) * 4;
  if (bytes < NSH_BASE_AND_PATH_BYTES) return 'linkHeader';
  const next = NSH_NEXT.get(packet.data[walk.at + 3]!);
  if (next === undefined) return 'non_ip';
  return missingHeader(walk, packet, bytes) ?? advance(walk, bytes, next);
};

const DSA_TAG_BYTES = 4;
const DSA_TAGGED = 0x20;
const VLAN_ID = 0xfff;

/** Marvell DSA tag at `skip`: it takes the place of the 802.1Q tag of a frame that had one. */
function readDsa(walk: LayerWalk, packet: DecodedPacket, skip: number): Drop | null {
  const bytes = skip + DSA_TAG_BYTES + 2;
  const missing = missingHeader(walk, packet, bytes);
  if (missing !== null) return missing;
  const { data } = packet;
  const at = walk.at + skip;
  const id = readU16(data, at + 2) & VLAN_ID;
  if ((data[at]! & DSA_TAGGED) !== 0 && id !== 0) packet.vlan = id;
  return advance(walk, bytes, readU16(data, at + DSA_TAG_BYTES));
}

/** Link type DSA_TAG_DSA: the tag stands behind the addresses. */
export const dsaFrame: LinkLayer = (walk, packet) => readDsa(walk, packet, MAC_PAIR_BYTES);

/** Link type DSA_TAG_EDSA: the tag behind an ethertype of its own and two reserved bytes. */
export const edsaFrame: LinkLayer = (walk, packet) => readDsa(walk, packet, MAC_PAIR_BYTES + 4);

/** The same met as an ethertype. */
export const edsaTag: LinkLayer = (walk, packet) => readDsa(walk, packet, 2);

/** Realtek tags: 4 bytes (protocol 0xa) or 8 bytes (protocol 4), the ethertype included (Linux tag_rtl4_a, tag_rtl8_4). */
export const realtekTag: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, 1);
  if (missing !== null) return missing;
  const protocol = packet.data[walk.at]!;
  if (protocol === 0x04) return tagThenEthertype(8)(walk, packet);
  return protocol >> 4 === 0xa ? tagThenEthertype(4)(walk, packet) : 'non_ip';
};
