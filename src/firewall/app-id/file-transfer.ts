/** Files: TFTP, Git, rsync, iSCSI; and whois, a question in one line. */
import { asciiText, isPrintable, uint16, uint24, uint32 } from './bytes.ts';
import { atLeast } from './opening.ts';
import {
  type Application,
  type Conversation,
  clientSays,
  type Datagram,
  type DatagramSignature,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const TFTP: Application = { app: 'tftp', ports: [69] };
const GIT: Application = { app: 'git', ports: [9418], nameNote: `also git-base; ${INFERRED_NAME}` };
const RSYNC: Application = { app: 'rsync', ports: [873], nameNote: INFERRED_NAME };
const ISCSI: Application = { app: 'iscsi', ports: [3260], nameNote: INFERRED_NAME };
const WHOIS: Application = { app: 'whois', ports: [43], nameNote: INFERRED_NAME };

const TFTP_OPERATION = { READ: 1, WRITE: 2, DATA: 3, ACKNOWLEDGE: 4, ERROR: 5, OPTIONS: 6 } as const;
const TFTP_BLOCK_BYTES = 512;

/** Operation, a file's name, a mode, each closed by a zero byte. */
function matchTftpRequest({ payload }: Datagram): Match | null {
  if (payload.length < 9 || payload[0] !== 0) return null;
  if (payload[1] !== TFTP_OPERATION.READ && payload[1] !== TFTP_OPERATION.WRITE) return null;
  const nameEnd = payload.indexOf(0, 2);
  const modeEnd = payload.indexOf(0, nameEnd + 1);
  if (nameEnd < 0 || modeEnd < 0 || !isPrintable(payload, 2, nameEnd)) return null;
  const mode = asciiText(payload, nameEnd + 1, Math.min(modeEnd - nameEnd - 1, 9));
  return matchIf(/^(?:netascii|octet|mail)$/i.test(mode));
}

/**
 * The transfer itself goes between ports that nobody owns: a first block that is full, or options by
 * the names they have.
 */
function matchTftpTransfer({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 4 || payload[0] !== 0) return null;
  if (payload[1] === TFTP_OPERATION.DATA) {
    return matchIf(uint16(payload, 2) === 1 && wireLength === 4 + TFTP_BLOCK_BYTES);
  }
  if (payload[1] !== TFTP_OPERATION.OPTIONS) return null;
  const nameEnd = payload.indexOf(0, 2);
  const name = nameEnd < 0 || nameEnd > 16 ? '' : asciiText(payload, 2, nameEnd - 2);
  return matchIf(/^(?:blksize|timeout|tsize|windowsize|multicast)$/i.test(name));
}

/** An error with its number and text, closed by a zero byte. */
function matchTftpOther({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 4 || payload[0] !== 0) return null;
  const operation = payload[1]!;
  if (operation === TFTP_OPERATION.ACKNOWLEDGE) return matchIf(wireLength === 4);
  if (operation === TFTP_OPERATION.DATA) return matchIf(wireLength <= 4 + TFTP_BLOCK_BYTES);
  return matchIf(operation === TFTP_OPERATION.ERROR && uint16(payload, 2) <= 8);
}

const GIT_REQUEST = /^[0-9a-f]{4}git-(?:upload-pack|receive-pack|upload-archive) [^\0]+\0host=/i;
const RSYNC_GREETING = /^@RSYNCD: \d{1,3}(?:\.\d{1,3})?[ \n]/;
const WHOIS_QUESTION = /^[\x21-\x7e][\x20-\x7e]{1,250}\r\n$/;

const ISCSI_PDU = { LOGIN: 0x03, LOGIN_RESPONSE: 0x23, IMMEDIATE: 0x40, HEADER_BYTES: 48 } as const;

/** A login: operation, no additional header, and text keys behind the header. */
function isIscsiLogin(bytes: Uint8Array): boolean {
  if (bytes.length < ISCSI_PDU.HEADER_BYTES || bytes[4] !== 0 || bytes[2]! > 1 || bytes[3]! > 1) return false;
  const operation = bytes[0]! & ~ISCSI_PDU.IMMEDIATE;
  if (operation !== ISCSI_PDU.LOGIN && operation !== ISCSI_PDU.LOGIN_RESPONSE) return false;
  const length = uint24(bytes, 5);
  return (
    length > 0 &&
    length < 65_536 &&
    isPrintable(bytes, ISCSI_PDU.HEADER_BYTES, ISCSI_PDU.HEADER_BYTES + Math.min(8, length))
  );
}

/** Any PDU: an operation that is one, and a data segment of possible length. */
function matchIscsiPdu({ c2s, s2c }: Conversation): Match | null {
  const isPdu = (bytes: Uint8Array) => {
    if (bytes.length < ISCSI_PDU.HEADER_BYTES || (bytes[1]! & 0x80) === 0) return false;
    const operation = bytes[0]! & ~ISCSI_PDU.IMMEDIATE;
    const isKnown =
      operation <= 0x06 ||
      operation === 0x10 ||
      (operation >= 0x20 && operation <= 0x26) ||
      operation === 0x31 ||
      operation === 0x3f;
    return isKnown && bytes[4] === 0 && uint24(bytes, 5) < 0x10_0000 && uint32(bytes, 16) !== 0;
  };
  return matchIf(isPdu(c2s) || isPdu(s2c));
}

export const FILE_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...GIT,
    name: 'git-request',
    speaksFirst: 'client',
    match: clientSays(GIT_REQUEST),
    strength: 'content',
    source: "Git's pack protocol: git transport, git-proto-request",
  },
  {
    ...RSYNC,
    name: 'rsync-greeting',
    speaksFirst: 'server',
    match: ({ clientText, serverText }) =>
      matchIf(RSYNC_GREETING.test(serverText) || RSYNC_GREETING.test(clientText)),
    strength: 'content',
    source: 'rsync daemon protocol: greeting of both sides',
  },
  {
    ...ISCSI,
    name: 'iscsi-login',
    begins: ['03,23,43,63 ?? 00-01 00-01 00 00'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isIscsiLogin(c2s) || isIscsiLogin(s2c)),
    strength: 'content',
    source: 'RFC 7143 11.2, 11.12, 11.13',
  },
  {
    ...ISCSI,
    name: 'iscsi-pdu',
    begins: [atLeast(28, '00-06,10,20-26,31,3f,40-46,50,60-66,71,7f 80-ff ?? ?? 00 00-0f')],
    speaksFirst: 'client',
    match: matchIscsiPdu,
    strength: 'plausible',
    source: 'RFC 7143 11.2',
  },
  {
    ...WHOIS,
    name: 'whois-question',
    speaksFirst: 'client',
    match: clientSays(WHOIS_QUESTION),
    strength: 'plausible',
    source: 'RFC 3912 2',
  },
];

export const FILE_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...TFTP,
    name: 'tftp-request',
    begins: [atLeast(9, '00 01-02 00,20-7e')],
    speaksFirst: 'client',
    match: matchTftpRequest,
    strength: 'content',
    source: 'RFC 1350 5',
  },
  {
    ...TFTP,
    name: 'tftp-transfer',
    begins: ['00 03,06 ?? ??'],
    speaksFirst: 'server',
    match: matchTftpTransfer,
    strength: 'content',
    source: 'RFC 1350 4, 5, RFC 2347 3, RFC 2348, RFC 2349, RFC 7440',
  },
  {
    ...TFTP,
    name: 'tftp-other',
    begins: ['00 03-05 ?? ??'],
    speaksFirst: 'server',
    match: matchTftpOther,
    strength: 'plausible',
    source: 'RFC 1350 5: blocks, acknowledgements, errors',
  },
];
