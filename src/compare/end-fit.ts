/**
 * Rows that do not say when their session began, held against the end of sessions: the firewall writes a row when
 * the session has left its table, some seconds after the timer has expired (firewall-model 3.8).
 */
import { EARLIEST_LAG, LATEST_LAG } from './reveal-timer.ts';
import type { RowData } from './row-store.ts';
import type { RowTimers } from './row-timers.ts';
import type { RowTuples } from './row-tuples.ts';
import type { SessionStore } from './session-store.ts';

/** What of both sides is looked at. Times of rows are on the capture's clock. */
export interface EndSides {
  readonly store: SessionStore;
  readonly rows: RowData;
  readonly tuples: RowTuples;
  readonly generated: Float64Array;
  readonly timers: RowTimers;
}

/** Seconds by which the clocks are known, of times that are cut to their second. */
const CLOCK_SLACK = 1;
/** Seconds between the end of a session and the time of its row. */
export const EARLIEST_ROW: number = EARLIEST_LAG - CLOCK_SLACK;
export const LATEST_ROW: number = LATEST_LAG + CLOCK_SLACK;

/** Costs of a pair by its times; align.ts has what it costs to leave two alone. The lag decides between equals only. */
const LAG_COST = 0.05;
const BY_A_MOMENT = 0.2;
const BY_ANOTHER_TIMER = 0.5;
const LOOSELY = 1;

/** Costs of what a row says otherwise than the session: counts tell more than the words, which App-ID may change. */
const OTHER_PACKETS = 0.3;
const OTHER_ELAPSED = 0.3;
const OTHER_REASON = 0.3;
const OTHER_STAGE = 0.15;
const OTHER_APP = 0.15;
/** A pair with its times right that differs by no more than this needs no second look. */
export const LIKE_ENOUGH = 0.6;

/** Seconds between two that are surely one's. */
const SLACK = 5;
/** Seconds by which a timer may be another than the one given, where a row has neither counts nor elapsed. */
const OTHER_TIMER = 80;
/** Packets that are not the same in number by chance. */
const TELLING_PACKETS = 4;
const DAY = 86_400;

export function isUntimed(rows: RowData, row: number): boolean {
  return Number.isNaN(rows.start[row]!) && !Number.isNaN(rows.generated[row]!);
}

/** Written while the session goes on, or without one: of its start, or of a packet that was refused. */
export function isOfAMoment(rows: RowData, row: number): boolean {
  const subtype = rows.texts[rows.subtype[row]!];
  return subtype === 'start' || subtype === 'drop';
}

export class EndFit {
  readonly #sides: EndSides;

  constructor(sides: EndSides) {
    this.#sides = sides;
  }

  /** Whether a row was written when this session had ended. */
  endsWith(session: number, row: number): boolean {
    return isLag(this.#sides.generated[row]! - this.#sides.store.end.cells[session]!);
  }

  /** Of a pair whose row was written when the session had ended; infinite where it was not. */
  endCost(session: number, row: number): number {
    const lag = this.#sides.generated[row]! - this.#sides.store.end.cells[session]!;
    return isLag(lag) ? lagCost(lag) + this.#unlikeness(session, row) : Number.POSITIVE_INFINITY;
  }

  /**
   * Of any pair; infinite where the two cannot be one's.
   * @param alone no row of the tuple fits the timers given: the firewall may have others
   */
  cost(session: number, row: number, alone: boolean): number {
    const byTime = this.#timeCost(session, row, alone);
    return byTime === Number.POSITIVE_INFINITY ? byTime : byTime + this.#unlikeness(session, row);
  }

  #timeCost(session: number, row: number, alone: boolean): number {
    const { store, rows, generated } = this.#sides;
    const written = generated[row]!;
    const lag = written - store.end.cells[session]!;
    if (isOfAMoment(rows, row)) return this.isDuring(session, row) ? BY_A_MOMENT : Number.POSITIVE_INFINITY;
    if (isLag(lag)) return lagCost(lag);
    if (rows.texts[rows.subtype[row]!] === 'deny' && this.isDuring(session, row)) return BY_ANOTHER_TIMER;
    const byTimer = this.#timerCost(session, row);
    if (byTimer < Number.POSITIVE_INFINITY) return byTimer;
    return alone && this.#isAlike(session, row, lag) ? LOOSELY : Number.POSITIVE_INFINITY;
  }

  /** Whether a row was written while the session stood. */
  isDuring(session: number, row: number): boolean {
    const { store, generated } = this.#sides;
    const written = generated[row]!;
    return (
      written >= store.first.cells[session]! + EARLIEST_ROW &&
      written <= store.end.cells[session]! + LATEST_ROW
    );
  }

