/** The main job from the command line: what goes where, and the exit status. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, describe, expect, test } from 'vitest';
import { writeCapture } from '../../src/capture/writer.ts';
import type { SessionRow } from '../../src/report/session-row.ts';
import { type Output, writeCase } from '../dsl/cases.ts';
import { complaints, runProgram } from '../dsl/program.ts';
import { MIXED } from './captures.ts';
import { runOnTerminal } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CAPTURE = writeCase(MIXED);
const DAMAGED = join(folder, 'cut.pcap');
copyFileSync(CAPTURE, DAMAGED);
truncateSync(DAMAGED, readFileSync(CAPTURE).length - 5);

const rowsOf = (ndjson: string): SessionRow[] =>
  ndjson
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SessionRow);

/** Of CAPTURE, on standard error. */
const CLOSING_SUMMARY: readonly string[] = [
  '4 sessions: 3 ended, 1 still open at the end of the capture',
  'by end reason: tcp-rst-from-server 1, tcp-fin 1, aged-out 1',
  'still open, will be: aged-out 1',
  'by application: incomplete 1, insufficient-data 1, undecided 1, web-browsing 1',
  '15 packets = 15 in sessions',
];

describe('formats', () => {
  test('json: five keys, sessions by start, proof always', async () => {
    const { status, stdout, stderr } = await runProgram([CAPTURE, '--json']);
    expect({ status, said: complaints(stderr) }).toEqual({ status: 0, said: '' });
    const output = JSON.parse(stdout) as Output;
    expect(Object.keys(output)).toEqual(['capture', 'firewall', 'accounting', 'counters', 'sessions']);
    expect(output.sessions.map((row) => [row.sessionid, row.session_end_reason])).toEqual([
      [1, 'tcp-fin'],
      [2, 'aged-out'],
      [3, 'tcp-rst-from-server'],
      [4, 'n/a'],
    ]);
    expect(output.sessions.every((row) => row.evidence.length > 0)).toBe(true);
  });

  test('ndjson: the same rows, as they left the table', async () => {
    const { stdout } = await runProgram([CAPTURE, '--format', 'ndjson']);
    const json = JSON.parse((await runProgram([CAPTURE, '--json'])).stdout) as Output;
    const rows = rowsOf(stdout);
    expect(rows.map((row) => row.sessionid)).toEqual([3, 1, 2, 4]);
    expect([...rows].sort((a, b) => a.sessionid - b.sessionid)).toEqual(json.sessions);
  });

  test('csv: the same order and values; proof only with --details', async () => {
    const read = async (...more: string[]): Promise<Record<string, string>[]> => {
      const { stdout } = await runProgram([CAPTURE, '--format', 'csv', ...more]);
      return Papa.parse<Record<string, string>>(stdout, { header: true, skipEmptyLines: true }).data;
    };
    const [plain, full] = [await read(), await read('--details')];
    expect(plain.map((row) => row['sessionid'])).toEqual(['3', '1', '2', '4']);
    expect(plain.map((row) => row['evidence'])).toEqual(['', '', '', '']);
    expect(full.every((row) => JSON.parse(row['evidence']!).length > 0)).toBe(true);
    expect(JSON.parse(plain[3]!['pending']!)).toMatchObject({ session_end_reason: 'aged-out' });
  });

  test('table: sessions on standard output, the summary on standard error', async () => {
    const { status, stdout, stderr } = await runProgram([CAPTURE]);
    expect(status).toBe(0);
    // the lines above name the file, whose folder differs from run to run
    expect(stdout.slice(stdout.indexOf('\n\n')).split('\n').slice(2)).toEqual([
      'ID START    APP          CLIENT         SERVER        PKTS END REASON',
      ' 1 16:44:00 web-browsing 10.0.0.1:40000 192.0.2.80:80    8 tcp-fin',
      ' 2 16:44:01 insufficient-data                            2 aged-out',
      '   10.0.0.1:40001 -> 192.0.2.80:4000',
      ' 3 16:44:02 incomplete   10.0.0.1:40002 192.0.2.80:81    2 tcp-rst-from-server',
      ' 4 16:45:00 undecided    10.0.0.1:40003 192.0.2.80:80    3 aged-out in 3600 s',
      '',
    ]);
    expect(stderr.split('\n')).toEqual(['', ...CLOSING_SUMMARY, '']);
  });

  test.each(['json', 'ndjson', 'csv', 'panos-csv', 'panos-syslog'])(
    '%s: the closing summary by end reason and application is on standard error',
    async (format) => {
      const args = [CAPTURE, '--format', format];
      expect((await runProgram(args)).stderr).toBe([...CLOSING_SUMMARY, ''].join('\n'));
      expect((await runProgram([...args, '-q'])).stderr).toBe('');
    },
  );

  test('sessions as a word changes nothing', async () => {
    expect(await runProgram(['sessions', CAPTURE])).toEqual(await runProgram([CAPTURE]));
  });

  test('standard input gives what the file gives', async () => {
    const fromFile = await runProgram([CAPTURE, '--json']);
    const fromPipe = await runProgram(['-', '--json'], [readFileSync(CAPTURE)]);
    expect(JSON.parse(fromPipe.stdout).sessions).toEqual(JSON.parse(fromFile.stdout).sessions);
  });
});

