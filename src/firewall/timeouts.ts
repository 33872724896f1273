/**
 * The firewall's global session timeouts as one table (firewall-model 3.1): what a reviewer with the
 * vendor's page in hand wants to check. Everything that names, prints or reads a timeout indexes it.
 */

/** Name of a global timeout. */
export type TimeoutName =
  | 'default'
  | 'discard-default'
  | 'discard-tcp'
  | 'discard-udp'
  | 'discard-sctp'
  | 'icmp'
  | 'scan'
  | 'tcp'
  | 'tcp-handshake'
  | 'tcp-init'
  | 'tcp-half-closed'
  | 'tcp-time-wait'
  | 'unverified-rst'
  | 'udp'
  | 'captive-portal'
  | 'sctp'
  | 'sctp-init'
  | 'sctp-cookie'
  | 'sctp-shutdown'
  | 'predict';

/** One global timeout. */
export interface TimeoutRow {
  /** as on the command line and in the configuration file (interface.md "Timeout names") */
  readonly name: TimeoutName;
  /** key under `deviceconfig/setting/session` of a PAN-OS configuration, where it is published */
  readonly xmlKey: string | null;
  readonly defaultSeconds: number;
  readonly minSeconds: number;
  readonly maxSeconds: number;
  /** when it is in force */
  readonly inForce: string;
  readonly source: string;
}

const LONGEST = 15_999_999;
const WEEK = 604_800;
const DOCUMENTED = 'firewall-model 3.1, vendor page "Session Timeouts" (P1, P6)';

