/** Numbers, addresses and times as ASCII text, as report/ascii.ts and report/time-text.ts write them. Each gives the place behind. */
import { SECOND_BYTES, SECONDS, SECONDS_KEPT } from '../layout';
import { SECOND } from './numbers';

const ZERO: u32 = 48;
const DOT: u32 = 46;
const COLON: u32 = 58;
const DASH: u32 = 45;
const BILLION: u64 = 1000000000;

/** A whole number, in decimal. */
export function putNumber(to: usize, value: u64): usize {
  if (value < BILLION) return putSmall(to, <u32>value);
  const billions = value / BILLION;
  return putDigits(putNumber(to, billions), <u32>(value - billions * BILLION), 9);
}

/** Below 10^9. */
export function putSmall(to: usize, value: u32): usize {
  let digits: u32 = 1;
  for (let power: u32 = 10; power <= value; power *= 10) digits += 1;
  return putDigits(to, value, digits);
}

/** So many digits, with zeros in front. */
function putDigits(to: usize, value: u32, digits: u32): usize {
  let left = value;
  for (let place = to + digits; place > to; ) {
    const tenth = left / 10;
    place -= 1;
    store<u8>(place, <u8>(ZERO + left - tenth * 10));
    left = tenth;
  }
  return to + digits;
}

export function putAddress4(to: usize, word: u32): usize {
  let end = to;
  for (let shift: i32 = 24; shift >= 0; shift -= 8) {
    end = putSmall(end, (word >> shift) & 0xff);
    if (shift > 0) store<u8>(end++, <u8>DOT);
  }
  return end;
}

const FIELDS6: u32 = 8;

function field6(address: usize, field: u32): u32 {
  return <u32>bswap<u16>(load<u16>(address + field * 2));
}

/**
 * RFC 5952: lower case, no leading zeros, `::` for the longest run of two or more zero fields, the first of equals.
 * @param address 16 bytes in network order
 */
export function putAddress6(to: usize, address: usize): usize {
  let runStart: u32 = FIELDS6;
  let runLength: u32 = 1;
  let zeros: u32 = 0;
  for (let field: u32 = 0; field < FIELDS6; field++) {
    zeros = field6(address, field) == 0 ? zeros + 1 : 0;
    if (zeros <= runLength) continue;
    runLength = zeros;
    runStart = field + 1 - zeros;
  }
  let end = to;
  for (let field: u32 = 0; field < FIELDS6; field++) {
    if (field == runStart) {
      store<u8>(end, <u8>COLON);
      store<u8>(end, <u8>COLON, 1);
      end += 2;
      field += runLength - 1;
      continue;
    }
    // the run of zeros has left its own
    if (field > 0 && load<u8>(end - 1) != COLON) store<u8>(end++, <u8>COLON);
    end = putHex(end, field6(address, field));
  }
  return end;
}

/** 16 bits without leading zeros. */
function putHex(to: usize, value: u32): usize {
  let end = to;
  for (let shift: i32 = 12; shift >= 0; shift -= 4) {
    if (shift > 0 && value >> shift == 0) continue;
    const digit = (value >> shift) & 15;
    store<u8>(end++, <u8>(digit < 10 ? ZERO + digit : 87 + digit));
  }
  return end;
}

const TEXT: usize = 8;
const TEXT_LENGTH: usize = 19;

/** RFC 3339 UTC with nine digits of a second. @param time nanoseconds since 1970 */
export function putTime(to: usize, time: i64): usize {
  const second = floorDivided(time, SECOND);
  const kept: usize = SECONDS + (<u32>second & (SECONDS_KEPT - 1)) * SECOND_BYTES;
  // a text has no zero: where there is one, nothing has been kept
  if (load<i64>(kept) != second || load<u8>(kept, TEXT) == 0) {
    store<i64>(kept, second);
    putSecond(kept + TEXT, second);
  }
  // 24 bytes, of which the last five are written over
  store<u64>(to, load<u64>(kept, TEXT));
  store<u64>(to, load<u64>(kept, TEXT + 8), 8);
  store<u64>(to, load<u64>(kept, TEXT + 16), 16);
  store<u8>(to, <u8>DOT, TEXT_LENGTH);
  const end = putDigits(to + TEXT_LENGTH + 1, <u32>(time - second * SECOND), 9);
  store<u8>(end, 0x5a);
  return end + 1;
}

function floorDivided(value: i64, by: i64): i64 {
  const quotient = value / by;
  return value - quotient * by < 0 ? quotient - 1 : quotient;
}

const DAY: i64 = 86400;
/** days from 1 March of year 0 to 1970, and of 400, 100, 4 years and one, in the Gregorian calendar */
const TO_1970: i64 = 719468;
const DAYS_400: i64 = 146097;
const DAYS_100: u32 = 36524;
const DAYS_4: u32 = 1460;
const DAYS_1: u32 = 365;

/** `2026-01-09T16:44:00`: a time in nanoseconds is of the years 1677 to 2262. */
function putSecond(to: usize, second: i64): void {
  const day = floorDivided(second, DAY);
  const rest = <u32>(second - day * DAY);
  const since = day + TO_1970;
  const era = floorDivided(since, DAYS_400);
  const within = <u32>(since - era * DAYS_400);
  const years = (within - within / DAYS_4 + within / DAYS_100 - within / <u32>(DAYS_400 - 1)) / DAYS_1;
  const ofYear = within - (DAYS_1 * years + years / 4 - years / 100);
  // months from March on, of 31 and 30 days by turns but for the last
  const month = (5 * ofYear + 2) / 153;
  const year = years + <u32>era * 400 + (month >= 10 ? 1 : 0);
  let end = putDigits(to, year, 4);
  store<u8>(end, <u8>DASH);
  end = putDigits(end + 1, month < 10 ? month + 3 : month - 9, 2);
  store<u8>(end, <u8>DASH);
  end = putDigits(end + 1, ofYear - (153 * month + 2) / 5 + 1, 2);
  store<u8>(end, 0x54);
  end = putDigits(end + 1, rest / 3600, 2);
  store<u8>(end, <u8>COLON);
  end = putDigits(end + 1, (rest / 60) % 60, 2);
  store<u8>(end, <u8>COLON);
  putDigits(end + 1, rest % 60, 2);
}
