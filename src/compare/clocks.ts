/** The clocks of a log's rows: which row goes by which, and its times on the capture's clock. */
import { type Clock, fitClock, oneDevice, toCapture } from './clock-fit.ts';
import { collectVotes } from './clock-votes.ts';
import { RowsByTuple } from './row-groups.ts';
import type { RowData } from './row-store.ts';
import type { SessionStore } from './session-store.ts';
import type { TupleIndex } from './tuple-index.ts';

/** Clocks of rows with a time of the device's wall clock, and of rows with an absolute one. */
export type Clocks = readonly [wall: Clock, absolute: Clock];

export interface RowTimes {
  readonly clocks: Clocks;
  /** on the capture's clock; of a row without a start, by its end */
  readonly start: Float64Array;
  readonly generated: Float64Array;
  readonly byTuple: RowsByTuple;
}

/** @param tuple of each row */
export function fitRowTimes(
  store: SessionStore,
  index: TupleIndex,
  rows: RowData,
  tuple: Int32Array,
): RowTimes {
  const logged = new Float64Array(rows.count);
  let startsKnown = true;
  for (let row = 0; row < rows.count; row += 1) {
    const known = !Number.isNaN(rows.start[row]!);
    logged[row] = known ? rows.start[row]! : rows.generated[row]!;
    if (!known) startsKnown = false;
  }
  const asLogged = new RowsByTuple(tuple, index.tuples, logged);
  const clocks = fitClocks(store, index, rows, tuple, asLogged.rows);
  const start = onCaptureClock(rows, rows.start, clocks);
  const generated = onCaptureClock(rows, rows.generated, clocks);
  for (let row = 0; row < rows.count; row += 1) {
    if (Number.isNaN(start[row])) start[row] = generated[row]! - (rows.elapsed[row]! || 0);
  }
  // one clock keeps the order
  const oneClock = rows.absolute.every((absolute) => absolute === rows.absolute[0]);
  const byTuple = oneClock && startsKnown ? asLogged : new RowsByTuple(tuple, index.tuples, start);
  return { clocks, start, generated, byTuple };
}

function fitClocks(
  store: SessionStore,
  index: TupleIndex,
  rows: RowData,
  tuple: Int32Array,
  ordered: Uint32Array,
): Clocks {
  const origin = store.span?.first ?? 0;
  const isEnd = rows.texts.map((text) => text !== 'start');
  const hasEnds = rows.subtype.some((subtype) => isEnd[subtype]!);
  const of = (absolute: number): Clock => {
    const own = ordered.filter(
      (row) => rows.absolute[row] === absolute && (isEnd[rows.subtype[row]!]! || !hasEnds),
    );
    return fitClock(collectVotes(store, index, rows, tuple, own), origin, absolute === 0);
  };
  return oneDevice(of(0), of(1));
}

function onCaptureClock(rows: RowData, times: Float64Array, clocks: Clocks): Float64Array {
  return times.map((time, row) => toCapture(clocks[rows.absolute[row]!]!, time));
}
