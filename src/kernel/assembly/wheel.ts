/**
 * The timing wheel: a bucket a whole second, in rounds. A packet only stores its time; a session whose
 * second comes is looked at and, where it is not due, put where it will be. A timer that shrinks puts it in
 * at once a second time: the earlier entry is then stale, known by its tick.
 *
 * A tick holds what is due after the second before it and at its own second at the latest, so that nothing
 * in it is looked at in vain when that second is there. Until then the present tick is emptied from its head
 * as table time goes on: a flood is put in in the order in which it is due, and the records that become free
 * are still in the cache when the next sessions take them.
 *
 * A full table asks at every packet that it would have to refuse. The sessions of the present tick then stand
 * in parts of it, so that no packet looks at all of them.
 */
import {
  DUE,
  F_LIVE,
  MOST_DUE,
  S_ARMED,
  S_FLAGS,
  S_PACKETS,
  TICK_PARTS,
  WHEEL,
  WHEEL_BUCKETS,
  WHEEL_PARTS,
} from '../layout';
import { touch } from './directory';
import { endHashed } from './ending';
import { hashOf } from './hash';
import { SECOND } from './numbers';
import { expiry } from './state';
import { allocateChunk, at, release } from './units';

/** A chunk is a unit: next chunk, entries in it, entries. */
const NEXT: usize = 0;
const COUNT: usize = 4;
const ENTRIES: usize = 8;
const MOST_ENTRIES: u32 = 30;
const MASK: u32 = WHEEL_BUCKETS - 1;
const PART_SHIFT: i64 = 18;
const LAST_PART: u32 = TICK_PARTS - 1;
/** in place of a bucket's number */
const IN_PARTS: u32 = WHEEL_BUCKETS;
/** where the head of the present tick cannot be taken: asked again after so many nanoseconds */
const HEAD_PAUSE: i64 = 1 << 20;

/** what was due in the ticks before this one has been ended */
let present: u32 = 0;
/** the second at which it ends */
let presentEnd: i64 = 0;
/** it stands in its parts, not in its bucket */
let inParts: bool = false;
/** part up to which those have been emptied */
let emptiedPart: u32 = 0;
/** while in parts: nothing is due before */
let quietUntil: i64 = 0;
/** at the head of the present tick nothing is due before */
let headQuietUntil: i64 = 0;

export function reset(): void {
  memory.fill(WHEEL, 0, WHEEL_BUCKETS * 8);
  memory.fill(WHEEL_PARTS, 0, TICK_PARTS * 8);
  inParts = false;
}

export function begin(now: i64): void {
  enterTick(tickOf(now), now);
}

/** The table's time is in this tick, and the ticks before it are over. */
function enterTick(tick: u32, time: i64): void {
  present = tick;
  presentEnd = secondFrom(time) * SECOND;
  headQuietUntil = i64.MIN_VALUE;
}

/** Whole seconds, rounded up. */
function secondFrom(time: i64): i64 {
  const seconds = time / SECOND;
  return seconds + i64(time > seconds * SECOND);
}

function tickOf(time: i64): u32 {
  return <u32>secondFrom(time);
}

function partOf(time: i64): u32 {
  return time >= presentEnd ? LAST_PART : <u32>((time - (presentEnd - SECOND)) >> PART_SHIFT) & LAST_PART;
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
  let tick = tickOf(due);
  // aging may make it due at the second that is over
  if (<i32>(tick - present) < 0) tick = present;
  store<u32>(session, tick, S_ARMED);
  if (!inParts || tick != present) return push(headsOf(tick), unit);
  quietUntil = min(quietUntil, due);
  return push(headsOfPart(partOf(due)), unit);
}

/** The timer of a session has changed: it must not be looked at later than it is due. */
export function rearm(unit: u32): void {
  const session = at(unit);
  const tick = tickOf(expiry(session));
  // of the parts of a tick nothing is kept in the record
  if (<i32>(tick - load<u32>(session, S_ARMED)) < 0 || (inParts && tick == present)) arm(unit);
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
  // by times: ticks are of 32 bits, and a capture may jump by more than half of what they hold
  if (now <= presentEnd - SECOND) return;
  const tick = tickOf(now);
  if (inParts) {
    expireParts(now, tick == present ? partOf(now) : LAST_PART);
    if (tick == present && now < presentEnd) return;
    inParts = false;
  }
  const first = present;
  const passed = secondFrom(now) - presentEnd / SECOND;
  enterTick(tick, now);
  if (passed >= <i64>MASK) {
    for (let bucket: u32 = 0; bucket < <u32>WHEEL_BUCKETS; bucket++) fire(headsOf(bucket), bucket, now);
  } else {
    for (let each = first; ; each++) {
      fire(headsOf(each), each & MASK, now);
      if (each == tick) break;
    }
  }
  if (now == presentEnd) enterTick(tick + 1, now + 1);
}

/** Ends who was put in at the end of a tick that is over, and is due there. */
export function expireOverdue(now: i64): void {
  fire(headsOf(present), present & MASK, now);
}

