/**
 * DNS and its relatives: one message format (RFC 1035 4), told apart by port. The check is the whole
 * header and the first question, so that it holds on any port.
 */
import { isPrintable, uint16 } from './bytes.ts';
import { atLeast } from './opening.ts';
import {
  type Conversation,
  type Datagram,
  type DatagramSignature,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const HEADER_BYTES = 12;
const LONGEST_NAME = 255;
const LONGEST_LABEL = 63;
/** the root as name, then type, class, TTL and length: no record is shorter */
const SHORTEST_RECORD = 11;
const OPCODE = { QUERY: 0, NOTIFY: 4, UPDATE: 5 } as const;
/** types 1 to 65 are assigned but for a few; 32 is left out: NetBIOS has it in the same place */
export const isAssignedType = (type: number): boolean =>
  (type >= 1 && type <= 65 && type !== 32) ||
  (type >= 99 && type <= 109) ||
  (type >= 249 && type <= 260) ||
  type === 32_768 ||
  type === 32_769;
const CLASSES = new Set([1, 3, 4, 254, 255]);

/** `whole`: header and question agree. `cut`: so does all of them that was captured. */
type Plausibility = 'whole' | 'cut' | null;

interface Header {
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly rcode: number;
  readonly questions: number;
  /** answer, authority and additional records */
  readonly records: readonly [number, number, number];
}

/**
 * `strict`: names in ASCII and types that are assigned, as on a port of anybody. `lenient`: a port says
 * that it is DNS, and then a label may hold any byte (RFC 2181 11; names in UTF-8, RFC 6762 16) and a type
 * may be private.
 */
type Rigour = 'strict' | 'lenient';

/** A message that begins at `at` and has `length` bytes on the wire, of which not all may be there. */
function checkDnsMessage(bytes: Uint8Array, at: number, length: number, rigour: Rigour): Plausibility {
  const header = readHeader(bytes, at);
  if (header === null || length < HEADER_BYTES || !isHeaderPlausible(header)) return null;
  const fewest = HEADER_BYTES + (header.records[0] + header.records[1] + header.records[2]) * SHORTEST_RECORD;
  const isTruncated = (bytes[at + 2]! & 0x02) !== 0;
  if (!isTruncated && fewest > length) return null;
  // an error answer may come without its question (RFC 1035 4.1.1); too little to tell on any port
  if (header.questions === 0) return 'cut';
  return checkQuestion(bytes, at + HEADER_BYTES, at + length, rigour);
}

function readHeader(bytes: Uint8Array, at: number): Header | null {
  if (at + HEADER_BYTES > bytes.length) return null;
  const flags = uint16(bytes, at + 2);
  // the bit between RA and AD is zero (RFC 1035 4.1.1, RFC 4035)
  if ((flags & 0x0040) !== 0) return null;
  return {
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0x0f,
    rcode: flags & 0x0f,
    questions: uint16(bytes, at + 4),
    records: [uint16(bytes, at + 6), uint16(bytes, at + 8), uint16(bytes, at + 10)],
  };
}

function isHeaderPlausible({ isResponse, opcode, rcode, questions, records }: Header): boolean {
  const [answers, authorities, additionals] = records;
  if (opcode === OPCODE.UPDATE) return questions === 1;
  if (opcode !== OPCODE.QUERY && opcode !== OPCODE.NOTIFY) return false;
  if (isResponse) return questions === 1 || (questions === 0 && rcode !== 0 && answers === 0);
  // a query holds one question; IXFR adds an authority record, EDNS and TSIG additional ones
  return questions === 1 && rcode === 0 && answers <= 1 && authorities <= 1 && additionals <= 3;
}

function checkQuestion(bytes: Uint8Array, start: number, end: number, rigour: Rigour): Plausibility {
  let at = start;
  for (;;) {
    if (at >= end || at - start > LONGEST_NAME) return null;
    if (at >= bytes.length) return 'cut';
    const label = bytes[at]!;
    at += 1;
    if (label === 0) break;
    if (label > LONGEST_LABEL) return null;
    if (rigour === 'strict' && !isPrintable(bytes, at, Math.min(at + label, bytes.length))) return null;
    at += label;
  }
  if (at + 4 > end) return null;
  if (at + 4 > bytes.length) return 'cut';
  // the top bit of the class asks for a unicast answer in multicast DNS (RFC 6762 5.4)
  const type = uint16(bytes, at);
  const isRight = rigour === 'strict' ? isAssignedType(type) : type !== 0;
  return isRight && CLASSES.has(uint16(bytes, at + 2) & 0x7fff) ? 'whole' : null;
}

function matchDatagram({ payload, wireLength }: Datagram): Match | null {
  return matchIf(checkDnsMessage(payload, 0, wireLength, 'strict') === 'whole');
}

function matchLenient({ payload, wireLength }: Datagram): Match | null {
  return matchIf(checkDnsMessage(payload, 0, wireLength, 'lenient') !== null);
}

/** RFC 1035 4.2.2: over TCP two bytes of length come first. */
function matchStream(rigour: Rigour): (conversation: Conversation) => Match | null {
  const isMessage = (bytes: Uint8Array) =>
    bytes.length >= 2 && checkDnsMessage(bytes, 2, uint16(bytes, 0), rigour) === 'whole';
  return ({ c2s, s2c }) => matchIf(isMessage(c2s) || isMessage(s2c));
}

/** RFC 6762 18: several questions, or answers without any; the first name and its class are checked. */
function matchMulticast({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < HEADER_BYTES || wireLength < HEADER_BYTES + 5) return null;
  const flags = uint16(payload, 2);
  const entries = uint16(payload, 4) + uint16(payload, 6) + uint16(payload, 8);
  if ((flags & 0x7800) !== 0 || (flags & 0x0f) !== 0 || entries === 0 || entries * 5 > wireLength)
    return null;
  return matchIf(checkQuestion(payload, HEADER_BYTES, wireLength, 'lenient') !== null);
}

/** RFC 1001 14.1: a name of 16 bytes written as 32 letters A to P. */
function matchNetbios({ payload, wireLength }: Datagram): Match | null {
  const nameStart = HEADER_BYTES + 1;
  if (payload.length < nameStart + 8 || wireLength < HEADER_BYTES + 38) return null;
  const isRequest = uint16(payload, 4) === 1 && uint16(payload, 6) === 0;
  const isResponse = uint16(payload, 4) === 0 && uint16(payload, 6) <= 1;
  if ((!isRequest && !isResponse) || uint16(payload, 8) > 1 || payload[HEADER_BYTES] !== 32) return null;
  return matchIf(payload.subarray(nameStart, nameStart + 32).every((byte) => byte >= 0x41 && byte <= 0x50));
}

const DNS_PORTS = [53];
/** identifier, operation, the bit that is zero, and one question: with none a message is never whole */
const QUESTION = atLeast(HEADER_BYTES, '?? ?? 00-07,20-2f,80-87,a0-af 00-3f,80-bf 00 01');
/** an answer to a query or a notification that says no more than its error */
const ERROR_ANSWER = atLeast(HEADER_BYTES, '?? ?? 80-87,a0-a7 00-3f,80-bf 00 00 00 00');

export const DNS_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    name: 'dns-over-tcp',
    begins: [`?? ?? ${QUESTION}`],
    app: 'dns',
    speaksFirst: 'client',
    match: matchStream('strict'),
    ports: DNS_PORTS,
    strength: 'content',
    source: 'RFC 1035 4.1, 4.2.2, RFC 7766 8',
  },
  {
    name: 'dns-over-tcp-lenient',
    begins: [`?? ?? ${QUESTION}`],
    app: 'dns',
    speaksFirst: 'client',
    match: matchStream('lenient'),
    ports: DNS_PORTS,
    strength: 'plausible',
    source: 'RFC 1035 4.2.2, RFC 2181 11: bytes that are no text in a name, private types',
  },
];

