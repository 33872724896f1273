/** Power grids and waterworks from afar: DNP3 and IEC 60870-5-104. */
import { isZero, uint16le } from './bytes.ts';
import { type Application, type DatagramSignature, matchIf, type StreamSignature } from './signature.ts';

const DNP3: Application = { app: 'dnp3', ports: [20_000], nameNote: 'also dnp3-base' };
const IEC_104: Application = {
  app: 'iec-60870-5-104',
  ports: [2404],
  nameNote: "the vendor's list of applications for industrial control; also iec-60870-5-104-base",
};
const DNP3_POLYNOMIAL = 0xa6bc;
const DNP3_HEADER_BYTES = 10;

/** IEEE 1815 9.2.4.3.6: reflected polynomial, complemented. */
function dnp3Checksum(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) {
    crc ^= bytes[at]!;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ DNP3_POLYNOMIAL : crc >>> 1;
  }
  return ~crc & 0xffff;
}

function hasDnp3Start(bytes: Uint8Array): boolean {
  return bytes.length >= 5 && bytes[0] === 0x05 && bytes[1] === 0x64 && bytes[2]! >= 5;
}

function isDnp3(bytes: Uint8Array): boolean {
  if (!hasDnp3Start(bytes) || bytes.length < DNP3_HEADER_BYTES) return false;
  return dnp3Checksum(bytes, 0, 8) === uint16le(bytes, 8);
}

const APCI = { START: 0x68, BYTES: 6 } as const;
/** STARTDT, STOPDT and TESTFR, each activated and confirmed */
const APCI_CONTROL = new Set([0x07, 0x0b, 0x13, 0x23, 0x43, 0x83]);

function isApciControl(bytes: Uint8Array): boolean {
  return (
    bytes.length >= APCI.BYTES &&
    bytes[0] === APCI.START &&
    bytes[1] === 4 &&
    APCI_CONTROL.has(bytes[2]!) &&
    isZero(bytes, 3, 6)
  );
}

/** Start byte and length, another frame or nothing behind it; information and supervision have zero bits in fixed places. */
function isApci(bytes: Uint8Array): boolean {
  if (bytes.length < APCI.BYTES || bytes[0] !== APCI.START || bytes[1]! < 4 || bytes[1]! > 253) return false;
  const next = bytes[1]! + 2;
  if (next > bytes.length || (next < bytes.length && bytes[next] !== APCI.START)) return false;
  const format = bytes[2]! & 3;
  if (format === 1) return bytes[1] === 4 && bytes[2] === 1 && bytes[3] === 0 && (bytes[4]! & 1) === 0;
  return (format & 1) === 0 && bytes[1]! >= 10 && (bytes[4]! & 1) === 0;
}

/** bytes whose lowest bit is zero */
const EVEN = 'x0,x2,x4,x6,x8,xa,xc,xe';

export const TELECONTROL_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...DNP3,
    name: 'dnp3-link-frame',
    begins: ['05 64 05-ff'],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isDnp3(c2s) || isDnp3(s2c)),
    strength: 'content',
    source: 'IEEE 1815 9.2.4: start bytes and the header check sum',
  },
  {
    ...DNP3,
    name: 'dnp3-start-bytes',
    begins: ['05 64 05-ff ?? ??'],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(hasDnp3Start(c2s) || hasDnp3Start(s2c)),
    strength: 'plausible',
    source: 'IEEE 1815 9.2.4.1: the check sum is wrong or cut',
  },
  {
    ...IEC_104,
    name: 'iec-104-control',
    begins: ['68 04 07,0b,13,23,43,83 00 00 00'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isApciControl(c2s) || isApciControl(s2c)),
    strength: 'content',
    source: 'IEC 60870-5-104 5.3: STARTDT, STOPDT, TESTFR',
  },
  {
    ...IEC_104,
    name: 'iec-104-frame',
    begins: [`68 04 01 00 ${EVEN} ??`, `68 0a-fd ${EVEN} ?? ${EVEN} ??`],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isApci(c2s) || isApci(s2c)),
    strength: 'plausible',
    source: 'IEC 60870-5-104 5: information and supervision',
  },
];

export const TELECONTROL_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...DNP3,
    name: 'dnp3-over-udp',
    begins: ['05 64 05-ff'],
    speaksFirst: 'either',
    match: ({ payload }) => matchIf(isDnp3(payload)),
    strength: 'content',
    source: 'IEEE 1815 9.2.4',
  },
  {
    ...DNP3,
    name: 'dnp3-start-bytes-over-udp',
    begins: ['05 64 05-ff ?? ??'],
    speaksFirst: 'either',
    match: ({ payload }) => matchIf(hasDnp3Start(payload)),
    strength: 'plausible',
    source: 'IEEE 1815 9.2.4.1: the check sum is wrong or cut',
  },
];
