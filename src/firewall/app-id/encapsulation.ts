/** Packets inside UDP: GTP, VXLAN, Geneve, Teredo, L2TP. The outer session has the tunnel's own name. */
import { uint16, uint32 } from './bytes.ts';
import { anyThen, atLeast } from './opening.ts';
import {
  type Application,
  type Datagram,
  type DatagramSignature,
  INFERRED_NAME,
  type Match,
  matchIf,
} from './signature.ts';

const GTP_U: Application = { app: 'gtp-u', ports: [2152], nameNote: INFERRED_NAME };
const GTP_1_C: Application = { app: 'gtpv1-c', ports: [2123], nameNote: INFERRED_NAME };
const GTP_2_C: Application = { app: 'gtpv2-c', ports: [2123], nameNote: INFERRED_NAME };
const VXLAN: Application = { app: 'vxlan', ports: [4789], nameNote: INFERRED_NAME };
const GENEVE: Application = { app: 'geneve', ports: [6081], nameNote: INFERRED_NAME };
const TEREDO: Application = { app: 'teredo', ports: [3544] };
const L2TP: Application = { app: 'l2tp', ports: [1701], nameNote: INFERRED_NAME };

const GTP_HEADER_BYTES = 8;
const GTP_U_MESSAGES = new Set([1, 2, 26, 31, 254, 255]);
const GTP_PDU = 255;

/** Version 1 with the protocol type set, and a length that fills the datagram. */
function isGtp1({ payload, wireLength }: Datagram): boolean {
  if (payload.length < GTP_HEADER_BYTES || payload[0]! >> 5 !== 1 || (payload[0]! & 0x18) !== 0x10)
    return false;
  return uint16(payload, 2) + GTP_HEADER_BYTES === wireLength;
}

/** where the tunnelled packet begins, behind the four optional bytes and extension headers */
function gtpContent(payload: Uint8Array): number {
  if ((payload[0]! & 0x07) === 0) return GTP_HEADER_BYTES;
  let at = GTP_HEADER_BYTES + 4;
  let next = payload[at - 1];
  while (next !== 0 && next !== undefined && (payload[0]! & 0x04) !== 0) {
    const length = 4 * (payload[at] ?? 0);
    if (length === 0) return payload.length;
    at += length;
    next = payload[at - 1];
  }
  return at;
}

function matchGtpUser(datagram: Datagram): Match | null {
  return matchIf(isGtp1(datagram) && GTP_U_MESSAGES.has(datagram.payload[1]!));
}

/** A tunnelled packet that is one of IP. */
function matchGtpPacket(datagram: Datagram): Match | null {
  const { payload } = datagram;
  if (!isGtp1(datagram) || payload[1] !== GTP_PDU) return null;
  const first = payload[gtpContent(payload)] ?? 0;
  return matchIf(first === 0x45 || (first & 0xf0) === 0x60);
}

function matchGtp2({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < GTP_HEADER_BYTES || payload[0]! >> 5 !== 2 || (payload[0]! & 0x07) !== 0) return null;
  const length = uint16(payload, 2) + 4;
  // a second message may be piggybacked (3GPP TS 29.274 5.5.1)
  return matchIf(length === wireLength || ((payload[0]! & 0x10) !== 0 && length < wireLength));
}

const VNI_FLAG = 0x08;

/** Flags, reserved zeros, network identifier, a zero byte, and a frame. */
function matchVxlan({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 8 || wireLength < 8 + 14 || (payload[0]! & VNI_FLAG) === 0) return null;
  // VXLAN-GPE and group policy use bits that RFC 7348 reserves
  return matchIf(payload[7] === 0 && (payload[0]! & 0x40) === 0);
}

const TRANSPARENT_ETHERNET = 0x6558;

/** Version 0, options in steps of four, and the type of what is carried. */
function matchGeneve({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 8 || payload[0]! >> 6 !== 0 || (payload[1]! & 0x3f) !== 0 || payload[7] !== 0)
    return null;
  const carried = uint16(payload, 2);
  const isCarried = carried === TRANSPARENT_ETHERNET || carried === 0x0800 || carried === 0x86dd;
  return matchIf(isCarried && 8 + 4 * (payload[0]! & 0x3f) <= wireLength);
}

/** Where an IPv6 packet that fills the datagram begins, behind an authentication or an origin indication; or null. */
function teredoPacket({ payload, wireLength }: Datagram): number | null {
  let at = 0;
  if (payload.length >= 4 && uint16(payload, 0) === 0x0001) at = 13 + payload[2]! + payload[3]!;
  if (payload.length >= at + 2 && uint16(payload, at) === 0x0000) at += 8;
  if (payload.length < at + 6 || payload[at]! >> 4 !== 6) return null;
  return at + 40 + uint16(payload, at + 4) === wireLength ? at : null;
}

const TEREDO_PREFIX = 0x2001_0000;

