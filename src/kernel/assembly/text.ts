/** Rows of sessions as text: the templates of the host (report/row-template.ts), filled in from the records. */
import {
  ALIKE_TEMPLATE,
  COLUMN_AFTER_END,
  COLUMN_BYTES_RECEIVED,
  COLUMN_BYTES_SENT,
  COLUMN_DPORT,
  COLUMN_DST,
  COLUMN_ELAPSED,
  COLUMN_END,
  COLUMN_ENDED,
  COLUMN_ID,
  COLUMN_LAST,
  COLUMN_PACKETS_RECEIVED,
  COLUMN_PACKETS_SENT,
  COLUMN_SPORT,
  COLUMN_SRC,
  COLUMN_START,
  COLUMN_TOTAL_BYTES,
  COLUMN_TOTAL_PACKETS,
  COLUMN_TTL,
  F_ENDED_BY_SYN,
  F_ENDED_BY_TIMER,
  OUT,
  S_ADDRESSES,
  S_AFTER_END,
  S_END,
  S_FIRST,
  S_FLAGS,
  S_ICMP_TYPE,
  S_ID,
  S_KIND,
  S_LAST,
  S_PACKETS,
  S_PORTS,
  TEMPLATE_MOST,
  TEMPLATE_PIECES,
  TEMPLATE_SWAPPED,
  TEXT,
  TEXT_BYTES,
} from '../layout';
import * as alike from './alike';
import { putAddress4, putAddress6, putNumber, putSmall, putTime } from './figures';
import { SECOND } from './numbers';
import { expiry, now } from './state';
import { bytesOf, packetsOf, sideBytes } from './totals';
import { at, at6 } from './units';

const IS_V6: u32 = 0x100;

let end: usize = TEXT;

/** Place behind the text. */
export function textEnd(): usize {
  return end;
}

/**
 * Writes rows of the sessions whose units stand in OUT, from the one in place `from` up to `count`, over the
 * text that was there. Of records of one line pair: a time of the packets is one of the table.
 * @returns place of the first that has not been written: the text is full, or, where there is none, it has no template
 */
export function writeRows(from: u32, count: u32): u32 {
  end = TEXT;
  for (let i = from; i < count; i++) {
    const session = at(load<u32>(OUT + i * 4));
    const row = alike.find(alike.kindOf(session), alike.courseOf(session));
    if (row == 0) return i;
    const template: usize = load<u32>(row, ALIKE_TEMPLATE);
    if (end + load<u32>(template, TEMPLATE_MOST) > <usize>(TEXT + TEXT_BYTES)) return i;
    alike.countIn(row, session);
    end = write(template, session, end);
  }
  return count;
}

function write(template: usize, session: usize, from: usize): usize {
  let piece = template + TEMPLATE_PIECES;
  let to = from;
  let column: u32 = COLUMN_END;
  do {
    const length: usize = load<u16>(piece);
    copy(to, piece + 2, length);
    to += length;
    piece += 2 + length;
    column = load<u8>(piece);
    piece += 1;
    if (column != COLUMN_END) to = put(to, column, session, load<u32>(template, TEMPLATE_SWAPPED));
  } while (column != COLUMN_END);
  return to;
}

/** Up to seven bytes more are written, over which the next piece goes. */
function copy(to: usize, from: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 8) store<u64>(to + i, load<u64>(from + i));
}

function put(to: usize, column: u32, session: usize, swapped: u32): usize {
  switch (column) {
    case COLUMN_ID:
      return putNumber(to, load<u32>(session, S_ID));
    case COLUMN_SRC:
      return putAddress(to, session, 0);
    case COLUMN_DST:
      return putAddress(to, session, 1);
    case COLUMN_SPORT:
      return putSmall(to, portOf(session, swapped, 0));
    case COLUMN_DPORT:
      return putSmall(to, portOf(session, swapped, 1));
    case COLUMN_TOTAL_BYTES:
      return putNumber(to, bytesOf(session));
    case COLUMN_BYTES_SENT:
      return putNumber(to, sideBytes(session, 0));
    case COLUMN_BYTES_RECEIVED:
      return putNumber(to, sideBytes(session, 1));
    case COLUMN_TOTAL_PACKETS:
      return putNumber(to, packetsOf(session));
    case COLUMN_PACKETS_SENT:
      return putNumber(to, load<u32>(session, S_PACKETS));
    case COLUMN_PACKETS_RECEIVED:
      return putNumber(to, load<u32>(session, S_PACKETS + 4));
    case COLUMN_START:
      return putTime(to, load<i64>(session, S_FIRST));
    case COLUMN_LAST:
      return putTime(to, load<i64>(session, S_LAST));
    case COLUMN_ENDED:
      return putTime(to, hasEnded(session) ? load<i64>(session, S_END) : expiry(session));
    case COLUMN_ELAPSED:
      return putNumber(to, wholeSeconds(load<i64>(session, S_LAST) - load<i64>(session, S_FIRST)));
    case COLUMN_TTL:
      // rounded up to a second
      return putNumber(to, hasEnded(session) ? 0 : wholeSeconds(expiry(session) - now + SECOND - 1));
    case COLUMN_AFTER_END:
      return putNumber(to, hasEnded(session) ? load<u32>(session, S_AFTER_END) : 0);
    default:
      return to;
  }
}

function putAddress(to: usize, session: usize, side: u32): usize {
  const its = load<u32>(session + side * 4, S_ADDRESSES);
  if ((load<u32>(session, S_KIND) & IS_V6) == 0) return putAddress4(to, its);
  return putAddress6(to, at6(load<u32>(session, S_ADDRESSES)) + side * 16);
}

function portOf(session: usize, swapped: u32, side: u32): u32 {
  const ports = load<u32>(session, S_PORTS);
  const turned: u32 = swapped != 0 && load<u32>(session, S_ICMP_TYPE) + 1 == swapped ? 1 : 0;
  return (side ^ turned) == 0 ? ports & 0xffff : ports >> 16;
}

function hasEnded(session: usize): bool {
  return (load<u32>(session, S_FLAGS) & (F_ENDED_BY_TIMER | F_ENDED_BY_SYN)) != 0;
}

/** Of nanoseconds; 0 of less than none. */
function wholeSeconds(time: i64): u64 {
  return time < 0 ? 0 : <u64>(time / SECOND);
}
