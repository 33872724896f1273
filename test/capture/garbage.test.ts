/** Bytes that were changed on the way: nothing but CaptureError is thrown, nothing loops, nothing before is lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCaptureBytes } from '../../src/capture/read-bytes.ts';
import { CaptureError } from '../../src/capture/record.ts';
import { layOutCapture } from '../../src/capture/writer.ts';
import { essences, GRID, somePackets } from './samples.ts';

const PACKETS = somePackets(6);

/** The records and the damage, or null where the bytes are refused in the one way that is allowed. */
function attempt(bytes: Uint8Array) {
  try {
    return readCaptureBytes(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(CaptureError);
    return null;
  }
}

describe.each(GRID)('%s', (_, options) => {
  const { bytes, packetOffsets } = layOutCapture(PACKETS, options);

  test('flipped bytes change no record before them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        (flips) => {
          const broken = bytes.slice();
          for (const [at, by] of flips) broken[at]! ^= by;
          const first = Math.min(...flips.map(([at]) => at));
          const before = packetOffsets.filter(
            (_, i) => (packetOffsets[i + 1] ?? bytes.length) <= first,
          ).length;
          const read = attempt(broken);
          if (read === null) {
            expect(before).toBe(0);
            return;
          }
          expect(essences(read.records.slice(0, before))).toEqual(essences(PACKETS.slice(0, before)));
          if (read.file.damage !== null) {
            expect(read.file.damage.offset).toBeLessThanOrEqual(bytes.length);
            expect(read.file.damage.what).not.toMatch(/undefined|NaN|\n/);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('anything behind a good start', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(bytes.length), (tail, keep) => {
        const read = attempt(Buffer.concat([bytes.subarray(0, keep), tail]));
        if (read !== null) expect(read.records.length).toBeLessThanOrEqual(50);
      }),
      { numRuns: 200 },
    );
  });
});

test('anything at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = attempt(bytes);
      if (read !== null) expect(read.file.packets).toBe(read.records.length);
    }),
  );
});
