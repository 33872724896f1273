/** The small tools behind the figures: phases, percentiles, text. */
import { expect, test } from 'vitest';
import { aligned, scaled, threeDigits } from '../../src/bench/figures-text.ts';
import { PhaseClock } from '../../src/bench/phase-clock.ts';
import { median, percentile } from '../../src/bench/statistics.ts';

test('a phase clock adds up what each phase took, and says where to go back to', () => {
  let now = 1000;
  const clock = new PhaseClock('reading', () => now);
  const after = (milliseconds: number): void => {
    now += milliseconds;
  };
  after(5);
  expect(clock.enter('engine')).toBe('reading');
  after(10);
  const before = clock.enter('decisions');
  after(20);
  expect(clock.enter(before)).toBe('decisions');
  after(1);
  expect(clock.read()).toEqual({ reading: 0.005, engine: 0.011, decisions: 0.02, output: 0 });
});

test('percentiles by nearest rank, medians between two', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 3, 5, 5]);
  expect([median(values), median([4, 1]), median([7])]).toEqual([3, 2.5, 7]);
  expect(() => median([])).toThrow(RangeError);
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});

test('numbers with three digits', () => {
  expect([0, 0.0123456, 1.2345, 12.345, 123.45, 12345.6].map(threeDigits)).toEqual([
    '0',
    '0.0123',
    '1.23',
    '12.3',
    '123',
    '12346',
  ]);
  expect([scaled(950, 'sessions/s'), scaled(13_100_000, 'packets/s'), scaled(4.6e9, 'B/s')]).toEqual([
    '950 sessions/s',
    '13.1 M packets/s',
    '4.60 GB/s',
  ]);
});

test('columns line up and no line ends in a space', () => {
  expect(
    aligned([
      ['', 'A', 'LONG'],
      ['name', '12', ''],
    ]),
  ).toEqual(['       A  LONG', 'name  12']);
});