describe('--summary', () => {
  test('json has totals in place of the sessions', async () => {
    const document = JSON.parse((await runProgram([CAPTURE, '--summary', '--json'])).stdout);
    expect(Object.keys(document)).toEqual(['capture', 'firewall', 'accounting', 'counters', 'summary']);
    expect(document.summary).toMatchObject({
      sessions: 4,
      ended: 3,
      open: 1,
      session_end_reason: { 'aged-out': { sessions: 1, packets: 2 }, 'n/a': { sessions: 1, packets: 3 } },
      app: { 'web-browsing': { sessions: 1, packets: 8 } },
      timer: { tcp: { sessions: 1 }, 'tcp-init': { sessions: 1 }, 'tcp-time-wait': { sessions: 1 } },
      pending: { 'aged-out': { sessions: 1 } },
    });
  });

  test('ndjson has the same on one line', async () => {
    const { stdout } = await runProgram([CAPTURE, '--summary', '--format', 'ndjson']);
    const json = await runProgram([CAPTURE, '--summary', '--json']);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(json.stdout));
  });

  test('csv: one line a total, packets and bytes as the sessions have them', async () => {
    const { stdout } = await runProgram([CAPTURE, '--summary', '--format', 'csv']);
    const sessions = (JSON.parse((await runProgram([CAPTURE, '--json'])).stdout) as Output).sessions;
    const { data } = Papa.parse<string[]>(stdout, { skipEmptyLines: true });
    const web = sessions.find((row) => row.app === 'web-browsing')!;
    expect(data[0]).toEqual(['group', 'name', 'sessions', 'packets', 'bytes', 'count']);
    expect(data).toContainEqual(['app', 'web-browsing', '1', '8', String(web.bytes), '']);
    expect(data).toContainEqual(['accounting', 'in_sessions', '', '15', '', '']);
  });

  test('table: for people, and nothing more on standard error', async () => {
    const { stdout, stderr } = await runProgram([CAPTURE, '--summary']);
    expect(stderr).toBe('');
    expect(stdout).toContain('4 sessions: 3 ended, 1 still open at the end of the capture\n');
    expect(stdout).toMatch(/^tcp-rst-from-server +1 +2 +\d+$/m);
    expect(stdout).toMatch(/^15 packets = 15 in sessions$/m);
  });

  test('a capture without packets', async () => {
    const { status, stdout } = await runProgram([writeCase([], 'empty.pcap'), '--summary']);
    expect(status).toBe(0);
    expect(stdout).toContain('0 sessions: 0 ended, 0 still open');
  });
});

