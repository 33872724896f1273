/** `endreason timeouts` from the command line: what goes where, and the exit status. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { writeCase } from '../dsl/cases.ts';
import { tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { complaints, runProgram } from '../dsl/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-timeouts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CUT_OFF = together(
  tcpTalk('0>S 0.1<SA 0.2>A 1>D100 1.1<A 1.2<D100 1.3>A 3700>D10 3800>D10/re'),
  udpTalk('3900>D10', { clientPort: 7 }),
);
const CAPTURE = writeCase(CUT_OFF, 'cut-off.pcap');
const DAMAGED = join(folder, 'damaged.pcap');
copyFileSync(CAPTURE, DAMAGED);
truncateSync(DAMAGED, readFileSync(CAPTURE).length - 5);

test('a damaged capture wins over --fail-on-expired', async () => {
  const { status, stdout, stderr } = await runProgram(['timeouts', DAMAGED, '--json', '--fail-on-expired']);
  expect(status).toBe(3);
  expect(JSON.parse(stdout).sessions[0].verdict).toBe('expired');
  expect(complaints(stderr)).toMatch(/^endreason: warning: [^\n]*damaged\.pcap: byte \d+: [^\n]*\n$/);
});

test('the warning about damage is said once, though the capture is read twice', async () => {
  const { status, stderr } = await runProgram(['timeouts', DAMAGED, '--json', '--timeout', 'tcp=60']);
  expect(status).toBe(3);
  expect(complaints(stderr).match(/damaged\.pcap/g)).toHaveLength(1);
});

test('--fail-on-expired says what it found, unless quiet', async () => {
  const loud = await runProgram(['timeouts', CAPTURE, '--fail-on-expired']);
  expect([loud.status, complaints(loud.stderr)]).toEqual([
    1,
    'endreason: warning: --fail-on-expired: 1 established TCP connection expired\n',
  ]);
  const quiet = await runProgram(['timeouts', CAPTURE, '--fail-on-expired', '-q']);
  expect([quiet.status, quiet.stderr]).toEqual([1, '']);
});

test('packets that came later than they are looked for are not said to be none', async () => {
  const path = writeCase(
    tcpTalk('0>S 0.1<SA 0.2>A 1>D100 1.1<A 7201.3>K0 7276>K0 7351>R'),
    'keepalive-beyond-linger.pcap',
  );
  const short = await runProgram(['timeouts', path]);
  expect(short.stdout).toContain('EXPIRED, NO PACKET FOLLOWED: 1 session');
  expect(complaints(short.stderr)).toContain('3 packets without SYN found no session');
  const linger = /--linger (\d+) takes them in/.exec(short.stderr)![1]!;
  const long = await runProgram(['timeouts', path, '--linger', linger]);
  expect(long.stdout).toContain('EXPIRED, AND A HOST WENT ON: 1 session');
  expect(complaints(long.stderr)).toBe('');
});

test.each<readonly [name: string, watch: number, line: string]>([
  ['while the capture is read', 1, ''],
  ['while it is read again', 2, 'interrupted: the result is without the comparison'],
])('Ctrl-C %s', async (_, watch, line) => {
  const said: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write(chunk: Buffer | string, _encoding, done) {
        said[name] += String(chunk);
        done();
      },
    });
  let watches = 0;
  const status = await run(['timeouts', CAPTURE, '--json', '--timeout', 'tcp=60'], {
    env: {},
    stdin: (async function* () {})(),
    stdout: into('stdout'),
    stderr: into('stderr'),
    onInterrupt: (listener) => {
      watches += 1;
      if (watches === watch) setImmediate(listener);
      return () => {};
    },
  });
  expect(status).toBe(130);
  expect(said.stderr).toContain(line === '' ? 'interrupted' : line);
  if (watch === 2) {
    expect(JSON.parse(said.stdout)).toMatchObject({ sessions: [{ verdict: 'expired' }, {}], what_if: null });
  }
});

test('-o writes the result to a file, and never over a capture', async () => {
  const name = join(folder, 'out.json');
  const { status, stdout } = await runProgram(['timeouts', CAPTURE, '--json', '-o', name]);
  expect([status, stdout]).toEqual([0, '']);
  expect(readFileSync(name, 'utf8')).toBe((await runProgram(['timeouts', CAPTURE, '--json'])).stdout);
  expect((await runProgram(['timeouts', CAPTURE, '-o', CAPTURE])).status).toBe(2);
});

test('one capture in two files, plain or from standard input, says the same', async () => {
  const { stdout } = await runProgram(['timeouts', CAPTURE, '--json']);
  const first = writeCase(CUT_OFF.slice(0, 4), 'first.pcap');
  const second = writeCase(CUT_OFF.slice(4), 'second.pcap');
  expect((await runProgram(['timeouts', first, second, '--json'])).stdout).toBe(stdout);
  expect((await runProgram(['timeouts', '-', '--json'], [readFileSync(CAPTURE)])).stdout).toBe(stdout);
});

test('times of the table in a zone, colours where they are asked for', async () => {
  const { stdout } = await runProgram(['timeouts', CAPTURE, '--tz', 'Asia/Tokyo', '--color', 'always']);
  expect(stdout).toContain('Asia/Tokyo');
  expect(stdout).toContain('\u001b[');
  expect((await runProgram(['timeouts', CAPTURE])).stdout).not.toContain('\u001b[');
});

test.each<readonly [argv: string, line: string]>([
  ['timeouts', 'no capture is named; give a file, a directory, or - for standard input'],
  ['timeouts CAP --format csv', '--format csv: unknown format of timeouts; allowed: table, json'],
  ['timeouts CAP --json --format table', '--json and --format table contradict each other; give one of them'],
  ['timeouts CAP --log /nowhere.csv', '/nowhere.csv: no such file: check the name'],
  ['timeouts CAP --timeout tcp', '--timeout tcp: give NAME=SECONDS, e.g. tcp=7200'],
])('endreason %s: exit 2', async (argv, line) => {
  const { status, stdout, stderr } = await runProgram(argv.replace('CAP', CAPTURE).split(' '));
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.startsWith(`endreason: ${line}`), stderr).toBe(true);
});

describe('with a log', () => {
  const capture = join(import.meta.dirname, '..', '..', 'captures', 'idle-cut.pcap');
  const folder = mkdtempSync(join(tmpdir(), 'endreason-timeouts-log-'));
  const log = join(folder, 'traffic.csv');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const timeouts = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await runProgram([
      capture,
      '--timeout',
      'tcp=10',
      '--format',
      'panos-csv',
      '--drain',
      '-q',
    ]);
    writeFileSync(log, stdout);
    return (await runProgram(['timeouts', capture, '--log', log, '-q', ...args])).stdout;
  };

  test.each<readonly [name: string, args: readonly string[], lines: readonly string[]]>([
    [
      'the row of an expired session stands with it',
      ['--timeout', 'tcp=10'],
      ['  log       aged-out, tracker stage Aged out', 'tcp (10 s) expired'],
    ],
    [
      'another timer than the one given shows',
      [],
      [
        'THE LOG SAYS OTHERWISE: 1 session',
        'which none of the timers given explains: one of 4 to 11 s would',
      ],
    ],
  ])('%s', async (_name, args, lines) => {
    const stdout = (await timeouts(...args)).replaceAll(/\s+/g, ' ');
    for (const line of lines) expect(stdout).toContain(line.replaceAll(/\s+/g, ' '));
  });

  test('where the log has another end than the timer, advice is not to raise it', async () => {
    await timeouts('--timeout', 'tcp=10');
    writeFileSync(log, readFileSync(log, 'utf8').replace('aged-out', 'policy-deny'));
    const { stdout } = await runProgram(['timeouts', capture, '--log', log, '-q', '--timeout', 'tcp=10']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /advice the log says policy-deny: see to that first; if it was the timer: (raise|set) /,
    );
  });

  test('each session has the log in JSON, and only then', async () => {
    const rowOf = (text: string): Record<string, unknown> =>
      (JSON.parse(text) as { sessions: Record<string, unknown>[] }).sessions[0]!;
    expect(rowOf(await timeouts('--timeout', 'tcp=10', '--json'))['log']).toEqual({
      file: log,
      line: 1,
      session_end_reason: 'aged-out',
      tracker_stage: 'Aged out',
      revealed_timer: { name: 'tcp', seconds: 10 },
    });
    const without = await runProgram(['timeouts', capture, '--json', '-q']);
    expect(Object.keys(rowOf(without.stdout))).not.toContain('log');
  });
});
