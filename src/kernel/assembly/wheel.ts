/**
 * The timing wheel: a bucket a tick of 2^30 ns, in rounds. A packet only stores its time; a session whose
 * tick comes is looked at and, where it is not due, put where it will be. A timer that shrinks puts it in at
 * once a second time: the earlier entry is then stale, known by its bucket.
 */
import { F_LIVE, S_ARMED, S_FLAGS, WHEEL, WHEEL_BUCKETS } from '../layout';
import { end } from './ending';
import { expiry } from './state';
import { allocate, at, release } from './units';

/** A chunk is a unit: next chunk, entries in it, entries. */
const NEXT: usize = 0;
const COUNT: usize = 4;
const ENTRIES: usize = 8;
const MOST_ENTRIES: u32 = 30;
const MASK: u32 = WHEEL_BUCKETS - 1;

/** tick up to which buckets have been emptied */
let emptied: u32 = 0;

export function reset(): void {
  memory.fill(WHEEL, 0, WHEEL_BUCKETS * 8);
}

export function begin(now: i64): void {
  emptied = tickOf(now);
}

function tickOf(time: i64): u32 {
  return <u32>(time >> 30);
}

/** Puts a session in for the time at which it would expire; false where memory has run out. */
export function arm(unit: u32): bool {
  const session = at(unit);
  const tick = tickOf(expiry(session));
  store<u32>(session, tick, S_ARMED);
  return push(tick & MASK, unit);
}

/** The timer of a session has changed: it must not be looked at later than it is due. */
export function rearm(unit: u32): void {
  const session = at(unit);
  if (<i32>(tickOf(expiry(session)) - load<u32>(session, S_ARMED)) < 0) arm(unit);
}

function push(bucket: u32, unit: u32): bool {
  const heads = WHEEL + bucket * 8;
  let tail = load<u32>(heads, 4);
  if (tail == 0 || load<u32>(at(tail), COUNT) == MOST_ENTRIES) {
    const chunk = allocate();
    if (chunk == 0) return false;
    store<u32>(at(chunk), 0, NEXT);
    store<u32>(at(chunk), 0, COUNT);
    if (tail == 0) store<u32>(heads, chunk);
    else store<u32>(at(tail), chunk, NEXT);
    store<u32>(heads, chunk, 4);
    tail = chunk;
  }
  const to = at(tail);
  const count = load<u32>(to, COUNT);
  store<u32>(to + count * 4, unit, ENTRIES);
  store<u32>(to, count + 1, COUNT);
  return true;
}

/** Ends every session that is due at `now`, in no particular order. */
export function expireDue(now: i64): void {
  const tick = tickOf(now);
  const first = emptied;
  emptied = tick;
  if (tick - first >= MASK) {
    for (let bucket: u32 = 0; bucket < <u32>WHEEL_BUCKETS; bucket++) fire(bucket, now, tick);
    return;
  }
  for (let each = first; ; each++) {
    fire(each & MASK, now, tick);
    if (each == tick) return;
  }
}

/** keeps the fetches below from being left out */
export let fetched: u32 = 0;

function fire(bucket: u32, now: i64, tick: u32): void {
  const heads = WHEEL + bucket * 8;
  let chunk = load<u32>(heads);
  store<u64>(heads, 0);
  while (chunk != 0) {
    const from = at(chunk);
    const count = load<u32>(from, COUNT);
    let seen: u32 = 0;
    for (let i: u32 = 0; i < count; i++) seen ^= load<u32>(at(load<u32>(from + i * 4, ENTRIES)), S_FLAGS);
    fetched = seen;
    for (let i: u32 = 0; i < count; i++) look(load<u32>(from + i * 4, ENTRIES), bucket, now, tick);
    const next = load<u32>(from, NEXT);
    release(chunk);
    chunk = next;
  }
}

function look(unit: u32, bucket: u32, now: i64, tick: u32): void {
  const session = at(unit);
  if ((load<u32>(session, S_FLAGS) & F_LIVE) == 0) return;
  const armed = load<u32>(session, S_ARMED);
  if ((armed & MASK) != bucket) return;
  if (<i32>(armed - tick) > 0) {
    push(bucket, unit);
    return;
  }
  const due = expiry(session);
  if (due <= now) end(unit, due);
  else arm(unit);
}