export const DNS_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    name: 'netbios-name',
    begins: [
      '?? ?? ?? ?? 00 00-01 00 00-01 00 00-01 ?? ?? 20 41-50 41-50 41-50 41-50 41-50 41-50 41-50 41-50',
    ],
    app: 'netbios-ns',
    speaksFirst: 'client',
    match: matchNetbios,
    ports: [137],
    strength: 'content',
    source: 'RFC 1001 14.1, RFC 1002 4.2',
  },
  {
    name: 'dns-message',
    begins: [QUESTION],
    app: 'dns',
    speaksFirst: 'client',
    match: matchDatagram,
    ports: DNS_PORTS,
    strength: 'content',
    source: 'RFC 1035 4.1, RFC 2136 2, RFC 1996 3',
  },
  {
    name: 'mdns-message',
    begins: [QUESTION],
    app: 'mdns',
    speaksFirst: 'client',
    match: matchDatagram,
    ports: [5353],
    strength: 'content',
    source: 'RFC 6762 18',
  },
  {
    name: 'llmnr-message',
    begins: [QUESTION],
    app: 'llmnr',
    speaksFirst: 'client',
    match: matchDatagram,
    ports: [5355],
    strength: 'content',
    source: 'RFC 4795 2.1',
  },
  {
    name: 'llmnr-lenient',
    begins: [QUESTION, ERROR_ANSWER],
    app: 'llmnr',
    speaksFirst: 'client',
    match: matchLenient,
    ports: [5355],
    strength: 'plausible',
    source: 'RFC 4795 2.1, 4: names in UTF-8',
  },
  {
    name: 'mdns-announcement',
    begins: ['?? ?? 00-07,80-87 x0 00-33 ?? 00-33 ?? 00-33 ?? ?? ??'],
    app: 'mdns',
    speaksFirst: 'either',
    match: matchMulticast,
    ports: [5353],
    strength: 'plausible',
    source: 'RFC 6762 6, 18',
  },
  {
    name: 'dns-message-lenient',
    begins: [QUESTION, ERROR_ANSWER],
    app: 'dns',
    speaksFirst: 'client',
    match: matchLenient,
    ports: DNS_PORTS,
    strength: 'plausible',
    source:
      'RFC 1035 4.1, RFC 2181 11: cut by the snapshot length, an error answer without its question, bytes that are no text in a name',
  },
];
