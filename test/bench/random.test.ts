/** The random numbers of the workloads: their range, their means, and that a seed fixes them. */
import { expect, test } from 'vitest';
import { mix32, Random } from '../../src/bench/random.ts';

const DRAWS = 20_000;
const drawn = (draw: (random: Random) => number): number[] => {
  const random = new Random(7);
  return Array.from({ length: DRAWS }, () => draw(random));
};
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

test('a seed fixes the row', () => {
  const row = (seed: number): number[] =>
    Array.from({ length: 5 }, new Random(seed).word.bind(new Random(seed)));
  expect(row(1)).toEqual(row(1));
  expect(row(1)).not.toEqual(row(2));
});

test('unit and below stay in their range and spread evenly', () => {
  const units = drawn((random) => random.unit());
  expect(Math.min(...units)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...units)).toBeLessThan(1);
  expect(mean(units)).toBeCloseTo(0.5, 1);
  expect(new Set(drawn((random) => random.below(10)))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
});

test('exponential and Pareto have their means', () => {
  expect(mean(drawn((random) => random.exponential(3)))).toBeCloseTo(3, 0);
  // alpha * least / (alpha - 1)
  expect(mean(drawn((random) => random.pareto(2, 3)))).toBeCloseTo(3, 0);
  expect(Math.min(...drawn((random) => random.pareto(2, 3)))).toBeGreaterThanOrEqual(2);
});

test('zipf: rank r about 1 / (r + 1) as often as rank 0', () => {
  const ranks = drawn((random) => random.zipf(1000));
  const count = (rank: number): number => ranks.filter((each) => each === rank).length;
  expect(Math.max(...ranks)).toBeLessThan(1000);
  expect(Math.min(...ranks)).toBe(0);
  expect(count(0)).toBeGreaterThan(count(1));
  expect(count(1)).toBeGreaterThan(count(4));
});

test('mix32 is a bijection: no two of many words meet', () => {
  expect(new Set(Array.from({ length: 100_000 }, (_, i) => mix32(i))).size).toBe(100_000);
});
