/**
 * The noteworthy packets of sessions, where a format prints what proves a verdict: each a line of its own, in a
 * list that hangs on its session until that has been told of (session/facts.ts says what the kinds are).
 */
import {
  CONFIG,
  CONFIG_INNER_OPTIONS,
  CONFIG_MOST_EVENTS,
  CONFIG_SHAPED_EVENTS,
  CONFIG_SLOW_OPTIONS,
  COUNT_LOST_EVENTS,
  E_AHEAD,
  E_FILE,
  E_FILE_PACKET,
  E_IP_ID,
  E_MARKS,
  E_NEXT,
  E_OPTION_COUNT,
  E_OPTIONS,
  E_PACKET,
  E_PLACE,
  E_TCP_FLAGS,
  E_TEXT,
  E_TIME,
  E_TTL,
  E_VALUE,
  E_WINDOW,
  EVENT_BYTES,
  EVENT_ICMP_ERROR,
  EVENT_LATE,
  F_ISN,
  F_SEEN,
  INNER_SLOT,
  LATE_CLOSED,
  LATE_HAS_GAP,
  LATE_HAS_TIME,
  MARK_AHEAD,
  MARK_CLIENT,
  MARK_KIND,
  MARK_PLACE,
  MOST_OPTIONS,
  NOTED_UNIT_BYTES,
  OPTIONS_UNKNOWN,
  OWN_EVENTS,
  S_EVENT_COUNTS,
  S_EVENTS,
  S_LAST_EVENT,
  S_LATE_GAP,
  S_LATE_MARKS,
  S_LATE_TIME,
  SLOT_FRAME,
  SLOT_HELD,
  SLOT_IP_ID,
  SLOT_KIND,
  SLOT_PAYLOAD_OFFSET,
  SLOT_PORTS,
  SLOT_SEQ,
  SLOT_STATUS,
  SLOT_TCP_FLAGS,
  SLOT_TIME,
  SLOT_TTL,
  SLOT_WINDOW,
  STATUS_SLOW,
} from '../layout';
import * as host from './host';
import { TCP } from './numbers';
import { FIN, has, initialSeq, nextSeq, RST, SYN } from './side';
import { file, filePacket, slotAt } from './slots';
import { count, packets } from './state';
import { allocate, at } from './units';

/** list of free places, 0: none */
let free: u32 = 0;

export function reset(): void {
  free = 0;
}

function placeAt(event: u32): usize {
  return <usize>event * EVENT_BYTES;
}

/** A place; 0 where memory has run out. What has been one is never anything else again. */
function allocateEvent(): u32 {
  if (free == 0) {
    const unit = allocate();
    if (unit == 0) return 0;
    const first = <u32>(at(unit) / EVENT_BYTES);
    for (let i: u32 = 0; i < <u32>(NOTED_UNIT_BYTES / EVENT_BYTES); i++) letGo(first + i);
  }
  const event = free;
  free = load<u32>(placeAt(event), E_NEXT);
  return event;
}

function letGo(event: u32): void {
  store<u32>(placeAt(event), free, E_NEXT);
  free = event;
}

/**
 * Notes the packet of a slot.
 * @param marks of its kind (E_MARKS)
 * @returns address of the event; 0 where it is not kept
 */
export function note(kind: u32, unit: u32, index: i32, sender: u32, value: u32, marks: u32 = 0): usize {
  const session = at(unit);
  const slot = slotAt(index);
  if (kind == EVENT_LATE) noteLate(session, slot);
  if (kind < <u32>OWN_EVENTS && isFull(session, kind, sender)) return 0;
  const number = allocateEvent();
  if (number == 0) {
    count(COUNT_LOST_EVENTS, 1);
    return 0;
  }
  const event = placeAt(number);
  store<u32>(event, 0, E_NEXT);
  store<u32>(event, <u32>packets, E_PACKET);
  store<i64>(event, load<i64>(slot, SLOT_TIME), E_TIME);
  store<u32>(event, file, E_FILE);
  store<u32>(event, filePacket, E_FILE_PACKET);
  store<u32>(event, value, E_VALUE);
  store<u16>(event, load<u16>(slot, SLOT_IP_ID), E_IP_ID);
  // in the highest byte of E_FILE
  store<u8>(event, load<u8>(slot, SLOT_TTL), E_TTL);
  store<u8>(event, load<u8>(slot, SLOT_TCP_FLAGS), E_TCP_FLAGS);
  const shape = noteShape(event, kind, session, slot, sender);
  store<u16>(event, <u16>(kind | (sender == 0 ? MARK_CLIENT : 0) | marks | shape), E_MARKS);
  const last = load<u32>(session, S_LAST_EVENT);
  if (last == 0) store<u32>(session, number, S_EVENTS);
  else store<u32>(placeAt(last), number, E_NEXT);
  store<u32>(session, number, S_LAST_EVENT);
  return event;
}

/** A flood on one tuple brings millions: of some kinds the first of each side are all that is asked. */
function isFull(session: usize, kind: u32, sender: u32): bool {
  const most: u32 = load<u8>(CONFIG + CONFIG_MOST_EVENTS + kind);
  if (most == 0) return false;
  const place = session + S_EVENT_COUNTS + kind * 2 + sender;
  const kept: u32 = load<u8>(place);
  if (kept == most) return true;
  store<u8>(place, <u8>(kept + 1));
  return false;
}

