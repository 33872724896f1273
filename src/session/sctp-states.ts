/**
 * SCTP as far as timers need it: which chunk puts which timer in force (firewall-model 3.2; the names
 * and values are documented, which chunk starts which is inferred). Chunk types are RFC 9260 3.2.
 */
import type { TimeoutName } from '../firewall/timeouts.ts';

const bit = (type: number): number => (1 << type) >>> 0;

interface SctpRow {
  /** chunk type bits, any of which selects the row */
  readonly chunks: number;
  readonly timer: TimeoutName;
  /** timers in force that the row may replace; empty: all */
  readonly unless: readonly TimeoutName[];
  readonly because: string;
}

/** First row that matches decides; a packet that matches none keeps the timer in force. */
export const SCTP_ROWS: readonly SctpRow[] = [
  {
    chunks: bit(6) | bit(7) | bit(8) | bit(14),
    timer: 'sctp-shutdown',
    unless: [],
    because: 'ABORT, SHUTDOWN, SHUTDOWN-ACK, SHUTDOWN-COMPLETE',
  },
  {
    chunks: bit(1) | bit(2),
    timer: 'sctp-init',
    unless: ['sctp'],
    because:
      'INIT, INIT-ACK; within an association an INIT is a restart attempt that changes nothing until its cookie is echoed (RFC 9260 5.2.2)',
  },
  { chunks: bit(10), timer: 'sctp-cookie', unless: ['sctp'], because: 'COOKIE-ECHO' },
  {
    chunks: bit(11),
    timer: 'sctp',
    unless: ['sctp-shutdown'],
    because: 'COOKIE-ACK: the association is established',
  },
  {
    chunks: bit(0) | bit(3) | bit(4) | bit(5),
    timer: 'sctp',
    unless: ['sctp-init', 'sctp-shutdown'],
    because: 'DATA, SACK, HEARTBEAT, HEARTBEAT-ACK without a COOKIE chunk: the association stands',
  },
];

/** Timer after a packet with `chunks`, given the one in force (null for the first packet of a session). */
export function sctpTimer(chunks: number, inForce: TimeoutName | null): TimeoutName {
  for (const row of SCTP_ROWS) {
    if ((chunks & row.chunks) !== 0 && (inForce === null || !row.unless.includes(inForce))) return row.timer;
  }
  return inForce ?? 'sctp';
}
