/**
 * Remote procedure calls: Sun's (ONC) with the applications that are programs of it, and Microsoft's
 * (DCE). A call names its program; a reply does not, so there the port chooses among them.
 */
import { uint16, uint16le, uint32 } from './bytes.ts';
import {
  type Application,
  type Conversation,
  type Datagram,
  type DatagramSignature,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const ONC_SOURCE = 'RFC 5531 9, 11';

/** Programs that are applications of their own; any other is `rpc`. */
const PROGRAMS: readonly (Application & { readonly program: number | null; readonly source: string })[] = [
  { app: 'rpc', program: null, ports: [], source: ONC_SOURCE },
  { app: 'portmapper', program: 100_000, ports: [111], source: `${ONC_SOURCE}, RFC 1833 3` },
  { app: 'nfs', program: 100_003, ports: [2049], source: `${ONC_SOURCE}, RFC 1094, RFC 1813, RFC 7530` },
  { app: 'mount', program: 100_005, ports: [635], source: `${ONC_SOURCE}, RFC 1813 5` },
];
const OWN_PROGRAMS = new Set(PROGRAMS.map((row) => row.program));

const CALL = 0;
const REPLY = 1;
const RPC_VERSION = 2;
const HIGHEST_FLAVOR = 6;
/** AUTH_SHORT and RPCSEC_GSS are 2 and 6; the pseudo flavors of NFS security begin here */
const isFlavor = (flavor: number) => flavor <= HIGHEST_FLAVOR || (flavor >= 390_000 && flavor <= 390_255);
const LONGEST_CREDENTIAL = 400;
const LAST_FRAGMENT = 0x8000_0000;

/** below this no program is assigned (RFC 5531 8.3, 14) */
const FIRST_PROGRAM = 100_000;

/** The program that a call asks for, or null. */
function calledProgram(bytes: Uint8Array, at: number): number | null {
  if (at + 32 > bytes.length || uint32(bytes, at + 4) !== CALL || uint32(bytes, at + 8) !== RPC_VERSION)
    return null;
  const isCall =
    uint32(bytes, at + 12) >= FIRST_PROGRAM &&
    uint32(bytes, at + 16) <= 100 &&
    uint32(bytes, at + 20) <= 1000 &&
    isFlavor(uint32(bytes, at + 24)) &&
    uint32(bytes, at + 28) <= LONGEST_CREDENTIAL;
  return isCall ? uint32(bytes, at + 12) : null;
}

/** An accepted reply with its verifier and status, or a rejection with its cause. */
function isReply(bytes: Uint8Array, at: number): boolean {
  if (at + 20 > bytes.length || uint32(bytes, at + 4) !== REPLY) return false;
  const status = uint32(bytes, at + 8);
  if (status === 1) return uint32(bytes, at + 12) <= 1 && uint32(bytes, at + 16) <= 14;
  if (status !== 0 || !isFlavor(uint32(bytes, at + 12))) return false;
  const verifierBytes = uint32(bytes, at + 16);
  const acceptAt = at + 20 + verifierBytes;
  return verifierBytes <= LONGEST_CREDENTIAL && acceptAt + 4 <= bytes.length && uint32(bytes, acceptAt) <= 5;
}

/** RFC 5531 11: over TCP a record mark of one bit and 31 bits of length comes first. */
function recordStart(bytes: Uint8Array): number | null {
  if (bytes.length < 8) return null;
  const mark = uint32(bytes, 0);
  const length = mark & 0x7fff_ffff;
  return (mark & LAST_FRAGMENT) !== 0 && length >= 24 && length % 4 === 0 ? 4 : null;
}

function hasProgram(bytes: Uint8Array, at: number | null, program: number | null): boolean {
  if (at === null) return false;
  const called = calledProgram(bytes, at);
  return called !== null && (program === null ? !OWN_PROGRAMS.has(called) : called === program);
}

/** transaction, direction, and version of a call or status of a reply */
const CALL_BEGIN = '?? ?? ?? ?? 00 00 00 00 00 00 00 02';
const REPLY_BEGIN = '?? ?? ?? ?? 00 00 00 01 00 00 00 00-01';

const ONC_STREAM_SIGNATURES: readonly StreamSignature[] = PROGRAMS.flatMap(({ program, source, ...row }) => [
  {
    ...row,
    name: `${row.app}-call-over-tcp`,
    begins: [`80-ff ?? ?? ?? ${CALL_BEGIN}`],
    speaksFirst: 'client',
    match: ({ c2s }) => matchIf(hasProgram(c2s, recordStart(c2s), program)),
    strength: 'content',
    source,
  },
  {
    ...row,
    name: `${row.app}-reply-over-tcp`,
    begins: [`80-ff ?? ?? ?? ${REPLY_BEGIN}`],
    speaksFirst: 'server',
    match: ({ c2s, s2c }) => matchIf(c2s.length === 0 && recordStart(s2c) !== null && isReply(s2c, 4)),
    strength: 'content',
    source,
  },
]);

const ONC_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = PROGRAMS.flatMap(
  ({ program, source, ...row }) => [
    {
      ...row,
      name: `${row.app}-call`,
      begins: [CALL_BEGIN],
      speaksFirst: 'client',
      match: ({ payload }) => matchIf(hasProgram(payload, 0, program)),
      strength: 'content',
      source,
    },
    {
      ...row,
      name: `${row.app}-reply`,
      begins: [REPLY_BEGIN],
      speaksFirst: 'server',
      match: ({ payload }) => matchIf(isReply(payload, 0)),
      strength: 'content',
      source,
    },
  ],
);

const MSRPC: Application = { app: 'msrpc-base', ports: [135], nameNote: 'msrpc before it was split' };
const DCE = { VERSION: 5, HEADER_BYTES: 16 } as const;
const DCE_DATAGRAM = { VERSION: 4, HEADER_BYTES: 80, LENGTH_AT: 74, LAST_TYPE: 10 } as const;
/** bind, bind_ack, bind_nak, alter_context and its answer, auth3 */
const DCE_BINDING = new Set([11, 12, 13, 14, 15, 16]);
/** request and response in one fragment, little-endian: all of the first eight bytes is settled but the type */
const isWholeCall = (bytes: Uint8Array) =>
  bytes[1] === 0 && bytes[3] === 0x03 && bytes[4] === 0x10 && bytes[5] === 0;
const DCE_CALL = new Set([0, 2]);
/** request, response, fault, and what else may come between */
const DCE_OTHER = new Set([0, 2, 3, 17, 18, 19]);

/** Version, type, flags, data representation, length; numbers in the byte order that it names itself. */
function isDce(bytes: Uint8Array, types: ReadonlySet<number>): boolean {
  if (bytes.length < DCE.HEADER_BYTES || bytes[0] !== DCE.VERSION || bytes[1]! > 1) return false;
  const [, , type, , order, float] = bytes;
  if (!types.has(type!) || (order !== 0x10 && order !== 0x00) || float! > 3 || uint16(bytes, 6) !== 0)
    return false;
  const read = order === 0x10 ? uint16le : uint16;
  const length = read(bytes, 8);
  return length >= DCE.HEADER_BYTES && read(bytes, 10) < length;
}

function matchDce(types: ReadonlySet<number>): (conversation: Conversation) => Match | null {
  return ({ c2s, s2c }) => matchIf(isDce(c2s, types) || isDce(s2c, types));
}

/** Version, type, flags, representation, and far behind a length that makes the header fill the datagram. */
function matchDceDatagram({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < DCE_DATAGRAM.HEADER_BYTES || payload[0] !== DCE_DATAGRAM.VERSION) return null;
  const [, type, , second, order, float] = payload;
  if (type! > DCE_DATAGRAM.LAST_TYPE || second! > 3 || (order !== 0x10 && order !== 0x00) || float! > 3)
    return null;
  const length = (order === 0x10 ? uint16le : uint16)(payload, DCE_DATAGRAM.LENGTH_AT);
  return matchIf(DCE_DATAGRAM.HEADER_BYTES + length === wireLength);
}

export const RPC_STREAM_SIGNATURES: readonly StreamSignature[] = [
  ...ONC_STREAM_SIGNATURES,
  {
    ...MSRPC,
    name: 'msrpc-bind',
    begins: ['05 00-01 0b-10 ?? 00,10 00-03 00 00'],
    speaksFirst: 'client',
    match: matchDce(DCE_BINDING),
    strength: 'content',
    source: 'DCE 1.1 RPC (C706) 12.6.3, MS-RPCE 2.2.2',
  },
  {
    ...MSRPC,
    name: 'msrpc-whole-call',
    begins: ['05 00 00,02 03 10 00 00 00'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) =>
      matchIf([c2s, s2c].some((bytes) => isDce(bytes, DCE_CALL) && isWholeCall(bytes))),
    strength: 'content',
    source: 'DCE 1.1 RPC (C706) 12.6.4.9, 12.6.4.10: first and last fragment in one',
  },
  {
    ...MSRPC,
    name: 'msrpc-call',
    begins: ['05 00-01 00,02-03,11-13 ?? 00,10 00-03 00 00'],
    speaksFirst: 'client',
    match: matchDce(DCE_OTHER),
    strength: 'plausible',
    source: 'DCE 1.1 RPC (C706) 12.6.4: a connection that began before the capture',
  },
];

export const RPC_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  ...ONC_DATAGRAM_SIGNATURES,
  {
    ...MSRPC,
    name: 'msrpc-over-udp',
    begins: ['04 00-0a ?? 00-03 00,10 00-03'],
    speaksFirst: 'client',
    match: matchDceDatagram,
    strength: 'content',
    source: 'DCE 1.1 RPC (C706) 12.5.2: connectionless header',
  },
];
