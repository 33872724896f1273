/**
 * Ended sessions of a run that only sums: each is summed and its record is free as soon as it has ended.
 * What is left of it is its place among those that linger, because the queue's capacity counts it
 * (ending.ts). Until the next release places are written down as they come, then put in order.
 */
import { MOST_SUMMED, SUMMED, SUMMED_BYTES } from '../layout';

const END: usize = 0;
const ID: usize = 8;
const LAST: usize = SUMMED_BYTES;

/** what is written down begins at `first` and ends before `end` */
let first: usize = SUMMED;
let end: usize = SUMMED;
/** the other half of the room, where it is merged into */
let other: usize = SUMMED + MOST_SUMMED * SUMMED_BYTES;
let base: usize = SUMMED;
let inOrder: bool = true;

export function clear(): void {
  first = base;
  end = base;
  inOrder = true;
}

export function hasRoom(): bool {
  return end < base + MOST_SUMMED * SUMMED_BYTES;
}

export function writeDown(time: i64, id: u32): void {
  store<i64>(end, time, END);
  store<u32>(end, id, ID);
  inOrder = inOrder && (end == first || !isBefore(end, end - LAST));
  end += SUMMED_BYTES;
}

function isBefore(a: usize, b: usize): bool {
  return comesBefore(a, load<i64>(b, END), load<u32>(b, ID));
}

function comesBefore(entry: usize, time: i64, id: u32): bool {
  const its = load<i64>(entry, END);
  return its < time || (its == time && load<u32>(entry, ID) < id);
}

/** Takes those that ended before `time`, or then and have a smaller id than `id`. @returns how many */
export function takeBefore(time: i64, id: u32): u32 {
  if (!inOrder) sort();
  const from = first;
  while (first < end && comesBefore(first, time, id)) first += SUMMED_BYTES;
  const taken = <u32>(first - from) / SUMMED_BYTES;
  return taken;
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
      to += SUMMED_BYTES;
      if (fromB) b += SUMMED_BYTES;
      else a += SUMMED_BYTES;
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
  let next = from + SUMMED_BYTES;
  while (next < end && !isBefore(next, next - LAST)) next += SUMMED_BYTES;
  return next;
}
