/**
 * The kernel's doors: packets of a classic capture as they stand in the file (`runFile`), or records that
 * the host describes (`runRecords`). Headers are decoded a batch at a time and the lines of the table that
 * they will need are fetched together; then the work is done in order.
 */
import {
  BULK_FIRST,
  BULK_LAST,
  CONFIG,
  CONFIG_BIG_ENDIAN,
  CONFIG_EXPIRY,
  CONFIG_FRACTION_NS,
  CONFIG_MAX_CAPTURED,
  CONFIG_NOW,
  CONFIG_OFFSET,
  COUNT_FILE_BYTES,
  COUNT_IN_SESSIONS,
  COUNT_MARTIAN,
  COUNT_PACKETS,
  F_LIVE,
  HEAD_BYTES,
  HEADS,
  INPUT,
  QUOTED_SLOT,
  RECORD_BYTES,
  RECORD_CAPTURED,
  RECORD_FILE,
  RECORD_FILE_PACKET,
  RECORD_LINK_TYPE,
  RECORD_NANOSECONDS,
  RECORD_ORIGINAL,
  RECORD_SECONDS,
  S_FLAGS,
  SLOT_RECORD,
  SLOT_STATUS,
  SLOT_TIME,
  STATUS_FAST,
  STATUS_MARTIAN,
} from '../layout';
import { passSeconds } from './aging';
import * as alike from './alike';
import { touch } from './batch';
import { decode } from './decode';
import * as directory from './directory';
import * as ending from './ending';
import { end } from './ending';
import * as events from './events';
import * as giving from './giving';
import { hashSlot } from './hash';
import * as host from './host';
import { SECOND } from './numbers';
import * as rows from './rows';
import * as seen from './seen';
import { setPlace, slotAt } from './slots';
import * as state from './state';
import { count, expiry, live, now, offset, setClock, setNow, tableTime } from './state';
import { begin, findQuoted, lookUp } from './table';
import * as totals from './totals';
import * as units from './units';
import { at, isWide } from './units';
import * as wheel from './wheel';

export { noteFor } from './events';
export { listedLive, listLive, sumLive } from './listing';
export { textEnd, writeRows } from './text';
export { widen } from './third-line';

/** A larger record is for the host's parser, which takes memory as bytes really arrive. */
const LARGEST_RECORD: u32 = 0x80000;

/** first instant of the second after the one that was swept last */
let nextSecond: i64 = i64.MIN_VALUE;
let started: bool = false;
let filePackets: u32 = 0;
/** the last run of a file has stopped at a record that is not for the kernel */
let odd: bool = false;
let earliest: i64 = i64.MAX_VALUE;
let latest: i64 = i64.MIN_VALUE;

/** @param unitBytes UNIT_BYTES, WIDE_UNIT_BYTES or, with events, NOTED_UNIT_BYTES */
export function reset(unitBytes: u32): void {
  units.reset(unitBytes);
  directory.reset();
  wheel.reset();
  ending.reset();
  giving.reset();
  totals.reset();
  rows.reset();
  alike.reset();
  seen.reset();
  events.reset();
  state.reset();
  started = false;
  filePackets = 0;
  earliest = i64.MAX_VALUE;
  latest = i64.MIN_VALUE;
  nextSecond = i64.MIN_VALUE;
}

/**
 * Takes whole records of a classic capture from `from` up to `to`.
 * @returns place of the first byte that was not taken: behind the last whole record, or at one that is odd
 */
