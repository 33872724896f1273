/** Controllers and buildings: Modbus, EtherNet/IP, S7 over COTP, OPC UA, BACnet, CoAP. */
import { hasText, isZero, uint16, uint16le, uint32le } from './bytes.ts';
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
import { tpktContent } from './voice.ts';

const SHEET = "the vendor's list of applications for industrial control";
const MODBUS: Application = {
  app: 'modbus-base',
  ports: [502],
  nameNote: `${SHEET}; modbus before it was split`,
};
const ENIP: Application = {
  app: 'cip-ethernet-ip-base',
  ports: [44_818],
  nameNote: `${SHEET}; cip-ethernet-ip before it was split`,
};
const COTP: Application = {
  app: 'cotp',
  ports: [102],
  nameNote: 'S7 and MMS within it shift to names of their own',
};
const OPC_UA: Application = { app: 'opc-ua', ports: [4840], nameNote: SHEET };
const BACNET: Application = { app: 'bacnet', ports: [47_808], nameNote: `${SHEET}; also bacnet-base` };
const COAP: Application = { app: 'coap', ports: [5683], nameNote: SHEET };

const MBAP_BYTES = 7;

/** What a request of a function is long, from the unit identifier on; null: depends on its content. */
const MODBUS_REQUEST_LENGTH: ReadonlyMap<number, number> = new Map([
  [1, 6],
  [2, 6],
  [3, 6],
  [4, 6],
  [5, 6],
  [6, 6],
  [7, 2],
  [8, 6],
  [11, 2],
  [12, 2],
  [17, 2],
  [22, 8],
  [24, 4],
]);

/** Transaction, protocol 0, length, unit, function; and a length that the function has. */
function isModbus(bytes: Uint8Array, isKnownLength: (bytes: Uint8Array, length: number) => boolean): boolean {
  if (bytes.length < MBAP_BYTES + 1 || uint16(bytes, 2) !== 0) return false;
  const length = uint16(bytes, 4);
  if (length < 2 || length > 254 || length + 6 > bytes.length) return false;
  return isKnownLength(bytes, length);
}

function isModbusRequest(bytes: Uint8Array, length: number): boolean {
  const code = bytes[MBAP_BYTES]!;
  if (code === 15 || code === 16) return length >= 8 && length === 7 + bytes[12]!;
  if (code === 23) return length >= 12 && length === 11 + bytes[16]!;
  if (code === 20 || code === 21) return length === 3 + bytes[8]!;
  if (code === 43) return length >= 4 && (bytes[8] === 14 || bytes[8] === 13);
  return MODBUS_REQUEST_LENGTH.get(code) === length;
}

function isModbusResponse(bytes: Uint8Array, length: number): boolean {
  const code = bytes[MBAP_BYTES]!;
  if (code > 0x80) return length === 3 && bytes[8]! >= 1 && bytes[8]! <= 11;
  if ((code >= 1 && code <= 4) || code === 20 || code === 23) return length >= 4 && length === 3 + bytes[8]!;
  if (code === 15 || code === 16) return length === 6;
  return isModbusRequest(bytes, length);
}

function matchModbus({ c2s, s2c }: Conversation): Match | null {
  return matchIf(isModbus(c2s, isModbusRequest) || (c2s.length === 0 && isModbus(s2c, isModbusResponse)));
}

/** Any function code, user-defined ones included. */
function matchModbusAny({ c2s, s2c }: Conversation): Match | null {
  const isAny = (bytes: Uint8Array) => isModbus(bytes, () => bytes[MBAP_BYTES] !== 0);
  return matchIf(isAny(c2s) || isAny(s2c));
}

const ENIP_HEADER_BYTES = 24;
const ENIP_COMMAND = {
  LIST_SERVICES: 0x04,
  LIST_IDENTITY: 0x63,
  LIST_INTERFACES: 0x64,
  REGISTER: 0x65,
  UNREGISTER: 0x66,
  REQUEST: 0x6f,
  UNIT_DATA: 0x70,
} as const;
const ENIP_COMMANDS = new Set<number>(Object.values(ENIP_COMMAND));

/** Command, length, session, status, context, options: numbers little-endian, options 0. */
function isEnip(bytes: Uint8Array): boolean {
  if (bytes.length < ENIP_HEADER_BYTES || !ENIP_COMMANDS.has(uint16le(bytes, 0))) return false;
  return isZero(bytes, 20, 24) && uint32le(bytes, 8) <= 0x6a && uint16le(bytes, 2) <= 4096;
}

const ENIP_BEGIN = `04,63-66,6f-70 00 ?? 00-10 ?? ?? ?? ?? 00-6a ${zeros(3)} ${anyThen(8, zeros(4))}`;

/** A registration: four bytes of data, version 1, no options. */
function isEnipRegistration(bytes: Uint8Array): boolean {
  const isRegistration = isEnip(bytes) && uint16le(bytes, 0) === ENIP_COMMAND.REGISTER;
  return isRegistration && uint16le(bytes, 2) === 4 && hasText(bytes, 24, '\x01\0\0\0');
}

