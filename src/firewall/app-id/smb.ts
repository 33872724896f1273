/**
 * SMB over TCP, directly or behind a NetBIOS session, and the application name of each version. A bare
 * NEGOTIATE says only which versions the client would take: its answer is waited for, as the firewall
 * ends at the name of the version that was agreed on.
 */
import { hasText, uint16le, uint24 } from './bytes.ts';
import {
  type Application,
  type Conversation,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const PORTS = [445, 139];
const BASE: Application = { app: 'ms-ds-smb-base', ports: PORTS, nameNote: 'ms-ds-smb before it was split' };
const V1: Application = { app: 'ms-ds-smbv1', ports: PORTS, nameNote: 'named after its siblings v2 and v3' };
const V2: Application = { app: 'ms-ds-smbv2', ports: PORTS };
const V3: Application = { app: 'ms-ds-smbv3', ports: PORTS };
const NETBIOS_SESSION: Application = { app: 'netbios-ss', ports: [139] };

/** RFC 1002 4.3.1: type, flags, and length of what follows */
const SESSION = {
  MESSAGE: 0x00,
  REQUEST: 0x81,
  POSITIVE: 0x82,
  NEGATIVE: 0x83,
  RETARGET: 0x84,
  HEADER_BYTES: 4,
} as const;
/** two names of 32 letters between a length byte and a zero byte each */
const SESSION_REQUEST_BYTES = 68;

const SMB1_NEGOTIATE = 0x72;
const SMB1_REPLY = 0x80;
const SMB2 = { HEADER_BYTES: 64, RESPONSE: 0x01, NEGOTIATE: 0, DIALECT_AT: 4 } as const;
/** answers an SMB1 NEGOTIATE that offers SMB2: the client is to ask again */
const WILDCARD_DIALECT = 0x02ff;
const FIRST_DIALECT_3 = 0x0300;

type Version = 'v1' | 'v2' | 'v3' | 'base';

/** Where the first SMB message begins: behind a session message header, and a NetBIOS session request or its answer. */
function firstMessage(bytes: Uint8Array): number | null {
  let at = 0;
  const type = bytes[0];
  if (type === SESSION.REQUEST && isSessionRequest(bytes)) at = SESSION.HEADER_BYTES + SESSION_REQUEST_BYTES;
  else if (type === SESSION.POSITIVE && uint24(bytes, 1) === 0) at = SESSION.HEADER_BYTES;
  if (bytes[at] !== SESSION.MESSAGE || at + SESSION.HEADER_BYTES + 5 > bytes.length) return null;
  // the length has 17 bits over NetBIOS and 24 directly (MS-SMB2 2.1)
  return uint24(bytes, at + 1) < 32 ? null : at + SESSION.HEADER_BYTES;
}

function isSessionRequest(bytes: Uint8Array): boolean {
  if (
    bytes.length < SESSION.HEADER_BYTES + SESSION_REQUEST_BYTES ||
    uint24(bytes, 1) !== SESSION_REQUEST_BYTES
  )
    return false;
  return [4, 38].every((at) => {
    const letters = bytes.subarray(at + 1, at + 33);
    return bytes[at] === 32 && bytes[at + 33] === 0 && letters.every((byte) => byte >= 0x41 && byte <= 0x50);
  });
}

/** What one side's first message says; `asks` for a NEGOTIATE that only the other side can answer. */
function sideVersion(bytes: Uint8Array): Version | 'asks' | null {
  const at = firstMessage(bytes);
  if (at === null) return null;
  if (hasText(bytes, at, '\xfdSMB')) return 'v3';
  if (hasText(bytes, at, '\xffSMB')) {
    if (at + 10 > bytes.length) return 'asks';
    const isNegotiate = bytes[at + 4] === SMB1_NEGOTIATE;
    return isNegotiate && (bytes[at + 9]! & SMB1_REPLY) === 0 ? 'asks' : 'v1';
  }
  if (!hasText(bytes, at, '\xfeSMB')) return null;
  return smb2Version(bytes, at);
}

function smb2Version(bytes: Uint8Array, start: number): Version | 'asks' {
  let at = start;
  for (;;) {
    const dialectAt = at + SMB2.HEADER_BYTES + SMB2.DIALECT_AT;
    if (at + 17 > bytes.length) return 'asks';
    if (uint16le(bytes, at + 12) !== SMB2.NEGOTIATE) return 'base';
    if ((bytes[at + 16]! & SMB2.RESPONSE) === 0 || dialectAt + 2 > bytes.length) return 'asks';
    const dialect = uint16le(bytes, dialectAt);
    if (dialect !== WILDCARD_DIALECT) return dialect >= FIRST_DIALECT_3 ? 'v3' : 'v2';
    at += uint24(bytes, at - 3) + SESSION.HEADER_BYTES;
    if (!hasText(bytes, at, '\xfeSMB')) return 'asks';
  }
}

/**
 * The server's answer tells; else a client that went on to another command, which tells no version of
 * SMB2 by itself.
 */
function version({ c2s, s2c }: Conversation): Version | null {
  const client = sideVersion(c2s);
  const server = sideVersion(s2c);
  if (client === 'v3' || server === 'v3') return 'v3';
  if (server !== null && server !== 'asks') return server;
  if (server === null && client !== null && client !== 'asks') return client;
  if (server === null && client === 'asks' && hasMoved(c2s)) return 'base';
  return null;
}

/** Whether something follows the first message. */
function hasMoved(bytes: Uint8Array): boolean {
  const at = firstMessage(bytes)!;
  return bytes.length > at + uint24(bytes, at - 3) + SESSION.HEADER_BYTES;
}

function matchVersion(wanted: Version): (conversation: Conversation) => Match | null {
  return (conversation) => matchIf(version(conversation) === wanted);
}

/** A session request that the server turns down; accepted, it is the SMB behind it. */
function matchRefusedSession({ c2s, s2c }: Conversation): Match | null {
  return matchIf(isSessionRequest(c2s) && (s2c[0] === SESSION.NEGATIVE || s2c[0] === SESSION.RETARGET));
}

/** the message directly, behind a session request of two names, or behind its positive answer */
const SMB_BEGINS = [
  '00 ?? ?? ?? fd-ff 53 4d 42',
  '81 00 00 44 20 41-50',
  '82 00 00 00 00 ?? ?? ?? fd-ff 53 4d 42',
];

export const SMB_SIGNATURES: readonly StreamSignature[] = [
  {
    ...V3,
    name: 'smb3-dialect',
    begins: SMB_BEGINS,
    speaksFirst: 'server',
    match: matchVersion('v3'),
    strength: 'content',
    source: 'MS-SMB2 2.2.4 (DialectRevision from 0x0300), 2.2.41 (encrypted: SMB 3 only)',
  },
  {
    ...V2,
    name: 'smb2-dialect',
    begins: SMB_BEGINS,
    speaksFirst: 'server',
    match: matchVersion('v2'),
    strength: 'content',
    source: 'MS-SMB2 2.2.4 (DialectRevision 0x0202, 0x0210)',
  },
  {
    ...V1,
    name: 'smb1-message',
    begins: SMB_BEGINS,
    speaksFirst: 'either',
    match: matchVersion('v1'),
    strength: 'content',
    source: 'MS-CIFS 2.2.3.1; a NEGOTIATE that is answered in SMB1',
  },
  {
    ...BASE,
    name: 'smb2-message',
    begins: SMB_BEGINS,
    speaksFirst: 'either',
    match: matchVersion('base'),
    strength: 'content',
    source: 'MS-SMB2 2.2.1: the dialect was agreed on out of sight',
  },
  {
    ...NETBIOS_SESSION,
    name: 'netbios-session-refused',
    beginTogether: ['?? 00 00 44 20 41-50', '83,84'],
    speaksFirst: 'client',
    match: matchRefusedSession,
    strength: 'content',
    source: 'RFC 1002 4.3.2 to 4.3.5',
  },
];
