/** Who is who and may what: LDAP, Kerberos, RADIUS, TACACS+, Diameter. */
import { BER, berElement, berInteger } from './ber.ts';
import { uint16, uint24, uint32 } from './bytes.ts';
import { atLeast } from './opening.ts';
import {
  type Application,
  type Conversation,
  type Datagram,
  type DatagramSignature,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const LDAP: Application = { app: 'ldap', ports: [389, 3268, 636, 3269] };
const KERBEROS: Application = { app: 'kerberos', ports: [88, 464] };
const RADIUS: Application = { app: 'radius', ports: [1812, 1813, 1645, 1646] };
const TACACS: Application = { app: 'tacacs-plus', ports: [49], nameNote: INFERRED_NAME };
const DIAMETER: Application = {
  app: 'diameter',
  ports: [3868],
  nameNote: INFERRED_NAME,
};

/** Tags of protocolOp: [APPLICATION n], constructed unless its content is not. */
const LDAP_OPERATIONS = new Set([
  0x60, 0x61, 0x42, 0x63, 0x64, 0x65, 0x73, 0x66, 0x67, 0x68, 0x69, 0x4a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x50,
  0x77, 0x78, 0x79,
]);

/** SEQUENCE of a message identifier and an operation that fills it, but for controls ([0]) behind it. */
function isLdap(bytes: Uint8Array): boolean {
  const message = berElement(bytes, 0, BER.SEQUENCE);
  if (message === null || message.length < 5) return false;
  const id = berInteger(bytes, message.start);
  const tag = id === null ? undefined : bytes[id.end];
  if (id === null || tag === undefined || !LDAP_OPERATIONS.has(tag)) return false;
  const operation = berElement(bytes, id.end, tag);
  const end = message.start + message.length;
  if (operation === null || operation.start + operation.length > end) return false;
  const behind = operation.start + operation.length;
  return behind === end || behind >= bytes.length || bytes[behind] === 0xa0;
}

/** [APPLICATION 10] AS-REQ to 15 AP-REP, 20 KRB-SAFE to 22 KRB-CRED, 30 KRB-ERROR (RFC 4120 5.10) */
const KERBEROS_TAGS = new Set([0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x74, 0x75, 0x76, 0x7e]);
const KERBEROS_VERSION = 5;

/** The message that fills `length` bytes from `at`: tag, SEQUENCE, and pvno 5 in [0] or [1]. */
function isKerberos(bytes: Uint8Array, at: number, length: number): boolean {
  const tag = bytes[at];
  if (tag === undefined || !KERBEROS_TAGS.has(tag)) return false;
  const message = berElement(bytes, at, tag);
  if (message === null || message.start + message.length !== at + length) return false;
  const sequence = berElement(bytes, message.start, BER.SEQUENCE);
  if (sequence === null) return false;
  const context = bytes[sequence.start];
  if (context !== 0xa0 && context !== 0xa1) return false;
  return berInteger(bytes, sequence.start + 2)?.value === KERBEROS_VERSION;
}

/** RFC 4120 7.2.2: over TCP four bytes of length come first, their top bit zero. */
function isKerberosRecord(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && uint32(bytes, 0) < 0x100_0000 && isKerberos(bytes, 4, uint32(bytes, 0));
}

const PASSWORD = {
  VERSION: 1,
  CHANGE_VERSION: 0xff80,
  HEADER_BYTES: 6,
  AP_REQ: 0x6e,
  AP_REP: 0x6f,
  ERROR: 0x7e,
} as const;

/** A change of password: length of all, version, length of the AP-REQ or AP-REP; a length of 0 has an error behind it. */
function isPasswordChange(bytes: Uint8Array, at: number, length: number): boolean {
  if (at + PASSWORD.HEADER_BYTES >= bytes.length || uint16(bytes, at) !== length) return false;
  const version = uint16(bytes, at + 2);
  if (version !== PASSWORD.VERSION && version !== PASSWORD.CHANGE_VERSION) return false;
  const ticketBytes = uint16(bytes, at + 4);
  const tag = bytes[at + PASSWORD.HEADER_BYTES];
  if (ticketBytes === 0) return tag === PASSWORD.ERROR;
  const isTicket = tag === PASSWORD.AP_REQ || tag === PASSWORD.AP_REP;
  return isTicket && PASSWORD.HEADER_BYTES + ticketBytes <= length;
}

function isPasswordRecord(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && isPasswordChange(bytes, 4, uint32(bytes, 0));
}

const RADIUS_CODES = new Set([1, 2, 3, 4, 5, 11, 12, 13, 40, 41, 42, 43, 44, 45]);
const RADIUS_HEADER_BYTES = 20;
const LONGEST_RADIUS = 4096;

/** Code, length of all, and attributes that fill it one behind the other. */
function isRadius({ payload, wireLength }: Datagram): boolean {
  if (payload.length < 4 || !RADIUS_CODES.has(payload[0]!)) return false;
  const length = uint16(payload, 2);
  if (length !== wireLength || length < RADIUS_HEADER_BYTES || length > LONGEST_RADIUS) return false;
  let at = RADIUS_HEADER_BYTES;
  while (at + 1 < Math.min(payload.length, length)) {
    if (payload[at] === 0 || payload[at + 1]! < 2) return false;
    at += payload[at + 1]!;
  }
  return at === length || payload.length < length;
}

/** Code and length; bytes behind the length are padding (RFC 2865 3). */
function isRadiusHeader({ payload, wireLength }: Datagram): boolean {
  if (payload.length < 4 || !RADIUS_CODES.has(payload[0]!)) return false;
  const length = uint16(payload, 2);
  return length >= RADIUS_HEADER_BYTES && length <= Math.min(LONGEST_RADIUS, wireLength);
}

/** an answer may have no attribute, and then there is little to go by */
const hasAttribute = ({ payload }: Datagram) => payload.length >= RADIUS_HEADER_BYTES + 2;

/** Version 12.0 or 12.1, type, odd sequence from the client, flags, session, length. */
function isTacacs(bytes: Uint8Array): boolean {
  if (bytes.length < 12 || (bytes[0] !== 0xc0 && bytes[0] !== 0xc1)) return false;
  const [, type, sequence, flags] = bytes;
  const length = uint32(bytes, 8);
  return (
    type! >= 1 &&
    type! <= 3 &&
    sequence! >= 1 &&
    sequence! <= 8 &&
    (flags! & 0xfa) === 0 &&
    length >= 5 &&
    length < 65_536
  );
}

const DIAMETER_VERSION = 1;
/** the four reserved bits are zero (RFC 6733 3) */
const DIAMETER_RESERVED_FLAGS = 0x0f;

/** Version, length of all, flags, command, application; then the first attribute. */
function isDiameter(bytes: Uint8Array): boolean {
  if (bytes.length < 28 || bytes[0] !== DIAMETER_VERSION || (bytes[4]! & DIAMETER_RESERVED_FLAGS) !== 0)
    return false;
  const length = uint24(bytes, 1);
  const command = uint24(bytes, 5);
  const attributeLength = uint24(bytes, 25);
  return (
    length >= 28 &&
    length % 4 === 0 &&
    command >= 257 &&
    command < 0x80_0000 &&
    uint32(bytes, 20) >= 1 &&
    uint32(bytes, 20) < 0x1_0000 &&
    (bytes[24]! & 0x1f) === 0 &&
    attributeLength >= 8 &&
    20 + attributeLength <= length
  );
}

function inEither(test: (bytes: Uint8Array) => boolean): (conversation: Conversation) => Match | null {
  return ({ c2s, s2c }) => matchIf(test(c2s) || test(s2c));
}

/** a sequence, its length in one to five bytes, and a number */
const LDAP_BEGINS = [
  '30 05-7f 02',
  '30 81 ?? 02',
  '30 82 ?? ?? 02',
  '30 83 ?? ?? ?? 02',
  '30 84 ?? ?? ?? ?? 02',
];
const KERBEROS_TAG = '6a-6f,74-76,7e';
/** a tag, the length of what it holds in one byte or more, and a sequence */
const KERBEROS_BEGINS = [`${KERBEROS_TAG} 00-7f 30`, `${KERBEROS_TAG} 81-84`];

export const DIRECTORY_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...LDAP,
    name: 'ldap-over-tcp',
    begins: LDAP_BEGINS,
    speaksFirst: 'client',
    match: inEither(isLdap),
    strength: 'content',
    source: 'RFC 4511 4.1.1, 4.2 to 4.13',
  },
  {
    ...KERBEROS,
    name: 'kerberos-over-tcp',
    begins: KERBEROS_BEGINS.map((begin) => `00 ?? ?? ?? ${begin}`),
    speaksFirst: 'client',
    match: inEither(isKerberosRecord),
    strength: 'content',
    source: 'RFC 4120 5.4 to 5.10, 7.2.2',
  },
  {
    ...KERBEROS,
    name: 'kerberos-password-over-tcp',
    begins: ['00 00 ?? ?? ?? ?? 00,ff 01,80'],
    speaksFirst: 'client',
    match: inEither(isPasswordRecord),
    strength: 'content',
    source: 'RFC 3244 2',
  },
  {
    ...TACACS,
    name: 'tacacs-plus',
    begins: ['c0-c1 01-03 01-08 00-01,04-05 ?? ?? ?? ?? 00 00 ?? ??'],
    speaksFirst: 'client',
    match: inEither(isTacacs),
    strength: 'plausible',
    source: 'RFC 8907 4.1',
  },
  {
    ...DIAMETER,
    name: 'diameter',
    begins: ['01 ?? ?? ?? x0 00-7f'],
    speaksFirst: 'client',
    match: inEither(isDiameter),
    strength: 'content',
    source: 'RFC 6733 3, 4.1',
  },
];

