/**
 * Pings as a firewall folds them, those of the same hosts and application within 5 s of the first
 * (firewall-model 7.2), beside rows that do not say when theirs began: by the end of the last of them.
 */
import { alignByClusters, type Cost } from './align.ts';
import { untangled } from './align-by-end.ts';
import { EARLIEST_ROW, LATEST_ROW } from './end-fit.ts';
import { packetsOfRow, type Sides } from './matching.ts';
import type { Bundle } from './row-groups.ts';

/** Pings within this time of the first are one row. */
export const FOLD_SECONDS = 5;

/** Cost of a second of lag: it decides between folds that look alike. */
const LAG_COST = 0.05;
const OTHER_PACKETS = 0.3;
/** A row may wait until nothing more can be folded into it (firewall-model 3.8). */
const LATEST_FOLD = LATEST_ROW + FOLD_SECONDS;

/** Sizes of the folds of sessions that follow each other, in their order. */
export function foldSizes(first: Float64Array, sessions: Int32Array): readonly number[] {
  const sizes: number[] = [];
  let begin = Number.NEGATIVE_INFINITY;
  for (const session of sessions) {
    if (first[session]! < begin + FOLD_SECONDS) sizes[sizes.length - 1]! += 1;
    else {
      begin = first[session]!;
      sizes.push(1);
    }
  }
  return sizes;
}

/**
 * Rows whose number of pings is that of a fold, or without such a number their packets.
 * @param sessions not taken yet, in order of time
 * @param bundles not taken yet, of rows that do not say when their pings began, in the order in which they were written
 */
export function matchFolds(
  { store, rows, generated }: Sides,
  sessions: Int32Array,
  bundles: readonly Bundle[],
  fits: (session: number, row: number) => boolean,
): readonly (readonly [sessions: readonly number[], bundle: Bundle])[] {
  const folds = foldsOf();
  const ends = Float64Array.from(folds, (fold) => store.end.cells[fold.at(-1)!]!);
  const packets = folds.map((fold) =>
    fold.reduce((sum, each) => sum + store.packetsSent.cells[each]! + store.packetsReceived.cells[each]!, 0),
  );
  const cost: Cost = (fold, row) => {
    const lag = generated[row]! - ends[fold]!;
    const some = folds[fold]!;
    const counted = rows.repeatCount[row]!;
    const isSame = packetsOfRow(rows, row) === packets[fold];
    if (lag < EARLIEST_ROW || lag > LATEST_FOLD || !fits(some[0]!, row)) return Number.POSITIVE_INFINITY;
    if (Number.isNaN(counted) ? !isSame : Math.max(1, counted) !== some.length)
      return Number.POSITIVE_INFINITY;
    return Math.abs(lag) * LAG_COST + (isSame ? 0 : OTHER_PACKETS);
  };
  const order = { ofSession: ends, ofRow: generated, apart: LATEST_FOLD - EARLIEST_ROW };
  const numbers = Int32Array.from(folds, (_, i) => i).sort((a, b) => ends[a]! - ends[b]! || a - b);
  const aligned = untangled(alignByClusters(numbers, bundles, order, cost), generated, cost);
  return aligned.map(([fold, each]) => [folds[fold]!, each]);

  function foldsOf(): number[][] {
    const found: number[][] = [];
    const open = new Map<string, number[]>();
    for (const session of sessions) {
      const key = `${store.src.cells[session]} ${store.wordsOf(session).app}`;
      const fold = open.get(key);
      if (fold !== undefined && store.first.cells[session]! < store.first.cells[fold[0]!]! + FOLD_SECONDS) {
        fold.push(session);
        continue;
      }
      const next = [session];
      open.set(key, next);
      found.push(next);
    }
    return found;
  }
}
