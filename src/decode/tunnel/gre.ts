/** GRE (RFC 2784, 2890), NVGRE (RFC 7637), PPTP's version 1 (RFC 2637), and ERSPAN in it. */
import { readU16, readU32 } from '../bytes.ts';
import { ETHERTYPE, FIRST_ETHERTYPE, LINK_TYPE } from '../link/walk.ts';
import type { DecodedPacket } from '../packet.ts';
import { type Carried, carry, has } from './carried.ts';

const BASE_BYTES = 4;
const CHECKSUM_PRESENT = 0x8000;
/** RFC 1701; RFC 2784 2.2 has it dropped */
const ROUTING_PRESENT = 0x4000;
const KEY_PRESENT = 0x2000;
const SEQUENCE_PRESENT = 0x1000;
const ACK_PRESENT = 0x0080;
const VERSION = 0x7;

const ERSPAN = 0x88be;
const ERSPAN_III = 0x22eb;
const WCCP = 0x883e;
/** Aruba access points: an 802.11 frame; the lower digit is a number of the access point's */
const ARUBA_FIRST = 0x8200;
const ARUBA_LAST = 0x8210;

/** As TunnelReader; gives which of the two it is. */
export function readGre(outer: DecodedPacket, carried: Carried): 'gre' | 'erspan' | null {
  if (!has(outer, carried, BASE_BYTES)) return null;
  const flags = readU16(outer.data, carried.at);
  const protocol = readU16(outer.data, carried.at + 2);
  if ((flags & VERSION) === 1) return readPptp(outer, carried, flags, protocol) ? 'gre' : null;
  if ((flags & VERSION) !== 0 || (flags & ROUTING_PRESENT) !== 0 || protocol < FIRST_ETHERTYPE) return null;
  const checksum = (flags & CHECKSUM_PRESENT) !== 0 ? 4 : 0;
  const key = (flags & KEY_PRESENT) !== 0 ? 4 : 0;
  const sequence = (flags & SEQUENCE_PRESENT) !== 0 ? 4 : 0;
  const bytes = BASE_BYTES + checksum + key + sequence;
  if (!has(outer, carried, bytes)) return null;
  if (protocol === ERSPAN || protocol === ERSPAN_III) {
    return readErspan(outer, carried, bytes, protocol, sequence !== 0) ? 'erspan' : null;
  }
  if (protocol === ETHERTYPE.ETHERNET && key !== 0) {
    // NVGRE: the upper 24 bits of the key are the virtual subnet, the lower 8 an entropy field.
    carried.network = readU32(outer.data, carried.at + BASE_BYTES + checksum) >>> 8;
  }
  return readPayload(outer, carried, bytes, protocol) ? 'gre' : null;
}

function readPayload(outer: DecodedPacket, carried: Carried, bytes: number, protocol: number): boolean {
  if (protocol >= ARUBA_FIRST && protocol <= ARUBA_LAST) {
    return carry(outer, carried, bytes, LINK_TYPE.IEEE802_11);
  }
  if (protocol !== WCCP) return carry(outer, carried, bytes, protocol);
  // WCCP version 2 puts a redirect header of 4 bytes in front, version 1 none.
  if (!has(outer, carried, bytes + 1)) return false;
  const redirect = outer.data[carried.at + bytes]! >> 4 === 4 ? 0 : 4;
  return carry(outer, carried, bytes + redirect, ETHERTYPE.IPV4);
}

const PPTP_BYTES = 8;

/** The key is the payload's length and a call id; without a sequence number there is no payload. */
function readPptp(outer: DecodedPacket, carried: Carried, flags: number, protocol: number): boolean {
  if (protocol !== ETHERTYPE.PPP || (flags & KEY_PRESENT) === 0 || (flags & SEQUENCE_PRESENT) === 0)
    return false;
  const bytes = PPTP_BYTES + 4 + ((flags & ACK_PRESENT) !== 0 ? 4 : 0);
  if (!has(outer, carried, bytes)) return false;
  const end = carried.at + bytes + readU16(outer.data, carried.at + BASE_BYTES);
  if (end > carried.end) return false;
  carried.end = end;
  return carry(outer, carried, bytes, ETHERTYPE.PPP);
}

const ERSPAN_II_BYTES = 8;
const ERSPAN_III_BYTES = 12;
const ERSPAN_SUBHEADER_BYTES = 8;
const ERSPAN_SUBHEADER_PRESENT = 0x01;
/** of type III, what follows: an Ethernet frame, or an IP packet from an interface without one */
const ERSPAN_FRAME_TYPE = 0x7c00;
const ERSPAN_IP_PACKET = 2 << 10;

/** draft-foschiano-erspan: type I has no header of its own and no sequence number in GRE. */
function readErspan(
  outer: DecodedPacket,
  carried: Carried,
  gre: number,
  protocol: number,
  hasSequence: boolean,
): boolean {
  if (protocol === ERSPAN) {
    return carry(outer, carried, gre + (hasSequence ? ERSPAN_II_BYTES : 0), LINK_TYPE.ETHERNET);
  }
  if (!has(outer, carried, gre + ERSPAN_III_BYTES)) return false;
  const flags = readU16(outer.data, carried.at + gre + ERSPAN_III_BYTES - 2);
  const subheader = (flags & ERSPAN_SUBHEADER_PRESENT) !== 0 ? ERSPAN_SUBHEADER_BYTES : 0;
  const isIp = (flags & ERSPAN_FRAME_TYPE) === ERSPAN_IP_PACKET;
  return carry(outer, carried, gre + ERSPAN_III_BYTES + subheader, isIp ? LINK_TYPE.RAW : LINK_TYPE.ETHERNET);
}
