/** `endreason bench capture` from the command line: figures, the checksum, and when there are none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CaptureDocument } from '../../src/bench/capture-figures.ts';
import { runProgram } from '../dsl/program.ts';
import { runOnTerminal } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-bench-capture-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CAPTURE = 'captures/everything.pcap';

async function documentOf(...words: readonly string[]): Promise<CaptureDocument> {
  const { status, stdout, stderr } = await runProgram([
    'bench',
    'capture',
    ...words,
    '--json',
    '--runs',
    '2',
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as CaptureDocument;
}

test('json: counts, the checksum, and figures that agree with one another', async () => {
  const document = await documentOf(CAPTURE);
  expect(document).toMatchObject({
    engine: 'fast',
    output: 'summary',
    files: [CAPTURE],
    packets: 374,
    stored_bytes: readFileSync(CAPTURE).length,
    sessions: 46,
    checksum: '730ef1e9244672f4',
    runs: 2,
  });
  for (const figures of [document.median, document.best]) {
    expect(figures.packets_per_second).toBeCloseTo(document.packets / figures.wall_seconds, 6);
    expect(figures.bytes_per_second).toBeCloseTo(document.bytes / figures.wall_seconds, 6);
  }
  const phases = Object.values(document.best.phase_seconds);
  expect(phases.length).toBe(4);
  expect(phases.reduce((sum, seconds) => sum + seconds, 0)).toBeLessThanOrEqual(document.best.wall_seconds);
  expect(document.best.wall_seconds).toBeLessThanOrEqual(document.median.wall_seconds);
});

test.each(['csv', 'ndjson', 'json', 'table', 'panos-csv'])(
  'the same sessions whatever is written: %s',
  async (format) => {
    expect(await documentOf(CAPTURE, '--format', format)).toMatchObject({
      output: format,
      checksum: '730ef1e9244672f4',
    });
  },
);

test('text: what, on what, how fast, where the time goes', async () => {
  const { status, stdout } = await runProgram(['bench', 'capture', CAPTURE, '--runs', '1']);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^captures\/everything\.pcap: 374 packets, 67014 bytes, 46 sessions\nchecksum over the sessions: 730ef1e9244672f4\nengine fast, output summary, 1 run\n/,
  );
  expect(stdout).toMatch(/\nreading and decompressing +[\d.]+ s +\d+ %\nengine +[\d.]+ s +\d+ %\n/);
});

describe('no figures', () => {
  test.each<readonly [argv: string, line: RegExp]>([
    ['', /^bench capture: no capture is named; give a file or a directory$/],
    [
      '-',
      /^bench capture -: the input is read several times, which standard input does not allow; give files$/,
    ],
    ['none.pcap', /^none\.pcap: no such file: check the name$/],
    ['package.json', /^package\.json: not a packet capture/],
    [`${CAPTURE} --runs 0`, /^--runs 0: give a whole number from 1 on/],
    [`${CAPTURE} --engine warp`, /^--engine warp: unknown engine; allowed: fast, reference$/],
    [`${CAPTURE} --format xml`, /^--format xml: unknown format/],
  ])('endreason bench capture %s', async (argv, line) => {
    const words = argv.split(' ').filter((word) => word !== '');
    const { status, stdout, stderr } = await runProgram(['bench', 'capture', ...words]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^endreason: [^\n]+\n$/);
    expect(stderr.slice('endreason: '.length, -1)).toMatch(line);
  });

  test('of a damaged capture there are, with a warning and exit 3', async () => {
    const name = join(folder, 'cut.pcap');
    writeFileSync(name, readFileSync(CAPTURE).subarray(0, -5));
    const { status, stdout, stderr } = await runProgram(['bench', 'capture', name, '--runs', '1']);
    expect(status).toBe(3);
    expect(stdout).toContain('373 packets');
    expect(stderr).toMatch(/^endreason: warning: [^\n]+cut\.pcap: byte \d+: [^\n]+\n$/);
  });
});

test('help in 80 columns', async () => {
  const { status, stdout } = await runOnTerminal(['bench', 'capture', '--help'], { stdoutColumns: 80 });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Usage: endreason bench capture CAPTURE\.\.\. \[options\]\n/);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
