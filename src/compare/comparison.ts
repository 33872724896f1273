/**
 * A capture's sessions against the rows of a firewall's log: clocks fitted, both sides matched, every pair
 * compared. What differs and what stands alone is told; why, `explain` works out for those few.
 */

import type { LogElapsedMode } from '../firewall/modes.ts';
import type { SessionFacts } from '../session/facts.ts';
import { type AloneRow, type AloneSession, findAlone } from './alone.ts';
import { type ByteOverhead, ByteVotes } from './byte-fit.ts';
import type { Clock } from './clock-fit.ts';
import { type Clocks, fitRowTimes } from './clocks.ts';
import { doubles } from './column.ts';
import { isRowLag, isUntimed } from './end-fit.ts';
import { AT, ELAPSED_TOLERANCE, ELAPSED_TOLERANCE_OF_SEVERAL, FIELDS, type Value } from './fields.ts';
import { type ElapsedIncludes, ElapsedVotes, median, revealOf } from './lag-fit.ts';
import { Matching, type Sides } from './matching.ts';
import { PairReader } from './pair-reader.ts';
import type { PairReading } from './pair-reading.ts';
import { Pairs, sessionsInOrder } from './pairs.ts';
import { EARLIEST_LAG, LATEST_LAG, type TimersInForce } from './reveal-timer.ts';
import type { RowData } from './row-store.ts';
import { RowTimers } from './row-timers.ts';
import { findRowTuples } from './row-tuples.ts';
import type { SessionStore } from './session-store.ts';
import { RoundTripVotes, tcpCountsOf, tripsAgree } from './tcp-counts.ts';
import { TupleIndex } from './tuple-index.ts';

export interface CompareOptions extends TimersInForce {
  /** `auto`: fitted */
  readonly elapsed: LogElapsedMode;
}

/** What was fitted before anything is called a difference. */
export interface Fit {
  /** of the rows that most of the log are like */
  readonly clock: Clock;
  readonly clocks: Clocks;
  readonly overhead: ByteOverhead;
  readonly elapsedIncludes: ElapsedIncludes;
  /** pairs that told it; 0: it is assumed */
  readonly elapsedVotes: number;
  /** seconds */
  readonly lag: number;
  /** pairs that told it */
  readonly lagVotes: number;
  /** seconds from the end of a session to its row, of rows that do not say when it began; 0 where there is none */
  readonly untimedLag: number;
}

/** What is worked out of the sessions alone, while the log is still being read. */
export interface ReadySessions {
  readonly store: SessionStore;
  readonly index: TupleIndex;
  readonly order: Uint32Array;
}

export function readySessions(store: SessionStore): ReadySessions {
  return { store, index: new TupleIndex(store), order: sessionsInOrder(store) };
}

export class Comparison {
  readonly sides: Sides;
  readonly matching: Matching;
  readonly pairs: Pairs;
  readonly reader: PairReader;
  readonly fit: Fit;
  readonly timers: TimersInForce;
  /** bits by index of FIELDS, by pair */
  readonly differences: Uint32Array;
  #differing = 0;
  readonly aloneSessions: readonly AloneSession[];
  readonly aloneRows: readonly AloneRow[];

  constructor({ store, index, order }: ReadySessions, rows: RowData, options: CompareOptions) {
    this.timers = options;
    const tuples = findRowTuples(rows, index, store.addresses);
    const { clocks, ...times } = fitRowTimes(store, index, rows, tuples.tuple, new RowTimers(rows, options));
    this.sides = { store, index, rows, tuples, ...times };
    this.matching = new Matching(this.sides);
    this.pairs = new Pairs(this.matching, order);
    this.reader = new PairReader(this.sides, this.matching, this.pairs);
    const unequal = new Uint8Array(this.pairs.count);
    this.fit = this.#fit(clocks, options, unequal);
    this.differences = new Uint32Array(this.pairs.count);
    // what was read for the fit is read in the same way again, unless the fit says how
    const { overhead, elapsedIncludes } = this.fit;
    const asRead = overhead.sent === 0 && overhead.received === 0 && elapsedIncludes === 'first-to-last';
    this.#compareAll(asRead ? unequal : null);
    [this.aloneSessions, this.aloneRows] = findAlone(this.sides, this.matching, this.fit, order);
  }

