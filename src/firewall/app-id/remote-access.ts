/** Screens and terminals from afar: RDP, VNC, Telnet, Citrix. */
import { hasText, uint16, uint16le, uint32 } from './bytes.ts';
import { anyThen } from './opening.ts';
import {
  type Application,
  type Conversation,
  type Datagram,
  type DatagramSignature,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';
import { tpktContent } from './voice.ts';

const RDP: Application = { app: 'ms-rdp', ports: [3389] };
const VNC: Application = {
  app: 'vnc',
  ports: [5900, 5901, 5902, 5903, 5904, 5905, 5906],
  nameNote: 'also vnc-base',
};
const TELNET: Application = { app: 'telnet', ports: [23] };
const CITRIX: Application = { app: 'citrix', ports: [1494, 2598] };

const X224 = { CONNECTION_REQUEST: 0xe0, CONNECTION_CONFIRM: 0xd0, FIXED_BYTES: 7 } as const;
const NEGOTIATION = { REQUEST: 1, RESPONSE: 2, FAILURE: 3, BYTES: 8 } as const;

/** A connection PDU of class 0; where what follows its fixed part begins, or null. */
function x224Data(bytes: Uint8Array, code: number): number | null {
  const at = tpktContent(bytes);
  if (at === null || bytes.length < at + X224.FIXED_BYTES || bytes[at + 1] !== code) return null;
  const length = uint16(bytes, 2);
  // the length indicator counts all behind itself
  return bytes[at]! + 5 === length && bytes[at + 6] === 0 ? at + X224.FIXED_BYTES : null;
}

function isNegotiation(bytes: Uint8Array, at: number, types: readonly number[]): boolean {
  return (
    at + 4 <= bytes.length && types.includes(bytes[at]!) && uint16le(bytes, at + 2) === NEGOTIATION.BYTES
  );
}

function matchRdpRequest({ c2s }: Conversation): Match | null {
  const at = x224Data(c2s, X224.CONNECTION_REQUEST);
  if (at === null) return null;
  return matchIf(
    hasText(c2s, at, 'Cookie: mstshash=') ||
      hasText(c2s, at, 'Cookie: msts=') ||
      isNegotiation(c2s, at, [NEGOTIATION.REQUEST]),
  );
}

function matchRdpConfirm({ s2c }: Conversation): Match | null {
  const at = x224Data(s2c, X224.CONNECTION_CONFIRM);
  return matchIf(at !== null && isNegotiation(s2c, at, [NEGOTIATION.RESPONSE, NEGOTIATION.FAILURE]));
}

/** Clients before RDP 5 send neither cookie nor negotiation: the same as any other user of X.224. */
function matchRdpBare({ c2s, s2c }: Conversation): Match | null {
  return matchIf(
    x224Data(c2s, X224.CONNECTION_REQUEST) !== null || x224Data(s2c, X224.CONNECTION_CONFIRM) !== null,
  );
}

const UDP_SYN = 0x0001;
const UDP_NO_ACK = 0xffff_ffff;

/** Acknowledged sequence, window, flags with SYN, initial sequence, and two MTUs; padded to 1232 bytes. */
function matchRdpUdp({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 16 || wireLength < 1132 || wireLength > 1232) return null;
  const isMtu = (mtu: number) => mtu >= 1132 && mtu <= 1232;
  return matchIf(
    (uint16(payload, 6) & UDP_SYN) !== 0 &&
      (uint32(payload, 0) === UDP_NO_ACK || (uint16(payload, 6) & 0x0004) !== 0) &&
      isMtu(uint16(payload, 12)) &&
      isMtu(uint16(payload, 14)),
  );
}

const UDP_FLAGS = 0x1fff;
const UDP_ACK_OR_DATA = 0x000c;

/** Any later datagram: acknowledged sequence, window, and flags that are assigned. */
function matchRdpUdpLater({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 8 || wireLength > 1232) return null;
  const flags = uint16(payload, 6);
  return matchIf((flags & ~UDP_FLAGS) === 0 && (flags & UDP_ACK_OR_DATA) !== 0 && uint16(payload, 4) > 0);
}

const RFB_VERSION = /^RFB \d{3}\.\d{3}\n/;

const IAC = 255;
const isNegotiatingVerb = (byte: number | undefined) => byte !== undefined && byte >= 251 && byte <= 254;
/** options assigned by IANA are up to 49, and EXOPL */
const isOption = (byte: number | undefined) => byte !== undefined && (byte <= 49 || byte === 255);

/** How many negotiations (IAC, WILL to DONT, option) stand at the start. */
function negotiations(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === IAC && isNegotiatingVerb(bytes[at + 1]) && isOption(bytes[at + 2])) at += 3;
  return at / 3;
}

