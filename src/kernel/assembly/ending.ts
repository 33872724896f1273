/**
 * Ended sessions on their way out: put in order of (end, id), held back while they linger for late packets,
 * given to the host (interface.md, `after_end`; the reference's ReleaseQueue says the same in objects).
 */
import {
  CONFIG,
  CONFIG_LINGER_CAPACITY,
  CONFIG_LINGER_NS,
  CONFIG_TOTALS_ONLY,
  F_ENDED_BY_SYN,
  F_ENDED_BY_TIMER,
  F_HANDSHAKE,
  F_HOSTED,
  F_LINGERS,
  F_LIVE,
  F_MIDSTREAM,
  MERGE,
  S_AFTER_END,
  S_ARMED,
  S_END,
  S_FLAGS,
  S_ID,
  S_OWN_END,
  S_SUMMED_BEHIND,
  SLOT_TIME,
} from '../layout';
import { remove } from './directory';
import { forget, give } from './giving';
import { hashOf } from './hash';
import { letGo } from './heads';
import * as host from './host';
import * as places from './places';
import { wantsEvents } from './slots';
import { addLive, now } from './state';
import { sum } from './totals';
import { at, isWide } from './units';

const NEXT: usize = S_ARMED;

/** ended sessions for which there was no place */
let pendingHead: u32 = 0;
let pendingTail: u32 = 0;
let orderedHead: u32 = 0;
let orderedTail: u32 = 0;
let orderedCount: u32 = 0;
/** of those: sessions without a record before the first one that has one */
let summedAhead: u32 = 0;

export function reset(): void {
  places.clear();
  summedAhead = 0;
  pendingHead = 0;
  pendingTail = 0;
  orderedHead = 0;
  orderedTail = 0;
  orderedCount = 0;
}

/** Ends a session whose timer has fired. */
export function end(unit: u32, at_: i64): void {
  leave(unit, hashOf(at(unit)), at_, F_ENDED_BY_TIMER);
}

/** The same for who knows the hash of its key. */
export function endHashed(unit: u32, hash: u32, at_: i64): void {
  leave(unit, hash, at_, F_ENDED_BY_TIMER);
}

/** Ends a session because the packet of a slot is a SYN that opens another on its ports. */
export function endByReuse(unit: u32, slot: usize): void {
  if (isWide()) store<i64>(at(unit), load<i64>(slot, SLOT_TIME), S_OWN_END);
  leave(unit, hashOf(at(unit)), now, F_ENDED_BY_SYN);
}

function leave(unit: u32, hash: u32, time: i64, by: u32): void {
  const session = at(unit);
  let flags = (load<u32>(session, S_FLAGS) & ~F_LIVE) | by;
  const collects = (flags & (F_HANDSHAKE | F_MIDSTREAM)) != 0 && load<i64>(CONFIG + CONFIG_LINGER_NS) > 0;
  if (collects) flags |= F_LINGERS;
  else remove(hash, unit);
  store<u32>(session, flags, S_FLAGS);
  addLive(-1);
  letGo(session);
  if ((flags & F_HOSTED) != 0) host.letGo(unit);
  const id = load<u32>(session, S_ID);
  if (!collects && sumsOnly() && places.haveRoom() && sum(unit)) {
    places.write(time, id, 0);
    forget(unit);
    return;
  }
  store<i64>(session, time, S_END);
  store<u32>(session, 0, S_AFTER_END);
  if (places.haveRoom()) {
    places.write(time, id, unit);
    return;
  }
  store<u32>(session, 0, NEXT);
  if (pendingTail == 0) pendingHead = unit;
  else store<u32>(at(pendingTail), unit, NEXT);
  pendingTail = unit;
}

/** The record of an ended session is of no use: nobody will be told of it. */
function sumsOnly(): bool {
  return load<u32>(CONFIG + CONFIG_TOTALS_ONLY) != 0 && !wantsEvents();
}

function lingersAt(session: usize, time: i64): bool {
  return time < load<i64>(session, S_END) + load<i64>(CONFIG + CONFIG_LINGER_NS);
}

/** Whether a session that lingers still does; it is forgotten where it does not. */
export function stillLingers(unit: u32): bool {
  if (lingersAt(at(unit), now)) return true;
  stopLingering(unit);
  return false;
}

/** It has seen its last late packet. */
export function stopLingering(unit: u32): void {
  const session = at(unit);
  const flags = load<u32>(session, S_FLAGS);
  if ((flags & F_LINGERS) == 0) return;
  remove(hashOf(session), unit);
  store<u32>(session, flags & ~F_LINGERS, S_FLAGS);
}

/** Lets go of what may go; every session that is due before `time` must have been ended. */
export function release(time: i64): void {
  queueBefore(time);
  places.settle();
  for (;;) {
    orderedCount -= summedAhead;
    summedAhead = 0;
    if (orderedHead == 0) return;
    const session = at(orderedHead);
    if ((load<u32>(session, S_FLAGS) & F_LINGERS) != 0 && lingersAt(session, time)) return;
    shift();
  }
}