/** The tunnelled packet is from or to an address of Teredo's own. */
function matchTeredoAddress(datagram: Datagram): Match | null {
  const { payload } = datagram;
  const at = teredoPacket(datagram);
  if (at === null || payload.length < at + 40) return null;
  return matchIf(uint32(payload, at + 8) === TEREDO_PREFIX || uint32(payload, at + 24) === TEREDO_PREFIX);
}

const L2TP_BITS = { TYPE: 0x80, LENGTH: 0x40, SEQUENCE: 0x08, VERSION: 0x0f, RESERVED: 0x34 } as const;

/** A control message: type, length and sequence bits set, version 2, length of all, and an AVP or none. */
function matchL2tpControl({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 12 || payload[0] !== (L2TP_BITS.TYPE | L2TP_BITS.LENGTH | L2TP_BITS.SEQUENCE))
    return null;
  if ((payload[1]! & L2TP_BITS.VERSION) !== 2) return null;
  const length = uint16(payload, 2);
  if (length !== wireLength || length < 12) return null;
  // the first attribute is the message type (RFC 2661 4.1): vendor 0, attribute 0
  return matchIf(length === 12 || (payload.length >= 18 && uint32(payload, 14) === 0));
}

function matchL2tpData({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 6 || (payload[0]! & (L2TP_BITS.TYPE | L2TP_BITS.RESERVED)) !== 0) return null;
  if (payload[1] !== 2) return null;
  return matchIf((payload[0]! & L2TP_BITS.LENGTH) === 0 || uint16(payload, 2) === wireLength);
}

export const ENCAPSULATION_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...GTP_U,
    name: 'gtp-user-packet',
    begins: [atLeast(9, '30-37 ff')],
    speaksFirst: 'either',
    match: matchGtpPacket,
    strength: 'content',
    source: '3GPP TS 29.281 5.1, 7.3.6: a G-PDU with an IP packet',
  },
  {
    ...GTP_U,
    name: 'gtp-user-message',
    begins: [atLeast(8, '30-37 01-02,1a,1f,fe-ff')],
    speaksFirst: 'either',
    match: matchGtpUser,
    strength: 'plausible',
    source: '3GPP TS 29.281 5.1, 6.1',
  },
  {
    ...GTP_1_C,
    name: 'gtpv1-control',
    begins: [atLeast(8, '30-37')],
    speaksFirst: 'either',
    match: (datagram) => matchIf(isGtp1(datagram)),
    strength: 'plausible',
    source: '3GPP TS 29.060 6',
  },
  {
    ...GTP_2_C,
    name: 'gtpv2-control',
    begins: [atLeast(8, '40,48,50,58')],
    speaksFirst: 'either',
    match: matchGtp2,
    strength: 'plausible',
    source: '3GPP TS 29.274 5.1',
  },
  {
    ...VXLAN,
    name: 'vxlan',
    begins: [`08-0f,18-1f,28-2f,38-3f,88-8f,98-9f,a8-af,b8-bf ${anyThen(6, '00')}`],
    speaksFirst: 'either',
    match: matchVxlan,
    strength: 'plausible',
    source: 'RFC 7348 5',
  },
  {
    ...GENEVE,
    name: 'geneve',
    begins: ['00-3f 00,40,80,c0 08,65,86 00,58,dd ?? ?? ?? 00'],
    speaksFirst: 'either',
    match: matchGeneve,
    strength: 'plausible',
    source: 'RFC 8926 3.4',
  },
  {
    ...TEREDO,
    name: 'teredo-address',
    begins: [
      atLeast(28, '00 01'),
      '00 00 ?? ?? ?? ?? ?? ?? 60-6f',
      '60-6f ?? ?? ?? ?? ?? ?? ?? 20 01 00 00',
      `60-6f ${anyThen(23, '20 01 00 00')}`,
    ],
    speaksFirst: 'either',
    match: matchTeredoAddress,
    strength: 'content',
    source: 'RFC 4380 2.6, 5.1.1, addresses 2001::/32',
  },
  {
    ...TEREDO,
    name: 'teredo',
    begins: [atLeast(19, '00 01'), '00 00 ?? ?? ?? ?? ?? ?? 60-6f', atLeast(6, '60-6f')],
    speaksFirst: 'either',
    match: (datagram) => matchIf(teredoPacket(datagram) !== null),
    strength: 'plausible',
    source: 'RFC 4380 2.6, 5.1.1',
  },
  {
    ...L2TP,
    name: 'l2tp-control',
    begins: [atLeast(12, 'c8 x2')],
    speaksFirst: 'client',
    match: matchL2tpControl,
    strength: 'content',
    source: 'RFC 2661 3.1, 4.1',
  },
  {
    ...L2TP,
    name: 'l2tp-data',
    begins: [atLeast(6, '00-03,08-0b,40-43,48-4b 02')],
    speaksFirst: 'either',
    match: matchL2tpData,
    strength: 'plausible',
    source: 'RFC 2661 3.1',
  },
];
