/** Proxies and encrypted tunnels: SOCKS, IKE and ESP over UDP, OpenVPN, WireGuard. */
import { isNoise, isPrintable, isZero, uint16, uint32 } from './bytes.ts';
import { anyThen, atLeast } from './opening.ts';
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

const SOCKS: Application = { app: 'socks', ports: [1080] };
const IKE: Application = { app: 'ike', ports: [500, 4500] };
const ESP_UDP: Application = { app: 'ipsec-esp-udp', ports: [4500] };
const OPEN_VPN: Application = { app: 'open-vpn', ports: [1194], nameNote: 'written openvpn elsewhere' };
const WIREGUARD: Application = { app: 'wireguard', ports: [51_820], nameNote: INFERRED_NAME };

const SOCKS5_METHODS = new Set([0, 1, 2, 3, 5, 6, 7, 8, 9]);

/** Version 4: command, port, address, user, a zero byte, and with address 0.0.0.x a name and another. */
function isSocks4Request(bytes: Uint8Array): boolean {
  if (bytes.length < 9 || bytes[0] !== 4 || (bytes[1] !== 1 && bytes[1] !== 2) || uint16(bytes, 2) === 0)
    return false;
  const userEnd = bytes.indexOf(0, 8);
  if (userEnd < 0 || !isPrintable(bytes, 8, userEnd)) return false;
  const hasName = isZero(bytes, 4, 7) && bytes[7] !== 0;
  if (!hasName) return true;
  const nameEnd = bytes.indexOf(0, userEnd + 1);
  return nameEnd > userEnd + 1 && isPrintable(bytes, userEnd + 1, nameEnd);
}

/** Reply code 90 to 93 behind a zero byte, port, address. */
function isSocks4Reply(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[0] === 0 && bytes[1]! >= 0x5a && bytes[1]! <= 0x5d;
}

/** Version 5: how many methods, and these; later messages may follow. */
function isSocks5Greeting(bytes: Uint8Array): boolean {
  const count = bytes[1] ?? 0;
  if (bytes[0] !== 5 || count === 0 || count > 10 || bytes.length < 2 + count) return false;
  return bytes.subarray(2, 2 + count).every((method) => SOCKS5_METHODS.has(method) || method >= 0x80);
}

/** The method that the server chose, one of those offered, or none (255). */
function matchSocks5({ c2s, s2c }: Conversation): Match | null {
  if (!isSocks5Greeting(c2s) || s2c.length < 2 || s2c[0] !== 5) return null;
  const chosen = s2c[1]!;
  return matchIf(chosen === 0xff || c2s.subarray(2, 2 + c2s[1]!).includes(chosen));
}

const IKE_HEADER_BYTES = 28;
const NON_ESP_MARKER_BYTES = 4;
/** exchange types: RFC 2408 3.1, RFC 2409, and the modes of vendors; RFC 7296 3.1 and what followed */
const isVersion1Exchange = (type: number) => type <= 6 || (type >= 32 && type <= 33);
const isVersion2Exchange = (type: number) => type >= 34 && type <= 44;

const IKE_VERSION_AND_EXCHANGE = '10,20 00-06,20-2c 00-3f';

/** Initiator, responder, next payload, version, exchange, flags, message, length of all. */
function isIke(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + IKE_HEADER_BYTES > bytes.length || isZero(bytes, at, at + 8)) return false;
  const version = bytes[at + 17]!;
  const exchange = bytes[at + 18]!;
  const isExchange = version === 0x20 ? isVersion2Exchange(exchange) : isVersion1Exchange(exchange);
  if ((version !== 0x10 && version !== 0x20) || !isExchange || (bytes[at + 19]! & 0xc0) !== 0) return false;
  const length = uint32(bytes, at + 24);
  return length >= IKE_HEADER_BYTES && at + length === end;
}

function matchIke({ payload, wireLength }: Datagram): Match | null {
  const isMarked = isZero(payload, 0, NON_ESP_MARKER_BYTES);
  return matchIf(
    isIke(payload, 0, wireLength) || (isMarked && isIke(payload, NON_ESP_MARKER_BYTES, wireLength)),
  );
}

/** RFC 8229 4, 5: prefix `IKETCP`, then a length of 16 bits, a zero marker, and the message. */
function matchIkeStream({ c2s }: Conversation): Match | null {
  const at =
    c2s.length >= 6 && 'IKETCP'.split('').every((letter, i) => c2s[i] === letter.charCodeAt(0)) ? 6 : 0;
  if (at + 6 + IKE_HEADER_BYTES > c2s.length || !isZero(c2s, at + 2, at + 6)) return null;
  return matchIf(isIke(c2s, at + 6, at + uint16(c2s, at)));
}