  /** Whether a session may be one of several that a row counts as one. */
  mayHold(row: number, session: number): boolean {
    const { store, rows, generated, timers } = this.#sides;
    const longest = Math.max(...timers.of(row)) + (rows.elapsed[row]! || 0);
    const written = generated[row]!;
    return (
      store.first.cells[session]! >= written - longest - LATEST_ROW &&
      store.last.cells[session]! <= written - EARLIEST_ROW
    );
  }

  /** By the timers that the row's own words speak of: the last packets may be the same, or the first, or some. */
  #timerCost(session: number, row: number): number {
    const { store, rows, generated, timers } = this.#sides;
    const first = store.first.cells[session]!;
    const last = store.last.cells[session]!;
    const elapsed = rows.elapsed[row]!;
    let cost = Number.POSITIVE_INFINITY;
    for (const timer of timers.of(row)) {
      const end = generated[row]! - timer;
      const start = end - elapsed;
      for (const lag of [end - last, start - first]) {
        if (isLag(lag)) cost = Math.min(cost, BY_ANOTHER_TIMER + lagCost(lag));
      }
      // a row that begins behind the first packet and ends before the last is of another session, or of a part of it
      const isWithin = start - LATEST_ROW > first && end < last + EARLIEST_ROW;
      if (!isWithin && start - LATEST_ROW <= last + SLACK && end + SLACK >= first)
        cost = Math.min(cost, LOOSELY);
    }
    return cost;
  }

  /** Whether a row looks like the session though no timer that is known leads from one to the other. */
  #isAlike(session: number, row: number, lag: number): boolean {
    const { store, rows, generated } = this.#sides;
    if (generated[row]! < store.last.cells[session]! + EARLIEST_ROW) return false;
    const isNear = Math.abs(lag) <= OTHER_TIMER;
    if (Number.isNaN(rows.packetsSent[row]! + rows.packetsReceived[row]! + rows.elapsed[row]!)) return isNear;
    const packets = store.packetsSent.cells[session]! + store.packetsReceived.cells[session]!;
    const reason = rows.texts[rows.reason[row]!] ?? '';
    return (
      (isNear || (packets >= TELLING_PACKETS && lag < DAY)) &&
      rows.packetsSent[row]! + rows.packetsReceived[row]! === packets &&
      Math.abs(rows.elapsed[row]! - store.elapsed.cells[session]!) <= 1 &&
      (reason === '' || reason === store.wordsOf(session).reason)
    );
  }

  #unlikeness(session: number, row: number): number {
    const { store, rows, tuples } = this.#sides;
    const words = store.wordsOf(session);
    const [src, dst] = [store.src.cells[session]!, store.dst.cells[session]!];
    const turned = src !== dst && (tuples.src[row] === dst || tuples.dst[row] === src);
    const sent = turned ? rows.packetsReceived[row]! : rows.packetsSent[row]!;
    const received = turned ? rows.packetsSent[row]! : rows.packetsReceived[row]!;
    // the log may go on behind the capture, or have begun before it
    const isPart = words.open || words.midstream;
    const more = (logged: number, captured: number): boolean => isPart && logged >= captured;
    const elapsed = store.elapsed.cells[session]!;
    const longer = rows.elapsed[row]! - elapsed;
    const differs = (text: number, word: string): boolean => {
      const told = rows.texts[text] ?? '';
      return told !== '' && told !== 'n/a' && told !== word;
    };
    const isOther = (logged: number, captured: number): boolean =>
      !Number.isNaN(logged) && logged !== captured && !more(logged, captured);
    return (
      Number(isOther(sent, store.packetsSent.cells[session]!)) * OTHER_PACKETS +
      Number(isOther(received, store.packetsReceived.cells[session]!)) * OTHER_PACKETS +
      // with the timer in it, or without
      Number(Math.abs(longer) > 1 && Math.abs(longer - words.timerSeconds) > 1 && !more(longer, 0)) *
        OTHER_ELAPSED +
      Number(differs(rows.reason[row]!, words.reason)) * OTHER_REASON +
      Number(differs(rows.stage[row]!, words.stage)) * OTHER_STAGE +
      Number(differs(rows.app[row]!, words.app)) * OTHER_APP
    );
  }
}

function isLag(seconds: number): boolean {
  return seconds >= EARLIEST_ROW && seconds <= LATEST_ROW;
}

function lagCost(lag: number): number {
  return Math.abs(lag) * LAG_COST;
}
