/** Sybase and DB2, by how a client logs in. */
import { uint16 } from './bytes.ts';
import {
  type Application,
  type Conversation,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const SYBASE: Application = {
  app: 'sybase',
  ports: [5000],
  nameNote: 'SQL Server before version 7 speaks the same',
};
const DB2: Application = { app: 'db2', ports: [523, 446] };

const TDS_LOGIN = { TYPE: 2, PACKET_BYTES: 512, HEADER_BYTES: 8, NAME_BYTES: 30 } as const;
/** host, user, password, process: 30 bytes each, and behind each how many of them count */
const TDS_LOGIN_NAMES = 4;

/** A first packet of 512 bytes with names of fixed width. */
function matchTdsLogin({ c2s }: Conversation): Match | null {
  if (
    c2s.length < 140 ||
    c2s[0] !== TDS_LOGIN.TYPE ||
    c2s[1]! > 1 ||
    uint16(c2s, 2) !== TDS_LOGIN.PACKET_BYTES
  )
    return null;
  for (let name = 0; name < TDS_LOGIN_NAMES; name++) {
    const start = TDS_LOGIN.HEADER_BYTES + name * (TDS_LOGIN.NAME_BYTES + 1);
    const length = c2s[start + TDS_LOGIN.NAME_BYTES]!;
    const filling = c2s.subarray(
      start + Math.min(length, TDS_LOGIN.NAME_BYTES),
      start + TDS_LOGIN.NAME_BYTES,
    );
    if (length > TDS_LOGIN.NAME_BYTES || filling.some((byte) => byte !== 0)) return null;
  }
  return matchIf(true);
}

const DDM = { MAGIC: 0xd0, HEADER_BYTES: 10, EXCSAT: 0x1041, EXCSATRD: 0x1443 } as const;

/** Length, magic, format, correlation, the same length less six, and the exchange of attributes. */
function isDdmExchange(bytes: Uint8Array): boolean {
  if (bytes.length < DDM.HEADER_BYTES || bytes[2] !== DDM.MAGIC) return false;
  const codePoint = uint16(bytes, 8);
  const isExchange = codePoint === DDM.EXCSAT || codePoint === DDM.EXCSATRD;
  return isExchange && uint16(bytes, 6) + 6 === uint16(bytes, 0);
}

export const MAINFRAME_SIGNATURES: readonly StreamSignature[] = [
  {
    ...SYBASE,
    name: 'tds-login',
    begins: ['02 00-01 02 00'],
    speaksFirst: 'client',
    match: matchTdsLogin,
    strength: 'content',
    source: 'TDS 5.0 functional specification: login record',
  },
  {
    ...DB2,
    name: 'drda-exchange',
    begins: ['?? ?? d0 ?? ?? ?? ?? ?? 10,14 41,43'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isDdmExchange(c2s) || isDdmExchange(s2c)),
    strength: 'content',
    source: 'DRDA volume 3 (DDM): DSS header, EXCSAT and EXCSATRD',
  },
];