const LOWEST_SPI = 256;

/** A security parameter index that is not reserved and a sequence number; or a keepalive of one byte. */
function matchEspUdp({ payload, wireLength }: Datagram): Match | null {
  if (wireLength === 1) return matchIf(payload[0] === 0xff);
  return matchIf(
    payload.length >= 8 && wireLength >= 32 && wireLength % 4 === 0 && uint32(payload, 0) >= LOWEST_SPI,
  );
}

const OPENVPN = { RESET_CLIENT: 7, RESET_SERVER: 8, RESET_CLIENT_V3: 10, SESSION_BYTES: 8 } as const;
/** bytes that authenticate a reset: none, or a digest of MD5, SHA-1, SHA-256 or SHA-512 with a packet number and a time */
const OPENVPN_AUTHENTICATION = [0, 24, 28, 40, 72];
/** tls-crypt: packet number and time in clear, a digest of SHA-256, and the rest encrypted */
const OPENVPN_ENCRYPTED_RESET = 1 + OPENVPN.SESSION_BYTES + 8 + 32 + 5;

/** Operation, session, authentication, no acknowledgements, packet 0, and that is all. */
function isOpenvpnReset(bytes: Uint8Array, at: number, length: number): boolean {
  if (bytes[at] !== OPENVPN.RESET_CLIENT << 3) return false;
  const encryptedAt = at + 1 + OPENVPN.SESSION_BYTES;
  if (
    length === OPENVPN_ENCRYPTED_RESET &&
    encryptedAt + 4 <= bytes.length &&
    uint32(bytes, encryptedAt) === 1
  )
    return true;
  return OPENVPN_AUTHENTICATION.some((authentication) => {
    const behind = at + 1 + OPENVPN.SESSION_BYTES + authentication;
    return (
      length === 14 + authentication &&
      isZero(bytes, behind, behind + 5) &&
      (authentication === 0 || uint32(bytes, behind - 8) === 1)
    );
  });
}

/** Any control packet, data behind a peer's number included. */
function isOpenvpnPacket(bytes: Uint8Array, at: number, length: number): boolean {
  const operation = (bytes[at] ?? 0) >> 3;
  const isKnown = operation >= 3 && operation <= 10;
  return isKnown && (bytes[at]! & 7) <= 1 && length >= 14 && bytes.length >= at + 9;
}

/** operations 3 to 10, each with the number of a key, 0 or 1, behind it */
const OPENVPN_FIRST = '18-19,20-21,28-29,30-31,38-39,40-41,48-49,50-51';

/** Over TCP two bytes of length come first. */
function inRecord(
  test: (bytes: Uint8Array, at: number, length: number) => boolean,
): (bytes: Uint8Array) => boolean {
  return (bytes) => bytes.length >= 3 && test(bytes, 2, uint16(bytes, 0));
}

const WIREGUARD_LENGTH: ReadonlyMap<number, number> = new Map([
  [1, 148],
  [2, 92],
  [3, 64],
]);
/** where in all three a key or a nonce stands, behind the indices */
const WIREGUARD_NOISE = { FROM: 12, TO: 32 } as const;
const WIREGUARD_DATA = { TYPE: 4, SHORTEST: 32 } as const;

/** Type, three reserved zero bytes, the length that the type has, and what cannot be a number. */
function matchWireguardHandshake({ payload, wireLength }: Datagram): Match | null {
  const isHandshake = isZero(payload, 1, 4) && WIREGUARD_LENGTH.get(payload[0]!) === wireLength;
  const { FROM, TO } = WIREGUARD_NOISE;
  return matchIf(isHandshake && (payload.length < TO || isNoise(payload, FROM, TO)));
}

/** The counter follows the receiver; below 2^32 its upper half is zero, and so are eleven bytes in all. */
function matchWireguardCounter({ payload, wireLength }: Datagram): Match | null {
  const isCounted = payload.length >= 16 && isZero(payload, 12, 16);
  return isCounted ? matchWireguardData({ payload, wireLength }) : null;
}

function matchWireguardData({ payload, wireLength }: Pick<Datagram, 'payload' | 'wireLength'>): Match | null {
  const isData = payload[0] === WIREGUARD_DATA.TYPE && isZero(payload, 1, 4);
  return matchIf(isData && wireLength >= WIREGUARD_DATA.SHORTEST && wireLength % 16 === 0);
}