describe('exit status', () => {
  test('3 for a capture that is cut, with everything before the cut', async () => {
    const { status, stdout, stderr } = await runProgram([DAMAGED, '--json']);
    const { accounting, capture } = JSON.parse(stdout);
    expect(status).toBe(3);
    expect(accounting.packets).toBe(14);
    const { offset, what } = capture.files[0].damage;
    expect(complaints(stderr)).toBe(
      `endreason: warning: ${DAMAGED}: byte ${offset}: ${what}; everything before it was used\n`,
    );
  });

  test('damage is said even when quiet, one line a file', async () => {
    const second = join(folder, 'cut-again.pcap');
    copyFileSync(DAMAGED, second);
    const { status, stderr } = await runProgram([DAMAGED, second, '-q']);
    expect(status).toBe(3);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  test('0 for a directory in which something is no capture, with a warning', async () => {
    const directory = join(folder, 'rotated');
    mkdirSync(directory);
    copyFileSync(CAPTURE, join(directory, 'a.pcap'));
    writeFileSync(join(directory, 'notes.txt'), 'not packets');
    const { status, stderr } = await runProgram([directory, '--json']);
    expect(status).toBe(0);
    expect(complaints(stderr)).toMatch(
      /^endreason: warning: [^\n]*notes\.txt: not a packet capture[^\n]*; skipped\n$/,
    );
    expect((await runProgram([directory, '--json', '-q'])).stderr).toBe('');
  });

  test('0 for an empty capture', async () => {
    const { status, stdout } = await runProgram([writeCase([], 'empty.pcap')]);
    expect({ status, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ status: 0, last: 'no sessions' });
  });

  test('130 for Ctrl-C: what has been read, marked as interrupted', async () => {
    let hang = (): void => {};
    const { status, stdout, stderr } = await runOnTerminal(['-', '--format', 'ndjson'], {
      stdin: (async function* () {
        yield readFileSync(CAPTURE);
        await new Promise<void>((resolve) => {
          hang = resolve;
        });
      })(),
      onStdout: (_text, interrupt) => interrupt(),
    });
    hang();
    expect(status).toBe(130);
    expect(rowsOf(stdout)).toHaveLength(4);
    expect(complaints(stderr)).toBe(
      'endreason: interrupted: the result covers the 15 packets read until then\n',
    );
  });
});

describe('the firewall', () => {
  test('the command line wins over the configuration', async () => {
    const config = join(folder, 'fw.yaml');
    writeFileSync(config, 'timeouts: { tcp: 100, udp: 7 }\ntcp: { non-syn: reject }\n');
    const words = [CAPTURE, '--json', '--config', config, '--timeout', 'tcp=50', '--non-syn', 'accept'];
    const { firewall, sessions } = JSON.parse((await runProgram(words)).stdout);
    expect(firewall.timeouts).toMatchObject({ tcp: 50, udp: 7 });
    expect(firewall.non_syn).toBe('accept');
    expect(sessions[3]).toMatchObject({ timer: 'tcp', timeout: 50, ttl: 50 });
  });

  test('zones', async () => {
    const { stdout } = await runProgram([
      CAPTURE,
      '--json',
      '--zone',
      '10.0.0.0/8=trust',
      '--zone',
      '0.0.0.0/0=untrust',
    ]);
    expect(JSON.parse(stdout).sessions[0]).toMatchObject({ from: 'trust', to: 'untrust' });
  });

  test('-v says what was used', async () => {
    const { stderr } = await runProgram([CAPTURE, '--json', '-v']);
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      "endreason: configuration: none, the vendor's defaults",
      `endreason: capture 1: ${CAPTURE} (pcap-ns)`,
      'endreason: engine: fast, reader: builtin',
    ]);
  });

  test('-v says what the command line lays over the configuration', async () => {
    const args = ['--timeout', 'tcp=1800', '--zone', '10.0.0.0/8=our lan', '--drain'];
    const { stderr } = await runProgram([CAPTURE, '--json', '-v', ...args]);
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      "endreason: configuration: none, the vendor's defaults",
      "endreason: on the command line: --timeout tcp=1800 --zone '10.0.0.0/8=our lan' --drain",
    ]);
  });
});