/** IAC and a command, a negotiation with its option; another IAC would be data. */
function isCommand(bytes: Uint8Array): boolean {
  if (bytes[0] !== IAC || bytes[1]! < 240 || bytes[1]! >= IAC) return false;
  return !isNegotiatingVerb(bytes[1]) || isOption(bytes[2]);
}

const TELNET_PROMPT = /(?:login|username|password) ?: ?$/i;

export const REMOTE_ACCESS_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...RDP,
    name: 'rdp-request',
    begins: ['03 00 00-01 ?? ?? e0 ?? ?? ?? ?? 00'],
    speaksFirst: 'client',
    match: matchRdpRequest,
    strength: 'content',
    source: 'MS-RDPBCGR 2.2.1.1: a cookie or rdpNegReq behind the X.224 connection request',
  },
  {
    ...RDP,
    name: 'rdp-confirm',
    begins: ['03 00 00-01 ?? ?? d0 ?? ?? ?? ?? 00'],
    speaksFirst: 'server',
    match: matchRdpConfirm,
    strength: 'content',
    source: 'MS-RDPBCGR 2.2.1.2: rdpNegRsp or rdpNegFailure behind the X.224 confirmation',
  },
  {
    ...RDP,
    name: 'rdp-bare-request',
    begins: ['03 00 ?? ?? ?? d0,e0 ?? ?? ?? ?? 00'],
    speaksFirst: 'client',
    match: matchRdpBare,
    strength: 'plausible',
    source: 'MS-RDPBCGR 2.2.1.1: both parts behind the request are optional',
  },
  {
    ...VNC,
    name: 'rfb-version',
    speaksFirst: 'server',
    match: ({ clientText, serverText }) =>
      matchIf(RFB_VERSION.test(serverText) || RFB_VERSION.test(clientText)),
    strength: 'content',
    source: 'RFC 6143 7.1.1',
  },
  {
    ...TELNET,
    name: 'telnet-negotiations',
    begins: ['ff fb-fe 00-31,ff ff fb-fe 00-31,ff'],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(negotiations(c2s) >= 2 || negotiations(s2c) >= 2),
    strength: 'content',
    source: 'RFC 854, RFC 855: two option negotiations in a row',
  },
  {
    ...TELNET,
    name: 'telnet-dialogue',
    // a prompt may stand behind any text
    begins: ['ff', '21-7e', '0a,0d'],
    speaksFirst: 'either',
    match: ({ c2s, s2c, serverText }) =>
      matchIf(isCommand(c2s) || isCommand(s2c) || TELNET_PROMPT.test(serverText)),
    strength: 'plausible',
    source: 'RFC 854, RFC 855: one command, or a prompt in plain text',
  },
  {
    ...CITRIX,
    name: 'ica-hello',
    begins: ['7f 7f 49 43 41 00', '1a 43 47 50 2f 30'],
    speaksFirst: 'server',
    match: ({ c2s, s2c }) =>
      matchIf(
        hasText(s2c, 0, '\x7f\x7fICA\0') || hasText(c2s, 0, '\x7f\x7fICA\0') || hasText(c2s, 0, '\x1aCGP/01'),
      ),
    strength: 'content',
    source: "Citrix's published ICA detection string and Common Gateway Protocol greeting",
  },
];

export const REMOTE_ACCESS_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...RDP,
    name: 'rdp-udp-syn',
    begins: [anyThen(7, 'x1,x3,x5,x7,x9,xb,xd,xf ?? ?? ?? ?? 04 6c-d0 04 6c-d0')],
    speaksFirst: 'client',
    match: matchRdpUdp,
    strength: 'content',
    source: 'MS-RDPEUDP 2.2.2.1, 2.2.2.5, 3.1.5.1.1',
  },
  {
    ...RDP,
    name: 'rdp-udp-later',
    begins: [anyThen(6, '00-1f x4,x5,x6,x7,x8,x9,xa,xb,xc,xd,xe,xf')],
    speaksFirst: 'either',
    match: matchRdpUdpLater,
    strength: 'plausible',
    source: 'MS-RDPEUDP 2.2.2.1: a session that began before the capture',
  },
];
