/**
 * TCP tuples that have had a session: such a tuple never opens a midstream one (interface.md, First seen
 * without a SYN). They are only written down, in lists by their hash: in a flood of SYNs nobody asks, and few
 * questions are answered by going through a list. Who asks often gets a table. Beyond MOST every tuple counts
 * as seen.
 */
import { SEEN_LISTS, SEEN_LISTS_AT } from '../layout';
import { allocate, allocateExtent, at, release, releaseExtent } from './units';

/** the reference's SeenTuples has the same bound */
const MOST: u32 = 8_000_000;
/** of a hash 56 bits count; the reference keeps 53 */
const HASH_MASK: u64 = 0xffffffffffffff;
/** few lists: in a flood each has a page of its own that is written to */
const LIST_BITS: u64 = 8;
const LIST_MASK: u64 = SEEN_LISTS - 1;
/** A list: its first chunk, hashes in that one; those behind it are full. */
const CHUNK: usize = 0;
const COUNT: usize = 4;
const LIST_BYTES: u32 = 8;
/** A chunk is a unit: next chunk, then hashes without the bits that say which list it is, 6 bytes each. */
const NEXT: usize = 0;
const HASHES: usize = 4;
const HASH_BYTES: u32 = 6;
const MOST_HASHES: u32 = 20;
/** in an entry of the table that is taken */
const TAKEN: u64 = 1 << 63;
const FIRST_BITS: u32 = 10;

let written: u32 = 0;
/** chunks that questions have gone through */
let searched: u32 = 0;
/** the table: 2 ** bits entries of 8 bytes, none while bits are 0 */
let bits: u32 = 0;
let extent: u32 = 0;
let base: usize = 0;
let entered: u32 = 0;

export function reset(): void {
  memory.fill(SEEN_LISTS_AT, 0, SEEN_LISTS * LIST_BYTES);
  written = 0;
  searched = 0;
  bits = 0;
  entered = 0;
}

export function clear(): void {
  if (written == 0) return;
  written = 0;
  searched = 0;
  drop();
}

/** All that is kept. */
function drop(): void {
  for (let i: u32 = 0; i < <u32>SEEN_LISTS; i++) {
    const list = listAt(i);
    let chunk = load<u32>(list, CHUNK);
    store<u64>(list, 0);
    while (chunk != 0) {
      const next = load<u32>(at(chunk), NEXT);
      release(chunk);
      chunk = next;
    }
  }
  if (bits != 0) releaseExtent(extent, 8 << bits);
  bits = 0;
  entered = 0;
}

/** From now on every tuple counts as seen. */
function giveUp(): void {
  written = MOST;
  drop();
}

function listOf(hash: u64): usize {
  return listAt(<u32>(hash & LIST_MASK));
}

function listAt(i: u32): usize {
  return SEEN_LISTS_AT + i * LIST_BYTES;
}

/** @param hash 64 bits, the same for both directions */
export function add(hash: u64): void {
  if (written >= MOST) return;
  written += 1;
  if (written == MOST || !(bits == 0 ? write(hash) : enterWithRoom(hash))) giveUp();
}

function write(hash: u64): bool {
  const list = listOf(hash);
  let count = load<u32>(list, COUNT);
  let chunk = load<u32>(list, CHUNK);
  if (chunk == 0 || count == MOST_HASHES) {
    const next = allocate();
    if (next == 0) return false;
    store<u32>(at(next), chunk, NEXT);
    store<u32>(list, next, CHUNK);
    chunk = next;
    count = 0;
  }
  const to = at(chunk) + count * HASH_BYTES;
  store<u32>(to, <u32>(hash >> LIST_BITS), HASHES);
  store<u16>(to, <u16>(hash >> (LIST_BITS + 32)), HASHES + 4);
  store<u32>(list, count + 1, COUNT);
  return true;
}

