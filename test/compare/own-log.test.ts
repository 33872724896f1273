/** A capture beside the log that the program writes of it: nothing differs, however the log is cut, ordered and dated. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/bench/random.ts';
import { CAPTURES } from '../accuracy/truth.ts';
import { runProgram } from '../dsl/program.ts';
import { LOGS, reasonToSkip, sampleNames } from '../trafficlog/judges.ts';
import { compareFiles, writeLog } from './beside.ts';
import { logText, moveTimes, parseLog } from './rows.ts';

const OWN = join(import.meta.dirname, '..', '..', 'captures');
const isCapture = (name: string): boolean => /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/.test(name);
/** One public capture in so many. */
const SAMPLE = 8;
const ZONES = [0, 3600, -28_800, 20_700];

const captures: readonly string[] = [
  ...readdirSync(OWN)
    .filter(isCapture)
    .map((name) => join(OWN, name)),
  ...(existsSync(CAPTURES) ? readdirSync(CAPTURES) : [])
    .filter(isCapture)
    .filter((_, i) => i % SAMPLE === 0)
    .map((name) => join(CAPTURES, name)),
];
if (!existsSync(CAPTURES)) console.log('skipped: the public captures are not beside this project');

describe('the log that the program writes', () => {
  test.each(captures.map((path) => [path.split('/').at(-1)!, path]))('%s', async (name, path) => {
    const written = await runProgram([path, '--drain', '--format', 'panos-csv', '-q']);
    if (written.stdout === '') {
      expect(written.status).not.toBe(2);
      return;
    }
    const dice = new Random(name.length * 1000 + name.charCodeAt(0));
    const rows = parseLog(written.stdout);
    const zone = ZONES[dice.below(ZONES.length)]!;
    const offset = dice.below(400) - 200;
    for (const row of rows) moveTimes(row, (time) => time + zone + offset);
    rows.sort(() => dice.below(3) - 1);
    const half = Math.ceil(rows.length / 2);
    const logs = [rows.slice(0, half), rows.slice(half)]
      .filter((some) => some.length > 0)
      .map((some, i) => writeLog(logText(some), `own-${i}.csv`));
    const { found, status } = await compareFiles(path, logs, ['--drain', '-q']);
    expect(found.pairs.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(found.only_in_capture).toEqual([]);
    expect(found.only_in_log).toEqual([]);
    expect(found.byte_overhead).toBe(0);
    // the start of what began before the capture is not known to a second
    expect(Math.abs(found.clock_offset - offset)).toBeLessThanOrEqual(1);
    expect(status).toBe(written.status);
  });

  test('beside a zone that is named, nothing of it is left in the offset', async () => {
    const path = join(OWN, 'http.pcap');
    const { stdout } = await runProgram([path, '--drain', '--format', 'panos-csv', '-q']);
    const rows = parseLog(stdout);
    for (const row of rows) moveTimes(row, (time) => time - 18_000 + 7);
    const log = writeLog(logText(rows), 'zone.csv');
    const { found, status } = await compareFiles(
      path,
      [log],
      ['--drain', '--log-tz', 'America/New_York', '-q'],
    );
    expect([found.clock_offset, found.summary['differ'], status]).toEqual([7, 0, 0]);
  });
});

describe.skipIf(reasonToSkip !== null)(
  'public logs beside a capture that has nothing to do with them',
  () => {
    test.each(sampleNames)('%s', async (name) => {
      const capture = join(OWN, 'everything.pcap');
      const { found, status } = await compareFiles(capture, [join(LOGS, name)], ['-q']);
      expect(found.pairs).toEqual([]);
      expect(found.only_in_log.every(({ explanation }) => explanation.length > 20)).toBe(true);
      expect(found.only_in_log).toHaveLength(found.summary['log_rows']!);
      // a log without any usable row says nothing about the time that it covers
      expect(status).toBe(found.summary['log_rows'] === 0 ? 1 : 0);
    });
  },
);

describe('the words of compare', () => {
  const capture = join(OWN, 'http.pcap');
  test.each([
    [[capture], 'no log is named'],
    [['--log', writeLog('x', 'x.csv')], 'no capture is named'],
    [[capture, '--log', capture], 'a packet capture, not a traffic log'],
    [[capture, '--log', writeLog('nothing of the kind\n', 'text.csv')], 'not a traffic log of PAN-OS'],
    [[capture, '--log', '/nowhere.csv'], '/nowhere.csv'],
    [['-', '--log', '-'], 'standard input can be the capture or the log'],
    [[capture, '--log', capture, '--log-tz', 'Nowhere'], '--log-tz Nowhere: unknown time zone'],
  ])('%j', async (words, complaint) => {
    const { status, stderr, stdout } = await runProgram(['compare', ...words]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(complaint);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('the capture may come on standard input', async () => {
    const { stdout } = await runProgram([capture, '--drain', '--format', 'panos-csv', '-q']);
    const rows = parseLog(stdout);
    rows[0]![46] = 'threat';
    const log = writeLog(logText(rows), 'stdin.csv');
    const { readFileSync } = await import('node:fs');
    const outcome = await runProgram(
      ['compare', '-', '--log', log, '--drain', '--json', '-q'],
      [readFileSync(capture)],
    );
    const file = await runProgram(['compare', capture, '--log', log, '--drain', '--json', '-q']);
    expect(outcome.status).toBe(1);
    expect(JSON.parse(outcome.stdout)).toEqual(JSON.parse(file.stdout));
  });

  test('the result goes to a file, and no input is written over', async () => {
    const { stdout } = await runProgram([capture, '--drain', '--format', 'panos-csv', '-q']);
    const log = writeLog(stdout, 'kept.csv');
    const refused = await runProgram(['compare', capture, '--log', log, '-o', log]);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('is the input')]);
    const target = writeLog('', 'result.json');
    writeFileSync(target, '');
    const written = await runProgram(['compare', capture, '--log', log, '--drain', '--json', '-o', target]);
    expect([written.status, written.stdout]).toEqual([0, '']);
  });
});
