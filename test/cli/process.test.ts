/** What only a real process shows: signals, closed pipes, the start-up script. Nothing here sleeps. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeTime } from '../../src/capture/time.ts';
import { writeCapture } from '../../src/capture/writer.ts';
import { CASE_START_SECONDS, writeCase } from '../dsl/cases.ts';
import { type TimedFrame, together, udpTalk } from '../dsl/conversation.ts';
import { complaints } from '../dsl/program.ts';
import { MIXED } from './captures.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'endreason-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = ['--import', 'tsx', join(root, 'test', 'cli', 'start.ts')];

interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  stdout: string;
  stderr: string;
  readonly status: Promise<number | null>;
}

function start(words: readonly string[]): Child {
  const process_ = spawn(process.execPath, [...PROGRAM, ...words], { cwd: root });
  const child: Child = {
    process: process_,
    stdout: '',
    stderr: '',
    status: once(process_, 'close').then(([code]) => code as number | null),
  };
  process_.stdout.setEncoding('utf8').on('data', (text: string) => {
    child.stdout += text;
  });
  process_.stderr.setEncoding('utf8').on('data', (text: string) => {
    child.stderr += text;
  });
  return child;
}

/** Resolves when standard output holds so many lines. */
async function linesOf(child: Child, count: number): Promise<void> {
  while (child.stdout.split('\n').length <= count) await once(child.process.stdout, 'data');
}

/** A pcapng section: it may follow another. */
function bytesOf(packets: readonly TimedFrame[]): Uint8Array {
  const records = packets.map(({ at, bytes }) => ({
    time: makeTime(CASE_START_SECONDS + at, 0),
    data: bytes,
  }));
  return writeCapture(records, { container: 'pcapng', sections: [{ interfaces: [{ linkType: 1 }] }] });
}

/** A session that has ended when the second one begins, 100 s later. */
const TWO_SESSIONS = bytesOf(together(udpTalk('0>D10'), udpTalk('100>D10', { clientPort: 40001 })));

test('Ctrl-C while standard input is silent: what was read is finished and printed, exit 130', async () => {
  const child = start(['-', '--format', 'ndjson']);
  child.process.stdin.write(TWO_SESSIONS);
  await linesOf(child, 1);
  child.process.kill('SIGINT');
  expect(await child.status).toBe(130);
  const rows = child.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows.map((row) => [row.sessionid, row.state])).toEqual([
    [1, 'CLOSED'],
    [2, 'ACTIVE'],
  ]);
  expect(complaints(child.stderr)).toBe(
    'endreason: interrupted: the result covers the 2 packets read until then\n',
  );
});

test('Ctrl-C in the middle of a JSON run: a complete document that says so', async () => {
  const name = join(folder, 'interrupted.json');
  const child = start(['-', '--json', '-v', '--output', name]);
  child.process.stdin.write(TWO_SESSIONS);
  // -v says what is used once the first packet has been seen
  while (!child.stderr.includes('engine:')) await once(child.process.stderr, 'data');
  child.process.kill('SIGINT');
  expect(await child.status).toBe(130);
  expect(JSON.parse(readFileSync(name, 'utf8')).capture.interrupted).toBe(true);
});

test('nobody reads the result any more: quiet, exit 0', async () => {
  const child = start(['-', '--format', 'ndjson']);
  child.process.stdin.on('error', () => {});
  child.process.stdin.write(TWO_SESSIONS);
  await linesOf(child, 1);
  child.process.stdout.destroy();
  child.process.stdin.end(bytesOf(udpTalk('200>D10')));
  expect(await child.status).toBe(0);
  expect(child.stderr).toBe('');
});

test('results on standard output, everything else on standard error', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...PROGRAM, writeCase(MIXED)], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '', COLUMNS: '' },
  });
  expect(status).toBe(0);
  expect(stdout).toContain(' tcp-rst-from-server\n');
  expect(stdout).not.toContain('\u001b');
  expect(stderr).toContain('15 packets = 15 in sessions');
});

test('the start-up script says what to do where nothing has been built', () => {
  mkdirSync(join(folder, 'bin'));
  const script = join(folder, 'bin', 'endreason.js');
  for (const name of ['endreason.js', 'load.cjs', 'package.json'])
    copyFileSync(join(root, 'bin', name), join(folder, 'bin', name));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toBe('endreason: it has not been built yet; run "npm run build" in its folder\n');
});

test('the built program says the same whether or not the code that V8 has kept of it fits', () => {
  const [asKept, compiledAnew] = [[], ['--max-lazy']].map((flags) =>
    spawnSync(process.execPath, [...flags, join(root, 'bin/endreason.js'), writeCase(MIXED)], {
      encoding: 'utf8',
    }),
  );
  expect(asKept!.status).toBe(0);
  expect(asKept!.stdout).toContain(' tcp-rst-from-server\n');
  expect(compiledAnew!.stdout).toBe(asKept!.stdout);
});
