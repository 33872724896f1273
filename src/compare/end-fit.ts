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
const OTHER_PACKETS = 0.35;
const OTHER_BYTES = 0.15;
const OTHER_ELAPSED = 0.3;
const OTHER_REASON = 0.3;
const OTHER_STAGE = 0.15;
const OTHER_APP = 0.15;
/** A row at the end of a session that differs by no more than this, and not in its packets, needs no second look. */
const LIKE_ENOUGH = 0.3;
/** Bytes a packet by which a log may count more or less (byte-fit.ts). */
const FRAMING = 18;

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
    return isRowLag(this.#sides.generated[row]! - this.#sides.store.end.cells[session]!);
  }

  /** Of a row that was written when the session had ended and looks like it; infinite of any other. */
  sureCost(session: number, row: number): number {
    const lag = this.#sides.generated[row]! - this.#sides.store.end.cells[session]!;
    if (!isRowLag(lag)) return Number.POSITIVE_INFINITY;
    const unlikeness = this.#unlikeness(session, row) + this.#reasonCost(session, row);
    return unlikeness <= LIKE_ENOUGH ? lagCost(lag) + unlikeness : Number.POSITIVE_INFINITY;
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
    if (isRowLag(lag)) return lagCost(lag) + this.#reasonCost(session, row);
    if (rows.texts[rows.subtype[row]!] === 'deny' && this.isDuring(session, row)) return BY_ANOTHER_TIMER;
    const goesOn = store.wordsOf(session).open && written >= store.last.cells[session]!;
    if (goesOn && Number.isNaN(rows.elapsed[row]!) && this.isDuring(session, row)) return LOOSELY;
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
        if (isRowLag(lag)) cost = Math.min(cost, BY_ANOTHER_TIMER + lagCost(lag));
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

  /** Only of a row at the end that the session has here: another reason is why the row waited for another timer. */
  #reasonCost(session: number, row: number): number {
    const { store, rows } = this.#sides;
    return isOtherWord(rows.texts[rows.reason[row]!], store.wordsOf(session).reason) ? OTHER_REASON : 0;
  }

  #unlikeness(session: number, row: number): number {
    const { store, rows, tuples } = this.#sides;
    const words = store.wordsOf(session);
    const [src, dst] = [store.src.cells[session]!, store.dst.cells[session]!];
    const turned = src !== dst && (tuples.src[row] === dst || tuples.dst[row] === src);
    const [sent, received] = turned ? [RECEIVED, SENT] : [SENT, RECEIVED];
    // the log may go on behind the capture, or have begun before it
    const isPart = words.open || words.midstream;
    const longer = rows.elapsed[row]! - store.elapsed.cells[session]!;
    let cost = 0;
    for (const [ours, theirs] of [
      [SENT, sent],
      [RECEIVED, received],
    ] as const) {
      const packets = store[ours.packets].cells[session]!;
      const morePackets = rows[theirs.packets][row]! - packets;
      const moreBytes = rows[theirs.bytes][row]! - store[ours.bytes].cells[session]!;
      if (isPart && morePackets >= 0) continue;
      if (Math.abs(morePackets) > 0) cost += OTHER_PACKETS;
      if (Math.abs(moreBytes) > FRAMING * packets) cost += OTHER_BYTES;
    }
    // with the timer in it, or without
    const isOther = Math.abs(longer) > 1 && Math.abs(longer - words.timerSeconds) > 1;
    if (isOther && !(isPart && longer >= 0)) cost += OTHER_ELAPSED;
    if (isOtherWord(rows.texts[rows.stage[row]!], words.stage)) cost += OTHER_STAGE;
    if (isOtherWord(rows.texts[rows.app[row]!], words.app)) cost += OTHER_APP;
    return cost;
  }
}

const SENT = { packets: 'packetsSent', bytes: 'bytesSent' } as const;
const RECEIVED = { packets: 'packetsReceived', bytes: 'bytesReceived' } as const;

/** Whether a row says something, and not this. */
function isOtherWord(told: string | null | undefined, word: string): boolean {
  return told !== null && told !== undefined && told !== '' && told !== 'n/a' && told !== word;
}

/** Whether a row may come so many seconds behind the end of its session. */
export function isRowLag(seconds: number): boolean {
  return seconds >= EARLIEST_ROW && seconds <= LATEST_ROW;
}

function lagCost(lag: number): number {
  return Math.abs(lag) * LAG_COST;
}