/** The times between packets after the end, up to a FIN or RST: with it another timer would have begun. */
function noteLate(session: usize, slot: usize): void {
  let marks: u32 = load<u8>(session, S_LATE_MARKS);
  if ((marks & LATE_CLOSED) != 0) return;
  const time = load<i64>(slot, SLOT_TIME);
  if ((marks & LATE_HAS_TIME) != 0) {
    const gap = time - load<i64>(session, S_LATE_TIME);
    if ((marks & LATE_HAS_GAP) == 0 || gap > load<i64>(session, S_LATE_GAP)) {
      store<i64>(session, gap, S_LATE_GAP);
      marks |= LATE_HAS_GAP;
    }
  }
  marks |= LATE_HAS_TIME;
  if ((load<u8>(slot, SLOT_TCP_FLAGS) & (FIN | RST)) != 0) marks |= LATE_CLOSED;
  store<i64>(session, time, S_LATE_TIME);
  store<u8>(session, <u8>marks, S_LATE_MARKS);
}

/** session/segment-shape.ts SegmentShape. @returns marks of what of it is known */
function noteShape(event: usize, kind: u32, session: usize, slot: usize, sender: u32): u32 {
  store<u32>(event, 0, E_AHEAD);
  store<u8>(event, OPTIONS_UNKNOWN, E_OPTION_COUNT);
  store<u16>(event, 0, E_WINDOW);
  const isShaped = ((load<u32>(CONFIG + CONFIG_SHAPED_EVENTS) >> kind) & 1) != 0;
  if (!isShaped || (load<u32>(slot, SLOT_KIND) & 0xff) != TCP) return 0;
  store<u16>(event, load<u16>(slot, SLOT_WINDOW), E_WINDOW);
  noteOptions(event, slot);
  const tcpFlags: u32 = load<u8>(slot, SLOT_TCP_FLAGS);
  const seq = load<u32>(slot, SLOT_SEQ);
  let known: u32 = 0;
  if ((tcpFlags & SYN) == 0 && has(session, F_ISN, sender)) {
    store<u32>(event, seq - initialSeq(session, sender), E_PLACE);
    known |= MARK_PLACE;
  }
  if ((tcpFlags & RST) != 0 && has(session, F_SEEN, sender)) {
    store<u32>(event, seq - nextSeq(session, sender), E_AHEAD);
    known |= MARK_AHEAD;
  }
  return known;
}

function noteOptions(event: usize, slot: usize): void {
  const isInner = slot == slotAt(INNER_SLOT);
  if (isInner || load<u8>(slot, SLOT_STATUS) == STATUS_SLOW) {
    const told: usize = CONFIG + (isInner ? CONFIG_INNER_OPTIONS : CONFIG_SLOW_OPTIONS);
    for (let i: usize = 0; i <= <usize>MOST_OPTIONS; i++)
      store<u8>(event + i, load<u8>(told + i), E_OPTION_COUNT);
    return;
  }
  const frame: usize = load<u32>(slot, SLOT_FRAME);
  const offset = load<u32>(slot, SLOT_PAYLOAD_OFFSET);
  if (offset > <u32>load<u16>(slot, SLOT_HELD)) return;
  const end = frame + offset;
  const start = optionsStart(slot, frame, end);
  if (start != 0) copyKinds(event, start, end);
}

/** Bytes of a TCP header without options, and of the longest one (RFC 9293 3.1). */
const HEADER_BYTES: usize = 20;
const LONGEST_HEADER: usize = 60;

/**
 * A slot says where the payload begins; the length in the header, its ports and number show where the header does.
 * @returns 0 where none does
 */
function optionsStart(slot: usize, frame: usize, end: usize): usize {
  const ports = rotl<u32>(load<u32>(slot, SLOT_PORTS), 16);
  const seq = load<u32>(slot, SLOT_SEQ);
  for (let bytes = LONGEST_HEADER; bytes >= HEADER_BYTES; bytes -= 4) {
    const header = end - bytes;
    if (
      header >= frame &&
      <usize>(load<u8>(header, 12) >> 4) * 4 == bytes &&
      bswap<u32>(load<u32>(header)) == ports &&
      bswap<u32>(load<u32>(header, 4)) == seq
    )
      return header + HEADER_BYTES;
  }
  return 0;
}

/** session/segment-shape.ts optionsOf; an option has two bytes, or is one of those that are not kept: the most are 20. */
function copyKinds(event: usize, start: usize, end: usize): void {
  let kinds: usize = 0;
  for (let place = start; place < end && load<u8>(place) != 0; ) {
    const isPadding = load<u8>(place) == 1;
    if (!isPadding) {
      store<u8>(event + kinds, load<u8>(place), E_OPTIONS);
      kinds += 1;
    }
    const length: usize = isPadding ? 1 : place + 1 < end ? load<u8>(place, 1) : 0;
    if (length == 0) break;
    place += length;
  }
  store<u8>(event, <u8>kinds, E_OPTION_COUNT);
}

/** The same for the host, with a text that it keeps. @returns whether it is kept */
export function noteFor(kind: u32, unit: u32, index: i32, sender: u32, value: u32, text: u32): bool {
  const event = note(kind, unit, index, sender, value);
  if (event != 0) store<u32>(event, text, E_TEXT);
  return event != 0;
}

/** The session has been told of. */
export function forgetEvents(session: usize): void {
  let event = load<u32>(session, S_EVENTS);
  while (event != 0) {
    const place = placeAt(event);
    const next = load<u32>(place, E_NEXT);
    const kind = <i32>load<u16>(place, E_MARKS) & MARK_KIND;
    if (kind >= EVENT_ICMP_ERROR && load<u32>(place, E_TEXT) != 0) host.letGoText(load<u32>(place, E_TEXT));
    letGo(event);
    event = next;
  }
}
