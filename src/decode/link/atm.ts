/** IP over ATM (RFC 2684) and the headers with which captures of ATM interfaces begin. */
import { readU16 } from '../bytes.ts';
import type { Drop } from '../malformed.ts';
import type { DecodedPacket } from '../packet.ts';
import { advance, type LayerWalk, LINK_TYPE, type LinkLayer, LLC, missingHeader } from './walk.ts';

/** first six bytes as two numbers of three: LLC, then OUI or, for ISO, the protocol */
const LLC_SNAP = 0xaaaa03;
const LLC_ISO = 0xfefe03;
const OUI_BRIDGED = 0x0080c2;
const BRIDGED_ETHERNET: ReadonlySet<number> = new Set([0x0001, 0x0007]);
/** LLC, OUI, type, two bytes of padding */
const BRIDGED_BYTES = 10;
const NLPID_PPP = 0xcf;
const ISO_PPP_BYTES = 4;

/** LLC multiplexing: routed protocols, bridged Ethernet, PPP (RFC 2364 4). */
export const atmLlc: LinkLayer = (walk, packet) => {
  const { data } = packet;
  const { at } = walk;
  const missing = missingHeader(walk, packet, 4);
  if (missing !== null) return missing;
  const header = (data[at]! << 16) | readU16(data, at + 1);
  if (header === LLC_ISO) {
    return data[at + 3] === NLPID_PPP ? advance(walk, ISO_PPP_BYTES, LINK_TYPE.PPP) : 'non_ip';
  }
  const noType = missingHeader(walk, packet, 8);
  if (noType !== null) return noType;
  const bridged = header === LLC_SNAP && ((data[at + 3]! << 16) | readU16(data, at + 4)) === OUI_BRIDGED;
  if (!bridged) return advance(walk, 0, LLC);
  if (!BRIDGED_ETHERNET.has(readU16(data, at + 6))) return 'non_ip';
  return advance(walk, BRIDGED_BYTES, LINK_TYPE.ETHERNET);
};

/** Classical IP (RFC 2225) on Linux: with the LLC header, or with none. */
export const atmClip: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, 1);
  if (missing !== null) return missing;
  return advance(walk, 0, packet.data[walk.at] === LLC_SNAP >> 16 ? LLC : LINK_TYPE.RAW);
};

const SUNATM_BYTES = 4;
const SUNATM_LANE = 1;
const SUNATM_LLC = 2;
const LANE_ID_BYTES = 2;

/** SunATM: traffic type in the low half of the first byte, VPI, VCI. */
export const sunAtm: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, SUNATM_BYTES);
  if (missing !== null) return missing;
  const traffic = packet.data[walk.at]! & 0xf;
  walk.at += SUNATM_BYTES;
  if (traffic === SUNATM_LLC) return atmLlc(walk, packet);
  return traffic === SUNATM_LANE ? advance(walk, LANE_ID_BYTES, LINK_TYPE.ETHERNET) : 'non_ip';
};

const JUNIPER_MAGIC = 0x4d4743;
const JUNIPER_BYTES = 4;
const JUNIPER_EXTENSIONS = 0x80;
const JUNIPER_NO_LINK_HEADER = 0x02;
/** stands in front of the packet where there is no link header */
const JUNIPER_FAMILY_BYTES = 4;

/**
 * Juniper: magic, flags, perhaps extensions with their length, then a cookie whose size depends on the
 * interface card, then the layer that the link type names. (Layout as tcpdump's print-juniper.c has it.)
 */
export function juniper(cookieBytes: number, next: number | LinkLayer): LinkLayer {
  return (walk, packet) => {
    const { data } = packet;
    const missing = missingHeader(walk, packet, JUNIPER_BYTES);
    if (missing !== null) return missing;
    if (((data[walk.at]! << 16) | readU16(data, walk.at + 1)) !== JUNIPER_MAGIC) return 'linkHeader';
    const flags = data[walk.at + 3]!;
    let bytes = JUNIPER_BYTES;
    if ((flags & JUNIPER_EXTENSIONS) !== 0) {
      const noLength = missingHeader(walk, packet, bytes + 2);
      if (noLength !== null) return noLength;
      bytes += 2 + readU16(data, walk.at + bytes);
    }
    if ((flags & JUNIPER_NO_LINK_HEADER) !== 0) return juniperRaw(walk, packet, bytes + JUNIPER_FAMILY_BYTES);
    const cut = missingHeader(walk, packet, bytes + cookieBytes);
    if (cut !== null) return cut;
    if (typeof next === 'number') return advance(walk, bytes + cookieBytes, next);
    walk.at += bytes + cookieBytes;
    return next(walk, packet);
  };
}

function juniperRaw(walk: LayerWalk, packet: DecodedPacket, bytes: number): Drop | null {
  return missingHeader(walk, packet, bytes) ?? advance(walk, bytes, LINK_TYPE.RAW);
}

/** Behind the cookie of an ATM card: LLC in its own or in ISO form, or an IP packet with none. */
export const juniperAtmBody: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, 3);
  if (missing !== null) return missing;
  const header = (packet.data[walk.at]! << 16) | readU16(packet.data, walk.at + 1);
  if (header === LLC_SNAP || header === LLC_ISO) return atmLlc(walk, packet);
  const version = packet.data[walk.at]! >> 4;
  return version === 4 || version === 6 ? advance(walk, 0, LINK_TYPE.RAW) : 'non_ip';
};