export function has(hash: u64): bool {
  if (written >= MOST) return true;
  if (bits == 0) {
    if (searched <= written) return isWritten(hash);
    if (!enterWritten()) {
      giveUp();
      return true;
    }
  }
  const wanted = entryOf(hash);
  return load<u64>(placeOf(wanted)) == wanted;
}

function isWritten(hash: u64): bool {
  const list = listOf(hash);
  const low = <u32>(hash >> LIST_BITS);
  const high = <u16>(hash >> (LIST_BITS + 32));
  let count = load<u32>(list, COUNT);
  searched += 1;
  for (let chunk = load<u32>(list, CHUNK); chunk != 0; chunk = load<u32>(at(chunk), NEXT)) {
    const end = at(chunk) + count * HASH_BYTES;
    for (let from = at(chunk); from < end; from += HASH_BYTES) {
      if (load<u32>(from, HASHES) == low && load<u16>(from, HASHES + 4) == high) return true;
    }
    count = MOST_HASHES;
    searched += 1;
  }
  return false;
}

/** Makes the table of what has been written down; false where memory has run out. */
function enterWritten(): bool {
  let room = FIRST_BITS;
  while (written * 2 > <u32>(1 << room)) room += 1;
  if (!make(room)) return false;
  for (let i: u32 = 0; i < <u32>SEEN_LISTS; i++) {
    const list = listAt(i);
    let count = load<u32>(list, COUNT);
    let chunk = load<u32>(list, CHUNK);
    store<u64>(list, 0);
    while (chunk != 0) {
      const end = at(chunk) + count * HASH_BYTES;
      for (let from = at(chunk); from < end; from += HASH_BYTES) {
        const high = (<u64>load<u16>(from, HASHES + 4)) << (LIST_BITS + 32);
        enter(entryOf(high | ((<u64>load<u32>(from, HASHES)) << LIST_BITS) | i));
      }
      count = MOST_HASHES;
      const next = load<u32>(at(chunk), NEXT);
      release(chunk);
      chunk = next;
    }
  }
  return true;
}

function entryOf(hash: u64): u64 {
  return (hash & HASH_MASK) | TAKEN;
}

/** Where an entry stands in the table, or would stand. */
function placeOf(entry: u64): usize {
  const mask: u32 = ((<u32>1) << bits) - 1;
  // its lowest bits are those of a list
  let i: u32 = <u32>(entry >> LIST_BITS) & mask;
  let there = load<u64>(base + i * 8);
  while (there != 0 && there != entry) {
    i = (i + 1) & mask;
    there = load<u64>(base + i * 8);
  }
  return base + i * 8;
}

function enter(entry: u64): void {
  const place = placeOf(entry);
  if (load<u64>(place) == 0) entered += 1;
  store<u64>(place, entry);
}

function enterWithRoom(hash: u64): bool {
  if ((entered + 1) * 2 > <u32>(1 << bits) && !grow()) return false;
  enter(entryOf(hash));
  return true;
}

/** An empty table; false where memory has run out. */
function make(withBits: u32): bool {
  const unit = allocateExtent(8 << withBits);
  if (unit == 0) return false;
  bits = withBits;
  extent = unit;
  base = at(unit);
  memory.fill(base, 0, 8 << bits);
  entered = 0;
  return true;
}

function grow(): bool {
  const old = base;
  const oldExtent = extent;
  const oldBits = bits;
  if (!make(bits + 1)) return false;
  for (let i: u32 = 0; i < <u32>(1 << oldBits); i++) {
    const entry = load<u64>(old + i * 8);
    if (entry != 0) enter(entry);
  }
  releaseExtent(oldExtent, 8 << oldBits);
  return true;
}

/** Back to what is only written down: units are about to become wider, and the table is an extent. */
export function pack(): void {
  if (bits == 0) return;
  const entries: u32 = 1 << bits;
  bits = 0;
  searched = 0;
  for (let i: u32 = 0; i < entries; i++) {
    const entry = load<u64>(base + i * 8);
    if (entry != 0 && written < MOST && !write(entry)) giveUp();
  }
  releaseExtent(extent, 8 * entries);
  entered = 0;
}
