/** What docs/accuracy.md says of the log lines of real firewalls still holds. */
import { describe, expect, test } from 'vitest';
import { reasonToSkip } from '../trafficlog/judges.ts';
import { ARGUED_MISSES, argueMiss, measurePublicLogs } from './public-logs.ts';

if (reasonToSkip !== null) console.log(reasonToSkip);

/** Of the lines that carry the fields. */
const FLOOR = 0.95;

describe.skipIf(reasonToSkip !== null)('timers of public log lines', () => {
  test('timer and tracker stage hold for 95 % of the lines, and every miss is argued', async () => {
    const found = await measurePublicLogs();
    expect(found.bothHit / found.lines).toBeGreaterThanOrEqual(FLOOR);
    expect(found.hits + found.misses.filter(({ what }) => what === 'timer').length).toBe(found.lines);
    expect(found.misses.filter((miss) => argueMiss(miss) === undefined)).toEqual([]);
    expect(ARGUED_MISSES.filter((row) => !found.misses.some((miss) => argueMiss(miss) === row))).toEqual([]);
  });
});
