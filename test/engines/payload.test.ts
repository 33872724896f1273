/**
 * Both engines name the same sessions, whatever order their payload comes in: the kernel counts and keeps
 * what no signature can match, the host goes on from there as soon as one can.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import { type WriterOptions, writeCapture } from '../../src/capture/writer.ts';
import { recordsOf } from '../dsl/cases.ts';
import { type CutFrame, payloadTraffic } from '../properties/payload-traffic.ts';
import { expectEqual, runBoth } from './both.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-payload-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLAIN: WriterOptions = { container: 'pcap', resolution: 'ns', linkType: 1 };
const PCAPNG: WriterOptions = {
  container: 'pcapng',
  sections: [{ interfaces: [{ linkType: 1, tsresol: 9 }] }],
};

function put(packets: readonly CutFrame[], options: WriterOptions): string {
  const records = recordsOf(packets).map(({ time, data }, i) => ({
    time,
    data: data.subarray(0, packets[i]!.captured),
    originalLength: data.length,
  }));
  const path = join(folder, `payload.${options.container}`);
  writeFileSync(path, writeCapture(records, options));
  return path;
}

/** Without evidence, where the kernel may keep payload to itself; and with it. */
const RUNS: readonly (readonly [options: readonly string[], container: WriterOptions])[] = [
  [['--format', 'csv'], PLAIN],
  [['--format', 'csv', '--drain'], PLAIN],
  [['--format', 'panos-csv', '--drain', '--timeout', 'tcp=3'], PLAIN],
  [['--summary', '--json'], PLAIN],
  [['--format', 'csv', '--inspect-tunnels'], PLAIN],
  [['--format', 'csv'], PCAPNG],
  [['--json'], PLAIN],
];

describe('payload in pieces', () => {
  test.each(RUNS.map(([options, how]) => [`${options.join(' ')}, ${how.container}`, options, how] as const))(
    '%s',
    (_, options, how) =>
      fc.assert(
        fc.asyncProperty(
          payloadTraffic,
          fc.constantFrom(4, 4, 1, 2, 3, 9),
          fc.constantFrom(2000, 2000, 1, 30, 200, 8000),
          async (packets, most, mostBytes) => {
            const config = join(folder, 'fw.yaml');
            writeFileSync(config, `app-id: { max-packets: ${most}, max-bytes: ${mostBytes} }`);
            expectEqual(await runBoth([put(packets, how), '--config', config, ...options]));
          },
        ),
        { numRuns: 300 },
      ),
  );
});
