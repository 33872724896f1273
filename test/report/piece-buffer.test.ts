/** Nothing is lost or changed on its way through the pieces, however often they are used again. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PieceBuffer } from '../../src/report/piece-buffer.ts';

const run = fc.record({
  length: fc.oneof(fc.nat(100_000), fc.nat(600_000)),
  takes: fc.constantFrom(null, false, true),
});

test('what comes out is what went in', () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 30 }), (runs) => {
      const buffer = new PieceBuffer();
      const wanted: Buffer[] = [];
      const got: Buffer[] = [];
      const take = (all: boolean): void => {
        // a piece may be written over as soon as the next is asked for
        for (const piece of buffer.pieces(all)) got.push(Buffer.from(piece));
      };
      for (const [i, { length, takes }] of runs.entries()) {
        buffer.room(length).fill(i + 1, buffer.end, buffer.end + length);
        buffer.end += length;
        wanted.push(Buffer.alloc(length, i + 1));
        if (takes !== null) take(takes);
      }
      take(true);
      expect(Buffer.concat(got).equals(Buffer.concat(wanted))).toBe(true);
      expect(got.every((piece) => piece.length > 0)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('what does not fill a piece waits until everything is asked for', () => {
  const buffer = new PieceBuffer();
  buffer.room(10).fill(1, 0, 10);
  buffer.end += 10;
  expect([...buffer.pieces(false)]).toEqual([]);
  expect([...buffer.pieces(true)].map((piece) => piece.length)).toEqual([10]);
  expect([...buffer.pieces(true)]).toEqual([]);
});