export const TIMEOUT_ROWS: readonly TimeoutRow[] = [
  {
    name: 'default',
    xmlKey: 'timeout-default',
    defaultSeconds: 30,
    minSeconds: 1,
    maxSeconds: LONGEST,
    inForce: 'a session that is not TCP, UDP, ICMP or SCTP',
    source: DOCUMENTED,
  },
  {
    name: 'discard-default',
    xmlKey: 'timeout-discard-default',
    defaultSeconds: 60,
    minSeconds: 1,
    maxSeconds: LONGEST,
    inForce: 'DISCARD, protocols other than TCP, UDP and SCTP',
    source: DOCUMENTED,
  },
  {
    name: 'discard-tcp',
    xmlKey: 'timeout-discard-tcp',
    defaultSeconds: 90,
    minSeconds: 1,
    maxSeconds: LONGEST,
    inForce: 'DISCARD, TCP',
    source: `${DOCUMENTED}; a threat line logged 91 s after its last packet (F3)`,
  },
  {
    name: 'discard-udp',
    xmlKey: 'timeout-discard-udp',
    defaultSeconds: 60,
    minSeconds: 1,
    maxSeconds: LONGEST,
    inForce: 'DISCARD, UDP',
    source: DOCUMENTED,
  },
  {
    name: 'discard-sctp',
    xmlKey: null,
    defaultSeconds: 30,
    minSeconds: 1,
    maxSeconds: WEEK,
    inForce: 'DISCARD, SCTP',
    source: `${DOCUMENTED}: 30 in the documentation, 60 in a CLI sample (C3)`,
  },
  {
    name: 'icmp',
    xmlKey: 'timeout-icmp',
    defaultSeconds: 6,
    minSeconds: 1,
    maxSeconds: LONGEST,
    inForce: 'an ICMP or ICMPv6 session',
    source: DOCUMENTED,
  },
  {
    name: 'scan',
    xmlKey: 'timeout-scan',
    defaultSeconds: 10,
    minSeconds: 5,
    maxSeconds: 30,
    inForce: 'idle time after which a session may be scanned out when resources are at least 80 % used',
    source: DOCUMENTED,
  },
  {
    name: 'tcp',
    xmlKey: 'timeout-tcp',
    defaultSeconds: 3600,
    minSeconds: 1,
    maxSeconds: LONGEST,
    inForce: 'TCP, handshake complete',
    source: `${DOCUMENTED}; an older page says 1 to 1599999`,
  },
  {
    name: 'tcp-handshake',
    xmlKey: 'timeout-tcphandshake',
    defaultSeconds: 10,
    minSeconds: 1,
    maxSeconds: 60,
    inForce: 'TCP, after the SYN-ACK until the ACK',
    source: DOCUMENTED,
  },
  {
    name: 'tcp-init',
    xmlKey: 'timeout-tcpinit',
    defaultSeconds: 5,
    minSeconds: 1,
    maxSeconds: 60,
    inForce: 'TCP, after the SYN until the SYN-ACK',
    source: DOCUMENTED,
  },
  {
    name: 'tcp-half-closed',
    xmlKey: 'timeout-tcp-half-closed',
    defaultSeconds: 120,
    minSeconds: 1,
    maxSeconds: WEEK,
    inForce: 'TCP, after the first FIN',
    source: `${DOCUMENTED}, P2`,
  },
  {
    name: 'tcp-time-wait',
    xmlKey: 'timeout-tcp-time-wait',
    defaultSeconds: 15,
    minSeconds: 1,
    maxSeconds: 600,
    inForce: 'TCP, after the second FIN or a verified RST',
    source: `${DOCUMENTED}, P2`,
  },
  {
    name: 'unverified-rst',
    xmlKey: 'timeout-tcp-unverified-rst',
    defaultSeconds: 30,
    minSeconds: 1,
    maxSeconds: 600,
    inForce: 'TCP, after a RST that cannot be verified',
    source: `${DOCUMENTED}, P3`,
  },
  {
    name: 'udp',
    xmlKey: 'timeout-udp',
    defaultSeconds: 30,
    minSeconds: 1,
    maxSeconds: LONGEST,
    inForce: 'UDP',
    source: `${DOCUMENTED}: 1 to 1599999; accepted up to the range of the others (inferred)`,
  },
  {
    name: 'captive-portal',
    xmlKey: 'timeout-captive-portal',
    defaultSeconds: 30,
    minSeconds: 1,
    maxSeconds: 1_599_999,
    inForce: 'the web form of the authentication portal',
    source: DOCUMENTED,
  },
  {
    name: 'sctp',
    xmlKey: null,
    defaultSeconds: 3600,
    minSeconds: 1,
    maxSeconds: WEEK,
    inForce: 'SCTP association',
    source: DOCUMENTED,
  },
  {
    name: 'sctp-init',
    xmlKey: null,
    defaultSeconds: 5,
    minSeconds: 1,
    maxSeconds: 60,
    inForce: 'SCTP, after INIT',
    source: DOCUMENTED,
  },
  {
    name: 'sctp-cookie',
    xmlKey: null,
    defaultSeconds: 60,
    minSeconds: 1,
    maxSeconds: 600,
    inForce: 'SCTP, after COOKIE-ECHO',
    source: DOCUMENTED,
  },
  {
    name: 'sctp-shutdown',
    xmlKey: null,
    defaultSeconds: 30,
    minSeconds: 1,
    maxSeconds: 600,
    inForce: 'SCTP, after SHUTDOWN or ABORT',
    source: DOCUMENTED,
  },
  {
    name: 'predict',
    xmlKey: null,
    defaultSeconds: 60,
    minSeconds: 1,
    maxSeconds: WEEK,
    inForce: 'PREDICT, until its first packet',
    source: 'firewall-model 10: 60 s for FTP, each application has its own; the range is inferred',
  },
];

/** Every global timeout, in seconds. */
export type Timeouts = Readonly<Record<TimeoutName, number>>;

export const TIMEOUT_NAMES: readonly TimeoutName[] = TIMEOUT_ROWS.map((row) => row.name);

/** The vendor's defaults. */
export function defaultTimeouts(): Timeouts {
  return Object.fromEntries(TIMEOUT_ROWS.map((row) => [row.name, row.defaultSeconds])) as Timeouts;
}

/** The row of a name, or undefined where it is no timeout. */
export function findTimeout(name: string): TimeoutRow | undefined {
  return TIMEOUT_ROWS.find((row) => row.name === name);
}