  /** Pairs that differ. */
  get differing(): number {
    return this.#differing;
  }

  /**
   * Sessions whose row has the TCP figures of PAN-OS 12: these take the packets, which are looked at in a
   * second reading. `compareTcp` compares what that has put into the store.
   */
  sessionsWithTcp(): readonly number[] {
    const { rows } = this.sides;
    const found: number[] = [];
    if (rows.tcp.size === 0) return found;
    for (let pair = 0; pair < this.pairs.count; pair += 1) {
      const reading = this.reader.read(pair);
      if (reading.sessions === 1 && reading.rows === 1 && rows.tcp.has(reading.row))
        found.push(reading.session);
    }
    return found;
  }

  /** What the packets of such a session say; null where they are not known. */
  takeTcp(session: number, facts: SessionFacts | null): void {
    const counts = facts === null ? null : tcpCountsOf(facts);
    if (counts !== null) this.sides.store.tcpCounts.set(session, counts);
  }

  /** The same for all of them. @param factsOf by session id */
  takeAllTcp(factsOf: (id: number) => SessionFacts | null): void {
    const { id } = this.sides.store;
    for (const session of this.sessionsWithTcp()) this.takeTcp(session, factsOf(id.cells[session]!));
  }

  /** Fits how the log writes round trips, and compares again. */
  compareTcp(): void {
    const { store, rows } = this.sides;
    if (store.tcpCounts.size === 0) return;
    const votes = new RoundTripVotes();
    for (let pair = 0; pair < this.pairs.count; pair += 1) {
      const reading = this.reader.read(pair);
      const counts = store.tcpCounts.get(reading.session);
      const tcp = rows.tcp.get(reading.row);
      if (counts !== undefined && tcp !== undefined && !reading.mirrored) votes.add(counts, tcp);
    }
    this.reader.roundTrips = votes.fit();
    this.#compareAll(null);
  }

