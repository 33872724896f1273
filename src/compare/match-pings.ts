/**
 * Log rows of pings: one for all sessions of the same two hosts and application that began within 5 s, with
 * their number (firewall-model 0.8, 7.2).
 */
import type { Sides } from './matching.ts';
import type { Bundle } from './row-groups.ts';

const FOLD_SECONDS = 5;
/** Seconds of a coarse clock, tried in this order: a wide one would take what is the row before's. */
const SLACKS: readonly number[] = [0.05, 0.75, 2, 10];
/** Sessions beyond the repeat count that a row is looked through for. */
const MOST_AHEAD = 10_000;

export function matchPings(
  { store, rows, tuples, start }: Sides,
  sessions: Int32Array,
  bundles: readonly Bundle[],
  pair: (sessions: readonly number[], bundle: Bundle) => void,
): void {
  const taken = new Set<number>();
  const done = new Set<Bundle>();
  const fits = (session: number, row: number): boolean => {
    if (taken.has(session) || store.src.cells[session] !== tuples.src[row]) return false;
    const app = rows.texts[rows.app[row]!];
    return app === null || app === store.wordsOf(session).app;
  };
  const hosts = (session: number, row: number): boolean =>
    !taken.has(session) && (store.src.cells[session] === tuples.src[row] || tuples.side[row] !== 0);
  for (const slack of SLACKS) {
    // those of the same application first; where there are none, what is left of the two hosts
    for (const may of [fits, hosts]) {
      let from = 0;
      for (const each of bundles) {
        if (done.has(each)) continue;
        const row = each.main;
        const begin = start[row]! - slack;
        while (from < sessions.length && store.first.cells[sessions[from]!]! < begin) from += 1;
        const wanted = Math.max(1, rows.repeatCount[row]! || 1);
        const found: number[] = [];
        for (let at = from; at < sessions.length && at < from + MOST_AHEAD; at += 1) {
          const session = sessions[at]!;
          const first = store.first.cells[session]!;
          if (found.length >= wanted || first > start[row]! + FOLD_SECONDS + 1 + slack) break;
          // the row begins with the first of them
          if (found.length === 0 && first > start[row]! + 1 + slack) break;
          if (may(session, row)) found.push(session);
        }
        if (found.length === 0) continue;
        for (const session of found) taken.add(session);
        done.add(each);
        pair(found, each);
      }
    }
  }
}
