/** PPP (RFC 1661) with or without HDLC framing (RFC 1662), PPPoE (RFC 2516), Cisco HDLC. */
import { readU16 } from '../bytes.ts';
import type { Drop } from '../malformed.ts';
import type { DecodedPacket } from '../packet.ts';
import {
  advance,
  advanceToEthertype,
  ETHERTYPE,
  type LayerWalk,
  LINK_TYPE,
  type LinkLayer,
  missingHeader,
} from './walk.ts';

const UNNUMBERED = 0x03;

/** First byte of HDLC framing: all stations, or the direction that pppd writes over it (PPP_PPPD). */
const HDLC_ADDRESSES: ReadonlySet<number> = new Set([0xff, 0x00, 0x01]);

/** Cisco HDLC unicast and multicast: on a serial line that was taken for PPP. */
const CISCO_ADDRESSES: ReadonlySet<number> = new Set([0x0f, 0x8f]);

/** Protocols (IANA PPP numbers) that are another layer with nothing in between. */
const PROTOCOLS: ReadonlyMap<number, number> = new Map([
  [0x0021, ETHERTYPE.IPV4],
  [0x0057, ETHERTYPE.IPV6],
  [0x0281, ETHERTYPE.MPLS],
  [0x0283, ETHERTYPE.MPLS_MULTICAST],
]);

const BRIDGING = 0x0031;
const MULTILINK = 0x003d;

/** IP that cannot be read without the state of the link. */
const OPAQUE: ReadonlySet<number> = new Set([
  0x002d, // Van Jacobson compressed TCP/IP
  0x002f, // the same, uncompressed with a connection number for a protocol
  0x0053, // encrypted
  0x0055, // encrypted, of one link
  0x00fb, // compressed, of one link
  0x00fd, // compressed
]);

export const ppp: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, 2);
  if (missing !== null) return missing;
  const first = packet.data[walk.at]!;
  if (CISCO_ADDRESSES.has(first)) return advance(walk, 0, LINK_TYPE.CISCO_HDLC);
  const framed = HDLC_ADDRESSES.has(first) && packet.data[walk.at + 1] === UNNUMBERED;
  return readProtocol(walk, packet, framed ? 2 : 0);
};

/** The protocol field `skip` bytes ahead: two bytes, or one where its lowest bit is set (RFC 1661 6.5). */
function readProtocol(walk: LayerWalk, packet: DecodedPacket, skip: number): Drop | null {
  const { data } = packet;
  const missing = missingHeader(walk, packet, skip + 1);
  if (missing !== null) return missing;
  const compressed = (data[walk.at + skip]! & 1) !== 0;
  const bytes = skip + (compressed ? 1 : 2);
  const short = missingHeader(walk, packet, bytes);
  if (short !== null) return short;
  const protocol = compressed ? data[walk.at + skip]! : readU16(data, walk.at + skip);
  const next = PROTOCOLS.get(protocol);
  if (next !== undefined) return advance(walk, bytes, next);
  if (protocol === BRIDGING) return readBridged(walk, packet, bytes);
  if (protocol === MULTILINK) return readMultilink(walk, packet, bytes);
  return OPAQUE.has(protocol) ? 'unsupported_encapsulation' : 'non_ip';
}

const MAC_TYPE_ETHERNET = 1;
const LAN_ID_PRESENT = 0x40;

/** Bridging control protocol (RFC 3518 4.2): flags, MAC type, perhaps a LAN id, then the frame. */
function readBridged(walk: LayerWalk, packet: DecodedPacket, skip: number): Drop | null {
  const missing = missingHeader(walk, packet, skip + 2);
  if (missing !== null) return missing;
  const flags = packet.data[walk.at + skip]!;
  if (packet.data[walk.at + skip + 1] !== MAC_TYPE_ETHERNET) return 'non_ip';
  return advance(walk, skip + ((flags & LAN_ID_PRESENT) !== 0 ? 6 : 2), LINK_TYPE.ETHERNET);
}

const WHOLE = 0xc0;

/** Multilink (RFC 1990 3) with long sequence numbers; a fragment of a packet cannot be read alone. */
function readMultilink(walk: LayerWalk, packet: DecodedPacket, skip: number): Drop | null {
  const missing = missingHeader(walk, packet, skip + 4);
  if (missing !== null) return missing;
  if ((packet.data[walk.at + skip]! & WHOLE) !== WHOLE) return 'unsupported_encapsulation';
  return advance(walk, skip + 4, LINK_TYPE.PPP);
}

const PPPOE_BYTES = 6;
const VERSION_1_TYPE_1 = 0x11;
const CODE_SESSION_DATA = 0;

export const pppoe: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, PPPOE_BYTES);
  if (missing !== null) return missing;
  const { data } = packet;
  if (data[walk.at] !== VERSION_1_TYPE_1 || data[walk.at + 1] !== CODE_SESSION_DATA) return 'non_ip';
  walk.at += PPPOE_BYTES;
  return readProtocol(walk, packet, 0);
};

const CISCO_BYTES = 4;

/** Address, control 0, ethertype; a link that negotiated PPP has 0xff there. */
export const ciscoHdlc: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, CISCO_BYTES);
  if (missing !== null) return missing;
  const { data } = packet;
  const address = data[walk.at]!;
  if (address === 0xff && data[walk.at + 1] === UNNUMBERED) return readProtocol(walk, packet, 2);
  if (!CISCO_ADDRESSES.has(address)) return 'non_ip';
  return advanceToEthertype(walk, CISCO_BYTES, readU16(data, walk.at + 2));
};
