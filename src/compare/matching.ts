/**
 * Sessions and log rows, one to one where both have as many: by tuple and nearest start, in order of time.
 * What is left over is joined where the two sides cut the same traffic differently.
 */
import { alignInTime } from './align.ts';
import { alignByEnd } from './align-by-end.ts';
import { type Column, integers } from './column.ts';
import { EARLIEST_ROW, EndFit, isOfAMoment, isUntimed, LATEST_ROW } from './end-fit.ts';
import { matchPings } from './match-pings.ts';
import { type Bundle, bundle, isStart, type RowsByTuple } from './row-groups.ts';
import type { RowData } from './row-store.ts';
import type { RowTimers } from './row-timers.ts';
import type { RowTuples } from './row-tuples.ts';
import type { SessionStore } from './session-store.ts';
import { isIcmp, NONE, type TupleIndex } from './tuple-index.ts';

/** All that is matched. Times of rows are on the capture's clock. */
export interface Sides {
  readonly store: SessionStore;
  readonly index: TupleIndex;
  readonly rows: RowData;
  readonly tuples: RowTuples;
  readonly byTuple: RowsByTuple;
  /** of a row that does not say: before its own time, by its elapsed and the likeliest timer */
  readonly start: Float64Array;
  readonly generated: Float64Array;
  readonly timers: RowTimers;
  /** rows of an hour that comes twice, where nothing tells which one */
  readonly ambiguous: ReadonlySet<number>;
}

/** What a row is to its pair. */
export const ROLE = { MAIN: 0, START: 1, SAME: 2 } as const;

/** Seconds by which a start may lie before or behind its session's, truncation and a coarse clock included. */
export const EARLIEST_GAP = -2;
export const LATEST_GAP = 1;
/** Seconds between two that are surely one's, where the starts are not the same. */
const SLACK = 5;
const FAR = 10;

export class Matching {
  readonly pairOfSession: Int32Array;
  readonly pairOfRow: Int32Array;
  readonly roleOfRow: Uint8Array;
  /** 1 for the session on the other side of NAT, of a pair that has one on either */
  readonly isTwin: Uint8Array;
  readonly #sides: Sides;
  readonly #byEnd: EndFit;
  readonly #packetsOfSessions: Column<Int32Array> = integers();
  readonly #packetsOfRows: Column<Int32Array> = integers();
  #pairs = 0;

  constructor(sides: Sides) {
    const { store, rows } = sides;
    this.#sides = sides;
    this.#byEnd = new EndFit(sides);
    this.pairOfSession = new Int32Array(store.count).fill(NONE);
    this.pairOfRow = new Int32Array(rows.count).fill(NONE);
    this.roleOfRow = new Uint8Array(rows.count);
    this.isTwin = new Uint8Array(store.count);
    for (let tuple = 0; tuple < sides.index.tuples; tuple += 1) this.#matchTuple(tuple);
    this.#joinTwins();
  }

  get pairs(): number {
    return this.#pairs;
  }

  /** Seconds from the session's start to the row's, as far as truncation lets it be known; ideal is -0.5. */
  gap(session: number, row: number): number {
    const { store, start } = this.#sides;
    return start[row]! - store.first.cells[session]!;
  }

