/**
 * pcapng timestamps: 64 bits in units that each interface chooses (if_tsresol), to seconds and
 * nanoseconds. Exact for every resolution, rounded down to the nanosecond, without BigInt: a double
 * holds 53 bits, so every step below stays under that. draft-ietf-opsawg-pcapng 4.2.
 */
import type { MutableTime, Time } from './time.ts';

/** Turns the upper and lower half of a timestamp into a time; `offset` is if_tsoffset in seconds. */
export type TimestampReader = (high: number, low: number, offset: number) => Time;

const NS_PER_SECOND = 1_000_000_000;
const TWO_32 = 0x1_0000_0000;
/** the largest power of ten that fits the 30 bits which `divide` allows */
const MAX_DIVISOR_DIGITS = 9;

/** Quotient (two halves) and remainder of the last `divide`. */
let quotientHigh = 0;
let quotientLow = 0;
let remainder = 0;

/** (high, low) / divisor rounded down, where `high` may be negative; long division by 16-bit digits; divisor <= 10^9 keeps every term below 2^46. */
function divide(high: number, low: number, divisor: number): void {
  quotientHigh = Math.floor(high / divisor);
  const upper = (high - quotientHigh * divisor) * 0x10000 + (low >>> 16);
  // a remainder of doubles is several times as dear as this
  const upperQuotient = Math.floor(upper / divisor);
  const lower = (upper - upperQuotient * divisor) * 0x10000 + (low & 0xffff);
  const lowerQuotient = Math.floor(lower / divisor);
  remainder = lower - lowerQuotient * divisor;
  quotientLow = upperQuotient * 0x10000 + lowerQuotient;
}

/** Units of 10^-digits seconds. */
function decimalReader(digits: number): TimestampReader {
  if (digits <= MAX_DIVISOR_DIGITS) {
    const unitsPerSecond = 10 ** digits;
    const nsPerUnit = 10 ** (9 - digits);
    return (high, low, offset) => {
      divide(high, low, unitsPerSecond);
      return { sec: quotientHigh * TWO_32 + quotientLow + offset, nsec: remainder * nsPerUnit };
    };
  }
  return (high, low, offset) => {
    quotientHigh = high;
    quotientLow = low;
    // floor(floor(x / a) / b) = floor(x / (a * b)): down to nanoseconds in steps that `divide` can take
    for (let left = digits - 9; left > 0; left -= MAX_DIVISOR_DIGITS) {
      divide(quotientHigh, quotientLow, 10 ** Math.min(left, MAX_DIVISOR_DIGITS));
    }
    divide(quotientHigh, quotientLow, NS_PER_SECOND);
    return { sec: quotientHigh * TWO_32 + quotientLow + offset, nsec: remainder };
  };
}

/** Units of 2^-bits seconds. */
function binaryReader(bits: number): TimestampReader {
  const wholeDigits = Math.min(4, Math.floor(bits / 16));
  const topBits = bits - 16 * wholeDigits;
  return (high, low, offset) => {
    // the fraction is the lowest `bits` bits; nsec = floor(fraction * 10^9 / 2^bits), digit by digit
    const digits = [low & 0xffff, low >>> 16, high & 0xffff, high >>> 16, 0];
    let carry = 0;
    for (let i = 0; i < wholeDigits; i++) {
      carry = Math.floor((digits[i]! * NS_PER_SECOND + carry) / 0x10000);
    }
    const top = topBits >= 16 ? 0 : digits[wholeDigits]! & ((1 << topBits) - 1);
    const nsec = Math.floor((top * NS_PER_SECOND + carry) / 2 ** topBits);
    const sec =
      bits >= 32
        ? Math.floor(high / 2 ** (bits - 32))
        : high * 2 ** (32 - bits) + Math.floor(low / 2 ** bits);
    return { sec: sec + offset, nsec };
  };
}

/** Nanoseconds since 1970 in 64 bits, as `timestampReader(9)` reads them, without an object for each. */
export function readNanoseconds(high: number, low: number, into: MutableTime): void {
  divide(high, low, NS_PER_SECOND);
  into.sec = quotientHigh * TWO_32 + quotientLow;
  into.nsec = remainder;
}

/** The reader for an if_tsresol byte: 10^-n, or with the top bit set 2^-n. */
export function timestampReader(tsresol: number): TimestampReader {
  return tsresol & 0x80 ? binaryReader(tsresol & 0x7f) : decimalReader(tsresol);
}
