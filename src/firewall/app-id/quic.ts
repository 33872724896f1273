/** QUIC: the invariant long header (RFC 8999), and the public header of Google's QUIC before it. */
import { asciiText, uint32 } from './bytes.ts';
import { anyThen } from './opening.ts';
import { type Datagram, type DatagramSignature, type Match, matchIf } from './signature.ts';

const LONGEST_CONNECTION_ID = 20;
const VERSION_1 = 0x0000_0001;
const VERSION_2 = 0x6b33_43cf;
const VERSION_NEGOTIATION = 0;

/** A version in use: RFC 9000, RFC 9369, the drafts, Facebook's, and Google's Q and T versions. */
function isKnownVersion(version: number): boolean {
  return (
    version === VERSION_1 ||
    version === VERSION_2 ||
    // drafts up to 34 (ff000022)
    (version > 0xff00_0000 && version <= 0xff00_0022) ||
    (version >= 0xface_b000 && version <= 0xface_b00f) ||
    isGoogleVersion(version)
  );
}

function isGoogleVersion(version: number): boolean {
  const text = String.fromCharCode(
    version >>> 24,
    (version >>> 16) & 0xff,
    (version >>> 8) & 0xff,
    version & 0xff,
  );
  return /^[QT]0\d\d$/.test(text);
}

/** RFC 8999 5.1: form bit, version, two connection ids behind their lengths; the bytes behind them, or null. */
function endOfConnectionIds(payload: Uint8Array, wireLength: number): number | null {
  const destinationLength = payload[5]!;
  if (destinationLength > LONGEST_CONNECTION_ID) return null;
  const sourceLengthAt = 6 + destinationLength;
  if (sourceLengthAt >= wireLength) return null;
  const sourceLength = payload[sourceLengthAt];
  if (sourceLength === undefined) return sourceLengthAt;
  const end = sourceLengthAt + 1 + sourceLength;
  return sourceLength > LONGEST_CONNECTION_ID || end > wireLength ? null : end;
}

/** Q046 and the drafts before 22 hold both lengths in one byte, four bits each; 0 or 4 to 18. */
function hasPackedLengths(version: number): boolean {
  return (
    (version > 0xff00_0000 && version < 0xff00_0016) || (version >= 0x5130_3433 && version <= 0x5130_3436)
  );
}

function matchLongHeader({ payload, wireLength }: Datagram): Match | null {
  // the fixed bit beside the form bit may be greased (RFC 9287)
  if (payload.length < 7 || (payload[0]! & 0x80) === 0) return null;
  const version = uint32(payload, 1);
  if (!isKnownVersion(version)) return null;
  return matchIf(hasPackedLengths(version) || endOfConnectionIds(payload, wireLength) !== null);
}

/** RFC 9000 17.2.1: version 0, then the versions that the server would take. */
function matchVersionNegotiation({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 7 || (payload[0]! & 0x80) === 0 || uint32(payload, 1) !== VERSION_NEGOTIATION)
    return null;
  const versionsAt = endOfConnectionIds(payload, wireLength);
  if (versionsAt === null || versionsAt === wireLength || (wireLength - versionsAt) % 4 !== 0) return null;
  for (let at = versionsAt; at + 4 <= payload.length; at += 4) {
    if (isKnownVersion(uint32(payload, at))) return matchIf(true);
  }
  return null;
}

const VERSION_FLAG = 0x01;
const CONNECTION_ID_FLAG = 0x08;

/** Flags, eight bytes of connection id, version as text: what a client sends until it has an answer. */
function matchPublicHeader({ payload }: Datagram): Match | null {
  const wanted = VERSION_FLAG | CONNECTION_ID_FLAG;
  if (payload.length < 13 || (payload[0]! & 0xc0) !== 0 || (payload[0]! & wanted) !== wanted) return null;
  return matchIf(/^Q0\d\d$/.test(asciiText(payload, 9, 4)));
}

const QUIC_PORTS = [443, 80];

export const QUIC_SIGNATURES: readonly DatagramSignature[] = [
  {
    name: 'quic-long-header',
    begins: [
      '80-ff 00 00 00 01',
      '80-ff 6b 33 43 cf',
      '80-ff ff 00 00 01-22',
      '80-ff fa ce b0 00-0f',
      '80-ff 51,54 30 30-39 30-39',
    ],
    app: 'quic',
    speaksFirst: 'client',
    match: matchLongHeader,
    ports: QUIC_PORTS,
    strength: 'content',
    source: 'RFC 8999 5.1, RFC 9000 17.2, RFC 9287 3, RFC 9369 3',
  },
  {
    name: 'quic-version-negotiation',
    begins: ['80-ff 00 00 00 00 00-14'],
    app: 'quic',
    speaksFirst: 'server',
    match: matchVersionNegotiation,
    ports: QUIC_PORTS,
    strength: 'content',
    source: 'RFC 9000 17.2.1',
  },
  {
    name: 'gquic-public-header',
    begins: [anyThen(9, '51 30 30-39 30-39')],
    app: 'quic',
    speaksFirst: 'client',
    match: matchPublicHeader,
    ports: QUIC_PORTS,
    strength: 'content',
    source: "Google's published QUIC wire layout, versions Q0xx",
  },
];
