/**
 * The clocks of a log's rows: one for each firewall whose rows are in it, where it shows one of its own; and of each
 * two, for rows with a time of the device's wall clock, and for rows with an absolute one.
 */
import { type Clock, ENOUGH_VOTES, fitClock, oneDevice, toCapture } from './clock-fit.ts';
import { collectVotes } from './clock-votes.ts';
import { isOfAMoment, isUntimed } from './end-fit.ts';
import { settlePasses } from './repeated-hour.ts';
import { RowsByTuple } from './row-groups.ts';
import type { RowData } from './row-store.ts';
import type { RowTimers } from './row-timers.ts';
import type { SessionStore } from './session-store.ts';
import { NONE, type TupleIndex } from './tuple-index.ts';

type Both = readonly [wall: Clock, absolute: Clock];

/** A firewall of several in one log. */
export interface DeviceClock {
  /** serial number, or name; null where its rows say neither */
  readonly device: string | null;
  readonly rows: number;
  /** that of its rows; of two that which more of them vote for */
  readonly clock: Clock;
  /** fitted by its own rows; else they are too few, or it is that of the whole log within a second */
  readonly own: boolean;
}

export interface Clocks {
  readonly clocks: readonly Clock[];
  /** which of them a row goes by */
  readonly of: Uint32Array;
  /** that of most rows */
  readonly main: Clock;
  /** in the order in which they come in the log; empty where there is one */
  readonly devices: readonly DeviceClock[];
}

export interface RowTimes {
  readonly clocks: Clocks;
  /** on the capture's clock; of a row without a start, by its end */
  readonly start: Float64Array;
  readonly generated: Float64Array;
  readonly timers: RowTimers;
  readonly byTuple: RowsByTuple;
  /** of an hour that comes twice, where nothing tells which one */
  readonly ambiguous: ReadonlySet<number>;
}

/** The clock that a row goes by. */
export function clockOfRow({ clocks }: { readonly clocks: Clocks }, row: number): Clock {
  return clocks.clocks[clocks.of[row]!]!;
}

/** @param tuple of each row */
export function fitRowTimes(
  store: SessionStore,
  index: TupleIndex,
  rows: RowData,
  tuple: Int32Array,
  timers: RowTimers,
): RowTimes {
  const byGenerated = tuplesByGenerated(rows, tuple, index.tuples);
  const orderOf = (start: Float64Array, generated: Float64Array): Float64Array =>
    byGenerated === null
      ? start
      : start.map((time, row) => (byGenerated[tuple[row]!] === 1 ? generated[row]! || time : time));
  const newestFirst = byGenerated === null ? [] : filesNewestFirst(rows);
  const inOrder = (time: Float64Array): RowsByTuple =>
    new RowsByTuple(tuple, index.tuples, time, (row) => newestFirst[rows.file[row]!] === true);
  const asLogged = inOrder(orderOf(rows.start, rows.generated));
  const clocks = fitClocks(store, index, rows, tuple, asLogged.rows);
  const ambiguous = settlePasses(store, index, rows, tuple, (row) => clockOfRow({ clocks }, row));
  const onCapture = (times: Float64Array): Float64Array =>
    times.map((time, row) => toCapture(clocks.clocks[clocks.of[row]!]!, time));
  const start = onCapture(rows.start);
  const generated = onCapture(rows.generated);
  for (let row = 0; row < rows.count; row += 1) {
    if (isUntimed(rows, row)) {
      start[row] =
        generated[row]! - (rows.elapsed[row]! || 0) - (isOfAMoment(rows, row) ? 0 : timers.of(row)[0]!);
    }
  }
  // one clock keeps the order
  const oneClock = clocks.of.every((clock) => clock === clocks.of[0]);
  const again = (of: Uint32Array): boolean => of.some((seconds) => seconds > 0);
  const sameOrder =
    oneClock && !again(rows.startAgain) && (byGenerated === null || !again(rows.generatedAgain));
  const byTuple = sameOrder ? asLogged : inOrder(orderOf(start, generated));
  return { clocks, start, generated, timers, byTuple, ambiguous };
}

