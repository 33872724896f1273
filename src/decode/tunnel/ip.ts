/** Tunnels that are an IP protocol of their own, GRE aside. */
import { readU16 } from '../bytes.ts';
import { isChecksumRight } from '../checksum.ts';
import { IPV4, IPV6 } from '../ip-headers.ts';
import { ETHERTYPE, LINK_TYPE } from '../link/walk.ts';
import { type DecodedPacket, PROTO } from '../packet.ts';
import { type Carried, carry, has, type TunnelReader } from './carried.ts';

/** IPv4 (RFC 2003, RFC 2473) and IPv6 (RFC 4213: 6in4, 6to4, 6rd, ISATAP) right behind the outer header. */
export const ipInIp: TunnelReader = (outer, carried) => {
  if (!has(outer, carried, 1)) return false;
  const version = outer.data[carried.at]! >> 4;
  if (version === 4) return outer.proto === PROTO.IPIP && carry(outer, carried, 0, ETHERTYPE.IPV4);
  return version === 6 && outer.proto === PROTO.IPV6 && carry(outer, carried, 0, ETHERTYPE.IPV6);
};

/** IP of the version in the first half byte, its length field within what is left: IP where nothing else says so. */
export function carryPlausibleIp(outer: DecodedPacket, carried: Carried, bytes: number): boolean {
  const total = ipLength(outer, carried, bytes);
  if (total === 0 || carried.at + bytes + total > carried.end) return false;
  return carry(outer, carried, bytes, LINK_TYPE.RAW);
}

/** Bytes that the IP packet `skip` bytes ahead says it has; 0 where none can stand there. */
function ipLength(outer: DecodedPacket, carried: Carried, skip: number): number {
  const { data } = outer;
  const at = carried.at + skip;
  if (has(outer, carried, skip + IPV4.HEADER_BYTES) && data[at]! >> 4 === 4 && (data[at]! & 0xf) >= 5) {
    const total = readU16(data, at + IPV4.TOTAL_LENGTH);
    return total >= (data[at]! & 0xf) * 4 ? total : 0;
  }
  if (has(outer, carried, skip + IPV6.HEADER_BYTES) && data[at]! >> 4 === 6) {
    return IPV6.HEADER_BYTES + readU16(data, at + IPV6.PAYLOAD_LENGTH);
  }
  return 0;
}

const ETHERIP_VERSION_3 = 0x30;

/** RFC 3378: version 3, twelve reserved bits, the frame. */
export const etherIp: TunnelReader = (outer, carried) =>
  has(outer, carried, 2) &&
  outer.data[carried.at] === ETHERIP_VERSION_3 &&
  outer.data[carried.at + 1] === 0 &&
  carry(outer, carried, 2, LINK_TYPE.ETHERNET);

/** MPLS right behind the outer header: RFC 4023 in IP, RFC 7510 in UDP. */
export const mplsIn: TunnelReader = (outer, carried) =>
  has(outer, carried, 4) && carry(outer, carried, 0, ETHERTYPE.MPLS);

/** Authentication header in tunnel mode (RFC 4302): next header, length in words less two. Transport mode carries no packet. */
export const authenticated: TunnelReader = (outer, carried) => {
  if (!has(outer, carried, 2)) return false;
  const next = outer.data[carried.at]!;
  const bytes = (outer.data[carried.at + 1]! + 2) * 4;
  if (next === PROTO.IPIP) return carry(outer, carried, bytes, ETHERTYPE.IPV4);
  return next === PROTO.IPV6 && carry(outer, carried, bytes, ETHERTYPE.IPV6);
};

const ESP_HEADER_BYTES = 8;
/** padding length and next header */
const ESP_TRAILER_BYTES = 2;
/** integrity check values in use: none, HMAC-96, HMAC-SHA-256-128, HMAC-SHA-512-256 */
const CHECK_VALUE_BYTES = [12, 16, 32, 0] as const;

/**
 * ESP without encryption (RFC 2410) in tunnel mode. Nothing in the packet says so: it is believed where
 * the inner length, the padding, the trailer and a check value of a usual size add up to the payload,
 * the trailer names the version, and an IPv4 header has the right checksum (RFC 5879 has this and more).
 */
export const espNull: TunnelReader = (outer, carried) => {
  const { data } = outer;
  const total = ipLength(outer, carried, ESP_HEADER_BYTES);
  if (total === 0 || carried.end > data.length) return false;
  const at = carried.at + ESP_HEADER_BYTES;
  const isIpv4 = data[at]! >> 4 === 4;
  if (isIpv4 && !isChecksumRight(data, at, at + (data[at]! & 0xf) * 4)) return false;
  const next = isIpv4 ? PROTO.IPIP : PROTO.IPV6;
  for (const checkValueBytes of CHECK_VALUE_BYTES) {
    const trailerAt = carried.end - checkValueBytes - ESP_TRAILER_BYTES;
    if (trailerAt < at + total) continue;
    if (data[trailerAt + 1] === next && at + total + data[trailerAt]! === trailerAt) {
      carried.end = at + total;
      return carry(outer, carried, ESP_HEADER_BYTES, LINK_TYPE.RAW);
    }
  }
  return false;
};
