/** Overlay networks in UDP: VXLAN, Geneve, LISP. */
import { readU16, readU32 } from '../bytes.ts';
import { ETHERTYPE, FIRST_ETHERTYPE, LINK_TYPE } from '../link/walk.ts';
import { carry, has, type TunnelReader } from './carried.ts';
import { carryPlausibleIp } from './ip.ts';

const HEADER_BYTES = 8;
const VNI_PRESENT = 0x08;
const VERSION = 0x30;
const OPERATIONS = 0x01;

/** Next protocol of the generic protocol extension; IP and Ethernet as drafted, NSH as in RFC 8300 by reference. */
const NEXT_PROTOCOLS: ReadonlyMap<number, number> = new Map([
  [1, ETHERTYPE.IPV4],
  [2, ETHERTYPE.IPV6],
  [3, LINK_TYPE.ETHERNET],
  [4, ETHERTYPE.NSH],
  [5, ETHERTYPE.MPLS],
]);

/** RFC 7348 5: flags with "VNI is valid", reserved bits (a group policy id may stand there), VNI, a reserved byte. */
export const vxlan: TunnelReader = (outer, carried) => {
  if (!has(outer, carried, HEADER_BYTES)) return false;
  const flags = outer.data[carried.at]!;
  if ((flags & VNI_PRESENT) === 0 || outer.data[carried.at + 7] !== 0) return false;
  carried.network = readU32(outer.data, carried.at + 4) >>> 8;
  return carry(outer, carried, HEADER_BYTES, LINK_TYPE.ETHERNET);
};

/**
 * draft-ietf-nvo3-vxlan-gpe 3: the same header, with version, operations flag and next protocol. A next
 * protocol counts on this port even where its own flag is not set; without one it is Ethernet.
 */
export const vxlanGpe: TunnelReader = (outer, carried) => {
  if (!has(outer, carried, HEADER_BYTES)) return false;
  const flags = outer.data[carried.at]!;
  if ((flags & (VERSION | OPERATIONS)) !== 0) return false;
  if (outer.data[carried.at + 3] === 0) return vxlan(outer, carried);
  const next = NEXT_PROTOCOLS.get(outer.data[carried.at + 3]!);
  if (next === undefined) return false;
  if ((flags & VNI_PRESENT) !== 0) carried.network = readU32(outer.data, carried.at + 4) >>> 8;
  return carry(outer, carried, HEADER_BYTES, next);
};

const GENEVE_OPTION_WORDS = 0x3f;

/** RFC 8926 3.4: version 0 and option length in words, flags, ethertype, VNI, a reserved byte. */
export const geneve: TunnelReader = (outer, carried) => {
  const { data } = outer;
  const { at } = carried;
  if (!has(outer, carried, HEADER_BYTES) || data[at]! >> 6 !== 0 || data[at + 7] !== 0) return false;
  const ethertype = readU16(data, at + 2);
  if (ethertype < FIRST_ETHERTYPE) return false;
  carried.network = readU32(data, at + 4) >>> 8;
  return carry(outer, carried, HEADER_BYTES + (data[at]! & GENEVE_OPTION_WORDS) * 4, ethertype);
};

/** RFC 9300 5.3: flags, nonce, locator bits or instance, then IP. */
export const lisp: TunnelReader = (outer, carried) => carryPlausibleIp(outer, carried, HEADER_BYTES);
