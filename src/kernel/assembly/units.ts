/**
 * Memory in units of one session record. Records, the wheel's chunks and IPv6 addresses are all made of
 * units; the index is an extent of them. A unit never moves, except once, when all become wider.
 */
import { ADDRESSES6_BYTES, CONFIG, CONFIG_MEMORY_BYTES, UNIT_BYTES, UNITS, WIDE_UNIT_BYTES } from '../layout';

/** bytes from one unit to the next */
export let stride: u32 = UNIT_BYTES;
/** units below this one have been handed out at some time */
export let top: u32 = 0;
/** lists of free units by their first word; 0: none. Unit 0 is never handed out. */
let free: u32 = 0;
let freeSessions: u32 = 0;
/** an extent that was given up and is handed out unit by unit */
let spareFrom: u32 = 0;
let spareTo: u32 = 0;
/** list of free places for IPv6 addresses; a place is unit * 4 + quarter */
let free6: u32 = 0;

/** Memory up to here has been refused: it is not asked for again at every packet. */
let refusedFrom: u64 = u64.MAX_VALUE;

/** Memory is asked for in steps of at least this many 64 KiB pages. */
const PAGES_STEP: i32 = 16;

export function at(unit: u32): usize {
  return <usize>UNITS + <usize>unit * <usize>stride;
}

export function isWide(): bool {
  return stride != UNIT_BYTES;
}

export function reset(unitBytes: u32): void {
  stride = unitBytes;
  top = 1;
  free = 0;
  freeSessions = 0;
  spareFrom = 0;
  spareTo = 0;
  free6 = 0;
  refusedFrom = u64.MAX_VALUE;
}

/** Makes sure that memory reaches up to `end`; false where there is no more. */
export function reach(end: u64): bool {
  if (end >= refusedFrom) return false;
  const have: u64 = (<u64>memory.size()) << 16;
  if (mayReach(end) && (end <= have || grow(<i32>((end - have + 0xffff) >> 16)))) return true;
  refusedFrom = end;
  return false;
}

function mayReach(end: u64): bool {
  const most = load<u32>(CONFIG + CONFIG_MEMORY_BYTES);
  return end <= 0xffff0000 && (most == 0 || end <= most);
}

function grow(pages: i32): bool {
  const ample = max(pages, max(PAGES_STEP, memory.size() >> 3));
  return memory.grow(ample) >= 0 || memory.grow(pages) >= 0;
}

/** Whether memory has been asked for in vain. */
export function hasRunOut(): bool {
  return refusedFrom != u64.MAX_VALUE;
}

/**
 * A unit that is no session record, its bytes as they happen to be; 0 where memory has run out. It has run
 * out a sixteenth early: a session that is in the table must find room in the wheel.
 */
export function allocate(): u32 {
  return take(keptForWheel());
}

function keptForWheel(): u32 {
  return (top >> 4) + 64;
}

/** A unit for the wheel. */
export function allocateChunk(): u32 {
  return take(0);
}

function take(leaving: u32): u32 {
  const unit = free;
  if (unit != 0) {
    free = load<u32>(at(unit));
    return unit;
  }
  if (spareFrom < spareTo) return spareFrom++;
  const next = top;
  if (!reach(<u64>UNITS + (<u64>next + 1 + <u64>leaving) * <u64>stride)) return 0;
  top = next + 1;
  return next;
}

export function release(unit: u32): void {
  store<u32>(at(unit), free);
  free = unit;
}

/**
 * A unit for a session record. One that has been a record is never anything else again: the wheel may
 * still hold it from a session before, and reads its flags.
 */
export function allocateSession(): u32 {
  const unit = freeSessions;
  if (unit == 0) return allocate();
  freeSessions = load<u32>(at(unit));
  return unit;
}

/** The record's flags must have been cleared. */
export function releaseSession(unit: u32): void {
  store<u32>(at(unit), freeSessions);
  freeSessions = unit;
}

/** First unit of an extent of at least `bytes`, at the top; 0 where memory has run out. */
export function allocateExtent(bytes: u32): u32 {
  const units = (bytes + stride - 1) / stride;
  const first = top;
  if (!reach(<u64>UNITS + (<u64>first + <u64>units + <u64>keptForWheel()) * <u64>stride)) return 0;
  top = first + units;
  return first;
}

/** Gives an extent up. What is left of the one before it goes to the free list. */
export function releaseExtent(first: u32, bytes: u32): void {
  while (spareFrom < spareTo) release(spareFrom++);
  spareFrom = first;
  spareTo = first + bytes / stride;
}

/** A place for the addresses of one IPv6 session; 0 where memory has run out. */
export function allocate6(): u32 {
  if (free6 == 0) {
    const unit = allocate();
    if (unit == 0) return 0;
    for (let quarter: u32 = 0; quarter < <u32>(UNIT_BYTES / ADDRESSES6_BYTES); quarter++)
      release6(unit * 4 + quarter);
  }
  const place = free6;
  free6 = load<u32>(at6(place));
  return place;
}

export function release6(place: u32): void {
  store<u32>(at6(place), free6);
  free6 = place;
}

export function at6(place: u32): usize {
  return at(place >> 2) + (place & 3) * ADDRESSES6_BYTES;
}

/** Moves every unit to its place in the wider layout, last one first; contents behind the first line pair are left open. */
export function restride(): void {
  for (let unit: u32 = top - 1; unit > 0; unit--) {
    const from = <usize>UNITS + <usize>unit * UNIT_BYTES;
    memory.copy(<usize>UNITS + <usize>unit * WIDE_UNIT_BYTES, from, UNIT_BYTES);
  }
  stride = WIDE_UNIT_BYTES;
}

export function raiseTop(to: u32): void {
  top = to;
}
