/**
 * The timing wheel: a bucket a tick of 2^30 ns, in rounds. A packet only stores its time; a session whose
 * tick comes is looked at and, where it is not due, put where it will be. A timer that shrinks puts it in at
 * once a second time: the earlier entry is then stale, known by its bucket.
 *
 * A full table asks at every packet that it would have to refuse. The sessions of the present tick then stand
 * in parts of it, so that no packet looks at all of them.
 */
import { F_LIVE, S_ARMED, S_FLAGS, TICK_PARTS, WHEEL, WHEEL_BUCKETS, WHEEL_PARTS } from '../layout';
import { touch } from './directory';
import { end } from './ending';
import { hashOf } from './hash';
import { expiry } from './state';
import { allocateChunk, at, release } from './units';

/** A chunk is a unit: next chunk, entries in it, entries. */
const NEXT: usize = 0;
const COUNT: usize = 4;
const ENTRIES: usize = 8;
const MOST_ENTRIES: u32 = 30;
const MASK: u32 = WHEEL_BUCKETS - 1;
const TICK_SHIFT: i64 = 30;
const PART_SHIFT: i64 = 18;
const LAST_PART: u32 = TICK_PARTS - 1;
/** in place of a bucket's number */
const IN_PARTS: u32 = WHEEL_BUCKETS;

/** tick up to which buckets have been emptied */
let emptied: u32 = 0;
/** what is left of that tick stands in its parts, not in its bucket */
let inParts: bool = false;
/** part up to which those have been emptied */
let emptiedPart: u32 = 0;
/** while in parts: nothing is due before */
let quietUntil: i64 = 0;

export function reset(): void {
  memory.fill(WHEEL, 0, WHEEL_BUCKETS * 8);
  memory.fill(WHEEL_PARTS, 0, TICK_PARTS * 8);
  inParts = false;
}

export function begin(now: i64): void {
  emptied = tickOf(now);
}

function tickOf(time: i64): u32 {
  return <u32>(time >> TICK_SHIFT);
}

function partOf(time: i64): u32 {
  return <u32>(time >> PART_SHIFT) & LAST_PART;
}

function endOfPart(time: i64): i64 {
  return ((time >> PART_SHIFT) + 1) << PART_SHIFT;
}

function headsOf(tick: u32): usize {
  return WHEEL + (tick & MASK) * 8;
}

function headsOfPart(part: u32): usize {
  return WHEEL_PARTS + part * 8;
}

/** Puts a session in for the time at which it would expire; false where memory has run out. */
export function arm(unit: u32): bool {
  const session = at(unit);
  const due = expiry(session);
  const tick = tickOf(due);
  store<u32>(session, tick, S_ARMED);
  if (!inParts || tick != emptied) return push(headsOf(tick), unit);
  quietUntil = min(quietUntil, due);
  return push(headsOfPart(partOf(due)), unit);
}

/** The timer of a session has changed: it must not be looked at later than it is due. */
export function rearm(unit: u32): void {
  const session = at(unit);
  const tick = tickOf(expiry(session));
  // of the parts of a tick nothing is kept in the record
  if (<i32>(tick - load<u32>(session, S_ARMED)) < 0 || (inParts && tick == emptied)) arm(unit);
}

function push(heads: usize, unit: u32): bool {
  let tail = load<u32>(heads, 4);
  if (tail == 0 || load<u32>(at(tail), COUNT) == MOST_ENTRIES) {
    const chunk = allocateChunk();
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
  if (inParts) {
    expireParts(now, tick == emptied ? partOf(now) : LAST_PART);
    if (tick == emptied) return;
    inParts = false;
  }
  const first = emptied;
  emptied = tick;
  if (tick - first >= MASK) {
    for (let bucket: u32 = 0; bucket < <u32>WHEEL_BUCKETS; bucket++) fire(headsOf(bucket), bucket, now);
    return;
  }
  for (let each = first; ; each++) {
    fire(headsOf(each), each & MASK, now);
    if (each == tick) return;
  }
}

/** The same for who asks at every packet. */
export function expireDueOften(now: i64): void {
  if (inParts && now < quietUntil) return;
  expireDue(now);
  if (inParts) return;
  inParts = true;
  emptiedPart = partOf(now);
  quietUntil = endOfPart(now);
  fire(headsOf(emptied), emptied & MASK, now);
}

function expireParts(now: i64, last: u32): void {
  const first = emptiedPart;
  emptiedPart = last;
  // who stays puts it back to its own time
  quietUntil = endOfPart(now);
  for (let part = first; part <= last; part++) fire(headsOfPart(part), IN_PARTS, now);
}

/** keeps the fetches below from being left out */
export let fetched: u32 = 0;

/** @param bucket number of the bucket, or IN_PARTS */
function fire(heads: usize, bucket: u32, now: i64): void {
  let chunk = load<u32>(heads);
  store<u64>(heads, 0);
  while (chunk != 0) {
    const from = at(chunk);
    const count = load<u32>(from, COUNT);
    let seen: u32 = 0;
    for (let i: u32 = 0; i < count; i++) seen ^= load<u32>(at(load<u32>(from + i * 4, ENTRIES)), S_FLAGS);
    for (let i: u32 = 0; i < count; i++) {
      const session = at(load<u32>(from + i * 4, ENTRIES));
      if ((load<u32>(session, S_FLAGS) & F_LIVE) != 0) seen ^= touch(hashOf(session));
    }
    fetched = seen;
    for (let i: u32 = 0; i < count; i++) look(load<u32>(from + i * 4, ENTRIES), bucket, now);
    const next = load<u32>(from, NEXT);
    release(chunk);
    chunk = next;
  }
}

function look(unit: u32, bucket: u32, now: i64): void {
  const session = at(unit);
  if ((load<u32>(session, S_FLAGS) & F_LIVE) == 0) return;
  const armed = load<u32>(session, S_ARMED);
  if (bucket == IN_PARTS) {
    if (armed != emptied) return;
  } else {
    if ((armed & MASK) != bucket) return;
    if (<i32>(armed - emptied) > 0) {
      push(headsOf(bucket), unit);
      return;
    }
  }
  const due = expiry(session);
  if (due <= now) end(unit, due);
  else arm(unit);
}