/** Lets go of everything, in order: the capture is over. */
export function flush(): void {
  queueBefore(i64.MAX_VALUE);
  places.clear();
  while (orderedHead != 0) shift();
}

/** Queues, in order, what ended before `time`: of the places, and of the list of those that found no place. */
function queueBefore(time: i64): void {
  sortPending();
  while (pendingHead != 0 && load<i64>(at(pendingHead), S_END) < time) {
    const session = at(pendingHead);
    queuePlaces(load<i64>(session, S_END), load<u32>(session, S_ID));
    queue(takePending());
  }
  queuePlaces(time, 0);
}

function queuePlaces(time: i64, id: u32): void {
  for (let unit = places.takeBefore(time, id); unit != places.NONE; unit = places.takeBefore(time, id)) {
    if (unit == 0) queueSummed();
    else queue(unit);
  }
}

/** Every ended session that has neither a place nor been given yet, one after the other; 0 at the end. */
export function firstEnded(): u32 {
  return pendingHead != 0 ? pendingHead : orderedHead;
}

export function nextEnded(unit: u32): u32 {
  return unit == pendingTail ? orderedHead : load<u32>(at(unit), NEXT);
}

function takePending(): u32 {
  const unit = pendingHead;
  pendingHead = load<u32>(at(unit), NEXT);
  if (pendingHead == 0) pendingTail = 0;
  return unit;
}

function queue(unit: u32): void {
  if (orderedCount == load<u32>(CONFIG + CONFIG_LINGER_CAPACITY)) shift();
  store<u32>(at(unit), 0, NEXT);
  if (sumsOnly()) store<u32>(at(unit), 0, S_SUMMED_BEHIND);
  if (orderedTail == 0) orderedHead = unit;
  else store<u32>(at(orderedTail), unit, NEXT);
  orderedTail = unit;
  orderedCount += 1;
}

/** A session comes next that has no record; where none that has one stands before it, it is gone. */
function queueSummed(): void {
  if (orderedTail != 0 && orderedCount == load<u32>(CONFIG + CONFIG_LINGER_CAPACITY)) shift();
  if (orderedTail == 0) return;
  const tail = at(orderedTail);
  store<u32>(tail, load<u32>(tail, S_SUMMED_BEHIND) + 1, S_SUMMED_BEHIND);
  orderedCount += 1;
}

/** The first in the queue leaves it. */
function shift(): void {
  orderedCount -= 1;
  if (summedAhead > 0) {
    summedAhead -= 1;
    return;
  }
  const unit = orderedHead;
  orderedHead = load<u32>(at(unit), NEXT);
  if (orderedHead == 0) orderedTail = 0;
  if (sumsOnly()) summedAhead = load<u32>(at(unit), S_SUMMED_BEHIND);
  stopLingering(unit);
  give(unit);
}

// ---- natural merge sort of a list: one pass where it is in order already, as a flood is ---------

function isBefore(a: u32, b: u32): bool {
  const first = at(a);
  const second = at(b);
  const difference = load<i64>(first, S_END) - load<i64>(second, S_END);
  return difference != 0 ? difference < 0 : load<u32>(first, S_ID) < load<u32>(second, S_ID);
}

function sortPending(): void {
  if (pendingHead == 0 || pendingHead == pendingTail) return;
  let levels: u32 = 0;
  let rest = pendingHead;
  while (rest != 0) {
    let run = rest;
    let last = rest;
    rest = load<u32>(at(last), NEXT);
    while (rest != 0 && isBefore(last, rest)) {
      last = rest;
      rest = load<u32>(at(last), NEXT);
    }
    store<u32>(at(last), 0, NEXT);
    let level: u32 = 0;
    while (level < levels && load<u32>(MERGE + level * 4) != 0) {
      run = merge(load<u32>(MERGE + level * 4), run);
      store<u32>(MERGE + level * 4, 0);
      level += 1;
    }
    store<u32>(MERGE + level * 4, run);
    if (level == levels) levels += 1;
  }
  let all: u32 = 0;
  for (let level: u32 = 0; level < levels; level++) {
    const list = load<u32>(MERGE + level * 4);
    if (list != 0) all = all == 0 ? list : merge(list, all);
    store<u32>(MERGE + level * 4, 0);
  }
  pendingHead = all;
  if (levels == 1) return;
  let tail = all;
  for (let next = load<u32>(at(tail), NEXT); next != 0; next = load<u32>(at(tail), NEXT)) tail = next;
  pendingTail = tail;
}

function merge(a: u32, b: u32): u32 {
  let head: u32 = 0;
  let tail: u32 = 0;
  while (a != 0 && b != 0) {
    let next: u32;
    if (isBefore(b, a)) {
      next = b;
      b = load<u32>(at(b), NEXT);
    } else {
      next = a;
      a = load<u32>(at(a), NEXT);
    }
    if (tail == 0) head = next;
    else store<u32>(at(tail), next, NEXT);
    tail = next;
  }
  store<u32>(at(tail), a != 0 ? a : b, NEXT);
  return head;
}
