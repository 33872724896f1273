import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TableClock } from '../../src/capture/clock.ts';
import { addSeconds, compareTime } from '../../src/capture/time.ts';
import { text } from './samples.ts';

/** Table times and warnings for packet times in seconds. */
function run(...seconds: number[]) {
  const clock = new TableClock();
  const warnings: string[] = [];
  const table = seconds.map((second, i) => {
    const warning = clock.advance(addSeconds({ sec: 1000, nsec: 0 }, second), 'a.pcap', i + 1);
    if (warning !== null) warnings.push(warning);
    return text(addSeconds(clock.now!, -1000)).replace(/\.?0+$/, '');
  });
  return { table, warnings, offset: text(clock.offset) };
}

describe('table time', () => {
  test.each<[string, number[], string[], string, number]>([
    ['goes with packet time', [0, 1.5, 1.5, 100_000], ['0', '1.5', '1.5', '100000'], '0.000000000', 0],
    [
      'stands still for a small step back',
      [100, 99, 40.5, 101],
      ['100', '100', '100', '101'],
      '0.000000000',
      0,
    ],
    ['stands still for exactly 60 s', [100, 40, 100.5], ['100', '100', '100.5'], '0.000000000', 0],
    [
      'goes on from where it was behind a larger one',
      [100, 39, 40, 41.5],
      ['100', '100', '101', '102.5'],
      '61.000000000',
      1,
    ],
    [
      'shifts by what is behind table time, not by the last packet',
      [100, 50, 30],
      ['100', '100', '100'],
      '70.000000000',
      1,
    ],
    ['shifts again', [100, 0, 10, -90, -89], ['100', '100', '110', '110', '111'], '200.000000000', 2],
    [
      'keeps the offset when the clock is set right again',
      [100, 0, 200],
      ['100', '100', '300'],
      '100.000000000',
      1,
    ],
  ])('%s', (_, seconds, table, offset, warnings) => {
    const result = run(...seconds);
    expect(result.table).toEqual(table);
    expect(result.offset).toBe(offset);
    expect(result.warnings).toHaveLength(warnings);
  });

  test('the warning names file, packet and how far', () => {
    expect(run(100, 38.75).warnings).toEqual([
      'a.pcap: packet 2: the clock steps back by 61.250 s; timers go on from where they were',
    ]);
  });

  test('never runs backwards, and passes with every step forwards', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.nat(999_999_999))),
        (times) => {
          const clock = new TableClock();
          let before = clock.now;
          for (const [sec, nsec] of times) {
            clock.advance({ sec, nsec }, 'a', 1);
            if (before !== null) expect(compareTime(clock.now!, before)).toBeGreaterThanOrEqual(0);
            before = clock.now;
          }
        },
      ),
    );
  });
});