export const DIRECTORY_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...LDAP,
    name: 'ldap-over-udp',
    begins: LDAP_BEGINS,
    speaksFirst: 'client',
    match: ({ payload }) => matchIf(isLdap(payload)),
    strength: 'content',
    source: 'RFC 1798 3, MS-ADTS 6.3.3 (LDAP ping)',
  },
  {
    ...KERBEROS,
    name: 'kerberos',
    begins: KERBEROS_BEGINS,
    speaksFirst: 'client',
    match: ({ payload, wireLength }) => matchIf(isKerberos(payload, 0, wireLength)),
    strength: 'content',
    source: 'RFC 4120 5.4 to 5.10, 7.2.1',
  },
  {
    ...KERBEROS,
    name: 'kerberos-password',
    begins: ['?? ?? 00,ff 01,80 ?? ?? 6e,6f,7e'],
    speaksFirst: 'client',
    match: ({ payload, wireLength }) => matchIf(isPasswordChange(payload, 0, wireLength)),
    strength: 'content',
    source: 'RFC 3244 2',
  },
  {
    ...RADIUS,
    name: 'radius',
    begins: [atLeast(RADIUS_HEADER_BYTES + 2, '01-05,0b-0d,28-2d ?? 00-10')],
    speaksFirst: 'client',
    match: (datagram) => matchIf(hasAttribute(datagram) && isRadius(datagram)),
    strength: 'content',
    source: 'RFC 2865 3, 5, RFC 2866 3, RFC 5176 2.3',
  },
  {
    ...RADIUS,
    name: 'radius-bare',
    begins: ['01-05,0b-0d,28-2d ?? 00-10 ??'],
    speaksFirst: 'server',
    match: (datagram) => matchIf(isRadiusHeader(datagram)),
    strength: 'plausible',
    source: 'RFC 2865 3: without attributes, padded, or cut before them',
  },
];
