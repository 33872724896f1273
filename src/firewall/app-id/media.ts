/** STUN, DTLS and RTP: what calls and conferences begin with, often on one pair of ports. */
import { uint16, uint24, uint32 } from './bytes.ts';
import { atLeast } from './opening.ts';
import {
  type Application,
  type Datagram,
  type DatagramSignature,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const STUN: Application = { app: 'stun', ports: [3478, 3479, 3480, 3481, 19_302] };
const DTLS: Application = {
  app: 'dtls',
  ports: [443, 4433, 5684],
  nameNote: INFERRED_NAME,
};
const RTP: Application = {
  app: 'rtp',
  ports: [5004],
  nameNote: 'also rtp-base; normally foretold by sip, rtsp or h.323',
};
const RTCP: Application = { app: 'rtcp', ports: [5005] };

const STUN_MAGIC_COOKIE = 0x2112_a442;
const STUN_HEADER_BYTES = 20;
/** binding and shared secret of the first STUN: request, response, error */
const CLASSIC_TYPES = new Set([0x0001, 0x0101, 0x0111, 0x0002, 0x0102, 0x0112]);

/** Type with two zero bits, length without the header in steps of four, cookie. */
function isStun(bytes: Uint8Array, at: number): boolean {
  if (at + 8 > bytes.length || bytes[at]! > 0x3f || uint32(bytes, at + 4) !== STUN_MAGIC_COOKIE) return false;
  return uint16(bytes, at + 2) % 4 === 0;
}

/** The message behind its own length, as RFC 4571 frames it where media shares the connection. */
function isFramedStun(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && isStun(bytes, 2) && uint16(bytes, 4) + STUN_HEADER_BYTES === uint16(bytes, 0);
}

function isClassicStun({ payload, wireLength }: Datagram): boolean {
  if (payload.length < 4 || !CLASSIC_TYPES.has(uint16(payload, 0))) return false;
  return uint16(payload, 2) + STUN_HEADER_BYTES === wireLength;
}

/** MAPPED-ADDRESS to REFLECTED-FROM, and what Microsoft and others wrote before the cookie was agreed on */
const isClassicAttribute = (type: number) => (type >= 1 && type <= 11) || type >= 0x8000;

/** Attributes (type, length, content) one behind the other up to the end, the first a mandatory one. */
function matchStunAttributes(datagram: Datagram): Match | null {
  const { payload, wireLength } = datagram;
  if (!isClassicStun(datagram) || payload.length < wireLength) return null;
  let at = STUN_HEADER_BYTES;
  if (at + 4 > wireLength || uint16(payload, at) > 11) return null;
  while (at + 4 <= wireLength) {
    const length = uint16(payload, at + 2);
    if (!isClassicAttribute(uint16(payload, at)) || length === 0 || length % 4 !== 0) return null;
    at += 4 + length;
  }
  return matchIf(at === wireLength);
}

const DTLS_HEADER_BYTES = 13;
const DTLS_TYPE = { CHANGE_CIPHER_SPEC: 20, ALERT: 21, HANDSHAKE: 22, APPLICATION_DATA: 23 } as const;
/** 1.0, the version before it that Cisco uses, and 1.2, which 1.3 writes as well */
const DTLS_VERSIONS = new Set([0xfeff, 0x0100, 0xfefd]);

/** Type, version, epoch, sequence, length; a handshake message names its own length, too. */
function matchDtls({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < DTLS_HEADER_BYTES || !DTLS_VERSIONS.has(uint16(payload, 1))) return null;
  const length = uint16(payload, 11);
  if (length === 0 || DTLS_HEADER_BYTES + length > wireLength || uint16(payload, 5) !== 0) return null;
  const [type] = payload;
  if (type === DTLS_TYPE.HANDSHAKE)
    return matchIf(uint16(payload, 3) > 0 || isDtlsHandshake(payload, length));
  const isOther =
    type === DTLS_TYPE.ALERT || type === DTLS_TYPE.APPLICATION_DATA || type === DTLS_TYPE.CHANGE_CIPHER_SPEC;
  return matchIf(isOther && (uint16(payload, 3) > 0 || length <= 2));
}

/** RFC 6347 4.2.2: type, length, sequence, and the fragment's place in it. */
function isDtlsHandshake(payload: Uint8Array, recordLength: number): boolean {
  if (payload.length < DTLS_HEADER_BYTES + 12) return false;
  const at = DTLS_HEADER_BYTES;
  const length = uint24(payload, at + 1);
  const fragmentAt = uint24(payload, at + 6);
  const fragment = uint24(payload, at + 9);
  return payload[at]! <= 20 && fragmentAt + fragment <= length && fragment + 12 <= recordLength;
}

const RTP_HEADER_BYTES = 12;
const RTP_VERSION = 2;
const RTP_BEGIN = atLeast(RTP_HEADER_BYTES, '80-bf 00-22,60-7f,80-a2,e0-ff');

interface RtpHeader {
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly source: number;
}

/** RFC 3550 5.1; payload types 72 to 76 are RTCP's (RFC 5761 4). */
function rtpHeader(payload: Uint8Array, wireLength: number): RtpHeader | null {
  if (payload.length < RTP_HEADER_BYTES || payload[0]! >> 6 !== RTP_VERSION) return null;
  const contributors = payload[0]! & 0x0f;
  const payloadType = payload[1]! & 0x7f;
  if (RTP_HEADER_BYTES + 4 * contributors >= wireLength || (payloadType >= 72 && payloadType <= 76))
    return null;
  // 35 to 95 are unassigned or reserved (RFC 3551 6)
  if (payloadType > 34 && payloadType < 96) return null;
  return {
    payloadType,
    sequence: uint16(payload, 2),
    timestamp: uint32(payload, 4),
    source: uint32(payload, 8),
  };
}

/** more than so many packets lost in between is not a stream that goes on */
const LARGEST_STEP = 8;
/** ten seconds of the fastest clock in use, 90 kHz */
const LARGEST_TIME_STEP = 900_000;

/** Two packets of one source and type, in order, their times not far apart: one by itself says too little. */
function matchRtpPair({ payload, wireLength, fromClient, previous }: Datagram): Match | null {
  if (previous === null || previous.fromClient !== fromClient) return null;
  const first = rtpHeader(previous.payload, previous.wireLength);
  const second = rtpHeader(payload, wireLength);
  if (first === null || second === null) return null;
  const step = (second.sequence - first.sequence) & 0xffff;
  const timeStep = (second.timestamp - first.timestamp) >>> 0;
  return matchIf(
    second.source === first.source &&
      first.source !== 0 &&
      second.payloadType === first.payloadType &&
      step >= 1 &&
      step <= LARGEST_STEP &&
      timeStep <= LARGEST_TIME_STEP,
  );
}

function matchRtcp({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 8 || payload[0]! >> 6 !== RTP_VERSION) return null;
  const isReport = payload[1] === 200 || payload[1] === 201;
  const length = 4 * (uint16(payload, 2) + 1);
  const blocks = payload[0]! & 0x1f;
  const fixed = payload[1] === 200 ? 28 : 8;
  return matchIf(isReport && length <= wireLength && length >= fixed + 24 * blocks);
}

/** A report that is followed by the description of its source, as every compound packet must. */
function matchRtcpCompound(datagram: Datagram): Match | null {
  if (matchRtcp(datagram) === null) return null;
  const { payload, wireLength } = datagram;
  const next = 4 * (uint16(payload, 2) + 1);
  if (next + 8 > Math.min(payload.length, wireLength)) return null;
  return matchIf(
    payload[next]! >> 6 === RTP_VERSION &&
      payload[next + 1] === 202 &&
      next + 4 * (uint16(payload, next + 2) + 1) <= wireLength &&
      uint32(payload, next + 4) === uint32(payload, 4),
  );
}

export const MEDIA_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...STUN,
    name: 'stun-over-tcp',
    begins: ['00-3f ?? ?? ?? 21 12 a4 42', '?? ?? 00-3f ?? ?? ?? 21 12 a4 42'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf([c2s, s2c].some((bytes) => isStun(bytes, 0) || isFramedStun(bytes))),
    strength: 'content',
    source: 'RFC 8489 5, 6.2.2, RFC 4571 2',
  },
];

