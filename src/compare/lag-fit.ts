/** When the firewall writes its log: the lag behind the timer, and whether elapsed holds the timer. */
import { type RevealedTimer, type RevealingRow, revealTimer, type TimersInForce } from './reveal-timer.ts';
import type { RowData } from './row-store.ts';
import type { SessionWords } from './session-store.ts';

export type ElapsedIncludes = 'first-to-last' | 'timeout';

/** Elapsed times are whole seconds on both sides. */
const TOLERANCE = 1;

export class ElapsedVotes {
  #plain = 0;
  #withTimer = 0;

  /** @param more elapsed of the log minus that of the capture, of a session that a timer of so many seconds ended */
  add(more: number, timerSeconds: number): void {
    if (timerSeconds <= 2 * TOLERANCE) return;
    if (Math.abs(more) <= TOLERANCE) this.#plain += 1;
    else if (Math.abs(more - timerSeconds) <= TOLERANCE) this.#withTimer += 1;
  }

  get votes(): number {
    return this.#plain + this.#withTimer;
  }

  fit(): ElapsedIncludes {
    return this.#withTimer > this.#plain ? 'timeout' : 'first-to-last';
  }
}

/**
 * The row as the log has it, for who asks it about its timer. Times are of the log's own clock.
 * @param timerInElapsed seconds of elapsed that are the timer's and no packet's
 */
export function revealingRow(rows: RowData, row: number, timerInElapsed = 0): RevealingRow {
  const number = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const text = (at: number): string | null => rows.texts[at]!;
  return {
    generated: number(rows.generated[row]!),
    start: number(rows.start[row]!),
    elapsed: number(rows.elapsed[row]! - timerInElapsed),
    proto: text(rows.proto[row]!),
    app: text(rows.app[row]!),
    endReason: text(rows.reason[row]!),
    subtype: text(rows.subtype[row]!) ?? 'end',
    packetsSent: number(rows.packetsSent[row]!),
    packetsReceived: number(rows.packetsReceived[row]!),
  };
}

export function revealOf(
  rows: RowData,
  row: number,
  words: SessionWords,
  timers: TimersInForce,
  timerInElapsed: number,
): RevealedTimer | null {
  return revealTimer(revealingRow(rows, row, timerInElapsed), timers, {
    name: words.timerName,
    seconds: words.timerSeconds,
  });
}

/** Middle one; of two in the middle their mean. 0 of none. */
export function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
