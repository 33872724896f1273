/**
 * A capture's sessions against the rows of a firewall's log: clocks fitted, both sides matched, every pair
 * compared. What differs and what stands alone is told; why, `explain` works out for those few.
 */

import type { LogElapsedMode } from '../firewall/modes.ts';
import type { SessionFacts } from '../session/facts.ts';
import { type AloneRow, type AloneSession, findAlone } from './alone.ts';
import { type ByteOverhead, ByteVotes } from './byte-fit.ts';
import { type Clock, fitClock, oneDevice, toCapture } from './clock-fit.ts';
import { collectVotes } from './clock-votes.ts';
import { doubles } from './column.ts';
import { AT, ELAPSED_TOLERANCE, ELAPSED_TOLERANCE_OF_SEVERAL, FIELDS, type Value } from './fields.ts';
import { type ElapsedIncludes, ElapsedVotes, median, revealOf } from './lag-fit.ts';
import { Matching, type Sides } from './matching.ts';
import { PairReader, type PairReading } from './pair-reader.ts';
import { Pairs, sessionsInOrder } from './pairs.ts';
import { EARLIEST_LAG, LATEST_LAG, type TimersInForce } from './reveal-timer.ts';
import { RowsByTuple } from './row-groups.ts';
import type { RowData } from './row-store.ts';
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
  /** of rows with a time of the device's wall clock, and of rows with an absolute one */
  readonly clocks: readonly [wall: Clock, absolute: Clock];
  readonly overhead: ByteOverhead;
  readonly elapsedIncludes: ElapsedIncludes;
  /** seconds */
  readonly lag: number;
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
    const clocks = fitClocks(store, index, rows, tuples.tuple);
    const start = onCaptureClock(rows, rows.start, clocks);
    const generated = onCaptureClock(rows, rows.generated, clocks);
    for (let row = 0; row < rows.count; row += 1) {
      if (Number.isNaN(start[row])) start[row] = generated[row]! - (rows.elapsed[row]! || 0);
    }
    const byTuple = new RowsByTuple(tuples.tuple, index.tuples, start, () => true);
    this.sides = { store, index, rows, tuples, byTuple, start, generated };
    this.matching = new Matching(this.sides);
    this.pairs = new Pairs(this.matching, rows, order);
    this.reader = new PairReader(this.sides, this.matching, this.pairs);
    this.fit = this.#fit(clocks, options);
    this.differences = new Uint32Array(this.pairs.count);
    this.#compareAll();
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
    this.#compareAll();
  }

  #compareAll(): void {
    this.#differing = 0;
    for (let pair = 0; pair < this.pairs.count; pair += 1) {
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

  #fit(clocks: Fit['clocks'], options: CompareOptions): Fit {
    const { rows } = this.sides;
    const bytes = new ByteVotes();
    const elapsed = new ElapsedVotes();
    const lags = doubles();
    for (let pair = 0; pair < this.pairs.count; pair += 1) {
      const reading = this.reader.read(pair);
      const { capture, log, words } = reading;
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
    }
    const [wall, absolute] = clocks;
    const forced = options.elapsed === 'auto' ? null : options.elapsed;
    const includes =
      forced === null ? elapsed.fit() : forced === 'includes-timeout' ? 'timeout' : 'first-to-last';
    this.reader.elapsedIncludesTimer = includes === 'timeout';
    return {
      clock:
        absolute.votes > wall.votes || (absolute.votes === wall.votes && hasAbsolute(rows)) ? absolute : wall,
      clocks,
      overhead: bytes.fit(),
      elapsedIncludes: includes,
      lag: Math.round(median(includes === 'timeout' ? this.#lags() : lags.used) * 1000) / 1000,
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

function difference(a: Value, b: Value): number | null {
  return a === null || b === null ? null : (a as number) - (b as number);
}

function hasAbsolute(rows: RowData): boolean {
  return rows.count > 0 && rows.absolute[0] === 1;
}

function fitClocks(
  store: SessionStore,
  index: TupleIndex,
  rows: RowData,
  tuple: Int32Array,
): readonly [Clock, Clock] {
  const origin = store.span?.first ?? 0;
  const isEnd = rows.texts.map((text) => text !== 'start');
  const hasEnds = rows.subtype.some((subtype) => isEnd[subtype]!);
  const time = rows.start.map((start, row) => (Number.isNaN(start) ? rows.generated[row]! : start));
  const of = (absolute: number): Clock => {
    const own = new RowsByTuple(
      tuple,
      index.tuples,
      time,
      (row) => rows.absolute[row] === absolute && (isEnd[rows.subtype[row]!]! || !hasEnds),
    );
    return fitClock(collectVotes(store, index, rows, own), origin, absolute === 0);
  };
  return oneDevice(of(0), of(1));
}

function onCaptureClock(rows: RowData, times: Float64Array, clocks: readonly [Clock, Clock]): Float64Array {
  return times.map((time, row) => toCapture(clocks[rows.absolute[row]!]!, time));
}
