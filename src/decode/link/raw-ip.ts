/** Captures that begin with the IP header, or with an address family in front of it (BSD loopback). */
import { readU16, readU32 } from '../bytes.ts';
import { advance, advanceToEthertype, ETHERTYPE, LINK_TYPE, type LinkLayer, missingHeader } from './walk.ts';

/** IPv4 or IPv6, told by the version field. */
export const rawIp: LinkLayer = (walk, packet) => {
  const { data } = packet;
  if (walk.at >= walk.end) return 'ipHeader';
  if (walk.at >= data.length) return 'notCaptured';
  const version = data[walk.at]! >> 4;
  if (version === 4) return advance(walk, 0, ETHERTYPE.IPV4);
  return version === 6 ? advance(walk, 0, ETHERTYPE.IPV6) : 'ipVersion';
};

const FAMILY_BYTES = 4;

/** Address families; AF_INET6 has another number on each BSD (and Linux, Solaris and Windows programs write theirs). */
const FAMILIES: ReadonlyMap<number, number> = new Map([
  [2, ETHERTYPE.IPV4],
  [10, ETHERTYPE.IPV6], // Linux
  [24, ETHERTYPE.IPV6], // NetBSD, OpenBSD
  [28, ETHERTYPE.IPV6], // FreeBSD
  [30, ETHERTYPE.IPV6], // macOS
]);

/** Families are small numbers: a value above 16 bits is one of the other byte order. */
export const bsdLoopback: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, FAMILY_BYTES);
  if (missing !== null) return missing;
  const stored = readU32(packet.data, walk.at);
  const family = stored > 0xffff ? swap32(stored) : stored;
  const next = FAMILIES.get(family);
  if (next !== undefined) return advance(walk, FAMILY_BYTES, next);
  // Seen in the wild: an ethertype in the last two bytes, where no family of either byte order reaches.
  return advanceToEthertype(walk, FAMILY_BYTES, stored & 0xffff);
};

function swap32(value: number): number {
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

/**
 * PFLOG (OpenBSD pf): its length is its first byte, rounded up to a word; what is behind it is an IP
 * packet of the family in the second.
 */
export const pflog: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, 1);
  if (missing !== null) return missing;
  const bytes = (packet.data[walk.at]! + 3) & ~3;
  if (bytes === 0) return 'linkHeader';
  return missingHeader(walk, packet, bytes) ?? advance(walk, bytes, LINK_TYPE.RAW);
};

const NFLOG_HEADER_BYTES = 4;
const TLV_HEADER_BYTES = 4;
const NFULA_PAYLOAD = 9;

/**
 * NFLOG (Linux netfilter log): family, version, resource id, then type-length-value items, one of which
 * is the IP packet. Lengths and types stand in the byte order of the capturing host.
 */
export const nflog: LinkLayer = (walk, packet) => {
  const { data } = packet;
  const missing = missingHeader(walk, packet, NFLOG_HEADER_BYTES + TLV_HEADER_BYTES);
  if (missing !== null) return missing;
  let at = walk.at + NFLOG_HEADER_BYTES;
  // The first item is a short one: read in the wrong order its length is above 255.
  const littleEndian = data[at]! !== 0;
  const read = (offset: number): number =>
    littleEndian ? data[offset]! | (data[offset + 1]! << 8) : readU16(data, offset);
  while (at + TLV_HEADER_BYTES <= walk.end) {
    if (at + TLV_HEADER_BYTES > data.length) return 'notCaptured';
    const length = read(at);
    if (length < TLV_HEADER_BYTES || at + length > walk.end) return 'linkHeader';
    if (read(at + 2) === NFULA_PAYLOAD) {
      walk.end = at + length;
      return advance(walk, at + TLV_HEADER_BYTES - walk.at, LINK_TYPE.RAW);
    }
    at += (length + 3) & ~3;
  }
  return 'non_ip';
};
