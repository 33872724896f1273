/**
 * Protocols that talk in lines of text over TCP: SSH, FTP, SMTP. A greeting `220` opens both FTP and SMTP;
 * its own words tell them apart, else the client's first command, else the port, which chooses between
 * the two and names nothing by itself.
 */
import { type Conversation, type Match, matchIf, type StreamSignature } from './signature.ts';

const SSH_VERSION = /^SSH-(?:2\.0|1\.)/;

const FTP_GREETING = /^(?:120|220)[ -]/;
const SMTP_GREETING = /^(?:220|421|554)[ -]/;
const REPLY = /^[1-5]\d\d[ -]/;

const FTP_FIRST_COMMAND = /^(?:USER|AUTH|FEAT|SYST|HOST|OPTS|CLNT)(?: |\r?\n)/i;
const FTP_COMMAND =
  /^(?:USER|PASS|ACCT|AUTH|FEAT|SYST|HOST|OPTS|CLNT|PBSZ|PROT|CWD|CDUP|PWD|XPWD|TYPE|PORT|EPRT|PASV|EPSV|LIST|NLST|MLSD|MLST|RETR|STOR|SIZE|MDTM|REST|NOOP|QUIT)(?: |\r?\n)/i;
const SMTP_FIRST_COMMAND = /^(?:EHLO|HELO) [\x21-\x7e]/i;
const SMTP_COMMAND = /^(?:EHLO|HELO|MAIL|RCPT|DATA|AUTH|STARTTLS|RSET|NOOP|QUIT)(?: |\r?\n)/i;

/**
 * What a greeting says of itself. The host name comes first and says nothing: mail hosts are called ftp,
 * too. The last word counts once it is complete, or a host name would be read by halves.
 */
function greetingWords({ serverText }: Conversation): 'ftp' | 'smtp' | null {
  if (!FTP_GREETING.test(serverText)) return null;
  const lines = serverText
    .replace(/\S+$/, '')
    .split('\n')
    .filter((line) => FTP_GREETING.test(line));
  const words = lines.map((line) => line.slice(4).replace(/^[\w-]+(?:\.[\w-]+)+/, '')).join(' ');
  const isSmtp = /smtp/i.test(words);
  const isFtp = /ftp/i.test(words);
  if (isSmtp === isFtp) return null;
  return isSmtp ? 'smtp' : 'ftp';
}

function matchFtpCommand({ clientText, serverText }: Conversation): Match | null {
  // POP3 has USER, too: only behind a greeting of FTP does it say anything
  return matchIf(FTP_GREETING.test(serverText) && FTP_FIRST_COMMAND.test(clientText));
}

function matchSmtpCommand({ clientText, s2c, serverText }: Conversation): Match | null {
  return matchIf(SMTP_FIRST_COMMAND.test(clientText) && (s2c.length === 0 || SMTP_GREETING.test(serverText)));
}

const FTP_PORTS = [21];
const SMTP_PORTS = [25, 587, 465];

export const DIALOGUE_SIGNATURES: readonly StreamSignature[] = [
  {
    name: 'ssh-version',
    app: 'ssh',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) =>
      matchIf(SSH_VERSION.test(clientText) || SSH_VERSION.test(serverText)),
    ports: [22],
    strength: 'content',
    source: 'RFC 4253 4.2, 5',
  },
  {
    name: 'smtp-greeting-words',
    app: 'smtp',
    speaksFirst: 'server',
    match: (conversation) => matchIf(greetingWords(conversation) === 'smtp'),
    ports: SMTP_PORTS,
    strength: 'content',
    source: 'RFC 5321 4.2, 4.3.1: the greeting names ESMTP or SMTP',
  },
  {
    name: 'smtp-command',
    app: 'smtp',
    speaksFirst: 'client',
    match: matchSmtpCommand,
    ports: SMTP_PORTS,
    strength: 'content',
    source: 'RFC 5321 4.1.1.1: a session begins with EHLO or HELO',
  },
  {
    name: 'ftp-greeting-words',
    app: 'ftp',
    speaksFirst: 'server',
    match: (conversation) => matchIf(greetingWords(conversation) === 'ftp'),
    ports: FTP_PORTS,
    strength: 'content',
    source: 'RFC 959 5.4: reply 120 or 220; servers name themselves in it',
  },
  {
    name: 'ftp-command',
    app: 'ftp',
    speaksFirst: 'client',
    match: matchFtpCommand,
    ports: FTP_PORTS,
    strength: 'content',
    source: 'RFC 959 5.3, RFC 2228 3, RFC 2389 3, RFC 7151 3',
  },
  {
    name: 'ftp-greeting',
    app: 'ftp',
    speaksFirst: 'server',
    match: ({ serverText }) => matchIf(FTP_GREETING.test(serverText)),
    ports: FTP_PORTS,
    strength: 'plausible',
    source: 'RFC 959 5.4',
  },
  {
    name: 'smtp-greeting',
    app: 'smtp',
    speaksFirst: 'server',
    match: ({ serverText }) => matchIf(SMTP_GREETING.test(serverText)),
    ports: SMTP_PORTS,
    strength: 'plausible',
    source: 'RFC 5321 3.1, 4.2',
  },
  {
    name: 'ftp-dialogue',
    app: 'ftp',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) => matchIf(FTP_COMMAND.test(clientText) || REPLY.test(serverText)),
    ports: FTP_PORTS,
    strength: 'plausible',
    source: 'RFC 959 5.3, 4.2: a connection that began before the capture',
  },
  {
    name: 'smtp-dialogue',
    app: 'smtp',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) => matchIf(SMTP_COMMAND.test(clientText) || REPLY.test(serverText)),
    ports: SMTP_PORTS,
    strength: 'plausible',
    source: 'RFC 5321 4.1.1, 4.2: a connection that began before the capture',
  },
];
