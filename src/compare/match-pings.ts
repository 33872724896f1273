/**
 * Log rows of pings: one for all sessions of the same two hosts and application that began within 5 s, with
 * their number (firewall-model 0.8, 7.2). Some forms of a log have no number (`show log traffic`, an export
 * without the column) and no start: then a row has what is there of those 5 s and is not the next row's.
 */
import { isUntimed } from './end-fit.ts';
import { FOLD_SECONDS, foldSizes, matchFolds } from './match-folds.ts';
import type { Sides } from './matching.ts';
import type { Bundle } from './row-groups.ts';

/** Seconds of a coarse clock, tried in this order: a wide one would take what is the row before's. */
const NEAR = 0.05;
const SLACKS: readonly number[] = [NEAR, 0.75, 2, 10];
/** Seconds between the end of a session and the time of its row (firewall-model 3.8). */
const EARLIEST_ROW = -1;
const LATEST_ROW = 6;
/** Sessions beyond the repeat count that a row is looked through for. */
const MOST_AHEAD = 10_000;

export function matchPings(
  sides: Sides,
  sessions: Int32Array,
  bundles: readonly Bundle[],
  pair: (sessions: readonly number[], bundle: Bundle) => void,
): void {
  const { store, rows, tuples, start, generated } = sides;
  const taken = new Set<number>();
  const done = new Set<Bundle>();
  const fits = (session: number, row: number): boolean => {
    if (taken.has(session) || store.src.cells[session] !== tuples.src[row]) return false;
    const app = rows.texts[rows.app[row]!];
    return app === null || app === store.wordsOf(session).app;
  };
  const hosts = (session: number, row: number): boolean =>
    !taken.has(session) && (store.src.cells[session] === tuples.src[row] || tuples.side[row] !== 0);
  matchWholeRuns();
  for (const slack of SLACKS) {
    // those of the same application first; where there are none, what is left of the two hosts
    for (const may of [fits, hosts]) {
      let from = 0;
      for (const [place, each] of bundles.entries()) {
        if (done.has(each)) continue;
        const row = each.main;
        if (Number.isNaN(rows.start[row]!)) continue;
        const begin = start[row]! - slack;
        while (from < sessions.length && store.first.cells[sessions[from]!]! < begin) from += 1;
        const counted = rows.repeatCount[row]!;
        const wanted = Number.isNaN(counted) ? MOST_AHEAD : Math.max(1, counted);
        const next = Number.isNaN(counted) ? nextStart(place) - NEAR : Number.POSITIVE_INFINITY;
        const found: number[] = [];
        for (let at = from; at < sessions.length && at < from + MOST_AHEAD; at += 1) {
          const session = sessions[at]!;
          const first = store.first.cells[session]!;
          if (found.length >= wanted || first > start[row]! + FOLD_SECONDS + 1 + slack) break;
          // the row begins with the first of them
          if (found.length === 0 && first > start[row]! + 1 + slack) break;
          if (found.length > 0 && (first >= next || (Number.isNaN(counted) && !together(found, session))))
            break;
          if (may(session, row)) found.push(session);
        }
        take(found, each);
      }
    }
  }
  for (const may of [fits, hosts]) {
    const untimed = bundles.filter((each) => !done.has(each) && isUntimed(rows, each.main));
    const free = sessions.filter((session) => !taken.has(session));
    for (const [some, each] of matchFolds(sides, free, untimed, may)) take(some, each);
  }
  matchUntimed();

  function take(found: readonly number[], each: Bundle): void {
    if (found.length === 0) return;
    for (const session of found) taken.add(session);
    done.add(each);
    pair(found, each);
  }

  function together([begin]: readonly number[], session: number): boolean {
    return store.first.cells[session]! < store.first.cells[begin!]! + FOLD_SECONDS;
  }

  /** When the row behind one begins. */
  function nextStart(place: number): number {
    const behind = bundles[place + 1];
    return behind === undefined ? Number.POSITIVE_INFINITY : start[behind.main]!;
  }

  /** Rows without a start, by their own time: the earliest sessions that are left go to the earliest row. */
  function matchUntimed(): void {
    for (const may of [fits, hosts]) {
      let from = 0;
      for (const each of bundles) {
        const row = each.main;
        if (done.has(each) || !Number.isNaN(rows.start[row]!)) continue;
        const since = (at: number): number => generated[row]! - store.end.cells[sessions[at]!]!;
        const most = Math.max(1, rows.repeatCount[row]! || MOST_AHEAD);
        while (from < sessions.length && since(from) > LATEST_ROW + FOLD_SECONDS) from += 1;
        const found: number[] = [];
        for (
          let at = from;
          at < sessions.length && since(at) >= EARLIEST_ROW && found.length < most;
          at += 1
        ) {
          const session = sessions[at]!;
          if (found.length > 0 && !together(found, session)) break;
          if (may(session, row)) found.push(session);
        }
        take(found, each);
      }
    }
  }

  /** Where the rows of a run of pings count as many as there are, each takes its own in order, whatever the clock. */
  function matchWholeRuns(): void {
    let next = 0;
    for (const run of runsOf(store.first.cells, sessions)) {
      const until = store.first.cells[run.at(-1)!]! + RUN_SLACK;
      while (next < bundles.length && start[bundles[next]!.main]! < store.first.cells[run[0]!]! - RUN_SLACK) {
        next += 1;
      }
      const own: Bundle[] = [];
      while (next < bundles.length && start[bundles[next]!.main]! <= until) {
        own.push(bundles[next]!);
        next += 1;
      }
      const counts = own.map(({ main }) => Math.max(1, rows.repeatCount[main]! || 1));
      if (counts.reduce((sum, count) => sum + count, 0) !== run.length) continue;
      if (
        own.some(({ main }) => isUntimed(rows, main)) &&
        isOtherOrder(counts, foldSizes(store.first.cells, run))
      )
        continue;
      let from = 0;
      const parts = counts.map((count) => {
        from += count;
        return run.subarray(from - count, from);
      });
      if (!parts.every((part, i) => part.every((session) => fits(session, own[i]!.main)))) continue;
      for (const [i, part] of parts.entries()) {
        for (const session of part) taken.add(session);
        done.add(own[i]!);
        pair([...part], own[i]!);
      }
    }
  }
}

/** Whether the numbers are the same and their order is not: rows of one second stand in any order in the log. */
function isOtherOrder(counts: readonly number[], sizes: readonly number[]): boolean {
  const sorted = (of: readonly number[]): string => String(of.toSorted((a, b) => a - b));
  return String(counts) !== String(sizes) && sorted(counts) === sorted(sizes);
}

/** Seconds without a ping behind which the next run begins, and how far a coarse clock may carry a row. */
const RUN_GAP = 7;
const RUN_SLACK = 2.5;

/** Sessions in order of time, divided where nothing began for a while. */
function runsOf(first: Float64Array, sessions: Int32Array): Int32Array[] {
  const runs: Int32Array[] = [];
  let from = 0;
  for (let at = 1; at <= sessions.length; at += 1) {
    if (at < sessions.length && first[sessions[at]!]! - first[sessions[at - 1]!]! <= RUN_GAP) continue;
    runs.push(sessions.subarray(from, at));
    from = at;
  }
  return runs;
}