describe('--output', () => {
  test('has what standard output would have had, which stays empty', async () => {
    const name = join(folder, 'out.json');
    const { status, stdout } = await runProgram([CAPTURE, '--json', '--output', name]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(readFileSync(name, 'utf8')).toBe((await runProgram([CAPTURE, '--json'])).stdout);
  });

  test('is complete also when a capture was damaged', async () => {
    const name = join(folder, 'damaged.json');
    const { status } = await runProgram([DAMAGED, '--json', '--output', name]);
    expect(status).toBe(3);
    expect(JSON.parse(readFileSync(name, 'utf8')).accounting.packets).toBe(14);
  });

  test('nothing is left behind', () => {
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('has no colour, unless that is asked for', async () => {
    const name = join(folder, 'out.txt');
    await runOnTerminal([CAPTURE, '--output', name], { stdoutColumns: 80 });
    expect(readFileSync(name, 'utf8')).not.toContain('\u001b');
    await runOnTerminal([CAPTURE, '--output', name, '--color', 'always'], { stdoutColumns: 80 });
    expect(readFileSync(name, 'utf8')).toContain('\u001b[31mtcp-rst-from-server\u001b[39m');
  });
});

describe('the terminal', () => {
  test.each([
    ['a terminal', { stdoutColumns: 120 }, [], true],
    ['a pipe', {}, [], false],
    ['NO_COLOR', { stdoutColumns: 120, env: { NO_COLOR: '1' } }, [], false],
    ['an empty NO_COLOR', { stdoutColumns: 120, env: { NO_COLOR: '' } }, [], true],
    ['a dumb terminal', { stdoutColumns: 120, env: { TERM: 'dumb' } }, [], false],
    ['--color never', { stdoutColumns: 120 }, ['--color', 'never'], false],
    ['--color always on a pipe', { env: { NO_COLOR: '1' } }, ['--color', 'always'], true],
  ] as const)('%s: colour', async (_name, terminal, words, colored) => {
    const { stdout } = await runOnTerminal([CAPTURE, ...words], terminal);
    expect(stdout.includes('\u001b[')).toBe(colored);
  });

  test.each([
    ['its width', { stdoutColumns: 200 }, 'TRACKER STAGE'],
    ['COLUMNS where there is none', { env: { COLUMNS: '200' } }, 'TRACKER STAGE'],
  ] as const)('%s is used', async (_name, terminal, head) => {
    expect((await runOnTerminal([CAPTURE], terminal)).stdout).toContain(head);
  });

  test.each([[{ env: { COLUMNS: 'wide' } }], [{ env: { COLUMNS: '0' } }], [{}]])(
    '80 columns for %j',
    async (terminal) => {
      const { stdout } = await runOnTerminal([CAPTURE], terminal);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(stdout).not.toContain('PROTO');
    },
  );

  test('--tz moves the clock of the table and says so', async () => {
    const { stdout } = await runProgram([CAPTURE, '--tz', 'Asia/Tokyo']);
    expect(stdout).toContain(' Asia/Tokyo\n');
    expect(stdout).toMatch(/^ 1 01:44:00 /m);
  });

  test('--tz has no effect on the JSON, and a warning says so', async () => {
    const { stdout, stderr } = await runProgram([CAPTURE, '--tz', 'Asia/Tokyo', '--json']);
    expect(stdout).toBe((await runProgram([CAPTURE, '--json'])).stdout);
    expect(complaints(stderr)).toBe(
      'endreason: warning: --utc and --tz have no effect on json: its times are always UTC\n',
    );
  });
});

test('an application that no session is identified as is told by name', async () => {
  const { status, stderr } = await runProgram([
    CAPTURE,
    '-q',
    '--timeout',
    'app:SSL=5',
    '--timeout',
    'app:ssl=5',
  ]);
  const loud = await runProgram([CAPTURE, '--json', '--timeout', 'app:SSL=5', '--timeout', 'app:ssl=5']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(complaints(loud.stderr)).toBe(
    'endreason: warning: no session is identified as SSL: its timers are not used (docs/applications.md lists the names)\n',
  );
});

test('a link type that is not known is named, and its packets are counted', async () => {
  const path = join(folder, 'odd.pcap');
  const packet = { time: { sec: 1, nsec: 0 }, data: new Uint8Array(60) };
  writeFileSync(path, writeCapture([packet], { container: 'pcap', resolution: 'us', linkType: 9999 }));
  const { stdout, stderr, status } = await runProgram([path, '--json']);
  expect(status).toBe(0);
  expect(complaints(stderr)).toBe(
    `endreason: warning: ${path}: link type 9999 (LINKTYPE_9999) is not known: its packets are counted under unknown_link_type\n`,
  );
  expect(JSON.parse(stdout).accounting).toEqual({
    packets: 1,
    in_sessions: 0,
    not_in_sessions: { unknown_link_type: 1 },
  });
});
