/**
 * Sessions that have ended since the last release: their places are written down as they come, then put in
 * order of (end, id). In a run that only sums, a session may have been summed as soon as it ended, and its
 * record be free; what is left of it is its place, because the queue's capacity counts it (ending.ts).
 */
import { MOST_PLACES, PLACE_BYTES, PLACES } from '../layout';

const END: usize = 0;
const ID: usize = 8;
const UNIT: usize = 12;
const LAST: usize = PLACE_BYTES;

/** what is written down begins at `first` and ends before `end` */
let first: usize = PLACES;
let end: usize = PLACES;
/** the other half of the room, where it is merged into */
let other: usize = PLACES + MOST_PLACES * PLACE_BYTES;
let base: usize = PLACES;
let inOrder: bool = true;

export function clear(): void {
  first = base;
  end = base;
  inOrder = true;
}

export function haveRoom(): bool {
  return end < base + MOST_PLACES * PLACE_BYTES;
}

/** @param unit its record, 0 where it has none any more */
export function write(time: i64, id: u32, unit: u32): void {
  store<i64>(end, time, END);
  store<u32>(end, id, ID);
  store<u32>(end, unit, UNIT);
  inOrder = inOrder && (end == first || !isBefore(end, end - LAST));
  end += PLACE_BYTES;
}

/** Places that are written down, and the unit of each, in no order. */
export function count(): u32 {
  return <u32>(end - first) / PLACE_BYTES;
}
export function unitOf(i: u32): u32 {
  return load<u32>(first + i * PLACE_BYTES, UNIT);
}

function isBefore(a: usize, b: usize): bool {
  return comesBefore(a, load<i64>(b, END), load<u32>(b, ID));
}

function comesBefore(entry: usize, time: i64, id: u32): bool {
  const its = load<i64>(entry, END);
  return its < time || (its == time && load<u32>(entry, ID) < id);
}

export const NONE: i32 = -1;

/** Takes the first, where it ended before `time`, or then and has a smaller id than `id`. @returns its unit, or NONE */
export function takeBefore(time: i64, id: u32): i32 {
  if (!inOrder) sort();
  if (first >= end || !comesBefore(first, time, id)) return NONE;
  const unit = load<i32>(first, UNIT);
  first += PLACE_BYTES;
  return unit;
}

/** Those that are left move to where there is most room behind them. */
export function settle(): void {
  const left = end - first;
  if (first != base && left > 0) memory.copy(base, first, left);
  first = base;
  end = base + left;
  if (left == 0) inOrder = true;
}

/** Natural merge sort: what ended by one timer is in order already. */
function sort(): void {
  while (mergeRuns() > 1) {}
  inOrder = true;
}

/** Merges each two runs that stand side by side into the other half. @returns runs that are left */
function mergeRuns(): u32 {
  let runs: u32 = 0;
  let from = first;
  let to = other;
  while (from < end) {
    const middle = endOfRun(from);
    const last = middle < end ? endOfRun(middle) : end;
    let a = from;
    let b = middle;
    while (a < middle || b < last) {
      const fromB = a == middle || (b < last && isBefore(b, a));
      const entry = fromB ? b : a;
      store<i64>(to, load<i64>(entry, END), END);
      store<u64>(to, load<u64>(entry, ID), ID);
      to += PLACE_BYTES;
      if (fromB) b += PLACE_BYTES;
      else a += PLACE_BYTES;
    }
    from = last;
    runs += 1;
  }
  const merged = other;
  other = base;
  base = merged;
  first = merged;
  end = to;
  return runs;
}

function endOfRun(from: usize): usize {
  let next = from + PLACE_BYTES;
  while (next < end && !isBefore(next, next - LAST)) next += PLACE_BYTES;
  return next;
}
