/** Log rows of a tuple, in order of time: what is one session's twice, and what announces a session that ended. */
import { isUntimed } from './end-fit.ts';
import type { RowData } from './row-store.ts';
import { NONE } from './tuple-index.ts';

/** Rows that belong together before any session is looked at. */
export interface Bundle {
  /** the row that tells of the end, else the last one of the start */
  readonly main: number;
  /** further ones: the same row again, or rows of the start of this session */
  readonly others: readonly number[];
}

/** Rows in order of tuple; those without one are left out. */
export class RowsByTuple {
  /** by tuple, those of one in order of time */
  readonly rows: Uint32Array;
  /** where in `rows` a tuple's begin; one more than there are tuples */
  readonly begin: Uint32Array;

  /**
   * @param time of each row, which orders those of a tuple
   * @param isNewestFirst of a row's log: it orders those of one time
   */
  constructor(
    tuple: Int32Array,
    tuples: number,
    time: Float64Array,
    isNewestFirst: (row: number) => boolean = () => false,
  ) {
    const begin = new Uint32Array(tuples + 1);
    for (const each of tuple) if (each !== NONE) begin[each + 1]! += 1;
    for (let at = 0; at < tuples; at += 1) begin[at + 1]! += begin[at]!;
    const next = begin.slice();
    const rows = new Uint32Array(begin[tuples]!);
    for (let row = 0; row < tuple.length; row += 1) {
      const of = tuple[row]!;
      if (of === NONE) continue;
      rows[next[of]!] = row;
      next[of]! += 1;
    }
    for (let at = 0; at < tuples; at += 1) {
      if (begin[at + 1]! - begin[at]! < 2) continue;
      rows
        .subarray(begin[at]!, begin[at + 1]!)
        .sort((x, y) => time[x]! - time[y]! || (isNewestFirst(x) ? y - x : x - y));
    }
    this.rows = rows;
    this.begin = begin;
  }
}

/** Start times are whole seconds, and a relay's clock may be read twice. */
const SAME_START = 1;
/** The same moment on one clock, though clocks of two formats are fitted one by one. */
const SAME_SECOND = 0.5;

/** Times of rows on the capture's clock: one row may have come in two formats. */
interface OnOneClock {
  readonly start: Float64Array;
  readonly generated: Float64Array;
}

/** Rows of a tuple, in order of time, as bundles in that order; of those of which one has no start, by their own time. */
export function bundle(rows: RowData, times: OnOneClock, ordered: ArrayLike<number>): Bundle[] {
  for (let i = 0; i < ordered.length; i += 1) {
    if (isUntimed(rows, ordered[i]!)) return bundleByEnd(rows, times.generated, ordered);
  }
  return bundleByStart(rows, times, ordered);
}

function bundleByStart(
  rows: RowData,
  { start, generated }: OnOneClock,
  ordered: ArrayLike<number>,
): Bundle[] {
  const bundles: { main: number; others: number[] }[] = [];
  let from = 0;
  for (let i = 0; i < ordered.length; i += 1) {
    const row = ordered[i]!;
    while (from < bundles.length && start[row]! - start[bundles[from]!.main]! > SAME_START) from += 1;
    let joined = false;
    for (let at = from; at < bundles.length && !joined; at += 1)
      joined = join(rows, { start, generated }, bundles[at]!, row);
    if (!joined) bundles.push({ main: row, others: [] });
  }
  return bundles;
}

/**
 * Rows in the order in which they were written. Which session a row is of, only its id tells: what was written while
 * it stood goes to the next row of its end.
 */