export function runFile(from: u32, to: u32, linkType: u32, most: u32): u32 {
  const swap = load<u32>(CONFIG + CONFIG_BIG_ENDIAN) != 0;
  const fractionNs = <i64>load<u32>(CONFIG + CONFIG_FRACTION_NS);
  const fractionLimit = <u32>(SECOND / fractionNs);
  const mostCaptured = min(load<u32>(CONFIG + CONFIG_MAX_CAPTURED), LARGEST_RECORD);
  let place: u32 = from;
  let bytes: u64 = 0;
  let more = true;
  while (more) {
    let filled: i32 = 0;
    while (filled < <i32>most) {
      if (place + 16 > to) {
        more = false;
        break;
      }
      let seconds = load<u32>(place);
      let fraction = load<u32>(place, 4);
      let captured = load<u32>(place, 8);
      let original = load<u32>(place, 12);
      if (swap) {
        seconds = bswap<u32>(seconds);
        fraction = bswap<u32>(fraction);
        captured = bswap<u32>(captured);
        original = bswap<u32>(original);
      }
      odd = captured > mostCaptured || fraction >= fractionLimit;
      if (odd || place + 16 + captured > to) {
        more = false;
        break;
      }
      const wire = original == 0 ? captured : original;
      const slot = slotAt(filled);
      const time = <i64>seconds * SECOND + <i64>fraction * fractionNs;
      store<i64>(slot, time, SLOT_TIME);
      decode(slot, linkType, place + 16, captured, captured, wire);
      earliest = min(earliest, time);
      latest = max(latest, time);
      bytes += wire;
      place += 16 + captured;
      filled += 1;
    }
    touch(filled);
    if (started) wheel.expireHead(now);
    for (let i: i32 = 0; i < filled; i++) {
      filePackets += 1;
      if (isWide()) setPlace(0, filePackets);
      takePacket(i);
    }
  }
  store<u64>(CONFIG + COUNT_FILE_BYTES, load<u64>(CONFIG + COUNT_FILE_BYTES) + bytes);
  store<i64>(CONFIG + BULK_FIRST, earliest);
  store<i64>(CONFIG + BULK_LAST, latest);
  report();
  return place;
}

/** Whether `runFile` stopped at a record that is for the host's parser. */
export function isOdd(): bool {
  return odd;
}

/** Takes `records` records that the host has described at INPUT, with their heads at HEADS. */
export function runRecords(records: i32, most: i32): void {
  let taken: i32 = 0;
  while (taken < records) {
    const filled = min(records - taken, most);
    for (let i: i32 = 0; i < filled; i++) {
      const record = INPUT + (taken + i) * RECORD_BYTES;
      const slot = slotAt(i);
      const captured = load<u32>(record, RECORD_CAPTURED);
      const seconds = <i64>load<f64>(record, RECORD_SECONDS);
      store<i64>(slot, seconds * SECOND + <i64>load<u32>(record, RECORD_NANOSECONDS), SLOT_TIME);
      store<u32>(slot, taken + i, SLOT_RECORD);
      decode(
        slot,
        load<u32>(record, RECORD_LINK_TYPE),
        HEADS + (taken + i) * HEAD_BYTES,
        min(captured, HEAD_BYTES),
        captured,
        load<u32>(record, RECORD_ORIGINAL),
      );
    }
    touch(filled);
    if (started) wheel.expireHead(now);
    for (let i: i32 = 0; i < filled; i++) {
      const record = INPUT + (taken + i) * RECORD_BYTES;
      if (isWide()) setPlace(load<u32>(record, RECORD_FILE), load<u32>(record, RECORD_FILE_PACKET));
      takePacket(i);
    }
    taken += filled;
  }
  report();
}

function takePacket(index: i32): void {
  const slot = slotAt(index);
  state.countPacket();
  advance(index, load<i64>(slot, SLOT_TIME));
  if (now >= nextSecond) sweep();
  const status: u32 = load<u8>(slot, SLOT_STATUS);
  if (status == STATUS_FAST) lookUp(index, 0);
  else if (status == STATUS_MARTIAN) count(COUNT_MARTIAN, 1);
  else takeSlowly(index);
}

function advance(index: i32, time: i64): void {
  const due = tableTime(time);
  if (due >= now) {
    setNow(due);
  } else {
    host.clock(index);
    setClock(load<i64>(CONFIG + CONFIG_NOW), load<i64>(CONFIG + CONFIG_OFFSET));
  }
  if (started) return;
  started = true;
  begin();
  wheel.begin(now);
}

function takeSlowly(index: i32): void {
  const answer = host.slow(index);
  if (answer == 0) return;
  if (answer == 2) {
    const quoted = findQuoted(QUOTED_SLOT);
    if (quoted != 0) {
      host.icmpError(quoted, index);
      return;
    }
  }
  hashSlot(slotAt(index));
  const id = lookUp(index, 0);
  if (id != 0) host.lookInside(index, id);
}

