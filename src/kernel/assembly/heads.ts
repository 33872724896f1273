/**
 * What the sides of a session have said while nothing can be named: a unit for the session, and units for
 * the bytes that have no room in it. The record's S_FIRST moves there, and says where it is.
 */
import {
  APP_KEPT,
  APP_NONE,
  F_BASE,
  F_ISN,
  KEPT_BYTES,
  KEPT_FIRST,
  KEPT_PACKETS,
  KEPT_SIDE_BYTES,
  KEPT_SIDES,
  MORE_HEAD,
  MORE_HEAD_BYTES,
  MORE_NEXT,
  S_APP,
  S_FIRST,
  S_FLAGS,
  S_STREAM,
  SIDE_BASE,
  SIDE_BEGUN,
  SIDE_CAPTURED,
  SIDE_GROUPS,
  SIDE_HEAD,
  SIDE_HEAD_BYTES,
  SIDE_MORE,
  SIDE_SEEN,
} from '../layout';
import { allocate, at, release } from './units';

/** Above, copying is a call that is worth its price. */
const SHORT_COPY_BYTES: u32 = 32;

export function isKept(session: usize): bool {
  return load<u16>(session, S_APP) == APP_KEPT;
}

/** Address of what is kept of a session; only where something is. */
export function keptOf(session: usize): usize {
  return at(load<u32>(session, S_FIRST));
}

export function sideOf(kept: usize, side: u32): usize {
  return kept + KEPT_SIDES + side * KEPT_SIDE_BYTES;
}

/** Fetches the two lines of what is kept of a session. */
export function touchKept(session: usize): u32 {
  if (!isKept(session)) return 0;
  const kept = keptOf(session);
  return load<u32>(kept) ^ load<u32>(kept, 64);
}

export function firstTimeOf(session: usize): i64 {
  return isKept(session) ? load<i64>(keptOf(session), KEPT_FIRST) : load<i64>(session, S_FIRST);
}

/** Begins to keep what is said in a session; false where memory has run out. */
export function keep(session: usize): bool {
  const unit = allocate();
  if (unit == 0) return false;
  const kept = at(unit);
  store<i64>(kept, load<i64>(session, S_FIRST), KEPT_FIRST);
  store<u64>(session, unit, S_FIRST);
  store<u16>(session, APP_KEPT, S_APP);
  store<u32>(kept, 0, KEPT_PACKETS);
  store<u32>(kept, 0, KEPT_BYTES);
  for (let side: u32 = 0; side < 2; side++) {
    const begun = (load<u32>(session, S_FLAGS) & ((F_BASE | F_ISN) << side)) != 0;
    const into = sideOf(kept, side);
    store<u32>(into, begun ? 1 : 0, SIDE_BEGUN);
    store<u32>(into, 0, SIDE_MORE);
    empty(into, load<u32>(session + side * 4, S_STREAM) + 1);
  }
  return true;
}

function empty(side: usize, base: u32): void {
  store<u32>(side, base, SIDE_BASE);
  store<u32>(side, 0, SIDE_SEEN);
  store<u32>(side, 0, SIDE_CAPTURED);
  store<u32>(side, 0, SIDE_GROUPS);
}

/** AppDecision.begin: the first segment tells, and a SYN tells better while no payload has been counted. */
export function beginSide(kept: usize, sender: u32, base: u32, isSyn: bool): void {
  const side = sideOf(kept, sender);
  if (load<u32>(side, SIDE_BEGUN) != 0 && !(isSyn && load<u32>(kept, KEPT_PACKETS) == 0)) return;
  store<u32>(side, 1, SIDE_BEGUN);
  empty(side, base);
}

/** Makes sure that a side's head has room for so many bytes; false where memory has run out. */
export function makeRoom(side: usize, bytes: u32): bool {
  let link = side + SIDE_MORE;
  for (let room: u32 = SIDE_HEAD_BYTES; room < bytes; room += MORE_HEAD_BYTES) {
    const unit = linked(link);
    if (unit == 0) return false;
    link = at(unit) + MORE_NEXT;
  }
  return true;
}

/** The unit that a link names, made where there is none; 0 where memory has run out. */
function linked(link: usize): u32 {
  const there = load<u32>(link);
  if (there != 0) return there;
  const unit = allocate();
  if (unit == 0) return 0;
  store<u32>(at(unit), 0, MORE_NEXT);
  store<u32>(link, unit);
  return unit;
}

/** Puts bytes into a side's head, where they belong; false where memory has run out. */
export function write(side: usize, from: u32, source: usize, bytes: u32): bool {
  let place = from;
  let rest = source;
  const end = from + bytes;
  if (place < <u32>SIDE_HEAD_BYTES) {
    const some = min<u32>(end, SIDE_HEAD_BYTES) - place;
    copy(side + SIDE_HEAD + place, rest, some);
    place += some;
    rest += some;
  }
  let link = side + SIDE_MORE;
  let start: u32 = SIDE_HEAD_BYTES;
  while (place < end) {
    const unit = linked(link);
    if (unit == 0) return false;
    const more = at(unit);
    const next = start + MORE_HEAD_BYTES;
    if (place < next) {
      const some = min<u32>(end, next) - place;
      copy(more + MORE_HEAD + (place - start), rest, some);
      place += some;
      rest += some;
    }
    start = next;
    link = more + MORE_NEXT;
  }
  return true;
}

function copy(to: usize, from: usize, bytes: u32): void {
  if (bytes > SHORT_COPY_BYTES) {
    memory.copy(to, from, bytes);
    return;
  }
  for (let i: u32 = 0; i < bytes; i++) store<u8>(to + i, load<u8>(from + i));
}

/** The record as it was before anything was kept; what has been kept is still there. @returns its unit, or 0 */
export function takeOut(session: usize): u32 {
  if (!isKept(session)) return 0;
  const unit = load<u32>(session, S_FIRST);
  store<i64>(session, load<i64>(at(unit), KEPT_FIRST), S_FIRST);
  store<u16>(session, APP_NONE, S_APP);
  return unit;
}

/** Nobody will look at it any more. */
export function free(unit: u32): void {
  for (let side: u32 = 0; side < 2; side++) {
    let more = load<u32>(sideOf(at(unit), side), SIDE_MORE);
    while (more != 0) {
      const next = load<u32>(at(more), MORE_NEXT);
      release(more);
      more = next;
    }
  }
  release(unit);
}

/** The session is over, or named. */
export function letGo(session: usize): void {
  const unit = takeOut(session);
  if (unit != 0) free(unit);
}
