/**
 * The index: a hash that both directions of a session share gives a line of eight slots, and where that is
 * full the lines behind it. Sessions that linger after their end are in it as well.
 *
 * It stands in 64 parts by the highest bits of the hash, and within a part the lines are in the order of the
 * hash. So a part grows by half on its own, in one walk over old and new lines alike; the parts begin at
 * different sizes, so that at no time all of them have just grown.
 */
import {
  INDEX_LINE_BYTES,
  INDEX_LINE_SLOTS,
  INDEX_LOAD_PERCENT,
  INDEX_PART_BITS,
  INDEX_PART_BYTES,
  INDEX_PARTS,
  PART_LINES,
  PART_LINES_AT,
  PART_MOST,
  PART_USED,
  S_ADDRESSES,
  S_KIND,
  S_NETWORK,
  S_PORTS,
  SLOT_ADDRESSES,
  SLOT_ADDRESSES6,
  SLOT_HASH,
  SLOT_KIND,
  SLOT_NETWORK,
  SLOT_PORTS,
  UNITS,
} from '../layout';
import { allocateExtent, at, at6, raiseTop, reach, releaseExtent, restride, stride, top } from './units';

const PARTS: u32 = 1 << INDEX_PART_BITS;
/** in a line, behind the hashes */
const LINE_UNITS: usize = INDEX_LINE_SLOTS * 4;
/** lines of the smallest part at first, and of the largest: one more would have grown from the smallest */
const FIRST_LINES: u32 = 16;
const LAST_FIRST_LINES: u32 = 23;
/** more would not be addressable */
const MOST_LINES: u32 = 0x3000000;

/** of the largest part; a power of two */
let partSlots: u32 = 0;

/** Which direction a packet has in the session that `find` gave. */
export let foundFromClient: bool = false;

function partAt(index: u32): usize {
  return INDEX_PARTS + index * INDEX_PART_BYTES;
}

function partOf(hash: u32): usize {
  return partAt(hash >> (32 - INDEX_PART_BITS));
}

/** Slots by number, for who goes through all of them; some of the numbers have none. */
export function slots(): u32 {
  return partSlots * PARTS;
}

/** unit of the session in slot `i`, or 0 */
export function unitOf(i: u32): u32 {
  const part = partAt(i / partSlots);
  const slot = i & (partSlots - 1);
  const line = slot / INDEX_LINE_SLOTS;
  if (line >= load<u32>(part, PART_LINES)) return 0;
  const its: usize = load<u32>(part, PART_LINES_AT) + line * INDEX_LINE_BYTES;
  return load<u32>(its + (slot & (INDEX_LINE_SLOTS - 1)) * 4, LINE_UNITS);
}

export function reset(): void {
  partSlots = 0;
  for (let i: u32 = 0; i < PARTS; i++) {
    const lines = FIRST_LINES + (i * (LAST_FIRST_LINES + 1 - FIRST_LINES)) / PARTS;
    place(partAt(i), allocateExtent(lines * INDEX_LINE_BYTES), lines);
    store<u32>(partAt(i), 0, PART_USED);
  }
}

/** The part has so many lines from now on, empty ones, in an extent that begins at a unit. */
function place(part: usize, unit: u32, lines: u32): void {
  store<u32>(part, <u32>at(unit), PART_LINES_AT);
  store<u32>(part, lines, PART_LINES);
  store<u32>(part, <u32>((<u64>lines * INDEX_LINE_SLOTS * INDEX_LOAD_PERCENT) / 100), PART_MOST);
  memory.fill(at(unit), 0, lines * INDEX_LINE_BYTES);
  while (partSlots < lines * INDEX_LINE_SLOTS) partSlots = max<u32>(partSlots * 2, INDEX_LINE_SLOTS);
}

/** The line where a session of this hash stands if that has room. */
function home(part: usize, hash: u32): usize {
  const within = <u64>(hash << INDEX_PART_BITS);
  const line = <u32>((within * <u64>load<u32>(part, PART_LINES)) >> 32);
  return <usize>load<u32>(part, PART_LINES_AT) + <usize>line * INDEX_LINE_BYTES;
}

/** The line behind one, in a ring. */
function after(part: usize, line: usize): usize {
  const first = <usize>load<u32>(part, PART_LINES_AT);
  const next = line + INDEX_LINE_BYTES;
  return next == first + <usize>load<u32>(part, PART_LINES) * INDEX_LINE_BYTES ? first : next;
}