export const TUNNEL_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...SOCKS,
    name: 'socks4',
    beginTogether: ['04 01-02', '00 5a-5d'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isSocks4Request(c2s) && isSocks4Reply(s2c)),
    strength: 'content',
    source: "SOCKS 4 and 4A protocol notes: request and the server's reply",
  },
  {
    ...SOCKS,
    name: 'socks5',
    beginTogether: ['05 01-0a', '05'],
    speaksFirst: 'client',
    match: matchSocks5,
    strength: 'content',
    source: "RFC 1928 3: methods and the server's choice",
  },
  {
    ...SOCKS,
    name: 'socks-request',
    begins: [atLeast(9, '04 01-02'), '05 01-0a 00-03,05-09,80-ff'],
    speaksFirst: 'client',
    match: ({ c2s }) => matchIf(isSocks4Request(c2s) || isSocks5Greeting(c2s)),
    strength: 'plausible',
    source: 'RFC 1928 3, SOCKS 4 protocol notes',
  },
  {
    ...IKE,
    name: 'ike-over-tcp',
    begins: ['?? ?? 00 00 00 00', '49 4b 45 54 43 50 ?? ?? 00 00 00 00'],
    speaksFirst: 'client',
    match: matchIkeStream,
    strength: 'content',
    source: 'RFC 8229 3, 4, RFC 7296 3.1',
  },
  {
    ...OPEN_VPN,
    name: 'openvpn-reset-over-tcp',
    begins: ['00 0e,26,2a,36,56 38'],
    speaksFirst: 'client',
    match: ({ c2s }) => matchIf(inRecord(isOpenvpnReset)(c2s)),
    strength: 'content',
    source: 'OpenVPN network protocol: P_CONTROL_HARD_RESET_CLIENT_V2 behind its length',
  },
  {
    ...OPEN_VPN,
    name: 'openvpn-packet-over-tcp',
    begins: [atLeast(16, `?? ?? ${OPENVPN_FIRST}`)],
    speaksFirst: 'client',
    match: ({ c2s }) => matchIf(inRecord(isOpenvpnPacket)(c2s) && uint16(c2s, 0) + 2 === c2s.length),
    strength: 'plausible',
    source: 'OpenVPN network protocol: operation codes',
  },
];

export const TUNNEL_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...IKE,
    name: 'ike',
    begins: [anyThen(17, IKE_VERSION_AND_EXCHANGE), `00 00 00 00 ${anyThen(17, IKE_VERSION_AND_EXCHANGE)}`],
    speaksFirst: 'client',
    match: matchIke,
    strength: 'content',
    source: 'RFC 2408 3.1, RFC 7296 3.1, RFC 3948 2.2 (marker on port 4500)',
  },
  {
    ...ESP_UDP,
    name: 'esp-over-udp',
    // all but 256 indices are an association's
    begins: ['ff', atLeast(8, '??')],
    speaksFirst: 'either',
    match: matchEspUdp,
    strength: 'plausible',
    source: 'RFC 3948 2.1, 2.3, RFC 4303 2.1',
  },
  {
    ...OPEN_VPN,
    name: 'openvpn-reset',
    begins: [atLeast(13, '38')],
    speaksFirst: 'client',
    match: ({ payload, wireLength }) => matchIf(isOpenvpnReset(payload, 0, wireLength)),
    strength: 'content',
    source:
      'OpenVPN network protocol: P_CONTROL_HARD_RESET_CLIENT_V2, plain, with tls-auth and with tls-crypt',
  },
  {
    ...OPEN_VPN,
    name: 'openvpn-packet',
    begins: [atLeast(9, OPENVPN_FIRST)],
    speaksFirst: 'either',
    match: ({ payload, wireLength }) => matchIf(isOpenvpnPacket(payload, 0, wireLength)),
    strength: 'plausible',
    source: 'OpenVPN network protocol: operation codes',
  },
  {
    ...WIREGUARD,
    name: 'wireguard-handshake',
    begins: ['01-03 00 00 00'],
    speaksFirst: 'client',
    match: matchWireguardHandshake,
    strength: 'content',
    source: 'WireGuard whitepaper 5.4.2, 5.4.3, 5.4.7',
  },
  {
    ...WIREGUARD,
    name: 'wireguard-counter',
    begins: ['04 00 00 00 ?? ?? ?? ?? ?? ?? ?? ?? 00 00 00 00'],
    speaksFirst: 'either',
    match: matchWireguardCounter,
    strength: 'content',
    source: 'WireGuard whitepaper 5.4.6: type, reserved zeros, a counter that begins at 0',
  },
  {
    ...WIREGUARD,
    name: 'wireguard-data',
    begins: ['04 00 00 00'],
    speaksFirst: 'either',
    match: matchWireguardData,
    strength: 'plausible',
    source: 'WireGuard whitepaper 5.4.6',
  },
];
