/** The timers that a row's session can have been in when it left the table, by what the row says itself. */
import { revealingRow } from './lag-fit.ts';
import { predictTimers, type TimersInForce } from './reveal-timer.ts';
import type { RowData } from './row-store.ts';

/** From so many packets on their number tells no timer (reveal-timer.ts). */
const MANY = 3;
const UNKNOWN = 16;

export class RowTimers {
  readonly #rows: RowData;
  readonly #timers: TimersInForce;
  /** what is told by protocol and reason, then by application and packets */
  readonly #known = new Map<number, Map<number, readonly number[]>>();

  constructor(rows: RowData, timers: TimersInForce) {
    this.#rows = rows;
    this.#timers = timers;
  }

  /**
   * Seconds, the likeliest first, never none. Of a session that a SYN ended it is the time that went by until then:
   * between none and tcp-time-wait (firewall-model 3.7).
   */
  of(row: number): readonly number[] {
    const rows = this.#rows;
    const outer = rows.proto[row]! * rows.texts.length + rows.reason[row]!;
    const inner = rows.app[row]! * (UNKNOWN + 1) + this.#packets(row);
    let known = this.#known.get(outer);
    if (known === undefined) {
      known = new Map();
      this.#known.set(outer, known);
    }
    let seconds = known.get(inner);
    if (seconds === undefined) {
      const told = predictTimers(revealingRow(rows, row), this.#timers).map((timer) => timer.seconds);
      seconds = told.length > 0 ? [...new Set(told)] : [0, this.#timers.timeouts['tcp-time-wait']];
      known.set(inner, seconds);
    }
    return seconds;
  }

  #packets(row: number): number {
    const sent = this.#rows.packetsSent[row]!;
    const received = this.#rows.packetsReceived[row]!;
    return Number.isNaN(sent + received) ? UNKNOWN : Math.min(sent, MANY) * 4 + Math.min(received, MANY);
  }
}
