/**
 * What a session table must be able to do to be measured beside others: take packets by the batch, expire
 * what is due, and say what it holds. Packets come as decoded columns, so that a table that wants many at
 * once gets them, and one that wants them one by one loops.
 */
import type { Timeouts } from '../firewall/timeouts.ts';

/** Packets in the order of their times. The arrays are reused from batch to batch. */
export interface PacketColumns {
  /** packets in this batch */
  count: number;
  /** 4 or 6, of all packets of the batch */
  readonly version: 4 | 6;
  /** four 32-bit words a packet, IPv4 mapped into ::ffff:0:0/96 */
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
  readonly sport: Uint16Array;
  readonly dport: Uint16Array;
  /** IANA protocol number */
  readonly proto: Uint8Array;
  /** as on the wire; 0 for other protocols. No packet has payload: sequence numbers follow from the flags */
  readonly tcpFlags: Uint8Array;
  /** microseconds since the workload began */
  readonly time: Float64Array;
}

/** What has happened to sessions so far. */
export interface TableCounts {
  /** sessions that were opened */
  readonly opened: number;
  /** packets that found a session */
  readonly found: number;
  /** sessions that a timer has ended */
  readonly ended: number;
}

export interface TableUnderTest {
  /**
   * For each packet: finds its session and restarts the timer that is then in force, or opens one. A session
   * that is found overdue ends, and another one is opened.
   */
  offer(packets: PacketColumns): void;
  /** Ends every session whose timer has fired at or before this time, in microseconds. */
  sweep(time: number): void;
  readonly counts: TableCounts;
  /** sessions in the table, overdue ones that nobody has noticed included */
  readonly live: number;
  /** bytes that the table occupies, index included; null: take what the process has grown by */
  memoryBytes(): number | null;
}

/** A table that can be chosen. */
export interface TableKind {
  readonly name: string;
  /** one clause for the help */
  readonly about: string;
  /** more live sessions than these are left out unless the table is asked for by name: it would take minutes */
  readonly patience: number;
  /** @param capacity sessions that are in the table at most */
  make(capacity: number, timeouts: Timeouts): TableUnderTest;
}

/** @param capacity packets of a batch at most */
export function makeColumns(version: 4 | 6, capacity: number): PacketColumns {
  return {
    count: 0,
    version,
    src: new Uint32Array(4 * capacity),
    dst: new Uint32Array(4 * capacity),
    sport: new Uint16Array(capacity),
    dport: new Uint16Array(capacity),
    proto: new Uint8Array(capacity),
    tcpFlags: new Uint8Array(capacity),
    time: new Float64Array(capacity),
  };
}