const COTP_TYPES = new Set([0xe0, 0xd0, 0x80, 0xf0, 0x70]);

/** A TPKT with a transport unit: connection request, its answers, or data. */
function isCotp(bytes: Uint8Array): boolean {
  const at = tpktContent(bytes);
  return (
    at !== null && bytes[at]! >= 2 && bytes[at]! + 5 <= uint16(bytes, 2) && COTP_TYPES.has(bytes[at + 1]!)
  );
}

const OPC_MESSAGES = ['HELF', 'ACKF', 'OPNF', 'MSGF', 'ERRF', 'RHEF', 'CLOF'];

/** Three letters, the mark of a final chunk, and the length of all. */
function matchOpcUa({ c2s, s2c }: Conversation): Match | null {
  const isMessage = (bytes: Uint8Array) =>
    bytes.length >= 12 &&
    OPC_MESSAGES.some((letters) => hasText(bytes, 0, letters)) &&
    uint32le(bytes, 4) >= 16 &&
    uint32le(bytes, 4) < 0x100_0000;
  return matchIf(isMessage(c2s) || isMessage(s2c));
}

const BVLC = 0x81;
/** BVLL functions up to forwarded broadcasts, and secure */
const LAST_BVLC_FUNCTION = 0x0c;

function matchBacnet({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 4 || payload[0] !== BVLC || payload[1]! > LAST_BVLC_FUNCTION) return null;
  return matchIf(uint16(payload, 2) === wireLength);
}

/** requests 0.01 to 0.07, empty 0.00, and responses of class 2, 4 and 5 */
const isCoapCode = (code: number) =>
  code <= 7 ||
  (code >= 0x40 && code <= 0x5f) ||
  (code >= 0x80 && code <= 0x9f) ||
  (code >= 0xa0 && code <= 0xa8);

function matchCoap({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 4 || payload[0]! >> 6 !== 1) return null;
  const token = payload[0]! & 0x0f;
  const code = payload[1]!;
  if (token > 8 || !isCoapCode(code) || 4 + token > wireLength) return null;
  return matchIf(code !== 0 || wireLength === 4);
}

export const INDUSTRIAL_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...MODBUS,
    name: 'modbus-function',
    begins: ['?? ?? 00 00 00 02-fe'],
    speaksFirst: 'client',
    match: matchModbus,
    strength: 'content',
    source: 'MODBUS application protocol 1.1b3, 6; MODBUS over TCP/IP 1.0b, 3.1.3',
  },
  {
    ...MODBUS,
    name: 'modbus-any-function',
    begins: ['?? ?? 00 00 00 02-fe ?? 01-ff'],
    speaksFirst: 'client',
    match: matchModbusAny,
    strength: 'plausible',
    source: 'MODBUS over TCP/IP 1.0b, 3.1.3',
  },
  {
    ...ENIP,
    name: 'enip-registration',
    begins: ['65 00 04 00'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isEnipRegistration(c2s) || isEnipRegistration(s2c)),
    strength: 'content',
    source: 'EtherNet/IP specification (CIP volume 2) 2-3.1, 2-4.4',
  },
  {
    ...ENIP,
    name: 'enip-command',
    begins: [ENIP_BEGIN],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isEnip(c2s) || isEnip(s2c)),
    strength: 'plausible',
    source: 'EtherNet/IP specification (CIP volume 2) 2-3.1',
  },
  {
    ...COTP,
    name: 'cotp',
    begins: ['03 00 ?? ?? 02-ff 70,80,d0,e0,f0'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isCotp(c2s) || isCotp(s2c)),
    strength: 'plausible',
    source: 'RFC 1006 6, ISO 8073 13',
  },
  {
    ...OPC_UA,
    name: 'opc-ua-message',
    begins: ['41,43,45,48,4d,4f,52 43,45,48,4c,50,52,53 45,47,4b,4c,4e,4f,52 46'],
    speaksFirst: 'client',
    match: matchOpcUa,
    strength: 'content',
    source: 'OPC UA part 6, 6.7.2, 7.1.2',
  },
];

export const INDUSTRIAL_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...ENIP,
    name: 'enip-over-udp',
    begins: [ENIP_BEGIN],
    speaksFirst: 'client',
    match: ({ payload }) => matchIf(isEnip(payload)),
    strength: 'plausible',
    source: 'EtherNet/IP specification (CIP volume 2) 2-3.1, 2-4.2',
  },
  {
    ...BACNET,
    name: 'bacnet-link',
    begins: ['81 00-0c ?? ??'],
    speaksFirst: 'either',
    match: matchBacnet,
    strength: 'content',
    source: 'ASHRAE 135 annex J.2',
  },
  {
    ...COAP,
    name: 'coap',
    begins: ['40-48,50-58,60-68,70-78 00-07,40-5f,80-a8 ?? ??'],
    speaksFirst: 'client',
    match: matchCoap,
    strength: 'plausible',
    source: 'RFC 7252 3',
  },
];
