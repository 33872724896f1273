/** Routers among themselves: BGP, LDP, RIP, HSRP. */
import { uint16, uint32 } from './bytes.ts';
import {
  type Application,
  type Datagram,
  type DatagramSignature,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const BGP: Application = { app: 'bgp', ports: [179] };
const LDP: Application = { app: 'ldp', ports: [646], nameNote: INFERRED_NAME };
const RIP: Application = { app: 'rip', ports: [520], nameNote: INFERRED_NAME };
const HSRP: Application = { app: 'hsrp', ports: [1985], nameNote: INFERRED_NAME };

const BGP_MARKER_BYTES = 16;

/** Sixteen bytes of ones, length, type. */
function isBgp(bytes: Uint8Array): boolean {
  if (bytes.length < BGP_MARKER_BYTES + 3) return false;
  for (let at = 0; at < BGP_MARKER_BYTES; at++) if (bytes[at] !== 0xff) return false;
  const length = uint16(bytes, BGP_MARKER_BYTES);
  const type = bytes[BGP_MARKER_BYTES + 2]!;
  // RFC 8654 lifts the limit of 4096
  return length >= 19 && type >= 1 && type <= 5;
}

const LDP_HEADER_BYTES = 10;
/** notification, hello, initialization, keepalive, addresses, labels */
const LDP_MESSAGES = new Set([
  0x0001, 0x0100, 0x0200, 0x0201, 0x0300, 0x0301, 0x0400, 0x0401, 0x0402, 0x0403, 0x0404,
]);

const LDP_BEGIN = '00 01 ?? ?? ?? ?? ?? ?? ?? ?? 00-04,80-84';

/** Version 1, length, router, label space; then a message that fits. */
function isLdp(bytes: Uint8Array): boolean {
  if (bytes.length < LDP_HEADER_BYTES + 4 || uint16(bytes, 0) !== 1 || uint32(bytes, 4) === 0) return false;
  const length = uint16(bytes, 2);
  const type = uint16(bytes, LDP_HEADER_BYTES) & 0x7fff;
  return (
    length >= 14 && LDP_MESSAGES.has(type) && uint16(bytes, LDP_HEADER_BYTES + 2) + LDP_HEADER_BYTES <= length
  );
}

/** Command, version, zero, and entries of twenty bytes. */
function matchRip({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 6 || wireLength < 24 || (wireLength - 4) % 20 !== 0) return null;
  const [command, version] = payload;
  const family = uint16(payload, 4);
  const isFamily = family === 0 || family === 2 || family === 0xffff;
  return matchIf(
    command! >= 1 &&
      command! <= 6 &&
      (version === 1 || version === 2) &&
      uint16(payload, 2) === 0 &&
      isFamily,
  );
}

/** Version 0: operation, state, and twenty bytes in all; or version 2 in type, length, value. */
function matchHsrp({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 8) return null;
  const isFirst =
    payload[0] === 0 && payload[1]! <= 3 && [0, 1, 2, 4, 8, 16].includes(payload[2]!) && payload[7] === 0;
  const isSecond = payload[0] === 1 && payload[1] === 40 && payload[2] === 2;
  return matchIf((isFirst && wireLength >= 20) || (isSecond && wireLength >= 42));
}

export const ROUTING_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...BGP,
    name: 'bgp-message',
    begins: ['ff ff ff ff ff ff ff ff'],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isBgp(c2s) || isBgp(s2c)),
    strength: 'content',
    source: 'RFC 4271 4.1',
  },
  {
    ...LDP,
    name: 'ldp-session',
    begins: [LDP_BEGIN],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isLdp(c2s) || isLdp(s2c)),
    strength: 'content',
    source: 'RFC 5036 3.1, 3.5',
  },
];

export const ROUTING_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...LDP,
    name: 'ldp-hello',
    begins: [LDP_BEGIN],
    speaksFirst: 'either',
    match: ({ payload }) => matchIf(isLdp(payload)),
    strength: 'content',
    source: 'RFC 5036 3.1, 3.5.2',
  },
  {
    ...RIP,
    name: 'rip',
    begins: ['01-06 01-02 00 00 00,ff 00,02,ff'],
    speaksFirst: 'either',
    match: matchRip,
    strength: 'plausible',
    source: 'RFC 1058 3.1, RFC 2453 4',
  },
  {
    ...HSRP,
    name: 'hsrp',
    begins: ['00 00-03 00-02,04,08,10 ?? ?? ?? ?? 00', '01 28 02 ?? ?? ?? ?? ??'],
    speaksFirst: 'either',
    match: matchHsrp,
    strength: 'plausible',
    source: 'RFC 2281 5.1',
  },
];