/** What the host does for a packet inside a tunnel: the key that an ICMP error in it quotes. */
export function findQuotedSession(index: i32): u32 {
  return findQuoted(index);
}

/** Looks up the packet of a slot that is inside the session `parent`. @returns id of its session, or 0 */
export function lookUpInside(index: i32, parent: u32): u32 {
  hashSlot(slotAt(index));
  return lookUp(index, parent);
}

/** Once per second of table time: what is due ends, what nothing can change any more is given to the host. */
function sweep(): void {
  const second = floorSecond(now);
  passSeconds(nextSecond == i64.MIN_VALUE ? second : nextSecond, second);
  nextSecond = second + SECOND;
  wheel.expireDue(second);
  ending.release(second);
}

function floorSecond(time: i64): i64 {
  const rest = time % SECOND;
  return time - (rest < 0 ? rest + SECOND : rest);
}

/** The capture is over: what is due ends; with `drain` the clock runs on until the table is empty. */
export function finish(drain: bool): void {
  wheel.expireDue(now);
  if (drain && live > 0) {
    passSeconds(nextSecond, i64.MAX_VALUE);
    expireAll();
  }
  ending.flush();
  giving.drain();
  report();
}

function expireAll(): void {
  // in the index there may also be sessions that linger, and ending one may move others: gather first
  let i: u32 = 0;
  while (i < directory.slots()) {
    const unit = directory.unitOf(i);
    if (unit != 0 && (load<u32>(at(unit), S_FLAGS) & F_LIVE) != 0) {
      end(unit, expiry(at(unit)));
      if (directory.unitOf(i) != unit) continue;
    }
    i += 1;
  }
  if (live > 0) expireAll();
}

/** Gives the host what waits for it. */
export function give(): void {
  giving.drain();
}

export function address(unit: u32): u32 {
  return <u32>at(unit);
}

export function address6(place: u32): u32 {
  return <u32>units.at6(place);
}

/** What a session's row has in common with others: see alike.ts. */
export function kindOf(unit: u32): u32 {
  return alike.kindOf(at(unit));
}
export function courseOf(unit: u32): u32 {
  return alike.courseOf(at(unit));
}

/** Sessions of this kind and course are written by a template of so many bytes. @returns where it goes; 0: no room */
export function addTemplate(kind: u32, course: u32, bytes: u32): u32 {
  return <u32>alike.add(kind, course, bytes);
}

export function templates(): u32 {
  return alike.count();
}

/** Takes `count` packets of the table's benchmark that stand at INPUT. */
export function runRows(count: i32): void {
  rows.run(count);
  giving.drain();
  report();
}

/** The benchmark's sweep, at `time` nanoseconds. */
export function sweepRows(time: f64): void {
  setNow(<i64>time);
  wheel.expireDue(now);
  ending.release(now);
}

/** Sessions that have been opened so far. */
export function openedSessions(): u32 {
  return state.lastId;
}

/** Number of the packet that is being looked at. */
export function packetNow(): f64 {
  return <f64>state.packets;
}

export function liveSessions(): u32 {
  return live;
}

/** Bytes that the table takes: records, index, wheel, whatever units are used for. */
export function tableBytes(): f64 {
  return <f64>units.top * <f64>units.stride;
}

/** Whether memory has run out: a session may have found no room. */
export function memoryHasRunOut(): bool {
  return units.hasRunOut();
}

export function isWideNow(): bool {
  return isWide();
}

/** Puts the time at which a live session leaves the table into the configuration block. */
export function readExpiry(unit: u32): void {
  store<i64>(CONFIG + CONFIG_EXPIRY, expiry(at(unit)));
}

/** Puts table time and the offset into the configuration block. */
export function readClock(): void {
  store<i64>(CONFIG + CONFIG_NOW, now);
  store<i64>(CONFIG + CONFIG_OFFSET, offset);
}

function report(): void {
  store<u64>(CONFIG + COUNT_PACKETS, state.packets);
  store<u64>(CONFIG + COUNT_IN_SESSIONS, state.inSessions);
}
