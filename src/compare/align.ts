/**
 * Two lists in order of time, put side by side: each session to the row that began with it, order kept, so
 * that many in one second go to theirs and not all to the first.
 */

import { EARLIEST_GAP, LATEST_GAP, packetsOfRow, type Sides } from './matching.ts';
import type { Bundle } from './row-groups.ts';

type Gap = (session: number, row: number) => number;
export type Aligned = readonly [session: number, bundle: Bundle];

/** What stands further apart is decided on its own. */
const CLUSTER_GAP = 4;
/** Cells of a table; beyond it the nearest in order will do. */
const MOST_CELLS = 40_000;
/** Cost of leaving one alone: two of them are dearer than any pair that may be. */
const ALONE = 1.5;
/** Half of what truncation takes away. */
const IDEAL = -0.5;
/** Of two that may be, the one that looks like it. */
const UNLIKE = 0.2;

export function alignInTime(
  sessions: Int32Array,
  bundles: readonly Bundle[],
  sides: Sides,
  gap: Gap,
): Aligned[] {
  const { store, rows, start } = sides;
  const cost = (session: number, row: number): number => {
    const apart = gap(session, row);
    if (!(apart >= EARLIEST_GAP && apart <= LATEST_GAP)) return Number.POSITIVE_INFINITY;
    const packets = store.packetsSent.cells[session]! + store.packetsReceived.cells[session]!;
    return Math.abs(apart - IDEAL) + (packets === packetsOfRow(rows, row) ? 0 : UNLIKE);
  };
  const times = { ofSession: store.first.cells, ofRow: start, apart: CLUSTER_GAP };
  return alignByClusters(sessions, bundles, times, cost);
}

/** What orders the two lists. */
export interface Order {
  readonly ofSession: Float64Array;
  readonly ofRow: Float64Array;
  /** seconds: what stands further apart is decided on its own */
  readonly apart: number;
}

/** Both lists in order of time, cut where nothing is for a while. */
export function alignByClusters(
  sessions: Int32Array,
  bundles: readonly Bundle[],
  { ofSession, ofRow, apart }: Order,
  cost: Cost,
): Aligned[] {
  const aligned: Aligned[] = [];
  let s = 0;
  let b = 0;
  while (s < sessions.length && b < bundles.length) {
    const fromS = s;
    const fromB = b;
    let until = Number.NEGATIVE_INFINITY;
    for (;;) {
      const nextS = s < sessions.length ? ofSession[sessions[s]!]! : Number.POSITIVE_INFINITY;
      const nextB = b < bundles.length ? ofRow[bundles[b]!.main]! : Number.POSITIVE_INFINITY;
      const next = Math.min(nextS, nextB);
      if (next === Number.POSITIVE_INFINITY || (until > Number.NEGATIVE_INFINITY && next > until + apart))
        break;
      until = Math.max(until, next);
      if (nextS <= nextB) s += 1;
      else b += 1;
    }
    alignAll(sessions.subarray(fromS, s), bundles.slice(fromB, b), cost, aligned);
  }
  return aligned;
}

/** All of them at once, order kept: the cheapest way, where it can be worked out. */
export function alignAll(
  sessions: Int32Array,
  bundles: readonly Bundle[],
  cost: Cost,
  into: Aligned[],
): void {
  if (sessions.length * bundles.length <= MOST_CELLS) cheapest(sessions, bundles, cost, into);
  else nearest(sessions, bundles, cost, into);
}

export type Cost = (session: number, row: number) => number;

function cheapest(sessions: Int32Array, bundles: readonly Bundle[], cost: Cost, into: Aligned[]): void {
  if (sessions.length === 0 || bundles.length === 0) return;
  const width = bundles.length + 1;
  const costs = Array.from(sessions, (session) => bundles.map(({ main }) => cost(session, main)));
  const best = new Float64Array((sessions.length + 1) * width);
  for (let i = sessions.length; i >= 0; i -= 1) {
    for (let j = bundles.length; j >= 0; j -= 1) {
      if (i === sessions.length && j === bundles.length) continue;
      const skipped = Math.min(
        i < sessions.length ? ALONE + best[(i + 1) * width + j]! : Number.POSITIVE_INFINITY,
        j < bundles.length ? ALONE + best[i * width + j + 1]! : Number.POSITIVE_INFINITY,
      );
      const taken =
        i < sessions.length && j < bundles.length
          ? costs[i]![j]! + best[(i + 1) * width + j + 1]!
          : Number.POSITIVE_INFINITY;
      best[i * width + j] = Math.min(taken, skipped);
    }
  }
  let i = 0;
  let j = 0;
  while (i < sessions.length && j < bundles.length) {
    const here = best[i * width + j]!;
    if (costs[i]![j]! + best[(i + 1) * width + j + 1]! <= here) {
      into.push([sessions[i]!, bundles[j]!]);
      i += 1;
      j += 1;
    } else if (ALONE + best[(i + 1) * width + j]! <= here) i += 1;
    else j += 1;
  }
}

function nearest(sessions: Int32Array, bundles: readonly Bundle[], cost: Cost, into: Aligned[]): void {
  let j = 0;
  for (const session of sessions) {
    let at = j;
    while (
      at < bundles.length &&
      cost(session, bundles[at]!.main) === Number.POSITIVE_INFINITY &&
      at < j + 64
    )
      at += 1;
    const found = bundles[at];
    if (found === undefined || cost(session, found.main) === Number.POSITIVE_INFINITY) continue;
    into.push([session, found]);
    j = at + 1;
  }
}
