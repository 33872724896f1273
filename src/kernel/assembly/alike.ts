/**
 * Sessions that are alike in everything that a row without proof says, but for numbers, addresses and times: what
 * tells them from others, how their rows are written, and sums over them.
 */
import {
  ALIKE,
  ALIKE_BYTES,
  ALIKE_COURSE,
  ALIKE_FRAME_BYTES,
  ALIKE_HASH,
  ALIKE_HASHES,
  ALIKE_KIND,
  ALIKE_PACKETS,
  ALIKE_SESSIONS,
  ALIKE_TEMPLATE,
  F_BASIS_SHIFT,
  MOST_ALIKE,
  S_APP,
  S_CAUSES,
  S_FLAGS,
  S_KIND,
  S_TIMER,
  TEMPLATES,
  TEMPLATES_BYTES,
} from '../layout';
import { TCP } from './numbers';
import { bytesOf, packetsOf } from './totals';

/** Bits of a kind: application, timer, protocol. MAX_APPS and MAX_TIMERS are 2^11. */
const TIMER_SHIFT: u32 = 11;
const PROTOCOL_SHIFT: u32 = 22;
/** Bits of a course: recorded causes; F_HANDSHAKE, F_MIDSTREAM, F_NON_SYN; how the client was told and the session ended; F_PAYLOAD_SEEN. */
const CAUSES: u32 = 0xfff;
const HANDSHAKE_SHIFT: u32 = 12;
const HANDSHAKE_FLAG_SHIFT: u32 = 14;
const HANDSHAKE: u32 = 7;
const BASIS_SHIFT: u32 = 15;
const BASIS: u32 = 15;
const PAYLOAD_SHIFT: u32 = 19;

let used: u32 = 0;
let templatesEnd: usize = TEMPLATES;

export function reset(): void {
  used = 0;
  templatesEnd = TEMPLATES;
  memory.fill(ALIKE_HASH, 0, ALIKE_HASHES * 2);
}

/** Below 2^31, as a course. */
export function kindOf(session: usize): u32 {
  const protocol = load<u32>(session, S_KIND) & 0xff;
  return (
    <u32>load<u16>(session, S_APP) |
    ((<u32>load<u16>(session, S_TIMER)) << TIMER_SHIFT) |
    (protocol << PROTOCOL_SHIFT)
  );
}

export function courseOf(session: usize): u32 {
  const flags = load<u32>(session, S_FLAGS);
  const isTcp = (load<u32>(session, S_KIND) & 0xff) == TCP;
  return (
    (isTcp ? <u32>load<u16>(session, S_CAUSES) & CAUSES : 0) |
    (((flags >> HANDSHAKE_FLAG_SHIFT) & HANDSHAKE) << HANDSHAKE_SHIFT) |
    (((flags >> F_BASIS_SHIFT) & BASIS) << BASIS_SHIFT) |
    ((flags >> 31) << PAYLOAD_SHIFT)
  );
}

function rowAt(place: u32): usize {
  return ALIKE + place * ALIKE_BYTES;
}

function hashAt(kind: u32, course: u32): u32 {
  return ((kind * 0x9e3779b1) ^ (course * 0x85ebca6b)) >> 20;
}

/** The row of sessions of this kind and course; 0 where there is none. */
export function find(kind: u32, course: u32): usize {
  let i = hashAt(kind, course);
  for (let place: u32 = load<u16>(ALIKE_HASH + i * 2); place != 0; place = load<u16>(ALIKE_HASH + i * 2)) {
    const row = rowAt(place - 1);
    if (load<u32>(row, ALIKE_KIND) == kind && load<u32>(row, ALIKE_COURSE) == course) return row;
    i = (i + 1) & (ALIKE_HASHES - 1);
  }
  return 0;
}

/** A row for sessions that have none. @returns where the host puts their template, of so many bytes; 0 where there is no room */
export function add(kind: u32, course: u32, bytes: u32): usize {
  const room = <u32>(<usize>(TEMPLATES + TEMPLATES_BYTES) - templatesEnd);
  if (used == MOST_ALIKE || bytes > room) return 0;
  let i = hashAt(kind, course);
  while (load<u16>(ALIKE_HASH + i * 2) != 0) i = (i + 1) & (ALIKE_HASHES - 1);
  const row = rowAt(used);
  used += 1;
  store<u16>(ALIKE_HASH + i * 2, <u16>used);
  const template = templatesEnd;
  templatesEnd += bytes;
  store<u32>(row, kind, ALIKE_KIND);
  store<u32>(row, course, ALIKE_COURSE);
  store<u32>(row, <u32>template, ALIKE_TEMPLATE);
  store<u64>(row, 0, ALIKE_SESSIONS);
  store<u64>(row, 0, ALIKE_PACKETS);
  store<u64>(row, 0, ALIKE_FRAME_BYTES);
  return template;
}

export function countIn(row: usize, session: usize): void {
  store<u64>(row, load<u64>(row, ALIKE_SESSIONS) + 1, ALIKE_SESSIONS);
  store<u64>(row, load<u64>(row, ALIKE_PACKETS) + packetsOf(session), ALIKE_PACKETS);
  store<u64>(row, load<u64>(row, ALIKE_FRAME_BYTES) + bytesOf(session), ALIKE_FRAME_BYTES);
}

/** Rows that there are. */
export function count(): u32 {
  return used;
}
