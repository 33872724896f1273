/** Both engines print the same bytes for random traffic, however it is read and whatever the options. */
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import { traffic } from '../properties/traffic.ts';
import { expectEqual, runBoth } from './both.ts';

const OPTIONS: readonly (readonly string[])[] = [
  ['--json'],
  ['--json', '--drain'],
  ['--format', 'ndjson', '--linger', '20'],
  ['--format', 'ndjson', '--non-syn', 'reject', '--linger', '0'],
  ['--format', 'csv', '--non-syn', 'accept', '--details'],
  ['--format', 'csv', '--timeout', 'tcp=30', '--timeout', 'tcp-half-closed=3'],
  ['--format', 'csv', '--drain', '--keep-duplicates', '--linger', '20', '--zone', '10.0.0.0/8=in side'],
  ['--format', 'panos-csv', '--drain'],
  ['--summary', '--timeout', 'app:ssh=7'],
];

describe('random traffic', () => {
  test.each(OPTIONS.map((options) => [options.join(' '), options] as const))('%s', (_, options) =>
    fc.assert(
      fc.asyncProperty(traffic, async (packets) => {
        expectEqual(await runBoth([writeCase(packets), ...options]));
      }),
      { numRuns: 120 },
    ),
  );
});