  #matchTuple(tuple: number): void {
    const { store, index, rows, byTuple } = this.#sides;
    const fromRow = byTuple.begin[tuple]!;
    const toRow = byTuple.begin[tuple + 1]!;
    if (fromRow === toRow) return;
    const from = index.begin[tuple]!;
    const to = index.begin[tuple + 1]!;
    const proto = store.proto.cells[index.sessions[from]!]!;
    if (to - from === 1 && toRow - fromRow === 1 && !isIcmp(proto)) {
      this.#matchOne(index.sessions[from]!, byTuple.rows[fromRow]!);
      return;
    }
    const sessions = index.sessions.subarray(from, to);
    const ordered = byTuple.rows.subarray(fromRow, toRow);
    const bundles = bundle(rows, this.#sides, ordered);
    if (isIcmp(proto)) {
      matchPings(this.#sides, sessions, bundles, (some, each) => this.#pair(some, each));
      return;
    }
    const timed = bundles.filter(({ main }) => !isUntimed(rows, main));
    for (const [session, each] of alignInTime(sessions, timed, this.#sides, (s, row) => this.gap(s, row))) {
      this.#pair([session], each);
    }
    if (timed.length < bundles.length) this.#matchUntimed(sessions, bundles);
    this.#matchLoosely(sessions, timed);
    this.#joinRest(sessions, bundles);
  }

  #matchOne(session: number, row: number): void {
    if (this.#areOne(session, row)) {
      const pair = this.#newPair();
      this.#addSession(pair, session);
      this.#addRow(pair, row, NO_OTHERS);
    }
  }

  #areOne(session: number, row: number): boolean {
    if (isUntimed(this.#sides.rows, row)) {
      return (
        this.#byEnd.endsWith(session, row) || this.#byEnd.cost(session, row, true) < Number.POSITIVE_INFINITY
      );
    }
    const gap = this.gap(session, row);
    return (gap >= EARLIEST_GAP && gap <= LATEST_GAP) || this.#distance(session, row) !== null;
  }

  /** Rows that do not say when their session began. */
  #matchUntimed(sessions: Int32Array, bundles: readonly Bundle[]): void {
    const { store, rows, generated } = this.#sides;
    const end = store.end.cells;
    const free = sessions.filter((session) => this.pairOfSession[session] === NONE);
    const untimed = bundles.filter(({ main }) => isUntimed(rows, main));
    const ends = untimed.filter(({ main }) => !isOfAMoment(rows, main));
    free.sort((a, b) => end[a]! - end[b]! || a - b);
    for (const [session, each] of alignByEnd(free, ends, end, generated, this.#byEnd)) {
      this.#pair([session], each);
    }
    this.#matchMoments(
      sessions,
      untimed.filter(({ main }) => isOfAMoment(rows, main)),
    );
  }

  /** Rows that are written while a session stands: to one that has none, or those of its start to any. */
  #matchMoments(sessions: Int32Array, bundles: readonly Bundle[]): void {
    const { store, rows, generated } = this.#sides;
    let from = 0;
    for (const each of bundles) {
      const { main, others } = each;
      const isOver = (at: number): boolean => store.end.cells[sessions[at]!]! + LATEST_ROW < generated[main]!;
      while (from < sessions.length && isOver(from)) from += 1;
      let any = NONE;
      let free = NONE;
      for (let at = from; at < sessions.length && free === NONE; at += 1) {
        const session = sessions[at]!;
        if (store.first.cells[session]! + EARLIEST_ROW > generated[main]!) break;
        if (!this.#byEnd.isDuring(session, main)) continue;
        if (any === NONE) any = session;
        if (this.pairOfSession[session] === NONE) free = session;
      }
      if (free !== NONE) this.#pair([free], each);
      else if (any !== NONE && isStart(rows, main)) this.#addRow(this.pairOfSession[any]!, main, others);
    }
  }