/** The slots of a line in which a word is `wanted`, a bit each. @param words 0 the hashes, LINE_UNITS the units */
function which(line: usize, words: usize, wanted: u32): u32 {
  const all = i32x4.splat(wanted);
  const low = i32x4.bitmask(i32x4.eq(v128.load(line + words), all));
  const high = i32x4.bitmask(i32x4.eq(v128.load(line + words, 16), all));
  return low | (high << 4);
}

function unitIn(line: usize, slot: u32): u32 {
  return load<u32>(line + slot * 4, LINE_UNITS);
}

/** Fetches the index line of a hash into the cache. */
export function touch(hash: u32): u32 {
  return load<u32>(home(partOf(hash), hash));
}

/** Fetches the record of a hash into the cache, where it stands in its line. */
export function touchRecord(hash: u32): u32 {
  const record = recordAtHome(hash);
  return load<u32>(record, 0) ^ load<u32>(record, 64);
}

/**
 * Address of the first record of this very hash in its line, mostly the one that is sought; of unit 0 where
 * there is none. Without a branch, which nothing could foretell.
 */
export function recordAtHome(hash: u32): usize {
  const line = home(partOf(hash), hash);
  const found = which(line, 0, hash);
  return at(select<u32>(unitIn(line, ctz(found | (1 << (INDEX_LINE_SLOTS - 1)))), 0, found != 0));
}

/** The session (live or lingering) that the packet of a slot belongs to, or 0; `foundFromClient` says which way. */
export function find(slot: usize): u32 {
  const hash = load<u32>(slot, SLOT_HASH);
  const part = partOf(hash);
  let line = home(part, hash);
  let unit = findIn(line, hash, slot);
  while (unit == 0 && isFull(line)) {
    line = after(part, line);
    unit = findIn(line, hash, slot);
  }
  return unit;
}

function findIn(line: usize, hash: u32, slot: usize): u32 {
  for (let found = which(line, 0, hash); found != 0; found &= found - 1) {
    const unit = unitIn(line, ctz(found));
    if (unit != 0 && isOf(at(unit), slot)) return unit;
  }
  return 0;
}

function isFull(line: usize): bool {
  return which(line, LINE_UNITS, 0) == 0;
}

function isOf(session: usize, slot: usize): bool {
  const kind = load<u32>(slot, SLOT_KIND);
  if (load<u32>(session, S_KIND) != kind) return false;
  const ports = load<u32>(slot, SLOT_PORTS);
  const sessionPorts = load<u32>(session, S_PORTS);
  const same = ports == sessionPorts;
  const crossed = rotl<u32>(ports, 16) == sessionPorts;
  if (!same && !crossed) return false;
  if (kind >= 1 << 12 && load<i32>(session, S_NETWORK) != load<i32>(slot, SLOT_NETWORK)) return false;
  const addresses = load<u64>(slot, SLOT_ADDRESSES);
  const sessionAddresses = load<u64>(session, S_ADDRESSES);
  if ((kind & 0x100) == 0) {
    if (same && addresses == sessionAddresses) {
      foundFromClient = true;
      return true;
    }
    if (crossed && rotl<u64>(addresses, 32) == sessionAddresses) {
      foundFromClient = false;
      return true;
    }
    return false;
  }
  if (<u32>(sessionAddresses >> 32) != <u32>addresses) return false;
  const kept = at6(<u32>sessionAddresses);
  if (same && isAddress(kept, slot + SLOT_ADDRESSES6) && isAddress(kept + 16, slot + SLOT_ADDRESSES6 + 16)) {
    foundFromClient = true;
    return true;
  }
  if (
    crossed &&
    isAddress(kept, slot + SLOT_ADDRESSES6 + 16) &&
    isAddress(kept + 16, slot + SLOT_ADDRESSES6)
  ) {
    foundFromClient = false;
    return true;
  }
  return false;
}

function isAddress(a: usize, b: usize): bool {
  return load<u64>(a) == load<u64>(b) && load<u64>(a, 8) == load<u64>(b, 8);
}

/** Whether one more session of this hash fits, growing the index where it must; false where memory has run out. */
export function hasRoom(hash: u32): bool {
  const part = partOf(hash);
  return load<u32>(part, PART_USED) < load<u32>(part, PART_MOST) || grow(part);
}

/** Enters a session whose key is not in the index. There must be room. */
export function insert(hash: u32, unit: u32): void {
  const part = partOf(hash);
  store<u32>(part, load<u32>(part, PART_USED) + 1, PART_USED);
  put(part, hash, unit);
}

