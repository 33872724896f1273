/** Both engines print the same bytes where the table has a limit, and so does accelerated aging. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import { crowdedTraffic } from '../properties/traffic.ts';
import { expectEqual, runBoth } from './both.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-limits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const aging = fc.oneof(
  fc.record({ threshold: fc.constantFrom(50, 51, 67, 80, 99), scaling: fc.constantFrom(2, 3, 7, 16) }),
  fc.constant(null),
);

const OPTIONS: readonly (readonly string[])[] = [
  ['--json'],
  ['--json', '--drain'],
  ['--json', '--drain', '--non-syn', 'accept'],
  ['--format', 'csv', '--details', '--timeout', 'udp=11', '--timeout', 'tcp-init=7'],
  ['--format', 'ndjson', '--linger', '20'],
  ['--format', 'panos-csv', '--drain', '--non-syn', 'reject'],
  ['--summary', '--timeout', 'tcp=31'],
];

describe('random traffic under a limit', () => {
  test.each(OPTIONS.map((options) => [options.join(' '), options] as const))('%s', (_, options) =>
    fc.assert(
      fc.asyncProperty(crowdedTraffic, fc.integer({ min: 1, max: 6 }), aging, async (packets, most, age) => {
        const config = join(folder, 'fw.yaml');
        const accelerated = age === null ? { enabled: false } : { enabled: true, ...age };
        writeFileSync(config, JSON.stringify({ limits: { 'accelerated-aging': accelerated } }));
        const argv = [writeCase(packets), '--config', config, '--max-sessions', `${most}`, ...options];
        expectEqual(await runBoth(argv));
      }),
      { numRuns: 150 },
    ),
  );
});
