/** Tuples that have had a session: both directions, bounded. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeenTuples } from '../../src/reference/seen-tuples.ts';

const key = (a: number, sport: number, b: number, dport: number) => ({
  version: 4,
  proto: 6,
  level: 0,
  network: -1,
  src: Uint32Array.from([0, 0, 0xffff, a]),
  dst: Uint32Array.from([0, 0, 0xffff, b]),
  sport,
  dport,
});
const word = fc.nat(0xffffffff);
const port = fc.nat(0xffff);

describe('tuples that have had a session', () => {
  test('are known in both directions, others are not', () =>
    fc.assert(
      fc.property(word, port, word, port, word, (a, sport, b, dport, other) => {
        const seen = new SeenTuples();
        seen.add(key(a, sport, b, dport));
        expect(seen.has(key(a, sport, b, dport))).toBe(true);
        expect(seen.has(key(b, dport, a, sport))).toBe(true);
        if (other !== a && other !== b) expect(seen.has(key(other, sport, b, dport))).toBe(false);
      }),
    ));

  test('neighbouring tuples do not collide', () => {
    const seen = new SeenTuples();
    let collisions = 0;
    for (let n = 0; n < 100_000; n += 1) {
      const tuple = key(0x0a000000 + (n >>> 8), 1024 + (n & 0xff), 0xc0000250, 80);
      if (seen.has(tuple)) collisions += 1;
      seen.add(tuple);
    }
    expect(collisions).toBe(0);
  });

  test('beyond the bound every tuple counts as seen', () => {
    const seen = new SeenTuples(2);
    seen.add(key(1, 1, 2, 2));
    expect(seen.has(key(9, 9, 8, 8))).toBe(false);
    seen.add(key(3, 3, 4, 4));
    expect(seen.has(key(9, 9, 8, 8))).toBe(true);
  });
});
