/**
 * The index: open addressing over a hash that both directions of a session share, 8 bytes a slot, placed by
 * the high bits of the hash. Sessions that linger after their end are in it as well.
 */
import {
  INDEX_LOAD_PERCENT,
  INDEX_SLOT_BYTES,
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

const FIRST_BITS: u32 = 12;

let bits: u32 = FIRST_BITS;
let extent: u32 = 0;
let base: usize = 0;
let used: u32 = 0;

/** Which direction a packet has in the session that `find` gave. */
export let foundFromClient: bool = false;

export function slots(): u32 {
  return 1 << bits;
}

export function entries(): u32 {
  return used;
}

/** unit of the session in index slot `i`, or 0 */
export function unitOf(i: u32): u32 {
  return load<u32>(base + i * INDEX_SLOT_BYTES + 4);
}

export function reset(): void {
  bits = FIRST_BITS;
  used = 0;
  place(allocateExtent(INDEX_SLOT_BYTES << bits));
}

function place(first: u32): void {
  extent = first;
  base = at(first);
  memory.fill(base, 0, INDEX_SLOT_BYTES << bits);
}

function home(hash: u32): u32 {
  return hash >> (32 - bits);
}

/** Fetches the index line of a hash into the cache. */
export function touch(hash: u32): u32 {
  return load<u32>(base + home(hash) * INDEX_SLOT_BYTES + 4);
}

/** Fetches the record that stands first for a hash into the cache. */
export function touchRecord(hash: u32): u32 {
  const record = recordAtHome(hash);
  return load<u32>(record, 0) ^ load<u32>(record, 64);
}

/** Address of the record in the first slot of a hash, mostly the one that is sought; of unit 0 where there is none. */
export function recordAtHome(hash: u32): usize {
  return at(load<u32>(base + home(hash) * INDEX_SLOT_BYTES + 4));
}

/** The session (live or lingering) that the packet of a slot belongs to, or 0; `foundFromClient` says which way. */
export function find(slot: usize): u32 {
  const hash = load<u32>(slot, SLOT_HASH);
  const mask: u32 = (1 << bits) - 1;
  let i = home(hash);
  let unit = load<u32>(base + i * INDEX_SLOT_BYTES, 4);
  while (unit != 0 && (load<u32>(base + i * INDEX_SLOT_BYTES) != hash || !isOf(at(unit), slot))) {
    i = (i + 1) & mask;
    unit = load<u32>(base + i * INDEX_SLOT_BYTES, 4);
  }
  return unit;
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

/** Whether one more session fits, growing the index where it must; false where memory has run out. */
export function hasRoom(): bool {
  if ((<u64>used + 1) * 100 <= (<u64>INDEX_LOAD_PERCENT) << bits) return true;
  return grow();
}

/** Enters a session whose key is not in the index. There must be room. */
export function insert(hash: u32, unit: u32): void {
  used += 1;
  put(hash, unit);
}

function put(hash: u32, unit: u32): void {
  const mask: u32 = (1 << bits) - 1;
  let i = home(hash);
  while (load<u32>(base + i * INDEX_SLOT_BYTES, 4) != 0) i = (i + 1) & mask;
  store<u32>(base + i * INDEX_SLOT_BYTES, hash);
  store<u32>(base + i * INDEX_SLOT_BYTES, unit, 4);
}

/** Takes a session out; those behind it move up, so that no look-up ever meets a gap. */
export function remove(hash: u32, unit: u32): void {
  const mask: u32 = (1 << bits) - 1;
  let hole = home(hash);
  while (load<u32>(base + hole * INDEX_SLOT_BYTES, 4) != unit) hole = (hole + 1) & mask;
  used -= 1;
  let i = hole;
  for (;;) {
    i = (i + 1) & mask;
    const entry = base + i * INDEX_SLOT_BYTES;
    if (load<u32>(entry, 4) == 0) break;
    if (((i - home(load<u32>(entry))) & mask) < ((i - hole) & mask)) continue;
    store<u64>(base + hole * INDEX_SLOT_BYTES, load<u64>(entry));
    hole = i;
  }
  store<u64>(base + hole * INDEX_SLOT_BYTES, 0);
}

/** Twice the slots, in an extent of its own; the old one becomes units. */
function grow(): bool {
  if (bits == 29) return false;
  const old = base;
  const oldSlots: u32 = 1 << bits;
  const oldExtent = extent;
  const next = allocateExtent(INDEX_SLOT_BYTES << (bits + 1));
  if (next == 0) return false;
  bits += 1;
  place(next);
  for (let i: u32 = 0; i < oldSlots; i++) {
    const unit = load<u32>(old + i * INDEX_SLOT_BYTES, 4);
    if (unit != 0) put(load<u32>(old + i * INDEX_SLOT_BYTES), unit);
  }
  releaseExtent(oldExtent, oldSlots * INDEX_SLOT_BYTES);
  return true;
}

/** All units become wider; the index moves behind them first, since an extent cannot have gaps. */
export function widen(wideStride: u32): bool {
  const bytes: u32 = INDEX_SLOT_BYTES << bits;
  const moved = top;
  const to: usize = <usize>UNITS + <usize>moved * wideStride;
  const units = (bytes + wideStride - 1) / wideStride;
  if (!reach(<u64>UNITS + (<u64>moved + <u64>units) * <u64>wideStride)) return false;
  memory.copy(to, base, bytes);
  const oldExtent = extent;
  const oldUnits = (bytes + stride - 1) / stride;
  restride();
  raiseTop(moved + units);
  extent = moved;
  base = to;
  releaseExtent(oldExtent, oldUnits * stride);
  return true;
}
