/** `endreason explain` as a command: its words, where its input comes from, how it ends. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { writeCase } from '../dsl/cases.ts';
import { tcpTalk, together } from '../dsl/conversation.ts';
import { gre } from '../dsl/encapsulation.ts';
import { ethernet, ipv4, tcp } from '../dsl/frame.ts';
import { runProgram } from '../dsl/program.ts';
import { MIXED } from './captures.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-explain-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CAPTURE = writeCase(MIXED);

describe('refused in one line', () => {
  test.each<readonly [argv: string, line: string]>([
    ['CAP', 'which session? give --session N; endreason CAPTURE lists their ids'],
    ['--session 1', 'no capture is named; give a file, a directory, or - for standard input'],
    ['CAP --session 0', '--session 0: give the id of a session, from 1 on, e.g. 7 or 7,12'],
    ['CAP --session 1,,2', '--session 1,,2: give the id of a session, from 1 on, e.g. 7 or 7,12'],
    ['CAP --session one', '--session one: give the id of a session, from 1 on, e.g. 7 or 7,12'],
    [
      'CAP --session 5',
      '--session 5: there is no such session; the capture gives 4 sessions, 1 to 4 (endreason CAPTURE lists them)',
    ],
    [
      'CAP --session 9,2 --session 7',
      '--session 9, 7: there is no such session; the capture gives 4 sessions, 1 to 4 (endreason CAPTURE lists them)',
    ],
    [
      'CAP --session 1 --format csv',
      "option '--format <format>' argument 'csv' is invalid. Allowed choices are table, json",
    ],
    [
      'CAP --session 1 --json --format table',
      '--json and --format table contradict each other; give one of them',
    ],
    [
      'CAP --session 1 --filter x',
      '--filter: this version does not have it; endreason --help lists what it has',
    ],
    ['CAP --session 1 --sumary', "unknown option '--sumary'; endreason explain --help lists what there is"],
    ['CAP --session 1 --output CAP', '--output CAP: is the input CAP; give another file'],
    ['none.pcap --session 1', 'none.pcap: no such file: check the name'],
  ])('explain %s', async (argv, line) => {
    const named = (text: string): string => text.replace(/\bCAP\b/g, CAPTURE);
    const { status, stdout, stderr } = await runProgram(['explain', ...argv.split(' ').map(named)]);
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `endreason: ${named(line)}\n`,
    });
  });

  test('a capture without a session', async () => {
    const name = writeCase([], 'empty.pcap');
    const { status, stderr } = await runProgram(['explain', name, '--session', '1']);
    expect(status).toBe(2);
    expect(stderr).toBe(
      'endreason: --session 1: there is no such session; the capture gives no sessions (endreason CAPTURE lists them)\n',
    );
  });
});

test('the help fits 80 columns', async () => {
  const { status, stdout, stderr } = await runProgram(['explain', '--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: endreason explain CAPTURE\.\.\. --session N \[options\]\n/);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).not.toMatch(/--engine|--reader|--filter/);
});

describe('the same explanation', () => {
  const ARGS = ['--session', '3,1,4', '--json', '--drain'];

  test('whichever engine finds the session', async () => {
    const fast = await runProgram(['explain', CAPTURE, ...ARGS]);
    const reference = await runProgram(['explain', CAPTURE, ...ARGS, '--engine', 'reference']);
    expect(reference).toEqual(fast);
    const ids = JSON.parse(fast.stdout).map(
      (each: { session: { sessionid: number } }) => each.session.sessionid,
    );
    expect(ids).toEqual([3, 1, 4]);
  });

  test('from standard input, which can be read only once', async () => {
    const file = await runProgram(['explain', CAPTURE, ...ARGS]);
    const piped = await runProgram(['explain', '-', ...ARGS], [readFileSync(CAPTURE)]);
    expect(piped.stdout.replaceAll('"name":"-"', `"name":"${CAPTURE}"`)).toBe(file.stdout);
    expect(piped.status).toBe(0);
  });

  test('in a file', async () => {
    const name = join(folder, 'explained.json');
    const { stdout } = await runProgram(['explain', CAPTURE, ...ARGS]);
    const toFile = await runProgram(['explain', CAPTURE, ...ARGS, '--output', name]);
    expect(toFile).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(name, 'utf8')).toBe(stdout);
  });
});

test('several files: packets name theirs', async () => {
  const first = writeCase(tcpTalk('0>S 0.1<SA'), 'first.pcap');
  const second = writeCase(tcpTalk('0>S 0.1<SA 0.2>A 0.3>D5').slice(2), 'second.pcap');
  const { stdout } = await runProgram(['explain', second, first, '--session', '1', '--json']);
  const { packets } = JSON.parse(stdout) as {
    packets: { packet: number; file: string; file_packet: number }[];
  };
  expect(packets.map(({ packet, file, file_packet }) => [packet, file, file_packet])).toEqual([
    [1, first, 1],
    [2, first, 2],
    [3, second, 1],
    [4, second, 2],
  ]);
});

test('a session inside a tunnel is explained by all packets', async () => {
  const inner = ipv4({ src: '10.9.0.1', dst: '10.9.0.2' }, tcp({ sport: 4000, dport: 80, flags: 'S' }));
  const frame = ethernet(ipv4({ src: '10.0.0.1', dst: '10.0.0.2' }, gre(0x0800, inner)));
  const name = writeCase([{ at: 0, bytes: frame }], 'tunnel.pcap');
  const { stdout } = await runProgram(['explain', name, '--session', '2', '--json', '--inspect-tunnels']);
  const { session, packets } = JSON.parse(stdout);
  expect([session.src, session.parent, packets[0].flags]).toEqual(['10.9.0.1', 1, 'SYN']);
});

test('3 for a capture that is cut, with the packets before the cut', async () => {
  const name = join(folder, 'cut.pcap');
  writeFileSync(name, readFileSync(CAPTURE).subarray(0, -3));
  const { status, stdout, stderr } = await runProgram(['explain', name, '--session', '1', '--json']);
  expect(status).toBe(3);
  expect(JSON.parse(stdout).packets.length).toBeGreaterThan(3);
  expect(stderr).toMatch(/^endreason: warning: .*cut\.pcap: byte \d+: /);
});

test('130 for Ctrl-C: what has been read until then', async () => {
  const bytes = readFileSync(writeCase(together(tcpTalk('0>S 0.1<SA 0.2>A')), 'begun.pcap'));
  let interrupt = (): void => {};
  let stdout = '';
  let stderr = '';
  const into = (take: (text: string) => void): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        take(String(chunk));
        done();
      },
    });
  const status = await run(['explain', '-', '--session', '1', '--json'], {
    env: {},
    stdin: (async function* () {
      yield bytes;
      interrupt();
      await new Promise(() => {});
    })(),
    stdout: into((text) => {
      stdout += text;
    }),
    stderr: into((text) => {
      stderr += text;
    }),
    onInterrupt(listener) {
      interrupt = listener;
      return () => {};
    },
  });
  expect(status).toBe(130);
  expect(JSON.parse(stdout).packets).toHaveLength(3);
  expect(JSON.parse(stdout).capture.interrupted).toBe(true);
  expect(stderr).toBe('endreason: interrupted: the result covers the 3 packets read until then\n');
});
