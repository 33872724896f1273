/** The floors of the applications' accuracy, over every public capture. */
import { beforeAll, describe, expect, test } from 'vitest';
import { capturesWithTruth } from '../truth.ts';
import { ARGUED_NAMES, argueName } from './argued.ts';
import { JUDGES } from './judges.ts';
import { type ApplicationMeasurement, measureApplications } from './measure.ts';
import { agreement, differences, share } from './table.ts';

const FLOOR = 0.9;
const isAbsent = capturesWithTruth().length === 0;
if (isAbsent) console.log('applications: skipped, the public captures are not beside the project');

describe.skipIf(isAbsent)('applications beside other programs', () => {
  let measurement: ApplicationMeasurement;
  beforeAll(async () => {
    measurement = await measureApplications();
  }, 300_000);

  test('every name of a judge has a row in the mapping table', () => {
    expect(measurement.unmapped).toEqual([]);
  });

  test.each(JUDGES.map((judge) => judge.name))('%s: at least 90 % agree where both name one', (judge) => {
    const counts = agreement(measurement, judge);
    expect(counts.named).toBeGreaterThan(0);
    expect(share(counts)).toBeGreaterThanOrEqual(FLOOR);
  });

  test('where we name another than a judge, it is argued', () => {
    const open = differences(measurement).filter(
      ({ comparison, argued }) => comparison.ours !== null && argued === undefined,
    );
    expect(open).toEqual([]);
  });

  test('every argument is still needed', () => {
    const used = new Set(measurement.comparisons.filter((each) => !each.agrees).map(argueName));
    expect(ARGUED_NAMES.filter((row) => !used.has(row))).toEqual([]);
  });
});