  #newPair(): number {
    const pair = this.#pairs;
    this.#pairs += 1;
    this.#packetsOfSessions.push(0);
    this.#packetsOfRows.push(0);
    return pair;
  }

  #pair(sessions: readonly number[], { main, others }: Bundle): void {
    const pair = this.#newPair();
    for (const session of sessions) this.#addSession(pair, session);
    this.#addRow(pair, main, others);
  }

  #addSession(pair: number, session: number): void {
    this.pairOfSession[session] = pair;
    this.#packetsOfSessions.cells[pair]! += this.#packets(session);
  }

  #addRow(pair: number, main: number, others: readonly number[]): void {
    const { rows } = this.#sides;
    this.pairOfRow[main] = pair;
    this.roleOfRow[main] = isStart(rows, main) ? ROLE.START : ROLE.MAIN;
    if (this.roleOfRow[main] === ROLE.MAIN) this.#packetsOfRows.cells[pair]! += packetsOfRow(rows, main) || 0;
    for (const row of others) {
      this.pairOfRow[row] = pair;
      this.roleOfRow[row] = isStart(rows, row) ? ROLE.START : ROLE.SAME;
    }
  }

  #packets(session: number): number {
    const { store } = this.#sides;
    return store.packetsSent.cells[session]! + store.packetsReceived.cells[session]!;
  }

  /** How far apart the two are that do not begin together; null where they cannot be one's. */
  #distance(session: number, row: number): number | null {
    const { store, rows, start } = this.#sides;
    const gap = this.gap(session, row);
    const rowEnd = start[row]! + (rows.elapsed[row]! || 0);
    const first = store.first.cells[session]!;
    const last = store.last.cells[session]!;
    const overlap = start[row]! <= last + SLACK && rowEnd + 1 >= first - SLACK;
    return overlap || Math.abs(gap) <= FAR ? Math.abs(gap) + Math.abs(rowEnd - last) : null;
  }

  /** Of what is left: sessions that began before the capture, or of which it missed the beginning. */
  #matchLoosely(sessions: Int32Array, bundles: readonly Bundle[]): void {
    const free = [...sessions].filter((session) => this.pairOfSession[session] === NONE);
    const open = bundles.filter(({ main }) => this.pairOfRow[main] === NONE);
    if (free.length === 0 || open.length === 0 || free.length * open.length > MOST_LOOSE) return;
    const edges = free.flatMap((session) =>
      open.flatMap((each) => {
        const distance = this.#distance(session, each.main);
        return distance === null ? [] : [{ session, each, distance }];
      }),
    );
    edges.sort((a, b) => a.distance - b.distance || a.session - b.session || a.each.main - b.each.main);
    for (const { session, each } of edges) {
      if (this.pairOfSession[session] !== NONE || this.pairOfRow[each.main] !== NONE) continue;
      this.#pair([session], each);
    }
  }

  /** One attempt in several rows, or several sessions in one row, as far as their packets fit. */
  #joinRest(sessions: Int32Array, bundles: readonly Bundle[]): void {
    for (const { main, others } of bundles) {
      if (this.pairOfRow[main] !== NONE) continue;
      const session = sessions.find((each) => this.#holdsRow(each, main));
      if (session !== undefined) this.#addRow(this.pairOfSession[session]!, main, others);
    }
    const paired = bundles.filter(({ main }) => this.pairOfRow[main] !== NONE);
    for (const session of sessions) {
      if (this.pairOfSession[session] !== NONE) continue;
      const found = paired.find(({ main }) => this.#holdsSession(main, session));
      if (found !== undefined) this.#addSession(this.pairOfRow[found.main]!, session);
    }
  }

  #holdsRow(session: number, row: number): boolean {
    const { store, rows, start } = this.#sides;
    const pair = this.pairOfSession[session]!;
    if (pair === NONE) return false;
    if (isUntimed(rows, row)) {
      if (!this.#byEnd.isDuring(session, row)) return false;
    } else if (
      start[row]! < store.first.cells[session]! + EARLIEST_GAP ||
      start[row]! > store.end.cells[session]! + SLACK
    ) {
      return false;
    }
    const packets = packetsOfRow(rows, row);
    const sum = this.#packetsOfRows.cells[pair]! + packets;
    return packets > 0 && sum <= this.#packetsOfSessions.cells[pair]!;
  }

  #holdsSession(row: number, session: number): boolean {
    const { store, rows, start } = this.#sides;
    const pair = this.pairOfRow[row]!;
    const first = store.first.cells[session]!;
    if (isUntimed(rows, row)) {
      if (!this.#byEnd.mayHold(row, session)) return false;
    } else {
      const end = start[row]! + (rows.elapsed[row]! || 0);
      if (first < start[row]! + EARLIEST_GAP || first > end + SLACK) return false;
    }
    const sum = this.#packetsOfSessions.cells[pair]! + this.#packets(session);
    return sum <= this.#packetsOfRows.cells[pair]!;
  }

  /** A capture on both sides of the firewall has each translated connection twice, and the log once. */
  #joinTwins(): void {
    const { index, rows, tuples } = this.#sides;
    for (let row = 0; row < rows.count; row += 1) {
      const other = tuples.other[row]!;
      if (other === NONE) continue;
      for (const session of index.sessions.subarray(index.begin[other]!, index.begin[other + 1]!)) {
        if (this.pairOfSession[session] !== NONE || !this.#beginsWith(session, row)) continue;
        const pair = this.pairOfRow[row]!;
        if (pair === NONE) this.#pair([session], { main: row, others: [] });
        else {
          this.pairOfSession[session] = pair;
          this.isTwin[session] = 1;
        }
        break;
      }
    }
  }

  /** Whether a session on the other side of NAT is this row's. */
  #beginsWith(session: number, row: number): boolean {
    const { rows } = this.#sides;
    if (isUntimed(rows, row)) return this.#byEnd.endsWith(session, row);
    const gap = this.gap(session, row);
    return gap >= EARLIEST_GAP && gap <= LATEST_GAP;
  }
}

const NO_OTHERS: readonly number[] = [];

/** Left-over pairs of one tuple that are weighed against each other. */
const MOST_LOOSE = 250_000;

/** NaN where the log does not say. */
export function packetsOfRow(rows: RowData, row: number): number {
  return rows.packetsSent[row]! + rows.packetsReceived[row]!;
}
