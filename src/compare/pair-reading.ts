/** What is read of both sides of a pair. */
import { AT, FIELDS, type Value } from './fields.ts';
import type { SessionWords } from './session-store.ts';

/** Read for one pair after the other: nothing of it may be kept. */
export interface PairReading {
  /** by index of FIELDS; null: not known, or not to be compared here */
  readonly capture: Value[];
  readonly log: Value[];
  /** the session that the words are of: the last one that is no twin */
  session: number;
  words: SessionWords;
  /** sessions whose sums are compared; twins are not among them */
  sessions: number;
  /** rows of the end, each once */
  rows: number;
  /** the row that tells the end; NONE is not possible */
  row: number;
  /** only rows of the session's start were found */
  announced: boolean;
  /** the log's client is our server, where our client is an inference */
  mirrored: boolean;
  /** the log's client is our server, though the capture has the SYN */
  swapped: boolean;
  /** the log began before the capture saw the session */
  older: boolean;
  /** seconds of the row's elapsed that are the timer's, where the log counts it */
  timerInElapsed: number;
  /** the log has it go on after the capture */
  beyond: boolean;
  /** packets of the capture, client to server as the log has it */
  packetsSent: number;
  packetsReceived: number;
}

/** @param words of any session */
export function emptyReading(words: SessionWords): PairReading {
  return {
    capture: FIELDS.map(() => null),
    log: FIELDS.map(() => null),
    session: 0,
    words,
    sessions: 0,
    rows: 0,
    row: 0,
    announced: false,
    mirrored: false,
    swapped: false,
    older: false,
    timerInElapsed: 0,
    beyond: false,
    packetsSent: 0,
    packetsReceived: 0,
  };
}

type Pair = readonly [number | null, number | null];

/** The TCP figures of PAN-OS 12 of one side. */
export function putTcp(
  values: Value[],
  counts: {
    readonly roundTrip: Pair;
    readonly outOfOrder: Pair;
    readonly retransmissions: Pair;
    readonly zeroWindows: Pair;
  },
): void {
  // a trip of 0 was not measured
  [values[AT.tcp_rtt_c2s], values[AT.tcp_rtt_s2c]] = [
    counts.roundTrip[0] || null,
    counts.roundTrip[1] || null,
  ];
  [values[AT.total_n_ooseq_c2s], values[AT.total_n_ooseq_s2c]] = counts.outOfOrder as [Value, Value];
  [values[AT.tcp_retransit_cnt_c2s], values[AT.tcp_retransit_cnt_s2c]] = counts.retransmissions as [
    Value,
    Value,
  ];
  [values[AT.tcp_zero_window_cnt_c2s], values[AT.tcp_zero_window_cnt_s2c]] = counts.zeroWindows as [
    Value,
    Value,
  ];
}