function put(part: usize, hash: u32, unit: u32): void {
  let line = home(part, hash);
  let free = which(line, LINE_UNITS, 0);
  while (free == 0) {
    line = after(part, line);
    free = which(line, LINE_UNITS, 0);
  }
  enter(line, ctz(free), hash, unit);
}

function enter(line: usize, slot: u32, hash: u32, unit: u32): void {
  store<u32>(line + slot * 4, hash);
  store<u32>(line + slot * 4, unit, LINE_UNITS);
}

/** Takes a session out. A line that was full has sent sessions on: one that it could hold comes back, so that no look-up stops too early. */
export function remove(hash: u32, unit: u32): void {
  const part = partOf(hash);
  store<u32>(part, load<u32>(part, PART_USED) - 1, PART_USED);
  let line = home(part, hash);
  let its = which(line, LINE_UNITS, unit);
  while (its == 0) {
    line = after(part, line);
    its = which(line, LINE_UNITS, unit);
  }
  const sentOn = isFull(line);
  store<u32>(line + ctz(its) * 4, 0, LINE_UNITS);
  if (sentOn) fill(part, line, ctz(its));
}

/** Fills a slot that has become free in a line that was full. */
function fill(part: usize, hole: usize, slot: u32): void {
  let line = hole;
  let sentOn = true;
  while (sentOn) {
    line = after(part, line);
    sentOn = isFull(line);
    for (let i: u32 = 0; i < <u32>INDEX_LINE_SLOTS; i++) {
      const unit = unitIn(line, i);
      if (unit == 0) continue;
      const hash = load<u32>(line + i * 4);
      if (distance(part, home(part, hash), line) < distance(part, hole, line)) continue;
      enter(hole, slot, hash, unit);
      store<u32>(line + i * 4, 0, LINE_UNITS);
      hole = line;
      slot = i;
      break;
    }
  }
}

/** Bytes from one line to another in the ring. */
function distance(part: usize, from: usize, to: usize): u32 {
  return <u32>(to - from) + (to < from ? load<u32>(part, PART_LINES) * INDEX_LINE_BYTES : 0);
}

/** Half as many lines again, in an extent of their own; the old ones become units. */
function grow(part: usize): bool {
  const old = <usize>load<u32>(part, PART_LINES_AT);
  const oldLines = load<u32>(part, PART_LINES);
  const lines = oldLines + (oldLines >> 1);
  if (lines > MOST_LINES) return false;
  const next = allocateExtent(lines * INDEX_LINE_BYTES);
  if (next == 0) return false;
  place(part, next, lines);
  const end = old + <usize>oldLines * INDEX_LINE_BYTES;
  for (let line = old; line < end; line += INDEX_LINE_BYTES) {
    for (let i: u32 = 0; i < <u32>INDEX_LINE_SLOTS; i++) {
      const unit = unitIn(line, i);
      if (unit != 0) put(part, load<u32>(line + i * 4), unit);
    }
  }
  releaseExtent(unitAt(old), oldLines * INDEX_LINE_BYTES);
  return true;
}

function unitAt(address: usize): u32 {
  return <u32>(address - UNITS) / stride;
}

/** All units become wider; the index moves behind them first, since an extent cannot have gaps. */
export function widen(wideStride: u32): bool {
  const moved = top;
  let units: u32 = 0;
  for (let i: u32 = 0; i < PARTS; i++) units += unitsOf(i, wideStride);
  if (!reach(<u64>UNITS + (<u64>moved + <u64>units) * <u64>wideStride)) return false;
  let unit = moved;
  for (let i: u32 = 0; i < PARTS; i++) {
    const to = <usize>UNITS + <usize>unit * wideStride;
    memory.copy(to, load<u32>(partAt(i), PART_LINES_AT), load<u32>(partAt(i), PART_LINES) * INDEX_LINE_BYTES);
    unit += unitsOf(i, wideStride);
  }
  const narrowStride = stride;
  restride();
  raiseTop(moved + units);
  unit = moved;
  for (let i: u32 = 0; i < PARTS; i++) {
    const old = (load<u32>(partAt(i), PART_LINES_AT) - UNITS) / narrowStride;
    store<u32>(partAt(i), <u32>at(unit), PART_LINES_AT);
    releaseExtent(old, unitsOf(i, narrowStride) * stride);
    unit += unitsOf(i, wideStride);
  }
  return true;
}

/** units of `unitBytes` that a part takes */
function unitsOf(part: u32, unitBytes: u32): u32 {
  return (load<u32>(partAt(part), PART_LINES) * INDEX_LINE_BYTES + unitBytes - 1) / unitBytes;
}
