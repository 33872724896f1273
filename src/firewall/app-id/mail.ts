/**
 * POP3 and IMAP. Their greetings (`+OK`, `* OK`) are too short to tell by themselves: the words behind
 * them do, else the client's first command, else the port.
 */
import {
  type Application,
  bothSay,
  clientSays,
  matchIf,
  type StreamSignature,
  serverSays,
} from './signature.ts';

const POP3: Application = { app: 'pop3', ports: [110] };
const IMAP: Application = { app: 'imap', ports: [143] };

/** the banner names the protocol, or carries the timestamp of APOP */
const POP3_BANNER = /^\+OK [^\r\n]*(?:\bPOP\b|POP3|popper|<[\w.$+%-]+@[\w.-]+>)/i;
/** with text behind it: a bare `+OK` is a reply of Redis, too */
const POP3_GREETING = /^(?:\+OK [\x21-\x7e]|-ERR )/;
const POP3_FIRST_COMMAND =
  /^(?:CAPA|STLS|QUIT|AUTH(?: [A-Z0-9-]+)?|USER [^\r\n]+|APOP \S+ [0-9a-f]{32})\r?\n/i;
const POP3_COMMAND =
  /^(?:CAPA|STLS|USER|PASS|APOP|AUTH|STAT|LIST|RETR|UIDL|TOP|DELE|NOOP|RSET|QUIT)(?: [^\r\n]+)?\r?\n/i;
const POP3_REPLY = /^(?:\+OK|-ERR)(?: |\r?\n)/;

const IMAP_BANNER = /^\* (?:OK|PREAUTH|BYE) [^\r\n]*IMAP/i;
const IMAP_GREETING = /^\* (?:OK|PREAUTH) /;
/** RFC 3501 9: any character but those that begin something else */
const TAG = "[!#$&',\\-./0-9:;<=>?@A-Z[\\]^_`a-z|~]{1,32}";
const IMAP_FIRST_COMMAND = new RegExp(
  `^${TAG} (?:CAPABILITY|NOOP|LOGOUT|STARTTLS|ID |LOGIN |AUTHENTICATE )`,
  'i',
);
/** commands that no other protocol has in this place */
const IMAP_OWN_COMMAND = new RegExp(`^${TAG} (?:CAPABILITY|AUTHENTICATE [A-Z0-9-]+)\\r?\\n`, 'i');
const IMAP_COMMAND = new RegExp(
  `^${TAG} (?:UID |)(?:CAPABILITY|NOOP|LOGOUT|STARTTLS|ID|LOGIN|AUTHENTICATE|SELECT|EXAMINE|CREATE|DELETE|LIST|LSUB|STATUS|APPEND|CHECK|CLOSE|EXPUNGE|SEARCH|FETCH|STORE|COPY|IDLE|NAMESPACE)(?: |\\r?\\n)`,
  'i',
);
const IMAP_RESPONSE = new RegExp(
  `^(?:\\*|${TAG}) (?:\\d+ [A-Z]+|OK|NO|BAD|BYE|PREAUTH|CAPABILITY|LIST|FLAGS)[ \\r]`,
);

export const MAIL_SIGNATURES: readonly StreamSignature[] = [
  {
    ...POP3,
    name: 'pop3-banner',
    speaksFirst: 'server',
    match: serverSays(POP3_BANNER),
    strength: 'content',
    source: 'RFC 1939 4, 7 (APOP): the greeting names POP or carries a timestamp',
  },
  {
    ...POP3,
    name: 'pop3-first-command',
    speaksFirst: 'server',
    match: bothSay(POP3_FIRST_COMMAND, POP3_GREETING),
    strength: 'content',
    source: 'RFC 1939 4, 7, RFC 2449 5, RFC 2595 4',
  },
  {
    ...POP3,
    name: 'pop3-dialogue',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) =>
      matchIf(POP3_REPLY.test(serverText) || POP3_COMMAND.test(clientText)),
    strength: 'plausible',
    source: 'RFC 1939 3, 5, 7',
  },
  {
    ...IMAP,
    name: 'imap-banner',
    speaksFirst: 'server',
    match: serverSays(IMAP_BANNER),
    strength: 'content',
    source: 'RFC 3501 7.1, 7.2.1: the greeting names IMAP, or its capabilities do',
  },
  {
    ...IMAP,
    name: 'imap-first-command',
    speaksFirst: 'server',
    match: bothSay(IMAP_FIRST_COMMAND, IMAP_GREETING),
    strength: 'content',
    source: 'RFC 3501 6.1, 6.2, 7.1.1, RFC 2971 3.1',
  },
  {
    ...IMAP,
    name: 'imap-own-command',
    speaksFirst: 'client',
    match: clientSays(IMAP_OWN_COMMAND),
    strength: 'content',
    source: 'RFC 3501 6.1.1, 6.2.2: a tag before CAPABILITY or AUTHENTICATE',
  },
  {
    ...IMAP,
    name: 'imap-dialogue',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) =>
      matchIf(IMAP_RESPONSE.test(serverText) || IMAP_COMMAND.test(clientText)),
    strength: 'plausible',
    source: 'RFC 3501 6, 7: a connection that began before the capture',
  },
];
