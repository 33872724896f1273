/** Words that cannot be used: one line on standard error that says what to do, exit status 2, no result. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LATER_COMMANDS } from '../../src/cli/later.ts';
import { writeCase } from '../dsl/cases.ts';
import { runProgram } from '../dsl/program.ts';
import { MIXED } from './captures.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-usage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const config = (text: string): string => {
  const name = join(folder, 'fw.yaml');
  writeFileSync(name, text);
  return name;
};

const CAPTURE = writeCase(MIXED);

async function refuse(argv: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runProgram(argv);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^endreason: [^\n]+\n$/);
  return stderr.slice('endreason: '.length, -1);
}

const LATER = 'this version does not have it; endreason --help lists what it has';

test.each<readonly [argv: string, line: string]>([
  ['CAP --detials', "unknown option '--detials' (Did you mean --details?)"],
  ['CAP --frobnicate', "unknown option '--frobnicate'; endreason --help lists what there is"],
  ['CAP --format', "option '--format <format>' argument missing; endreason --help lists what there is"],
  [
    'CAP --format xml',
    '--format xml: unknown format; allowed: table, json, ndjson, csv, panos-csv, panos-syslog',
  ],
  ['CAP --json --format csv', '--json and --format csv contradict each other; give one of them'],
  [
    'CAP --non-syn maybe',
    "option '--non-syn <mode>' argument 'maybe' is invalid. Allowed choices are midstream, reject, accept",
  ],
  [
    'CAP --color pink',
    "option '--color <when>' argument 'pink' is invalid. Allowed choices are auto, always, never",
  ],
  ['CAP --linger soon', '--linger soon: give whole seconds, e.g. 600'],
  ['CAP --linger -1', '--linger -1: give whole seconds, e.g. 600'],
  ['CAP --max-sessions 0', '--max-sessions 0: give whole sessions from 1 to 999999999, e.g. 200000'],
  ['CAP --max-sessions many', '--max-sessions many: give whole sessions from 1 to 999999999, e.g. 200000'],
  ['CAP --max-sessions 1.5', '--max-sessions 1.5: give whole sessions from 1 to 999999999, e.g. 200000'],
  [
    'CAP --max-sessions',
    "option '--max-sessions <n>' argument missing; endreason --help lists what there is",
  ],
  ['CAP --timeout tcp', '--timeout tcp: give NAME=SECONDS, e.g. tcp=7200'],
  ['CAP --timeout tcp=0', '--timeout tcp=0: tcp takes whole seconds from 1 to 15999999'],
  ['CAP --zone trust', '--zone trust: give CIDR=NAME, e.g. 10.0.0.0/8=trust'],
  [
    'CAP --zone 10.0.0.0/8=a --zone 10.0.0.0/8=b',
    '--zone 10.0.0.0/8=b: 10.0.0.0/8 was given to a before; give each network once',
  ],
  ['CAP --tz Mars/Olympus', '--tz Mars/Olympus: unknown time zone; give an IANA name such as Europe/Berlin'],
  [
    'CAP --utc --tz Asia/Tokyo',
    "option '--utc' cannot be used with option '--tz <zone>'; endreason --help lists what there is",
  ],
  ['CAP --engine slow', '--engine slow: unknown engine; allowed: fast, reference'],
  [
    'CAP --summary --format panos-csv',
    '--summary with --format panos-csv: a log has no totals; give table, json or csv',
  ],
  ['CAP --filter x', `--filter: ${LATER}`],
  ['CAP --filter=x', `--filter: ${LATER}`],
  ['CAP --threat-log x', `--threat-log: ${LATER}`],
  ['--json', 'no capture is named; give a file, a directory, or - for standard input'],
  ['sessions', 'no capture is named; give a file, a directory, or - for standard input'],
  [
    '--json sessions CAP',
    'sessions: a command goes first (endreason sessions ...); for a file of that name give ./sessions',
  ],
  ['--json show CAP', `show: ${LATER}`],
  ['CAP --config none.yaml', '--config none.yaml: no such file; check the name'],
  ['CAP --config .', '--config .: is a directory; give a file'],
  ['none.pcap', 'none.pcap: no such file: check the name'],
  [
    'CAP --output none/out.json',
    '--output none/out.json: its directory does not exist; create it or give another place',
  ],
  ['CAP --output CAP', '--output CAP: is the input CAP; give another file'],
])('endreason %s', async (argv, line) => {
  const named = (text: string): string => text.replaceAll('CAP', CAPTURE);
  expect(await refuse(argv.split(' ').map(named))).toBe(named(line));
});

test.each(LATER_COMMANDS)('endreason %s: a command of a later version, whatever follows', async (command) => {
  expect(await refuse([command, CAPTURE, '--log', 'x', '-r', '--help'])).toBe(`${command}: ${LATER}`);
});

test('a configuration is refused with file and line', async () => {
  const name = config('timeouts:\n  tpc: 5\n');
  expect(await refuse([CAPTURE, '--config', name])).toMatch(
    `${name}:2: timeouts.tpc: unknown key; allowed: `,
  );
});

test('the configuration is never overwritten', async () => {
  const name = config('vsys: vsys2\n');
  expect(await refuse([CAPTURE, '--config', name, '--output', name])).toBe(
    `--output ${name}: is the input ${name}; give another file`,
  );
});

test('a second input that is no capture: nothing is processed', async () => {
  const text = config('vsys: vsys2\n');
  expect(await refuse([CAPTURE, text])).toMatch(`${text}: not a packet capture`);
});

describe('help', () => {
  test.each([[[]], [['help']], [['--help']], [['-h']], [['sessions', '--help']]])('%j', async (argv) => {
    const { status, stdout, stderr } = await runProgram(argv);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: endreason \[sessions\] CAPTURE\.\.\. \[options\]\n/);
    expect(stdout.match(/^ {4}(endreason|tcpdump) /gm)).toHaveLength(3);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('offers nothing that this version does not have', async () => {
    const { stdout } = await runProgram([]);
    expect(stdout).not.toMatch(/--filter|--save-table|--engine|--reader/);
  });
});

test('the version', async () => {
  const { status, stdout } = await runProgram(['--version']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
