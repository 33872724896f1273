/** Tuples are remembered and forgotten as by a map with text keys that forgets what was used longest ago. */
import fc from 'fast-check';
import { LRUMap } from 'mnemonist';
import { expect, test } from 'vitest';
import { RecentTuples } from '../../src/verdict/recent-tuples.ts';

const CAPACITY = 8;

const address = fc.constantFrom([0, 0, 0xffff, 1], [0, 0, 0xffff, 2], [1, 0, 0, 0], [0xffff_ffff, 0, 0, 1]);
const key = fc.record({
  version: fc.constantFrom(4, 6),
  src: address,
  dst: address,
  ports: fc.constantFrom(0, 1, 0xffff_ffff),
});
const step = fc.record({ key, value: fc.option(fc.nat(999)) });

test('the same as LRUMap', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const tuples = new RecentTuples<number>(CAPACITY);
      const texts = new LRUMap<string, number>(CAPACITY);
      // addresses that are written over by those of the next session
      const src = new Uint32Array(4);
      const dst = new Uint32Array(4);
      for (const { key, value } of steps) {
        src.set(key.src);
        dst.set(key.dst);
        const tuple = { version: key.version, src, dst };
        const text = JSON.stringify(key);
        if (value === null) {
          expect(tuples.get(tuple, key.ports)).toBe(texts.get(text));
        } else {
          tuples.set(tuple, key.ports, value);
          texts.set(text, value);
        }
      }
    }),
    { numRuns: 500 },
  );
});
