/** BitTorrent and its distributed table, Gnutella, Bitcoin. */
import { asciiText, hasText, isNoise, isZero, uint32, uint32le } from './bytes.ts';
import { anyThen, atLeast, zeros } from './opening.ts';
import {
  type Application,
  type Datagram,
  type DatagramSignature,
  datagramSays,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const TORRENT_PORTS = [6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889];
export const BITTORRENT: Application = { app: 'bittorrent', ports: TORRENT_PORTS };
export const GNUTELLA: Application = { app: 'gnutella', ports: [6346, 6347] };
const BITCOIN: Application = {
  app: 'bitcoin',
  ports: [8333, 18_333],
  nameNote: INFERRED_NAME,
};

const TORRENT_HANDSHAKE = '\x13BitTorrent protocol';

/** A dictionary with arguments, a response or an error first, and keys that only these messages have. */
function matchTable({ payload, text, wireLength }: Datagram): Match | null {
  if (wireLength < 30) return null;
  if (/^d1:(?:a|r)d2:id20:/.test(text)) return matchIf(true);
  if (/^d2:ip[46]:/.test(text) || /^d1:eli20\d/.test(text)) return matchIf(hasTableEnd(payload));
  return null;
}

/** `1:y1:` and the kind of message stand near the end, keys being sorted. */
function hasTableEnd(payload: Uint8Array): boolean {
  return /1:y1:[qre]/.test(asciiText(payload, Math.max(0, payload.length - 40), 40));
}

const TRACKER = { MAGIC_HIGH: 0x417, MAGIC_LOW: 0x2710_1980, CONNECT: 0, BYTES: 16 } as const;

function matchTrackerConnect({ payload, wireLength }: Datagram): Match | null {
  return matchIf(
    wireLength === TRACKER.BYTES &&
      payload.length >= 12 &&
      uint32(payload, 0) === TRACKER.MAGIC_HIGH &&
      uint32(payload, 4) === TRACKER.MAGIC_LOW &&
      uint32(payload, 8) === TRACKER.CONNECT,
  );
}

const UTP = { VERSION: 1, SYN: 4, HEADER_BYTES: 20, LAST_EXTENSION: 3 } as const;

/**
 * A whole SYN: nothing has been received yet, so time difference and acknowledged number are zero, and
 * nothing stands behind the header and its extensions (next one, length, content).
 */
function matchUtpSyn({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < UTP.HEADER_BYTES || payload[0] !== ((UTP.SYN << 4) | UTP.VERSION)) return null;
  if (!isZero(payload, 8, 12) || !isZero(payload, 18, 20) || isZero(payload, 12, 16)) return null;
  let at: number = UTP.HEADER_BYTES;
  for (let extension = payload[1]!; extension !== 0; ) {
    if (extension > UTP.LAST_EXTENSION || at + 2 > payload.length) return null;
    extension = payload[at]!;
    at += 2 + payload[at + 1]!;
  }
  return matchIf(at === wireLength);
}

/** Type and version, extension, connection, times, window; the time difference of a SYN is zero. */
function matchUtp({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < UTP.HEADER_BYTES || wireLength > 1472) return null;
  const type = payload[0]! >> 4;
  const isVersion = (payload[0]! & 0x0f) === UTP.VERSION && payload[1]! <= UTP.LAST_EXTENSION;
  if (!isVersion || type > UTP.SYN) return null;
  return matchIf(type !== UTP.SYN || isZero(payload, 8, 12));
}

const GNUTELLA_STREAM = /^(?:GNUTELLA(?: CONNECT)?\/0\.[46]|GIV \d+:[0-9A-F]{32}\/|GND )/i;
const DESCRIPTOR = { TYPE_AT: 16, HOPS_AT: 18, LENGTH_AT: 19, HEADER_BYTES: 23, MOST_HOPS: 16 } as const;
/** ping, pong, bye, route table update, vendor, standard vendor, push, distributed table, query, query hit */
const DESCRIPTOR_TYPES = new Set([0x00, 0x01, 0x02, 0x30, 0x31, 0x32, 0x40, 0x44, 0x80, 0x81]);

/** Identifier of 16 bytes, type, hops to live, hops taken, and the length of what follows, all there is. */
function matchDescriptor({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < DESCRIPTOR.HEADER_BYTES || !DESCRIPTOR_TYPES.has(payload[DESCRIPTOR.TYPE_AT]!))
    return null;
  const toLive = payload[DESCRIPTOR.TYPE_AT + 1]!;
  const taken = payload[DESCRIPTOR.HOPS_AT]!;
  // the topmost bits of the length are flags of its own (bit 15: compressed)
  const length = uint32le(payload, DESCRIPTOR.LENGTH_AT);
  return matchIf(
    toLive + taken <= DESCRIPTOR.MOST_HOPS &&
      (length === wireLength - DESCRIPTOR.HEADER_BYTES ||
        (length & 0x7fff) === wireLength - DESCRIPTOR.HEADER_BYTES) &&
      length < 0x1_0000 &&
      isNoise(payload, 0, DESCRIPTOR.TYPE_AT),
  );
}

/** flags that a receiver must know are none yet; the others it may ignore */
const GND = { HEADER_BYTES: 8, CRITICAL_FLAGS: 0x0c } as const;

/** `GND` or `GTA`, flags, sequence, part and number of parts; 0 parts is an acknowledgement. */
function matchFragment({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < GND.HEADER_BYTES || !(hasText(payload, 0, 'GND') || hasText(payload, 0, 'GTA')))
    return null;
  const [, , , flags, , , part, parts] = payload;
  return matchIf(
    (flags! & GND.CRITICAL_FLAGS) === 0 && part! >= 1 && (parts === 0 ? wireLength <= 16 : part! <= parts!),
  );
}

/** main network, test networks 3, 4 and signet, regression test */
const BITCOIN_MAGIC = new Set([0xf9be_b4d9, 0x0b11_0907, 0x1c16_3f28, 0x0a03_cf40, 0xfabf_b5da]);

/** Magic, and a command of lower-case letters filled up with zero bytes to twelve. */
function isBitcoin(bytes: Uint8Array): boolean {
  if (bytes.length < 16 || !BITCOIN_MAGIC.has(uint32(bytes, 0))) return false;
  return /^[a-z0-9]{3,12}\0*$/.test(asciiText(bytes, 4, 12));
}

export const PEER_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...BITTORRENT,
    name: 'bittorrent-handshake',
    begins: ['13 42 69 74 54 6f'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) =>
      matchIf(hasText(c2s, 0, TORRENT_HANDSHAKE) || hasText(s2c, 0, TORRENT_HANDSHAKE)),
    strength: 'content',
    source: 'BEP 3: peer protocol',
  },
  {
    ...GNUTELLA,
    name: 'gnutella-handshake',
    speaksFirst: 'client',
    match: ({ clientText, serverText }) =>
      matchIf(GNUTELLA_STREAM.test(clientText) || GNUTELLA_STREAM.test(serverText)),
    strength: 'content',
    source: 'Gnutella protocol specification 0.4 and 0.6, 2.1, 3 (push: GIV)',
  },
  {
    ...BITCOIN,
    name: 'bitcoin-message',
    begins: ['f9,0b,1c,0a,fa be,11,16,03,bf b4,09,3f,cf,b5 d9,07,28,40,da'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isBitcoin(c2s) || isBitcoin(s2c)),
    strength: 'content',
    source: 'Bitcoin developer reference: message headers',
  },
];