  /** @param mayDiffer pairs of which it is not known that they agree */
  #compareAll(mayDiffer: Uint8Array | null): void {
    this.#differing = 0;
    for (let pair = 0; pair < this.pairs.count; pair += 1) {
      if (mayDiffer !== null && mayDiffer[pair] === 0) continue;
      const mask = this.#compare(this.reader.read(pair));
      this.differences[pair] = mask;
      if (mask !== 0) this.#differing += 1;
    }
  }

  /** Whether the two sides say different things (interface.md, exit status 1). */
  get differs(): boolean {
    return (
      this.differing > 0 ||
      this.aloneSessions.some(({ cause }) => cause.counts) ||
      this.aloneRows.some(({ cause }) => cause.counts)
    );
  }

  /** Bytes that the log should have for these of the capture. */
  expectedBytes(received: boolean, bytes: number, packets: number): number {
    const { sent, received: back } = this.fit.overhead;
    return bytes + (received ? back : sent) * packets;
  }

  /** @param unequal is told of pairs of which a field is not the same on both sides */
  #fit(clocks: Fit['clocks'], options: CompareOptions, unequal: Uint8Array): Fit {
    const bytes = new ByteVotes();
    const elapsed = new ElapsedVotes();
    const lags = doubles();
    const untimedLags = doubles();
    const { store, rows, generated } = this.sides;
    for (let pair = 0; pair < this.pairs.count; pair += 1) {
      const reading = this.reader.read(pair);
      const { capture, log, words } = reading;
      unequal[pair] = Number(isUnequal(reading));
      if (reading.rows !== 1) continue;
      if (reading.sessions === 1) {
        const more = difference(log[AT.elapsed]!, capture[AT.elapsed]!);
        if (more !== null && !words.endedBySyn && !words.open) elapsed.add(more, words.timerSeconds);
      }
      if (capture[AT.pkts_sent] === log[AT.pkts_sent]) {
        const more = difference(log[AT.bytes_sent]!, capture[AT.bytes_sent]!);
        if (more !== null) bytes.add(false, more, reading.packetsSent);
      }
      if (capture[AT.pkts_received] === log[AT.pkts_received]) {
        const more = difference(log[AT.bytes_received]!, capture[AT.bytes_received]!);
        if (more !== null) bytes.add(true, more, reading.packetsReceived);
      }
      const lag = this.#lagOf(reading);
      if (lag !== null) lags.push(lag);
      if (isUntimed(rows, reading.row)) {
        const behind = generated[reading.row]! - store.end.cells[reading.session]!;
        if (isRowLag(behind)) untimedLags.push(behind);
      }
    }
    const forced = options.elapsed === 'auto' ? null : options.elapsed;
    const includes =
      forced === null ? elapsed.fit() : forced === 'includes-timeout' ? 'timeout' : 'first-to-last';
    this.reader.elapsedIncludesTimer = includes === 'timeout';
    const told = includes === 'timeout' ? this.#lags() : lags.used;
    return {
      clock: clocks.main,
      clocks,
      overhead: bytes.fit(),
      elapsedIncludes: includes,
      elapsedVotes: forced === null ? elapsed.votes : 1,
      lag: Math.round(median(told) * 1000) / 1000,
      lagVotes: told.length,
      untimedLag: median(untimedLags.used),
    };
  }

  #lags(): Float64Array {
    const lags = doubles();
    for (let pair = 0; pair < this.pairs.count; pair += 1) {
      const reading = this.reader.read(pair);
      const lag = reading.rows === 1 ? this.#lagOf(reading) : null;
      if (lag !== null) lags.push(lag);
    }
    return lags.used;
  }

  /** Seconds from the expiry of a timer to the row; null where the row reveals none. */
  #lagOf({ row, words, timerInElapsed }: PairReading): number | null {
    const { rows } = this.sides;
    const delay = rows.generated[row]! - (rows.start[row]! + rows.elapsed[row]! - timerInElapsed);
    if (Number.isNaN(delay)) return null;
    const rest = delay - words.timerSeconds;
    if (rest >= EARLIEST_LAG && rest <= LATEST_LAG) return rest;
    const revealed = revealOf(rows, row, words, this.timers, timerInElapsed);
    return revealed === null ? null : delay - revealed.seconds;
  }

  /** Fields that differ, as bits. */
  #compare(reading: PairReading): number {
    const { capture, log } = reading;
    let mask = 0;
    for (let at = 0; at < FIELDS.length; at += 1) {
      const ours = capture[at]!;
      const theirs = log[at]!;
      if (ours === null || theirs === null || ours === theirs) continue;
      if (!this.#equal(at, ours, theirs, reading)) mask |= 1 << at;
    }
    // bytes that are equal as they stand may still not be what the overhead makes of them
    const { sent, received } = this.fit.overhead;
    if (sent !== 0 || received !== 0) {
      for (const at of [AT.bytes_sent, AT.bytes_received]) {
        const ours = capture[at]!;
        if (ours !== null && ours === log[at] && !this.#equal(at, ours, ours, reading)) mask |= 1 << at;
      }
    }
    return mask >>> 0;
  }

  #equal(at: number, ours: Value, theirs: Value, reading: PairReading): boolean {
    if (at === AT.elapsed) {
      const several = reading.rows > 1 || reading.sessions > 1;
      const tolerance = several ? ELAPSED_TOLERANCE_OF_SEVERAL : ELAPSED_TOLERANCE;
      return Math.abs((theirs as number) - (ours as number)) <= tolerance;
    }
    if (at === AT.bytes_sent || at === AT.bytes_received) {
      const received = at === AT.bytes_received;
      const packets = received ? reading.packetsReceived : reading.packetsSent;
      const rest = (theirs as number) - this.expectedBytes(received, ours as number, packets);
      return rest >= 0 && rest <= this.fit.overhead.padding * packets;
    }
    if (at === AT.tcp_rtt_c2s || at === AT.tcp_rtt_s2c) {
      return tripsAgree(ours as number, theirs as number, this.reader.roundTrips);
    }
    return ours === theirs;
  }
}

function isUnequal({ capture, log }: PairReading): boolean {
  for (let at = 0; at < FIELDS.length; at += 1) {
    const theirs = log[at]!;
    if (theirs !== null && theirs !== capture[at] && capture[at] !== null) return true;
  }
  return false;
}

function difference(a: Value, b: Value): number | null {
  return a === null || b === null ? null : (a as number) - (b as number);
}
