/** How many sessions were in the table over time, with those that came and went. */
import { asSeconds, type Time } from '../capture/time.ts';
import type { TableCourse } from './page-data.ts';

/** Bins at most; a chart of a screen's width shows no more. */
const MOST_BINS = 600;
/** Lengths of a bin that read well, in seconds. */
const STEPS: readonly number[] = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
  3600, 7200, 14_400, 43_200, 86_400,
];

/** Numbers that grow without an object each. */
class Column {
  #values = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  /** What has been pushed, in order of size. */
  sorted(): Float64Array {
    return this.#values.subarray(0, this.length).sort();
  }
}

export class TableCourseGatherer {
  readonly #created = new Column();
  readonly #ended = new Column();
  readonly #agedOut = new Column();
  #last = Number.NEGATIVE_INFINITY;

  /**
   * @param end null while open
   * @param agedOut whether a timer ended it before any FIN or RST
   */
  add(start: Time, last: Time, end: Time | null, agedOut: boolean): void {
    this.#created.push(asSeconds(start));
    if (end !== null) this.#ended.push(asSeconds(end));
    if (end !== null && agedOut) this.#agedOut.push(asSeconds(end));
    this.#last = Math.max(this.#last, asSeconds(end ?? last));
  }

  /** null without a session */
  course(): TableCourse | null {
    if (this.#created.length === 0) return null;
    const created = this.#created.sorted();
    const ended = this.#ended.sorted();
    const { start, step, bins } = binsOver(created[0]!, this.#last);
    const perBin = (times: Float64Array): number[] => {
      const counts = new Array<number>(bins).fill(0);
      for (const time of times) counts[Math.min(bins - 1, Math.floor((time - start) / step))]! += 1;
      return counts;
    };
    const made = perBin(created);
    const gone = perBin(ended);
    let now = 0;
    const live = made.map((count, i) => {
      now += count - gone[i]!;
      return now;
    });
    const agedOut = perBin(this.#agedOut.sorted());
    return { start, step, live, created: made, ended: gone, agedOut, peak: peakOf(created, ended) };
  }
}

/** Bins of one length that reads well, from the first time to the last. */
export interface Bins {
  /** seconds since 1970 */
  readonly start: number;
  /** seconds of a bin */
  readonly step: number;
  readonly bins: number;
}

export function binsOver(first: number, last: number): Bins {
  const step = stepFor(last - first);
  const start = Math.floor(first / step) * step;
  return { start, step, bins: Math.min(Math.floor((last - start) / step) + 1, MOST_BINS + 1) };
}

function stepFor(span: number): number {
  const fitting = STEPS.find((step) => span / step <= MOST_BINS);
  if (fitting !== undefined) return fitting;
  // longer than a day a bin: whole days
  return Math.ceil(span / MOST_BINS / 86_400) * 86_400;
}

/** The most at one time, exactly: a session that ends at an instant makes room for one that begins then. */
function peakOf(created: Float64Array, ended: Float64Array): TableCourse['peak'] {
  let most = { sessions: 0, at: created[0]! };
  let gone = 0;
  for (const [i, at] of created.entries()) {
    while (gone < ended.length && ended[gone]! <= at) gone += 1;
    if (i + 1 - gone > most.sessions) most = { sessions: i + 1 - gone, at };
  }
  return most;
}
