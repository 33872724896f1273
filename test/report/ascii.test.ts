/** Bytes written by hand are the text that the slower way gives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressText } from '../../src/decode/address.ts';
import { MOST_BYTES, putAddress, putBytes, putNumber } from '../../src/report/ascii.ts';
import { putTime, rfc3339 } from '../../src/report/time-text.ts';

type Put = (bytes: Uint8Array, at: number) => number;

/** What is written, in the middle of other bytes, which stay. */
function written(put: Put): string {
  const bytes = new Uint8Array(MOST_BYTES * 3).fill(0x2e);
  const end = put(bytes, MOST_BYTES);
  const text = Buffer.from(bytes).toString('latin1');
  expect(text.slice(0, MOST_BYTES)).toBe('.'.repeat(MOST_BYTES));
  expect(text.slice(end)).toBe('.'.repeat(bytes.length - end));
  expect(end - MOST_BYTES).toBeLessThanOrEqual(MOST_BYTES);
  return text.slice(MOST_BYTES, end);
}

const number = fc.oneof(
  fc.nat(70_000),
  fc.maxSafeNat(),
  fc.tuple(fc.nat(15), fc.constantFrom(-1, 0, 1)).map(([digits, more]) => Math.max(0, 10 ** digits + more)),
  fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 32 - 1, 2 ** 48),
);

test('a whole number', () => {
  fc.assert(
    fc.property(number, (value) => {
      expect(written((bytes, at) => putNumber(bytes, at, value))).toBe(String(value));
    }),
  );
});

/** Seconds that share a slot, too. */
const sec = fc.oneof(
  fc.integer({ min: -9_300_000_000, max: 9_300_000_000 }),
  fc.nat(8).map((steps) => 1_767_977_040 + steps * 256),
  fc.constantFrom(-1, 0, 1, 1e15),
);

test('a time', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ sec, nsec: fc.nat(999_999_999) }), { maxLength: 20 }), (times) => {
      for (const time of times) {
        expect(written((bytes, at) => putTime(bytes, at, time))).toBe(rfc3339(time));
      }
    }),
  );
});

const word = fc.oneof(fc.constantFrom(0, 1, 0xffff, 0xffff_ffff), fc.nat(0xffff_ffff));

test('an address', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word, word, word), { maxLength: 20 }), (addresses) => {
      for (const address of addresses) {
        const words = Uint32Array.from(address);
        for (const version of [4, 6]) {
          expect(written((bytes, at) => putAddress(bytes, at, words, version))).toBe(
            addressText(words, version),
          );
        }
      }
    }),
  );
});

test('bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 48 }), (source) => {
      expect(written((bytes, at) => putBytes(bytes, at, source))).toBe(
        Buffer.from(source).toString('latin1'),
      );
    }),
  );
});
