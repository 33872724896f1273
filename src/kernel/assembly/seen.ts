/**
 * TCP tuples that have had a session: such a tuple never opens a midstream one (interface.md, First seen
 * without a SYN). They are only written down until somebody asks, which in a flood of SYNs nobody does;
 * beyond MOST every tuple counts as seen.
 */
import { allocate, allocateExtent, at, release, releaseExtent } from './units';

/** the reference's SeenTuples has the same bound */
const MOST: u32 = 8_000_000;
/** A chunk is a unit: next chunk, hashes in it, hashes. */
const NEXT: usize = 0;
const COUNT: usize = 4;
const HASHES: usize = 8;
const MOST_HASHES: u32 = 15;
const FIRST_BITS: u32 = 10;

let written: u32 = 0;
let chunk: u32 = 0;
/** hashes that the first chunk still has room for, and where the next one goes */
let room: u32 = 0;
let place: usize = 0;
let bits: u32 = 0;
let extent: u32 = 0;
let base: usize = 0;
let entered: u32 = 0;

export function reset(): void {
  written = 0;
  chunk = 0;
  room = 0;
  bits = 0;
  entered = 0;
}

export function clear(): void {
  written = 0;
  drop();
  if (bits != 0) releaseExtent(extent, 8 << bits);
  bits = 0;
  entered = 0;
}

function drop(): void {
  room = 0;
  while (chunk != 0) {
    const next = load<u32>(at(chunk), NEXT);
    release(chunk);
    chunk = next;
  }
}

/** @param hash 64 bits, the same for both directions */
export function add(hash: u64): void {
  if (written >= MOST) return;
  written += 1;
  if (written == MOST) {
    drop();
    return;
  }
  if (room == 0) {
    const next = allocate();
    if (next == 0) {
      written = MOST;
      drop();
      return;
    }
    store<u32>(at(next), chunk, NEXT);
    chunk = next;
    room = MOST_HASHES;
    place = at(next) + HASHES;
  }
  store<u64>(place, hash);
  place += 8;
  room -= 1;
  store<u32>(at(chunk), MOST_HASHES - room, COUNT);
}

export function has(hash: u64): bool {
  if (written >= MOST) return true;
  enterWritten();
  if (bits == 0) return false;
  const mask: u32 = (1 << bits) - 1;
  const wanted = hash | 1;
  let i = <u32>wanted & mask;
  let entry = load<u64>(base + i * 8);
  while (entry != 0 && entry != wanted) {
    i = (i + 1) & mask;
    entry = load<u64>(base + i * 8);
  }
  return entry != 0;
}

/** Moves what has been written down into the table. */
function enterWritten(): void {
  room = 0;
  while (chunk != 0) {
    const from = at(chunk);
    const count = load<u32>(from, COUNT);
    while ((entered + count) * 2 > <u32>(bits == 0 ? 0 : 1 << bits)) {
      if (!grow()) {
        written = MOST;
        return;
      }
    }
    for (let i: u32 = 0; i < count; i++) enter(load<u64>(from + i * 8, HASHES) | 1);
    const next = load<u32>(from, NEXT);
    release(chunk);
    chunk = next;
  }
}

function enter(hash: u64): void {
  const mask: u32 = (1 << bits) - 1;
  let i = <u32>hash & mask;
  for (; ; i = (i + 1) & mask) {
    const entry = load<u64>(base + i * 8);
    if (entry == hash) return;
    if (entry == 0) break;
  }
  store<u64>(base + i * 8, hash);
  entered += 1;
}

function grow(): bool {
  const old = base;
  const oldExtent = extent;
  const oldBits = bits;
  const nextBits = bits == 0 ? FIRST_BITS : bits + 1;
  const next = allocateExtent(8 << nextBits);
  if (next == 0) return false;
  bits = nextBits;
  extent = next;
  base = at(next);
  memory.fill(base, 0, 8 << bits);
  entered = 0;
  if (oldBits == 0) return true;
  for (let i: u32 = 0; i < <u32>(1 << oldBits); i++) {
    const hash = load<u64>(old + i * 8);
    if (hash != 0) enter(hash);
  }
  releaseExtent(oldExtent, 8 << oldBits);
  return true;
}

/** Back to what is only written down: units are about to become wider, and the table is an extent. */
export function pack(): void {
  if (bits != 0) packTable();
  // the chunk that is being filled moves
  room = 0;
}

function packTable(): void {
  for (let i: u32 = 0; i < <u32>(1 << bits); i++) {
    const hash = load<u64>(base + i * 8);
    if (hash == 0 || written >= MOST) continue;
    written -= 1;
    add(hash);
  }
  releaseExtent(extent, 8 << bits);
  bits = 0;
  entered = 0;
}
