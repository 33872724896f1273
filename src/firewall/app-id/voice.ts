/** Signalling of voice and video: SIP, RTSP and MGCP in text, H.323 and Skinny in binary, RTMP. */
import { isZero, uint16, uint32le } from './bytes.ts';
import { anyThen } from './opening.ts';
import {
  type Application,
  type Conversation,
  clientSays,
  type Datagram,
  type DatagramSignature,
  datagramSays,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const SIP: Application = { app: 'sip', ports: [5060] };
const RTSP: Application = { app: 'rtsp', ports: [554] };
const MGCP: Application = { app: 'mgcp', ports: [2427, 2727] };
const H225: Application = { app: 'h.225', ports: [1720], nameNote: 'h.323 is the group of h.225 and h.245' };
const H245: Application = { app: 'h.245', ports: [], nameNote: 'on ports that h.225 announces' };
const SKINNY: Application = { app: 'sccp', ports: [2000] };
const RTMP: Application = { app: 'rtmp', ports: [1935] };

/**
 * A start line: a whole one with any method, as extensions add their own, and any scheme; as much as is
 * there of one with a method and a scheme that are registered.
 */
const SIP_START =
  /^(?:[A-Z][A-Z0-9_-]{1,31} [a-z][a-z0-9+.-]*:[\x21-\x7e]+ SIP\/2\.0\r?\n|(?:ACK|BYE|CANCEL|INFO|INVITE|MESSAGE|NOTIFY|OPTIONS|PRACK|PUBLISH|REFER|REGISTER|SUBSCRIBE|UPDATE) (?:sips?|tel|urn):[\x21-\x7e]+$|SIP\/2\.0 [1-6]\d\d )/i;
const RTSP_REQUEST =
  /^(?:DESCRIBE|ANNOUNCE|GET_PARAMETER|OPTIONS|PAUSE|PLAY|PLAY_NOTIFY|RECORD|REDIRECT|SETUP|SET_PARAMETER|TEARDOWN) (?:(?:rtsp[su]?:\/\/[\x21-\x7e]+|\*) RTSP\/[12]\.0\r?\n|rtsp[su]?:\/\/[\x21-\x7e]+$)/i;
const RTSP_RESPONSE = /^RTSP\/[12]\.0 [1-5]\d\d /;
const MGCP_COMMAND =
  /^(?:AUCX|AUEP|CRCX|DLCX|EPCF|MDCX|NTFY|RQNT|RSIP) \d{1,9} [\x21-\x7e]+ MGCP [01]\.\d[ \r\n]/i;
const MGCP_RESPONSE = /^[0-9]\d\d \d{1,9}(?: [^\r\n]*)?\r?\n/;

const TPKT_VERSION = 3;

/** RFC 1006 6: version 3, reserved 0, length of all; where the content begins, or null. */
export function tpktContent(bytes: Uint8Array): number | null {
  if (bytes.length < 5 || bytes[0] !== TPKT_VERSION || bytes[1] !== 0) return null;
  return uint16(bytes, 2) < 7 ? null : 4;
}

const Q931 = { DISCRIMINATOR: 8, CALL_REFERENCE_BYTES: 2 } as const;
/** ALERTING, CALL PROCEEDING, PROGRESS, SETUP, CONNECT, RELEASE COMPLETE, FACILITY, NOTIFY, STATUS, INFORMATION */
const Q931_MESSAGES = new Set([0x01, 0x02, 0x03, 0x05, 0x07, 0x5a, 0x62, 0x6e, 0x7d, 0x7b]);

function isH225Call(bytes: Uint8Array): boolean {
  return (
    tpktContent(bytes) === 4 &&
    bytes.length >= 9 &&
    bytes[4] === Q931.DISCRIMINATOR &&
    bytes[5] === Q931.CALL_REFERENCE_BYTES &&
    Q931_MESSAGES.has(bytes[8]!)
  );
}

/** Whether an object identifier stands near the start: tag-less as PER writes it, length before it. */
function hasObjectIdentifier(bytes: Uint8Array, identifier: readonly number[], within: number): boolean {
  const last = Math.min(within, bytes.length - identifier.length);
  for (let at = 0; at <= last; at++) {
    if (identifier.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}

/** length 6, then 0.0.8.2250.0 and the version */
const H225_PROTOCOL = [6, 0x00, 0x08, 0x91, 0x4a, 0x00];
const RAS_WITHIN = 16;
/** length 6, then 0.0.8.245.0 and the version */
const H245_PROTOCOL = [6, 0x00, 0x08, 0x81, 0x75, 0x00];

/** Request, response and the like with the protocol's identifier; the later RAS messages have none. */
function matchRas({ payload }: Datagram): Match | null {
  return matchIf(hasObjectIdentifier(payload, H225_PROTOCOL, RAS_WITHIN));
}

function matchH245({ c2s, s2c }: Conversation): Match | null {
  const isCapabilitySet = (bytes: Uint8Array) =>
    tpktContent(bytes) === 4 && bytes[4] === 2 && hasObjectIdentifier(bytes, H245_PROTOCOL, 16);
  return matchIf(isCapabilitySet(c2s) || isCapabilitySet(s2c));
}

/** Length, version, message identifier, all little-endian; the length counts from the identifier on. */
function isSkinny(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false;
  const length = uint32le(bytes, 0);
  const version = uint32le(bytes, 4);
  return length >= 4 && length <= 2048 && version <= 0x20 && uint32le(bytes, 8) <= 0x159;
}

const RTMP_VERSION = 3;
const RTMP_HELLO_BYTES = 1 + 1536;

/** One byte of version and 1536 of time, four zero bytes (or a player's version) and noise, from both sides. */
function matchRtmp({ c2s, s2c }: Conversation): Match | null {
  const isHello = (bytes: Uint8Array) => bytes[0] === RTMP_VERSION && bytes.length >= RTMP_HELLO_BYTES;
  // TPKT begins with the same byte, but never sends so much before it is answered
  return matchIf(isHello(c2s) && (s2c.length === 0 ? isZero(c2s, 5, 9) : s2c[0] === RTMP_VERSION));
}

export const VOICE_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...SIP,
    name: 'sip-over-tcp',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) => matchIf(SIP_START.test(clientText) || SIP_START.test(serverText)),
    strength: 'content',
    source: 'RFC 3261 7.1, 7.2, 18.3',
  },
  {
    ...RTSP,
    name: 'rtsp-request',
    speaksFirst: 'client',
    match: clientSays(RTSP_REQUEST),
    strength: 'content',
    source: 'RFC 2326 6, RFC 7826 7',
  },
  {
    ...RTSP,
    name: 'rtsp-response',
    speaksFirst: 'server',
    match: ({ serverText }) => matchIf(RTSP_RESPONSE.test(serverText)),
    strength: 'content',
    source: 'RFC 2326 7.1, RFC 7826 8.1',
  },
  {
    ...H225,
    name: 'h225-call-signalling',
    begins: ['03 00 ?? ?? 08 02 ?? ?? 01-7d'],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isH225Call(c2s) || isH225Call(s2c)),
    strength: 'content',
    source: 'ITU-T H.225.0 7.2, Q.931 4 over RFC 1006 6',
  },
  {
    ...H245,
    name: 'h245-capability-set',
    begins: ['03 00 ?? ?? 02'],
    speaksFirst: 'either',
    match: matchH245,
    strength: 'content',
    source: 'ITU-T H.245 B.2 (TerminalCapabilitySet, protocolIdentifier)',
  },
  {
    ...SKINNY,
    name: 'skinny',
    begins: ['?? 00-08 00 00 00-20 00 00 00 ?? 00-01 00 00'],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isSkinny(c2s) || isSkinny(s2c)),
    strength: 'plausible',
    source: "Cisco's published Skinny message layout: length, version, identifier",
  },
  {
    ...RTMP,
    name: 'rtmp-handshake',
    begins: ['03 ?? ?? ?? ?? 00 00 00 00'],
    beginTogether: ['03'],
    speaksFirst: 'client',
    match: matchRtmp,
    strength: 'content',
    source: "Adobe's RTMP specification 1.0, 5.2",
  },
];

export const VOICE_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...SIP,
    name: 'sip-over-udp',
    speaksFirst: 'either',
    match: datagramSays(SIP_START),
    strength: 'content',
    source: 'RFC 3261 7.1, 7.2',
  },
  {
    ...MGCP,
    name: 'mgcp-command',
    speaksFirst: 'either',
    match: datagramSays(MGCP_COMMAND),
    strength: 'content',
    source: 'RFC 3435 3.2.1; version 0.1 before RFC 2705',
  },
  {
    ...MGCP,
    name: 'mgcp-response',
    speaksFirst: 'either',
    match: datagramSays(MGCP_RESPONSE),
    strength: 'plausible',
    source: 'RFC 3435 3.3.1',
  },
  {
    ...H225,
    ports: [1718, 1719],
    name: 'h225-ras',
    begins: Array.from({ length: RAS_WITHIN + 1 }, (_, at) => anyThen(at, '06 00 08 91 4a 00')),
    speaksFirst: 'either',
    match: matchRas,
    strength: 'content',
    source: 'ITU-T H.225.0 7.6 (RasMessage, protocolIdentifier)',
  },
];
