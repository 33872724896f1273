/**
 * Rows of the hour that comes twice when summer time ends. Which pass it was, the session says that began then in
 * one of them only, else the order of the log; where neither does, the first is taken and the row is said to be
 * ambiguous.
 */
import { type Clock, toCapture } from './clock-fit.ts';
import { EARLIEST_ROW, isUntimed, LATEST_ROW } from './end-fit.ts';
import { EARLIEST_GAP, LATEST_GAP } from './matching.ts';
import type { RowData } from './row-store.ts';
import type { SessionStore } from './session-store.ts';
import { NONE, type TupleIndex } from './tuple-index.ts';

/** Seconds by which rows of one log may be out of order. */
const DISORDER = 900;
/** Start and elapsed are whole seconds. */
const TRUNCATED = 1;

type Pass = 0 | 1 | null;

/**
 * Moves rows of a second pass there.
 * @param clockOf the clock that a row goes by
 * @returns rows of which nothing tells the pass
 */
export function settlePasses(
  store: SessionStore,
  index: TupleIndex,
  rows: RowData,
  tuple: Int32Array,
  clockOf: (row: number) => Clock,
): ReadonlySet<number> {
  const ambiguous = new Set<number>();
  const byOrder = passesByOrder(rows);
  for (let row = 0; row < rows.count; row += 1) {
    const startAgain = rows.startAgain[row]!;
    const generatedAgain = rows.generatedAgain[row]!;
    if (startAgain === 0 && generatedAgain === 0) continue;
    const inOrder = byOrder.get(row) ?? null;
    const session = passBySession(row);
    if (isUntimed(rows, row)) {
      const written = session ?? inOrder;
      if (written === 1) rows.generated[row]! += generatedAgain;
      if (written === null) ambiguous.add(row);
      continue;
    }
    const began = startAgain === 0 ? null : (session ?? inOrder);
    if (startAgain > 0 && began === 1) rows.start[row]! += startAgain;
    if (generatedAgain > 0) {
      const end = rows.start[row]! + (rows.elapsed[row]! || 0);
      // a row is written behind its last packet
      const isBehind = rows.generated[row]! + TRUNCATED >= end;
      const written = isBehind ? (startAgain > 0 ? began : inOrder) : 1;
      if (written === 1) rows.generated[row]! += generatedAgain;
      if (written === null) ambiguous.add(row);
    } else if (began === null) ambiguous.add(row);
  }
  return ambiguous;

  /** Of the sessions of its tuple one begins then in one pass, and none in the other; or ends, where that is all it says. */
  function passBySession(row: number): Pass {
    const of = tuple[row]!;
    const byEnd = isUntimed(rows, row);
    const logged = byEnd ? rows.generated[row]! : rows.start[row]!;
    const again = byEnd ? rows.generatedAgain[row]! : rows.startAgain[row]!;
    if (of === NONE || again === 0) return null;
    const [seen, earliest, latest] = byEnd
      ? [store.end.cells, EARLIEST_ROW, LATEST_ROW]
      : [store.first.cells, EARLIEST_GAP, LATEST_GAP];
    const clock = clockOf(row);
    const isThen = (time: number): boolean => {
      const at = toCapture(clock, time);
      for (let i = index.begin[of]!; i < index.begin[of + 1]!; i += 1) {
        const gap = at - seen[index.sessions[i]!]!;
        if (gap >= earliest && gap <= latest) return true;
      }
      return false;
    };
    const first = isThen(logged);
    const second = isThen(logged + again);
    return first === second ? null : first ? 0 : 1;
  }
}

/** Where a log, whichever way it goes, steps back by much within the hour, the other pass begins. */
function passesByOrder({
  count,
  file,
  device,
  generated,
  generatedAgain,
}: RowData): ReadonlyMap<number, Pass> {
  const passes = new Map<number, Pass>();
  if (!generatedAgain.some((again) => again > 0)) return passes;
  const logs = new Map<string, number[]>();
  for (let row = 0; row < count; row += 1) {
    if (Number.isNaN(generated[row]!)) continue;
    const key = `${file[row]} ${device[row]}`;
    const log = logs.get(key);
    if (log === undefined) logs.set(key, [row]);
    else log.push(row);
  }
  for (const log of logs.values()) {
    const newestFirst = isNewestFirst(generated, log);
    const ahead = newestFirst ? -1 : 1;
    const turns = log.flatMap((row, i) =>
      i > 0 && (generated[row]! - generated[log[i - 1]!]!) * ahead < -DISORDER ? [i] : [],
    );
    // several may be anything, such as a log that is in no order
    const at = turns[0];
    if (turns.length !== 1 || at === undefined || generatedAgain[log[at]!] === 0) continue;
    for (const [i, row] of log.entries()) {
      if (generatedAgain[row]! > 0) passes.set(row, i < at === newestFirst ? 1 : 0);
    }
  }
  return passes;
}

/** Most steps of a log go one way. */
function isNewestFirst(generated: Float64Array, log: readonly number[]): boolean {
  let sum = 0;
  for (let i = 1; i < log.length; i += 1) sum += Math.sign(generated[log[i]!]! - generated[log[i - 1]!]!);
  return sum < 0;
}
