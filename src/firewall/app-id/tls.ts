/**
 * TLS and SSL. The record header is standard and in clear (RFC 8446 5.1, RFC 5246 6.2.1): type, version,
 * length; a hello is the first handshake message. Port 3978 tells Panorama's management connection from
 * other TLS (firewall-model 5).
 */
import { uint16 } from './bytes.ts';
import { type Field, fitFields } from './fields.ts';
import { type Conversation, MATCHED, type Match, matchIf, type StreamSignature } from './signature.ts';
import { clientHelloServerName } from './tls-server-name.ts';

const RECORD_HEADER_BYTES = 5;
const CONTENT_TYPE = { CHANGE_CIPHER_SPEC: 20, ALERT: 21, HANDSHAKE: 22, APPLICATION_DATA: 23 } as const;
const HANDSHAKE_TYPE = { CLIENT_HELLO: 1, SERVER_HELLO: 2 } as const;
/** RFC 5246 6.2.3: 2^14 and up to 2048 of expansion */
const LONGEST_RECORD = 16_384 + 2048;
/** a byte of content type and a 16-byte tag (RFC 8446 5.2); the older ciphers need as much */
const SHORTEST_PROTECTED = 17;
/** two bytes, a digest and padding of the older ciphers: what a session ends with, and a late capture begins with */
const LONGEST_PROTECTED_ALERT = 96;
/** version 2, random 32, and three empty vectors */
const SHORTEST_HELLO = 38;
const LONGEST_HELLO = 65_536;

/** A record header with a version from 3.0 to 3.4, whose length is possible; the length, or null. */
function recordLength(bytes: Uint8Array, at: number): number | null {
  if (at + RECORD_HEADER_BYTES > bytes.length) return null;
  if (bytes[at + 1] !== 3 || bytes[at + 2]! > 4) return null;
  const length = uint16(bytes, at + 3);
  return length === 0 || length > LONGEST_RECORD ? null : length;
}

/** Of the record that a hello stands in, and of the hello: type, version and length each. */
function helloFields(handshakeType: number): readonly Field[] {
  return [
    { at: 0, bytes: 1, least: CONTENT_TYPE.HANDSHAKE, most: CONTENT_TYPE.HANDSHAKE },
    { at: 1, bytes: 2, least: 0x0300, most: 0x0304 },
    { at: 3, bytes: 2, least: 1, most: LONGEST_RECORD },
    { at: 5, bytes: 1, least: handshakeType, most: handshakeType },
    { at: 6, bytes: 3, least: SHORTEST_HELLO, most: LONGEST_HELLO },
    { at: 9, bytes: 2, least: 0x0300, most: 0x0304 },
  ];
}

export const CLIENT_HELLO_FIELDS: readonly Field[] = helloFields(HANDSHAKE_TYPE.CLIENT_HELLO);
const SERVER_HELLO_FIELDS = helloFields(HANDSHAKE_TYPE.SERVER_HELLO);

function isHello(bytes: Uint8Array, fields: readonly Field[]): boolean {
  return bytes.length > RECORD_HEADER_BYTES && fitFields(fields, bytes);
}

function matchClientHello({ c2s }: Conversation): Match | null {
  return isHello(c2s, CLIENT_HELLO_FIELDS) ? { serverName: clientHelloServerName(c2s) } : null;
}

function matchServerHello({ s2c }: Conversation): Match | null {
  return matchIf(isHello(s2c, SERVER_HELLO_FIELDS));
}

/** RFC 5246 E.2: two bytes of length with the top bit set, type 1, version, three lengths that must add up. */
function matchSslV2Hello({ c2s }: Conversation): Match | null {
  if (c2s.length < 11 || (c2s[0]! & 0x80) === 0 || c2s[2] !== 1) return null;
  const version = uint16(c2s, 3);
  const isVersion = version === 0x0002 || (version >= 0x0300 && version <= 0x0303);
  const ciphers = uint16(c2s, 5);
  const sessionId = uint16(c2s, 7);
  const challenge = uint16(c2s, 9);
  return matchIf(
    isVersion &&
      ciphers > 0 &&
      ciphers % 3 === 0 &&
      (sessionId === 0 || sessionId === 16) &&
      challenge >= 16 &&
      challenge <= 32 &&
      (uint16(c2s, 0) & 0x7fff) === 9 + ciphers + sessionId + challenge,
  );
}

/** A connection that began before the capture: protected records, each followed by the header of another. */
function matchApplicationData({ c2s, s2c }: Conversation): Match | null {
  return isApplicationData(c2s) || isApplicationData(s2c) ? MATCHED : null;
}

function isApplicationData(bytes: Uint8Array): boolean {
  const [type] = bytes;
  if ((type !== CONTENT_TYPE.APPLICATION_DATA && type !== CONTENT_TYPE.ALERT) || bytes[2] === 0) return false;
  const length = recordLength(bytes, 0);
  if (length === null || length < SHORTEST_PROTECTED) return false;
  if (type === CONTENT_TYPE.ALERT && length > LONGEST_PROTECTED_ALERT) return false;
  const next = RECORD_HEADER_BYTES + length;
  if (next >= bytes.length) return true;
  if (bytes[next]! < CONTENT_TYPE.CHANGE_CIPHER_SPEC || bytes[next]! > CONTENT_TYPE.APPLICATION_DATA)
    return false;
  return next + RECORD_HEADER_BYTES > bytes.length || recordLength(bytes, next) !== null;
}

const TLS_MATCHERS: readonly Pick<StreamSignature, 'name' | 'begins' | 'speaksFirst' | 'match' | 'source'>[] =
  [
    {
      name: 'client-hello',
      begins: ['16 03 00-04 00-48 ?? 01'],
      speaksFirst: 'client',
      match: matchClientHello,
      source: 'RFC 8446 4.1.2, RFC 5246 7.4.1.2',
    },
    {
      name: 'server-hello',
      begins: ['16 03 00-04 00-48 ?? 02'],
      speaksFirst: 'server',
      match: matchServerHello,
      source: 'RFC 8446 4.1.3, RFC 5246 7.4.1.3',
    },
    {
      name: 'sslv2-client-hello',
      begins: ['80-ff ?? 01 00,03 00-03'],
      speaksFirst: 'client',
      match: matchSslV2Hello,
      source: 'RFC 5246 E.2',
    },
    {
      name: 'application-data',
      begins: ['15,17 03 01-04 00-48'],
      speaksFirst: 'either',
      match: matchApplicationData,
      source: 'RFC 8446 5.2, RFC 5246 6.2.3',
    },
  ];

/** Applications that are told apart by port alone once the payload is TLS; the first is the general one. */
const TLS_APPS: readonly { readonly app: string; readonly ports: readonly number[] }[] = [
  { app: 'ssl', ports: [443] },
  // firewall-model 5, 12 row 3: a firewall's own connection to Panorama or a log collector
  { app: 'panorama', ports: [3978] },
];

export const TLS_SIGNATURES: readonly StreamSignature[] = TLS_APPS.flatMap(({ app, ports }) =>
  TLS_MATCHERS.map((matcher) => ({
    ...matcher,
    name: `${app}-${matcher.name}`,
    app,
    ports,
    strength: 'content' as const,
  })),
);
