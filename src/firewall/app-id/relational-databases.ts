/** MySQL, PostgreSQL, Microsoft SQL Server and Oracle, by how a session of each begins. */
import { asciiText, hasText, isPrintable, isZero, uint16, uint16le, uint32, uint32le } from './bytes.ts';
import { anyThen, zeros } from './opening.ts';
import {
  type Application,
  type Conversation,
  type Datagram,
  type DatagramSignature,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const MYSQL: Application = { app: 'mysql', ports: [3306] };
const POSTGRES: Application = { app: 'postgres', ports: [5432] };
const MSSQL: Application = {
  app: 'mssql-db',
  ports: [1433],
  nameNote: 'mssql-db-base, -encrypted and -unencrypted are of its group',
};
const MSSQL_BROWSER: Application = { app: 'mssql-mon', ports: [1434] };
const ORACLE: Application = { app: 'oracle', ports: [1521] };

const MYSQL_PROTOCOL = 10;
const MYSQL_ERROR = 0xff;
const uint24le = (bytes: Uint8Array, at: number) => uint16le(bytes, at) | (bytes[at + 2]! << 16);

/** Length, sequence 0, protocol 10, a version that begins with a number and ends with a zero byte. */
function matchMysqlGreeting({ s2c }: Conversation): Match | null {
  if (s2c.length < 16 || s2c[3] !== 0 || s2c[4] !== MYSQL_PROTOCOL) return null;
  const length = uint24le(s2c, 0);
  if (length < 40 || length > 512) return null;
  const end = s2c.indexOf(0, 5);
  if (end < 8 || end > 68 || !isPrintable(s2c, 5, end)) return null;
  return matchIf(/^\d{1,2}\.\d{1,2}\./.test(asciiText(s2c, 5, end - 5)));
}

/** A server that turns the client away first: an error with its number and, since 4.1, a `#` and a state. */
function isMysqlRefusal(bytes: Uint8Array): boolean {
  if (bytes.length < 12 || bytes[4] !== MYSQL_ERROR || bytes[3]! > 1) return false;
  const number = uint16le(bytes, 5);
  return (
    uint24le(bytes, 0) + 4 >= bytes.length && number >= 1000 && number < 4000 && isPrintable(bytes, 7, 12)
  );
}

const MYSQL_QUERY = 3;
/** COM_QUIT to COM_RESET_CONNECTION */
const LAST_MYSQL_COMMAND = 0x1f;

/** A command packet that fills what is there, or a login answering a greeting out of sight. */
function isMysqlCommand(bytes: Uint8Array): boolean {
  if (bytes.length < 5 || uint24le(bytes, 0) + 4 !== bytes.length) return false;
  if (bytes[3] === 0) {
    const command = bytes[4]!;
    return (
      command >= 1 && command <= LAST_MYSQL_COMMAND && (command !== MYSQL_QUERY || isPrintable(bytes, 5, 6))
    );
  }
  return bytes[3] === 1 && bytes.length >= 36 && isZero(bytes, 13, 36);
}

const POSTGRES_CODE = {
  SSL: 0x04d2_162f,
  CANCEL: 0x04d2_162e,
  GSS: 0x04d2_1630,
  VERSION_3: 0x0003_0000,
  VERSION_2: 0x0002_0000,
} as const;

/** Length of all, a code, and for a start-up the names and values of parameters, `user` among them. */
function matchPostgresStart({ c2s }: Conversation): Match | null {
  if (c2s.length < 8) return null;
  const length = uint32(c2s, 0);
  const code = uint32(c2s, 4);
  if (code === POSTGRES_CODE.SSL || code === POSTGRES_CODE.GSS) return matchIf(length === 8);
  if (code === POSTGRES_CODE.CANCEL) return matchIf(length === 16);
  if (code === POSTGRES_CODE.VERSION_2) return matchIf(length === 296);
  // minor versions of 3 and, since 2025, 3.2
  if ((code & 0xffff_0000) >>> 0 !== POSTGRES_CODE.VERSION_3 || (code & 0xffff) > 2) return null;
  return matchIf(length >= 14 && length < 10_000 && c2s.length >= 13 && isPrintable(c2s, 8, 12));
}

/** Letters of messages that a server or a client sends in an open session. */
const POSTGRES_MESSAGES = 'BCDEFHIKNPQRSTXZdcpf12ns3AGVWtv';

/** A message by its letter and length, and behind it the next one or the end. */
function isPostgresMessage(bytes: Uint8Array): boolean {
  if (bytes.length < 5 || !POSTGRES_MESSAGES.includes(String.fromCharCode(bytes[0]!))) return false;
  const next = 1 + uint32(bytes, 1);
  if (next < 5 || next > bytes.length) return false;
  return next === bytes.length || POSTGRES_MESSAGES.includes(String.fromCharCode(bytes[next]!));
}

const TDS = { PRELOGIN: 0x12, LOGIN7: 0x10, RESPONSE: 0x04, HEADER_BYTES: 8, LAST: 0x01 } as const;
const TDS_TERMINATOR = 0xff;

function isTdsHeader(bytes: Uint8Array, type: number): boolean {
  if (bytes.length < TDS.HEADER_BYTES || bytes[0] !== type || bytes[1]! > 0x0f) return false;
  // the window is zero and not used (MS-TDS 2.2.3.1.6)
  return uint16(bytes, 2) > TDS.HEADER_BYTES && bytes[7] === 0;
}

/** A list of options (token, offset, length) that begins with VERSION, whose length is 6. */
function isPrelogin(bytes: Uint8Array, type: number): boolean {
  if (!isTdsHeader(bytes, type) || bytes.length < TDS.HEADER_BYTES + 6) return false;
  const at = TDS.HEADER_BYTES;
  const next = bytes[at + 5]!;
  return (
    bytes[at] === 0 &&
    uint16(bytes, at + 1) < 256 &&
    uint16(bytes, at + 3) === 6 &&
    (next <= 8 || next === TDS_TERMINATOR)
  );
}

function matchPrelogin({ c2s, s2c }: Conversation): Match | null {
  return matchIf(isPrelogin(c2s, TDS.PRELOGIN) || isPrelogin(s2c, TDS.RESPONSE));
}

/** Length of all, and a version from 7.0 to 7.4. */
function matchLogin7({ c2s }: Conversation): Match | null {
  if (!isTdsHeader(c2s, TDS.LOGIN7) || c2s.length < 16) return null;
  const length = uint32le(c2s, 8);
  const version = c2s[15]!;
  return matchIf(length >= 86 && length < 0x2_0000 && version >= 0x70 && version <= 0x74);
}

const TDS_TYPES = [0x01, 0x03, 0x04, 0x06, 0x07, 0x0e, 0x10];

function isTdsPacket(bytes: Uint8Array): boolean {
  return TDS_TYPES.some((type) => isTdsHeader(bytes, type)) && uint16(bytes, 2) === bytes.length;
}

const BROWSER = { BROADCAST: 2, UNICAST: 3, INSTANCE: 4, RESPONSE: 5, DAC: 0x0f } as const;

function matchBrowserRequest({ payload, wireLength }: Datagram): Match | null {
  const type = payload[0];
  if (type === BROWSER.BROADCAST || type === BROWSER.UNICAST) return matchIf(wireLength === 1);
  // a name is 32 bytes at most; the worm of 2003 sent a longer one
  return matchIf((type === BROWSER.INSTANCE || type === BROWSER.DAC) && wireLength >= 3);
}

function matchBrowserResponse({ payload, wireLength }: Datagram): Match | null {
  return matchIf(
    payload[0] === BROWSER.RESPONSE &&
      payload.length >= 14 &&
      uint16le(payload, 1) + 3 === wireLength &&
      hasText(payload, 3, 'ServerName;'),
  );
}

const TNS = { CONNECT: 1, ACCEPT: 2, REFUSE: 4, REDIRECT: 5, DATA: 6, RESEND: 11, HEADER_BYTES: 8 } as const;

/** Length, check sum 0, type, flags, check sum 0. */
function isTnsHeader(bytes: Uint8Array, types: readonly number[]): boolean {
  if (bytes.length < TNS.HEADER_BYTES || uint16(bytes, 2) !== 0 || uint16(bytes, 6) !== 0) return false;
  return uint16(bytes, 0) >= TNS.HEADER_BYTES && types.includes(bytes[4]!) && (bytes[5]! & 0xf0) === 0;
}

/** The version, the oldest compatible one, and connect data that is a list in parentheses. */
function matchTnsConnect({ c2s }: Conversation): Match | null {
  if (!isTnsHeader(c2s, [TNS.CONNECT]) || c2s.length < 28) return null;
  const version = uint16(c2s, 8);
  const dataAt = uint16(c2s, 26);
  if (version < 300 || version > 400 || uint16(c2s, 10) > version || dataAt < 34) return null;
  // long connect data comes in a packet of its own
  return matchIf(dataAt >= c2s.length || c2s[dataAt] === 0x28);
}

function matchTnsOther({ c2s, s2c }: Conversation): Match | null {
  const answers = [TNS.ACCEPT, TNS.REFUSE, TNS.REDIRECT, TNS.RESEND];
  const isWhole = (bytes: Uint8Array, types: readonly number[]) =>
    isTnsHeader(bytes, types) && uint16(bytes, 0) <= bytes.length;
  return matchIf(isWhole(s2c, answers) || isWhole(c2s, [TNS.DATA]) || isWhole(s2c, [TNS.DATA]));
}

export const RELATIONAL_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...MYSQL,
    name: 'mysql-greeting',
    begins: ['?? 00-02 00 00 0a 30-39 2e,30-39'],
    speaksFirst: 'server',
    match: matchMysqlGreeting,
    strength: 'content',
    source: 'MySQL client/server protocol: Protocol::HandshakeV10',
  },
  {
    ...MYSQL,
    name: 'mysql-dialogue',
    begins: [
      '?? ?? ?? 00-01 ff ?? 03-0f 20-7e 20-7e 20-7e 20-7e 20-7e',
      '?? ?? ?? 00 01-1f',
      `?? ?? ?? 01 ${anyThen(9, zeros(15))}`,
    ],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isMysqlRefusal(s2c) || isMysqlCommand(c2s)),
    strength: 'plausible',
    source: 'MySQL client/server protocol: ERR_Packet, HandshakeResponse41, command phase',
  },
  {
    ...POSTGRES,
    name: 'postgres-start',
    begins: ['00 00 00-27 ?? 00,04 02,03,d2 00,16 00-02,2e-30'],
    speaksFirst: 'client',
    match: matchPostgresStart,
    strength: 'content',
    source:
      'PostgreSQL frontend/backend protocol 3.0: StartupMessage, SSLRequest, GSSENCRequest, CancelRequest',
  },
  {
    ...POSTGRES,
    name: 'postgres-message',
    begins: ['31-33,41-49,4b,4e,50-54,56-58,5a,63-64,66,6e,70,73-74,76 00 00 ?? ??'],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isPostgresMessage(c2s) || isPostgresMessage(s2c)),
    strength: 'plausible',
    source: 'PostgreSQL frontend/backend protocol 3.0: message formats',
  },
  {
    ...MSSQL,
    name: 'tds-prelogin',
    begins: ['12,04 00-0f ?? ?? ?? ?? ?? 00 00 00 ?? 00 06'],
    speaksFirst: 'client',
    match: matchPrelogin,
    strength: 'content',
    source: 'MS-TDS 2.2.3.1, 2.2.6.5',
  },
  {
    ...MSSQL,
    name: 'tds-login7',
    begins: ['10 00-0f ?? ?? ?? ?? ?? 00 ?? ?? 00-01 00 ?? ?? ?? 70-74'],
    speaksFirst: 'client',
    match: matchLogin7,
    strength: 'content',
    source: 'MS-TDS 2.2.6.4',
  },
  {
    ...MSSQL,
    name: 'tds-packet',
    begins: ['01,03-04,06-07,0e,10 00-0f ?? ?? ?? ?? ?? 00'],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isTdsPacket(c2s) || isTdsPacket(s2c)),
    strength: 'plausible',
    source: 'MS-TDS 2.2.3.1: a connection that began before the capture',
  },
  {
    ...ORACLE,
    name: 'tns-connect',
    begins: ['?? ?? 00 00 01 0x 00 00 01 2c-90'],
    speaksFirst: 'client',
    match: matchTnsConnect,
    strength: 'content',
    source: "Oracle Net Services' connect descriptors behind the TNS connect header",
  },
  {
    ...ORACLE,
    name: 'tns-packet',
    begins: ['?? ?? 00 00 02,04-06,0b 0x 00 00'],
    speaksFirst: 'either',
    match: matchTnsOther,
    strength: 'plausible',
    source: 'TNS header: accept, refuse, redirect, resend, data',
  },
];

export const RELATIONAL_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...MSSQL_BROWSER,
    name: 'mssql-browser-response',
    begins: ['05 ?? ?? 53 65 72'],
    speaksFirst: 'server',
    match: matchBrowserResponse,
    strength: 'content',
    source: 'MC-SQLR 2.2.5',
  },
  {
    ...MSSQL_BROWSER,
    name: 'mssql-browser-request',
    begins: ['02-04,0f'],
    speaksFirst: 'client',
    match: matchBrowserRequest,
    strength: 'plausible',
    source: 'MC-SQLR 2.2.1 to 2.2.4',
  },
];