/** By file: most steps of its rows go back in time. */
function filesNewestFirst({ count, file, generated }: RowData): readonly boolean[] {
  const steps: number[] = [];
  for (let row = 1; row < count; row += 1) {
    if (file[row] !== file[row - 1]) continue;
    const step = Math.sign(generated[row]! - generated[row - 1]!) || 0;
    steps[file[row]!] = (steps[file[row]!] ?? 0) + step;
  }
  return Array.from(steps, (sum) => (sum ?? 0) < 0);
}

/** Tuples of which a row does not say when its session began: their rows are ordered by their own time. null: none. */
function tuplesByGenerated(rows: RowData, tuple: Int32Array, tuples: number): Uint8Array | null {
  let found: Uint8Array | null = null;
  for (let row = 0; row < rows.count; row += 1) {
    if (tuple[row] === NONE || !isUntimed(rows, row)) continue;
    found ??= new Uint8Array(tuples);
    found[tuple[row]!] = 1;
  }
  return found;
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
  const fitBoth = (among: Uint32Array): Both => {
    const of = (absolute: number): Clock => {
      const own = among.filter(
        (row) => rows.absolute[row] === absolute && (isEnd[rows.subtype[row]!]! || !hasEnds),
      );
      return fitClock(collectVotes(store, index, rows, tuple, own), origin, absolute === 0);
    };
    return [of(0), of(1)];
  };
  const whole = oneDevice(...fitBoth(ordered));
  const byDevice = rowsByDevice(rows, ordered);
  if (byDevice.size < 2) {
    return { clocks: whole, of: rows.absolute, main: mainOf(whole, rows.absolute[0] === 1), devices: [] };
  }
  const last = store.span?.last ?? origin;
  const clocks: Clock[] = [...whole];
  const of = rows.absolute.slice();
  const devices: DeviceClock[] = [];
  const firstOf = new Map<number, number>();
  for (const [device, { inOrder, count }] of byDevice) {
    const own = fitBoth(inOrder);
    const enough = own[0].agreeing + own[1].agreeing >= ENOUGH_VOTES;
    const joined = oneDevice(...own);
    const differs =
      enough && joined.some((clock, i) => clock.agreeing > 0 && !isSame(clock, whole[i]!, origin, last));
    const both = differs ? joined : whole;
    if (differs) {
      firstOf.set(device, clocks.length);
      clocks.push(...joined);
    }
    // the votes are those of its own rows, whatever clock they are taken to be on
    const isAbsolute = own[1].votes > own[0].votes;
    const { votes, agreeing } = own[isAbsolute ? 1 : 0];
    const clock = { ...both[isAbsolute ? 1 : 0], votes, agreeing };
    devices.push({ device: rows.texts[device] ?? null, rows: count, clock, own: differs });
  }
  for (let row = 0; row < rows.count; row += 1) of[row]! += firstOf.get(rows.device[row]!) ?? 0;
  const main = devices.reduce((most, each) => (each.clock.agreeing > most.clock.agreeing ? each : most));
  return { clocks, of, main: main.clock, devices };
}

function mainOf([wall, absolute]: Both, firstIsAbsolute: boolean): Clock {
  return absolute.votes > wall.votes || (absolute.votes === wall.votes && firstIsAbsolute) ? absolute : wall;
}

/** Rows of each device that have a tuple, in the given order, and how many it has in all. */
function rowsByDevice(
  rows: RowData,
  ordered: Uint32Array,
): ReadonlyMap<number, { readonly inOrder: Uint32Array; readonly count: number }> {
  const counts = new Map<number, number>();
  for (const device of rows.device) counts.set(device, (counts.get(device) ?? 0) + 1);
  if (counts.size < 2) return new Map();
  const lists = new Map<number, number[]>([...counts.keys()].map((device) => [device, []]));
  for (const row of ordered) lists.get(rows.device[row]!)!.push(row);
  return new Map(
    [...lists].map(([device, list]) => [
      device,
      { inOrder: Uint32Array.from(list), count: counts.get(device)! },
    ]),
  );
}

/** Start times are whole seconds. */
const SECOND = 1;

/** Whether two clocks show the same at both ends of the capture. */
function isSame(a: Clock, b: Clock, first: number, last: number): boolean {
  const apart = (time: number): number => {
    const shown = time + a.zone + a.offset + a.drift * (time - a.origin);
    return Math.abs(toCapture(b, shown) - time);
  };
  return apart(first) <= SECOND && apart(last) <= SECOND;
}