function bundleByEnd(rows: RowData, generated: Float64Array, ordered: ArrayLike<number>): Bundle[] {
  const bundles: { main: number; others: number[] }[] = [];
  /** by session id: that of which the end is still to come */
  const waiting = new Map<number, { main: number; others: number[] }>();
  for (let i = 0; i < ordered.length; i += 1) {
    const row = ordered[i]!;
    const twice = sameRowAmong(rows, generated, bundles, row);
    if (twice !== undefined) {
      twice.others.push(row);
      continue;
    }
    const id = rows.sessionId[row]! || NO_ID;
    const begun = waiting.get(id);
    const isFirst = isStart(rows, row) || (isDeny(rows, row) && id !== NO_ID);
    const isOther =
      isRefused(rows, row) ||
      (begun !== undefined &&
        (!equal(rows.src, begun.main, row) || (isDeny(rows, begun.main) && isDeny(rows, row))));
    if (begun === undefined || isOther) {
      const each = { main: row, others: [] };
      bundles.push(each);
      if (isFirst) waiting.set(id, each);
    } else if (isStart(rows, row)) begun.others.push(row);
    else {
      const goesOn = isStart(rows, begun.main);
      begun.others.push(begun.main);
      begun.main = row;
      if (!(goesOn && isFirst)) waiting.delete(id);
    }
  }
  return bundles.sort((a, b) => generated[a.main]! - generated[b.main]!);
}

/** Some logs have no session ids, and refused packets none. */
const NO_ID = 0;

function sameRowAmong(
  rows: RowData,
  generated: Float64Array,
  bundles: readonly { readonly main: number; readonly others: number[] }[],
  row: number,
): { readonly others: number[] } | undefined {
  for (let at = bundles.length - 1; at >= 0; at -= 1) {
    const { main } = bundles[at]!;
    if (generated[row]! - generated[main]! >= SAME_SECOND) return undefined;
    const ids = [rows.sessionId[main]!, rows.sessionId[row]!];
    const isSame = ids.some(Number.isNaN) || ids[0] === ids[1];
    if (isSame && equal(rows.src, main, row) && isSameRow(rows, generated, main, row)) return bundles[at];
  }
  return undefined;
}

function join(
  rows: RowData,
  times: OnOneClock,
  into: { main: number; others: number[] },
  row: number,
): boolean {
  if (!sameSession(rows, times.start, into.main, row)) return false;
  if (isStart(rows, into.main) && !isStart(rows, row)) {
    into.others.push(into.main);
    into.main = row;
    return true;
  }
  // a session that is denied once its application is known may be logged then and at its end (firewall-model 8, inferred)
  const denials = Number(isDeny(rows, into.main)) + Number(isDeny(rows, row));
  if (denials === 1 && !isStart(rows, row) && !isRefused(rows, row) && !isRefused(rows, into.main)) {
    const [main, other] = isDeny(rows, row) ? [into.main, row] : [row, into.main];
    into.others.push(other);
    into.main = main;
    return true;
  }
  if (isStart(rows, row) || isSameRow(rows, times.generated, into.main, row)) {
    into.others.push(row);
    return true;
  }
  return false;
}

export function isStart(rows: RowData, row: number): boolean {
  return rows.texts[rows.subtype[row]!] === 'start';
}

function isDeny(rows: RowData, row: number): boolean {
  return rows.texts[rows.subtype[row]!] === 'deny';
}

/** Not of a session: all of them have the id 0. */
function isRefused(rows: RowData, row: number): boolean {
  return rows.texts[rows.subtype[row]!] === 'drop';
}

function sameSession(rows: RowData, start: Float64Array, a: number, b: number): boolean {
  return (
    Math.abs(start[a]! - start[b]!) <= SAME_START && equal(rows.sessionId, a, b) && equal(rows.src, a, b)
  );
}

/** Fields that two rows of one session share only where a relay or a second file brought the same row again. */
const OF_A_ROW = [
  'subtype',
  'sport',
  'dport',
  'elapsed',
  'repeatCount',
  'app',
  'reason',
  'bytesSent',
  'bytesReceived',
  'packetsSent',
  'packetsReceived',
] as const;

function isSameRow(rows: RowData, generated: Float64Array, a: number, b: number): boolean {
  if (Math.abs(generated[a]! - generated[b]!) >= SAME_SECOND) return false;
  return OF_A_ROW.every((field) => equal(rows[field], a, b));
}

function equal(column: Float64Array | Uint32Array | Int32Array, a: number, b: number): boolean {
  const x = column[a]!;
  const y = column[b]!;
  return x === y || (Number.isNaN(x) && Number.isNaN(y));
}
