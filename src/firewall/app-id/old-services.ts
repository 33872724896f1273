/** Services of the first Unix networks, and PPTP: rlogin, rsh, finger. */
import { asciiText, hasText, uint16, uint32 } from './bytes.ts';
import {
  type Application,
  type Conversation,
  clientSays,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const RLOGIN: Application = { app: 'rlogin', ports: [513], nameNote: INFERRED_NAME };
const RSH: Application = { app: 'rsh', ports: [514], nameNote: INFERRED_NAME };
const FINGER: Application = { app: 'finger', ports: [79] };
const PPTP: Application = { app: 'pptp', ports: [1723] };

/** A name on each host and a terminal with its speed, each closed by a zero byte, behind an empty string. */
function matchRlogin({ c2s }: Conversation): Match | null {
  if (c2s[0] !== 0 || c2s.length < 6) return null;
  const text = asciiText(c2s, 1, 300);
  return matchIf(/^[\x21-\x7e]{1,64}\0[\x21-\x7e]{1,64}(?:\0[\x21-\x7e]+\/\d{1,6}\0|$)/.test(text));
}

/** A port for errors, in digits, closed by a zero byte; or none. */
const RSH_REQUEST = /^\d{1,5}\0/;
const FINGER_QUESTION = /^(?:\/W ?)?[\x21-\x7e]{0,64}\r\n$/;

const PPTP_HEADER = { CONTROL_MESSAGE: 1, COOKIE: 0x1a2b_3c4d } as const;

/** Length, type, magic cookie. */
function isPptp(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 8 &&
    uint16(bytes, 0) >= 12 &&
    uint16(bytes, 2) === PPTP_HEADER.CONTROL_MESSAGE &&
    uint32(bytes, 4) === PPTP_HEADER.COOKIE
  );
}

export const OLD_SERVICE_SIGNATURES: readonly StreamSignature[] = [
  {
    ...RLOGIN,
    name: 'rlogin-start',
    begins: ['00 21-7e 00,21-7e 00,21-7e 00,21-7e 00,21-7e'],
    speaksFirst: 'client',
    match: matchRlogin,
    strength: 'plausible',
    source: 'RFC 1282 2',
  },
  {
    ...RSH,
    name: 'rsh-error-port',
    speaksFirst: 'client',
    match: clientSays(RSH_REQUEST),
    strength: 'plausible',
    source: 'BSD rshd(8): the protocol that it answers',
  },
  {
    ...FINGER,
    name: 'finger-question',
    // the empty question is a line end, and others may stand in front of one
    begins: ['21-7e 0d,20-7e 0a,0d,20-7e', '0a,0d'],
    speaksFirst: 'client',
    match: ({ c2s, clientText }) =>
      matchIf(FINGER_QUESTION.test(clientText) || (c2s.length === 2 && hasText(c2s, 0, '\r\n'))),
    strength: 'plausible',
    source: 'RFC 1288 2.3',
  },
  {
    ...PPTP,
    name: 'pptp-control',
    begins: ['?? ?? 00 01 1a 2b 3c 4d'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isPptp(c2s) || isPptp(s2c)),
    strength: 'content',
    source: 'RFC 2637 1.4, 2',
  },
];
