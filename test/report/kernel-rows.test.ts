/**
 * Rows that the kernel writes as text are the rows that are written here: a zone keeps the kernel from writing any,
 * and one that covers no address changes nothing else.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { writeCapture } from '../../src/capture/writer.ts';
import { zeros } from '../dsl/bytes.ts';
import { CASE_START_SECONDS } from '../dsl/cases.ts';
import { type Ends, frameBetween } from '../dsl/conversation.ts';
import { echo, type Segment, tcp, udp } from '../dsl/frame.ts';
import { runProgram } from '../dsl/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-kernel-rows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOWHERE = ['--zone', '255.255.255.254/32=nowhere'];

async function expectSameRows(path: string, options: readonly string[]): Promise<void> {
  const byKernel = await runProgram([path, '--format', 'csv', ...options]);
  const here = await runProgram([path, '--format', 'csv', ...options, ...NOWHERE]);
  expect(byKernel.stdout).toBe(here.stdout);
  expect(byKernel.stdout.split('\n').length).toBeGreaterThan(1);
}

const CAPTURES = join(import.meta.dirname, '../../captures');
const captures = readdirSync(CAPTURES).filter((name) => name.endsWith('.pcap'));

test.each(captures)('%s', async (name) => {
  await expectSameRows(join(CAPTURES, name), ['--drain']);
  await expectSameRows(join(CAPTURES, name), []);
});

const field = fc.constantFrom('0', '0', '0', '1', 'a', '1b', '2c3', '4d5e', 'ffff');
const address6 = fc.array(field, { minLength: 8, maxLength: 8 }).map((fields) => fields.join(':'));
const address4 = fc.ipV4();
const ends: fc.Arbitrary<Ends> = fc.oneof(
  fc.record({ client: address4, server: address4 }),
  fc.record({ client: address6, server: address6 }),
);
/** the ends of what a classic capture can say, a leap day, turns of year and century, the last second of a day */
const second = fc.oneof(
  fc.constantFrom(0, 59, 86_399, 951_782_400, 951_868_799, 4_107_542_399, 4_294_967_295, CASE_START_SECONDS),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const nanosecond = fc.oneof(
  fc.constantFrom(0, 1, 999_999_999, 100),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const body: fc.Arbitrary<(version: 4 | 6) => Segment> = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }), fc.nat(1400)).map(
    ([sport, dport, size]) =>
      () =>
        udp({ sport, dport }, zeros(size)),
  ),
  fc.integer({ min: 1, max: 65_535 }).map((sport) => () => tcp({ sport, dport: 80, flags: 'S' })),
  fc.tuple(fc.boolean(), fc.nat(65_535)).map(
    ([request, id]) =>
      (version: 4 | 6) =>
        echo(version, request ? 'request' : 'reply', id, 1),
  ),
);

test('whatever the addresses, times and sizes', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(ends, second, nanosecond, fc.array(body, { minLength: 1, maxLength: 3 })), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.constantFrom<readonly string[]>([], ['--drain']),
      async (talks, options) => {
        const records = talks
          .flatMap(([each, sec, nsec, bodies]) =>
            bodies.map((segment) => ({
              time: { sec, nsec },
              data: frameBetween(each, true, 64, 1, segment(each.client!.includes(':') ? 6 : 4)),
            })),
          )
          .sort((a, b) => a.time.sec - b.time.sec || a.time.nsec - b.time.nsec);
        const path = join(folder, 'rows.pcap');
        writeFileSync(path, writeCapture(records, { container: 'pcap', resolution: 'ns', linkType: 1 }));
        await expectSameRows(path, options);
      },
    ),
    { numRuns: 150 },
  ));
