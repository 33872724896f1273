/** Sessions in the table over time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeTime } from '../../src/capture/time.ts';
import type { TableCourse } from '../../src/report/page-data.ts';
import { TableCourseGatherer } from '../../src/report/table-course.ts';

/** Seconds of start and last packet, and of the end or null while open; whether it aged out. */
type Life = readonly [start: number, last: number, end: number | null, agedOut?: boolean];

const time = (seconds: number): ReturnType<typeof makeTime> =>
  makeTime(Math.floor(seconds), Math.round((seconds - Math.floor(seconds)) * 1e9));

function courseOf(lives: readonly Life[]): TableCourse | null {
  const gatherer = new TableCourseGatherer();
  for (const [start, last, end, agedOut = false] of lives)
    gatherer.add(time(start), time(last), end === null ? null : time(end), agedOut);
  return gatherer.course();
}

describe('table course', () => {
  test('without a session there is none', () => {
    expect(courseOf([])).toBeNull();
  });

  test.each<readonly [string, readonly Life[], Partial<TableCourse>]>([
    [
      'two at once, then one, then none',
      [
        [10, 12, 20],
        [15, 15, 45],
      ],
      { peak: { sessions: 2, at: 15 } },
    ],
    [
      'one that ends at the instant at which the other begins makes room',
      [
        [10, 10, 15],
        [15, 15, 20],
      ],
      { peak: { sessions: 1, at: 10 } },
    ],
    ['an open one stays', [[10, 40, null]], { peak: { sessions: 1, at: 10 } }],
  ])('%s', (_name, lives, expected) => {
    expect(courseOf(lives)).toMatchObject(expected);
  });

  test('nothing is lost, whatever the sessions', () => {
    const life = fc
      .tuple(fc.integer({ min: 0, max: 5_000_000 }), fc.nat(90_000), fc.option(fc.nat(90_000)), fc.boolean())
      .map(([start, long, after, agedOut]): Life => {
        const last = (start + long) / 10;
        return [start / 10, last, after === null ? null : last + after / 10, agedOut];
      });
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 60 }), (lives) => {
        const { live, created, ended, agedOut, peak } = courseOf(lives)!;
        const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
        const open = lives.filter(([, , end]) => end === null).length;
        expect(sum(created)).toBe(lives.length);
        expect(sum(ended)).toBe(lives.length - open);
        expect(sum(agedOut)).toBe(lives.filter(([, , end, aged]) => end !== null && aged).length);
        expect(agedOut.every((count, i) => count <= ended[i]!)).toBe(true);
        expect(live.at(-1)).toBe(open);
        expect(Math.min(...live)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...live)).toBeLessThanOrEqual(peak.sessions);
        expect(live.length).toBeLessThanOrEqual(601);
      }),
    );
  });
});