/** `expireDue` for who asks at every packet. */
export function expireDueOften(now: i64): void {
  if (inParts && now < quietUntil) return;
  expireDue(now);
  if (inParts) return;
  inParts = true;
  emptiedPart = partOf(now);
  quietUntil = now + 1;
  fire(headsOf(present), present & MASK, now);
}

function expireParts(now: i64, last: u32): void {
  const first = emptiedPart;
  emptiedPart = last;
  // who stays puts it back to its own time
  quietUntil = i64.MAX_VALUE;
  for (let part = first; part <= last; part++) fire(headsOfPart(part), IN_PARTS, now);
  quietUntil = min(quietUntil, presentEnd - SECOND + ((<i64>(last + 1)) << PART_SHIFT));
}

/** keeps the fetches below from being left out */
export let fetched: u32 = 0;

/** sessions that stand in DUE */
let due: u32 = 0;

/** @param bucket number of the bucket, or IN_PARTS */
function fire(heads: usize, bucket: u32, now: i64): void {
  let chunk = load<u32>(heads);
  store<u64>(heads, 0);
  while (chunk != 0) {
    const from = at(chunk);
    const count = load<u32>(from, COUNT);
    touchEntries(from, count);
    for (let i: u32 = 0; i < count; i++) look(load<u32>(from + i * 4, ENTRIES), bucket, now);
    if (due > <u32>MOST_DUE - MOST_ENTRIES) endDue();
    const next = load<u32>(from, NEXT);
    release(chunk);
    chunk = next;
  }
  endDue();
}

function touchEntries(chunk: usize, count: u32): void {
  let seen: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const session = at(load<u32>(chunk + i * 4, ENTRIES));
    seen ^= load<u32>(session, S_FLAGS) ^ load<u32>(session, S_PACKETS);
  }
  fetched = seen;
}

/** Whether the record is that of a session which the wheel holds for this tick. */
function isFor(session: usize, tick: u32): bool {
  return (load<u32>(session, S_FLAGS) & F_LIVE) != 0 && load<u32>(session, S_ARMED) == tick;
}

function look(unit: u32, bucket: u32, now: i64): void {
  const session = at(unit);
  if ((load<u32>(session, S_FLAGS) & F_LIVE) == 0) return;
  const armed = load<u32>(session, S_ARMED);
  if (bucket == IN_PARTS) {
    if (armed != present) return;
  } else {
    if ((armed & MASK) != bucket) return;
  }
  if (expiry(session) <= now) addDue(unit);
  else if (bucket != IN_PARTS && <i32>(armed - present) > 0) push(headsOf(bucket), unit);
  else arm(unit);
}

function addDue(unit: u32): void {
  store<u32>(DUE + due * 8, unit);
  store<u32>(DUE + due * 8, hashOf(at(unit)), 4);
  due += 1;
}

/** Ends what is due at the head of the present tick; what else is due there may wait until its second. */
export function expireHead(now: i64): void {
  if (now < headQuietUntil || inParts) return;
  const heads = headsOf(present);
  headQuietUntil = now + HEAD_PAUSE;
  let chunk = load<u32>(heads);
  // sessions are still being put into the last one
  while (chunk != 0 && chunk != load<u32>(heads, 4)) {
    const from = at(chunk);
    const next = load<u32>(from, NEXT);
    if (!takeHead(from, now)) break;
    store<u32>(heads, next);
    release(chunk);
    chunk = next;
    if (due > <u32>MOST_DUE - MOST_ENTRIES) endDue();
  }
  endDue();
}

/** Looks at the sessions of the chunk; those that will be due within the present tick stay. @returns none does */
function takeHead(chunk: usize, now: i64): bool {
  const count = load<u32>(chunk, COUNT);
  touchEntries(chunk, count);
  let kept: u32 = 0;
  let earliest = i64.MAX_VALUE;
  for (let i: u32 = 0; i < count; i++) {
    const unit = load<u32>(chunk + i * 4, ENTRIES);
    const session = at(unit);
    const itsDue = expiry(session);
    if (itsDue > now && itsDue <= presentEnd && isFor(session, present)) {
      store<u32>(chunk + kept * 4, unit, ENTRIES);
      kept += 1;
      earliest = min(earliest, itsDue);
    } else {
      look(unit, present & MASK, now);
    }
  }
  store<u32>(chunk, kept, COUNT);
  if (kept == 0) return true;
  headQuietUntil = earliest;
  return false;
}

/** Ends what stands in DUE, the lines of the index that this takes fetched together. A session may stand there twice. */
function endDue(): void {
  let seen: u32 = 0;
  for (let i: u32 = 0; i < due; i++) seen ^= touch(load<u32>(DUE + i * 8, 4));
  fetched = seen;
  for (let i: u32 = 0; i < due; i++) {
    const unit = load<u32>(DUE + i * 8);
    const session = at(unit);
    if ((load<u32>(session, S_FLAGS) & F_LIVE) != 0)
      endHashed(unit, load<u32>(DUE + i * 8, 4), expiry(session));
  }
  due = 0;
}