export const PEER_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...BITTORRENT,
    name: 'bittorrent-table',
    speaksFirst: 'either',
    match: matchTable,
    strength: 'content',
    source: 'BEP 5, BEP 32, BEP 42: distributed hash table in bencoding',
  },
  {
    ...BITTORRENT,
    name: 'bittorrent-tracker',
    begins: ['00 00 04 17 27 10 19 80'],
    speaksFirst: 'client',
    match: matchTrackerConnect,
    strength: 'content',
    source: 'BEP 15: connect request with its magic number',
  },
  {
    ...BITTORRENT,
    name: 'bittorrent-local-search',
    speaksFirst: 'client',
    match: datagramSays(/^BT-SEARCH \* HTTP\/1\.1\r\n/),
    strength: 'content',
    source: 'BEP 14',
  },
  {
    ...BITTORRENT,
    name: 'bittorrent-utp-syn',
    begins: ['41 00-03 ?? ?? ?? ?? ?? ?? 00 00 00 00'],
    speaksFirst: 'client',
    match: matchUtpSyn,
    strength: 'content',
    source: 'BEP 29: ST_SYN',
  },
  {
    ...BITTORRENT,
    name: 'bittorrent-utp',
    begins: [atLeast(20, '01,11,21,31 00-03'), atLeast(20, `41 00-03 ${anyThen(6, zeros(4))}`)],
    speaksFirst: 'either',
    match: matchUtp,
    strength: 'plausible',
    source: 'BEP 29: header, version 1',
  },
  {
    ...GNUTELLA,
    name: 'gnutella-descriptor',
    begins: [anyThen(16, '00-02,30-32,40,44,80,81 00-10 00-10')],
    speaksFirst: 'either',
    match: matchDescriptor,
    strength: 'content',
    source: 'Gnutella protocol specification 0.6, 2.2.1: descriptor header',
  },
  {
    ...GNUTELLA,
    name: 'gnutella-fragment',
    begins: ['47 4e,54 44,41'],
    speaksFirst: 'either',
    match: matchFragment,
    strength: 'content',
    source: 'Gnutella2 standard: UDP transceiver; gtk-gnutella: semi-reliable UDP',
  },
];
