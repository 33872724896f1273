/**
 * Sessions of a tuple and its rows that do not say when theirs began, put side by side by their ends: never so that
 * two pairs cross in time, since sessions of one tuple follow each other.
 */
import { type Aligned, alignAll, alignByClusters, type Cost } from './align.ts';
import { EARLIEST_ROW, type EndFit, LATEST_ROW } from './end-fit.ts';
import type { Bundle } from './row-groups.ts';

/**
 * @param sessions in order of their end
 * @param bundles in the order in which their rows were written
 */
export function alignByEnd(
  sessions: Int32Array,
  bundles: readonly Bundle[],
  end: Float64Array,
  generated: Float64Array,
  fit: EndFit,
): Aligned[] {
  const order = { ofSession: end, ofRow: generated, apart: LATEST_ROW - EARLIEST_ROW };
  // those that are alike are sure, and divide the others
  const sure = alignByClusters(sessions, bundles, order, (session, row) => fit.sureCost(session, row));
  const cost: Cost = (session, row) => fit.cost(session, row, sure.length === 0);
  const aligned: Aligned[] = [];
  let s = 0;
  let b = 0;
  for (const pair of sure) {
    const toS = sessions.indexOf(pair[0], s);
    const toB = bundles.indexOf(pair[1], b);
    alignAll(sessions.subarray(s, toS), bundles.slice(b, toB), cost, aligned);
    aligned.push(pair);
    s = toS + 1;
    b = toB + 1;
  }
  alignAll(sessions.subarray(s), bundles.slice(b), cost, aligned);
  return untangled(aligned, generated, cost);
}

/** Rows of one second may stand in any order in the log: each goes where it is cheaper. */
export function untangled(aligned: readonly Aligned[], generated: Float64Array, cost: Cost): Aligned[] {
  const sorted = [...aligned];
  for (let at = 1; at < sorted.length; at += 1) {
    for (let i = at - 1; i >= 0; i -= 1) {
      const [a, x] = sorted[i]!;
      const [b, y] = sorted[at]!;
      if (generated[x.main] !== generated[y.main]) break;
      if (!(cost(a, y.main) + cost(b, x.main) < cost(a, x.main) + cost(b, y.main))) continue;
      sorted[i] = [a, y];
      sorted[at] = [b, x];
    }
  }
  return sorted;
}
