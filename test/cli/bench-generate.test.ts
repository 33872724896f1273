/** `endreason bench generate` from the command line. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { runProgram } from '../dsl/program.ts';
import { runOnTerminal } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-bench-generate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Standard output as bytes, and a Ctrl-C at the first of them where it is asked for. */
async function generate(
  argv: readonly string[],
  interruptAtOnce = false,
): Promise<{ status: number; bytes: Buffer; stderr: string }> {
  const out: Buffer[] = [];
  const err: string[] = [];
  let interrupt = (): void => {};
  const status = await run(['bench', 'generate', ...argv], {
    env: {},
    stdin: (async function* () {})(),
    stdout: new Writable({
      write(chunk: Buffer, _encoding, done) {
        out.push(Buffer.from(chunk));
        if (interruptAtOnce) interrupt();
        done();
      },
    }),
    stderr: new Writable({
      write(chunk: Buffer, _encoding, done) {
        err.push(chunk.toString());
        done();
      },
    }),
    onInterrupt(listener) {
      interrupt = listener;
      return () => {};
    },
  });
  return { status, bytes: Buffer.concat(out), stderr: err.join('') };
}

test('the same bytes to a file and to standard output; what was written on standard error', async () => {
  const name = join(folder, 'small.pcap');
  const file = await generate(['small', '--sessions', '20', '--seed', '5', '--output', name]);
  const stream = await generate(['small', '--sessions', '20', '--seed', '5', '--quiet']);
  expect(file).toMatchObject({ status: 0, bytes: Buffer.alloc(0) });
  expect(file.stderr).toBe('small, seed 5: 200 packets, 20 conversations, 15304 bytes\n');
  expect(stream).toMatchObject({ status: 0, stderr: '' });
  expect(stream.bytes.equals(readFileSync(name))).toBe(true);
});

test('Ctrl-C: the row of bytes ends, exit 130', async () => {
  const { status, bytes, stderr } = await generate(['synflood'], true);
  expect(status).toBe(130);
  expect(stderr).toBe('endreason: interrupted: the capture is not complete\n');
  expect(bytes.length).toBeLessThan(5_000_000);
});

test('nothing is left of a file that cannot be written', async () => {
  const { status, stderr } = await generate([
    'mix',
    '--packets',
    '5',
    '--output',
    join(folder, 'no', 'mix.pcap'),
  ]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/its directory does not exist; create it or give another place\n$/);
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
});

test('a terminal is spared', async () => {
  const { status, stdout, stderr } = await runOnTerminal(['bench', 'generate', 'mix'], { stdoutColumns: 80 });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe(
    'endreason: bench generate: a capture is nothing to read on a terminal; give --output FILE, or send it through a pipe\n',
  );
});

test.each<readonly [argv: string, line: string]>([
  ['bench generate mux', 'bench generate mux: unknown workload; allowed: mix, small, synflood'],
  [
    'bench generate mix --packets many',
    '--packets many: give a whole number from 1 on; k, M, G, Ki, Mi, Gi may follow it, e.g. 250k',
  ],
  [
    'bench generate mix --packets 0',
    '--packets 0: give a whole number from 1 on; k, M, G, Ki, Mi, Gi may follow it, e.g. 250k',
  ],
  [
    'bench generate mix --packets 3 --bytes 1k',
    "option '--packets <n>' cannot be used with option '--bytes <n>'; endreason bench generate --help lists what there is",
  ],
  [
    'bench generate',
    "missing required argument 'workload'; endreason bench generate --help lists what there is",
  ],
  ['bench generat', "unknown command 'generat' (Did you mean generate?)"],
  ['bench frobnicate', "unknown command 'frobnicate'; endreason bench --help lists what there is"],
])('endreason %s', async (argv, line) => {
  const { status, stdout, stderr } = await runProgram(argv.split(' '));
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `endreason: ${line}\n` });
});

test.each([['bench'], ['bench --help'], ['bench generate --help']])(
  'endreason %s: help in 80 columns',
  async (argv) => {
    const { status, stdout } = await runProgram(argv.split(' '));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: endreason bench /);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);
