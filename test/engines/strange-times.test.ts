/**
 * Packet times that no clock ever had (a damaged pcapng holds 64 bits of anything): both engines take them
 * for the nearest time that the table's clock holds, say so, and lose no packet.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { EARLIEST_TIME, LATEST_TIME } from '../../src/capture/time.ts';
import { writeCapture } from '../../src/capture/writer.ts';
import { type TimedFrame, tcpTalk } from '../dsl/conversation.ts';
import { runProgram } from '../dsl/program.ts';
import { expectEqual, runBoth } from './both.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-strange-times-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** where the interface's clock begins, so that times before 1970 can be written */
const CLOCK_START = -4_000_000_000;
const FRAMES = tcpTalk('0>S 1<SA 2>A 3>D10 4<D20 5>F 6<F 7>A 8>S/new 9<SA 10>R');

/** Each opens a session of its own. */
const STRANGERS = [1, 2, 3, 4, 5, 6].flatMap((clientPort) => tcpTalk('0>S', { clientPort }));

/** @param seconds since 1970, one for each packet */
function strangeCapture(seconds: readonly number[], frames: readonly TimedFrame[] = FRAMES): string {
  const path = join(folder, 'strange.pcapng');
  const records = seconds.map((sec, i) => ({
    time: { sec, nsec: (i * 999_999) % 1_000_000_000 },
    data: frames[i % frames.length]!.bytes,
  }));
  const bytes = writeCapture(records, {
    container: 'pcapng',
    interfaces: [{ tsresol: 3, tsoffset: CLOCK_START }],
  });
  writeFileSync(path, bytes);
  return path;
}

const second = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1_700_000_000, max: 1_700_000_400 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      CLOCK_START,
      EARLIEST_TIME.sec - 1,
      EARLIEST_TIME.sec,
      -1,
      0,
      LATEST_TIME.sec - 1,
      LATEST_TIME.sec,
      9_223_372_036,
      9_223_372_037,
      18_446_744_074,
      253_402_300_799,
      253_402_300_800,
      18_000_000_000_000_000,
    ),
  },
);

describe('times beyond what 64-bit nanoseconds hold', () => {
  test('both engines, in any order', () =>
    fc.assert(
      fc.asyncProperty(fc.array(second, { maxLength: 12 }), async (seconds) => {
        const path = strangeCapture(seconds);
        expectEqual(await runBoth([path, '--json']));
        expectEqual(await runBoth([path, '--format', 'ndjson', '--drain']));
      }),
      { numRuns: 300 },
    ));

  test('both engines end what is due, however far time jumps', () =>
    fc.assert(
      fc.asyncProperty(fc.array(second, { minLength: 2, maxLength: 6 }), async (seconds) => {
        const path = strangeCapture(
          seconds.toSorted((a, b) => a - b),
          STRANGERS,
        );
        expectEqual(await runBoth([path, '--json']));
        expectEqual(await runBoth([path, '--format', 'csv']));
      }),
      { numRuns: 60 },
    ));

  test('one line a file: where the first of them is, and how many', async () => {
    const path = strangeCapture([1_700_000_000, 253_402_300_800, LATEST_TIME.sec + 1, 1_700_000_001]);
    const { status, stdout, stderr } = await runProgram([path, '--json', '-q']);
    const loud = await runProgram([path, '--json']);
    const { accounting, capture } = JSON.parse(stdout);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(loud.stderr).toContain(
      `endreason: warning: ${path}: byte 160: the time of this packet, as of 1 more, lies outside the years ` +
        '1900 to 2189; the nearest time in them is taken: see whether the capture is damaged\n',
    );
    expect(accounting.packets).toBe(4);
    expect(capture.last).toBe('2190-01-01T00:00:00.000000000Z');
  });
});