export const MEDIA_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...STUN,
    name: 'stun',
    begins: ['00-3f ?? ?? ?? 21 12 a4 42'],
    speaksFirst: 'client',
    match: ({ payload, wireLength }) =>
      matchIf(isStun(payload, 0) && uint16(payload, 2) + STUN_HEADER_BYTES <= wireLength),
    strength: 'content',
    source: 'RFC 8489 5 (magic cookie)',
  },
  {
    ...STUN,
    name: 'stun-classic-attributes',
    begins: [atLeast(STUN_HEADER_BYTES + 4, '00-01 01,02,11,12')],
    speaksFirst: 'client',
    match: matchStunAttributes,
    strength: 'content',
    source: 'RFC 3489 11.1, 11.2: attributes that fill the message',
  },
  {
    ...STUN,
    name: 'stun-classic',
    begins: ['00-01 01-02,11-12 ?? ??'],
    speaksFirst: 'client',
    match: (datagram) => matchIf(isClassicStun(datagram)),
    strength: 'plausible',
    source: 'RFC 3489 11.1: before the magic cookie',
  },
  {
    ...DTLS,
    name: 'dtls-record',
    begins: ['14-17 fe,01 ff,00,fd ?? ?? 00 00'],
    speaksFirst: 'client',
    match: matchDtls,
    strength: 'content',
    source: 'RFC 6347 4.1, 4.2.2, RFC 9147 4',
  },
  {
    ...RTCP,
    name: 'rtcp-compound',
    begins: [atLeast(16, '80-bf c8-c9')],
    speaksFirst: 'either',
    match: matchRtcpCompound,
    strength: 'content',
    source: 'RFC 3550 6.1, 6.4, 6.5',
  },
  {
    ...RTCP,
    name: 'rtcp-report',
    begins: [atLeast(8, '80-bf c8-c9')],
    speaksFirst: 'either',
    match: matchRtcp,
    strength: 'plausible',
    source: 'RFC 3550 6.4',
  },
  {
    ...RTP,
    name: 'rtp-pair',
    beginTogether: [RTP_BEGIN],
    speaksFirst: 'either',
    match: matchRtpPair,
    strength: 'content',
    source: 'RFC 3550 5.1, RFC 3551 6: two packets in a row',
  },
  {
    ...RTP,
    name: 'rtp-packet',
    begins: [RTP_BEGIN],
    speaksFirst: 'either',
    match: ({ payload, wireLength }) => matchIf(rtpHeader(payload, wireLength) !== null),
    strength: 'plausible',
    source: 'RFC 3550 5.1, RFC 3551 6',
  },
];
