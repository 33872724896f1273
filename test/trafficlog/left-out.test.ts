/** What is left out of a log, what is no log at all, and what the user is told. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { errorLine } from '../../src/cli/errors.ts';
import { otherTypes } from '../../src/trafficlog/log-counts.ts';
import { LogError } from '../../src/trafficlog/log-error.ts';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { openTrafficLogs } from '../../src/trafficlog/open-logs.ts';
import { syslogLine, trafficLine } from '../../src/trafficlog/write-traffic.ts';
import { writeCase } from '../dsl/cases.ts';
import { tcpTalk } from '../dsl/conversation.ts';
import { entryOf } from './entries.ts';
import { readLog } from './reading.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-logs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function write(content: string | Uint8Array, name = `${++files}.log`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const line = (i: number): string => trafficLine(entryOf(i), i + 1);
const lines = (count: number): string[] => Array.from({ length: count }, (_, i) => line(i));
const without = (cell: number, text: string, i = 0): string => line(i).split(',').with(cell, text).join(',');

async function readFiles(
  names: readonly string[],
): Promise<{ rows: LogRow[]; warnings: string[]; names: string[] }> {
  const warnings: string[] = [];
  const input = await openTrafficLogs(names, { warn: (text) => warnings.push(text) });
  const rows: LogRow[] = [];
  for await (const batch of input.rows()) rows.push(...batch);
  await input.close();
  return { rows, warnings, names: input.files.map(({ name }) => name) };
}

describe('lines that are left out', () => {
  test.each([
    [
      'too short',
      line(0).split(',').slice(0, 30).join(','),
      'it ends after 30 fields, and none has fewer than 37',
    ],
    ['a port that is none', without(24, 'abc'), 'Source Port "abc" is not a port'],
    ['a port beyond 65535', without(25, '65536'), 'Destination Port "65536" is not a port'],
    ['a negative number', without(31, '-1'), 'Bytes "-1" is not a whole number'],
    ['a fraction', without(36, '1.5'), 'Elapsed Time "1.5" is not a whole number'],
    ['an address that is none', without(7, '10.0.0.256'), 'Source Address "10.0.0.256" is not an address'],
    ['a masked address', without(8, '00.00.000.00'), 'Destination Address "00.00.000.00" is not an address'],
    ['no address', without(7, ''), 'Source Address is empty'],
    [
      'a day that is none',
      without(35, '2026/02/30 00:00:00'),
      'Start Time "2026/02/30 00:00:00" is not a time that exists',
    ],
    ['flags that are none', without(28, '0xzz'), 'Flags "0xzz" is not a number of 32 bits'],
    ['a comma too many', without(11, 'a,b'), 'Start Time "9" is not a time that exists'],
    ['a comma in a country', without(41, 'Korea, Republic of'), 'Session End Reason "4" is not a reason'],
    ['a comma too few', line(0).replace(',443,', '-'), 'Start Time "any" is not a time that exists'],
    ['an open quote', without(11, '"a'), 'a quote in it is left open'],
    [
      'another program',
      'Nov 30 16:09:08 host sshd[1]: Accepted',
      '"Nov 30 16:09:08 host sshd[1]: Accepted" is no line of a traffic log',
    ],
    ['JSON that does not close', '{"LogType": "TRAFFIC",', 'what begins there is not JSON'],
    ['JSON of another program', '{"level": "info"}', 'the JSON object is no line of a traffic log'],
    ['a very long value', without(24, 'x'.repeat(99)), `Source Port "${'x'.repeat(40)}..." is not a port`],
  ])('%s', async (_name, bad, why) => {
    const { rows, warnings, file } = await readLog([line(1), bad, line(2)].join('\n'));
    expect(warnings).toEqual([
      `-: line 2: ${why}; it is left out, look at it in the log it was exported from`,
    ]);
    expect(rows.map((row) => [row.line, row.sessionId])).toEqual([
      [1, 2],
      [3, 3],
    ]);
    expect(file.malformed).toBe(1);
  });

  test.each([
    [
      'too short',
      ['src,dst,sport,receive_time,app', '10.0.0.1,10.0.0.2,1,2026/01/09 16:44:00'],
      'it has 4 fields under a header of 5',
    ],
    [
      'too long',
      ['src,dst,sport,receive_time,app', '10.0.0.1,10.0.0.2,1,2026/01/09 16:44:00,ssl,x'],
      'it has 6 fields under a header of 5',
    ],
    ['no time', ['src,dst,sport,receive_time,app', '10.0.0.1,10.0.0.2,1,,ssl'], 'it holds no time'],
  ])('under a header: %s', async (_name, text, why) => {
    const { warnings } = await readLog(text.join('\n'));
    expect(warnings).toEqual([
      `-: line 2: ${why}; it is left out, look at it in the log it was exported from`,
    ]);
  });

  test('under the header of show log traffic: an entry without its second line', async () => {
    const text = [
      'Time                App             From            Src Port          Source',
      '2026/01/09 16:44:01 ssl             trust           54433             10.0.21.103',
      '2026/01/09 16:44:02 ssl             trust           54434             10.0.21.103',
      'outbound            allow           untrust         443               198.51.100.124',
    ].join('\n');
    const { rows, warnings } = await readLog(text);
    expect(rows.map((row) => [row.line, row.sport])).toEqual([[3, 54434]]);
    expect(warnings).toEqual([
      '-: line 2: "2026/01/09 16:44:01 ssl             trus..." is no whole entry; it is left out, look at it in the log it was exported from',
    ]);
  });

  test('the first five of a file are told, the others counted', async () => {
    const bad = Array.from({ length: 12 }, (_, i) => without(24, 'x', i));
    const { warnings, rows } = await readLog([...bad, line(1)].join('\n'));
    expect(rows).toHaveLength(1);
    expect(warnings).toHaveLength(6);
    expect(warnings.at(-1)).toBe('-: and 7 more lines left out');
  });

  test.each([
    ['digits', '1'],
    ['spaces and words', 'a '],
    ['pipes', 'LEEF:1.0|a|'],
    ['keys', 'CEF:0|a=b '],
    ['braces', '{"a":'],
    ['quotes', '",'],
    ['commas', ',,2026/01/09 '],
    ['dashes', '2026-01-09T'],
  ])('a long line of %s takes no longer than it is', async (_name, unit) => {
    const long = unit.repeat(200_000 / unit.length);
    const header = 'Time                App             From            Src Port          Source';
    for (const first of [line(0), header]) {
      const { rows } = await readLog([first, long, 'x', line(1)].join('\n'));
      expect(rows.at(-1)!.sessionId).toBe(2);
    }
  });

  test('JSON of any depth', async () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const { rows, file } = await readLog([line(0), deep, line(1)].join('\n'));
    expect([rows.length, file.malformed]).toEqual([2, 1]);
  });

  test('a line of a megabyte is passed over', async () => {
    const { rows, file } = await readLog([line(0), 'x'.repeat(3_000_000), line(1)].join('\n'), [65_536]);
    expect([rows.length, rows[1]!.line, file.malformed]).toEqual([2, 3, 1]);
  });
});

describe('other log types', () => {
  test('are counted over all files, most frequent first', async () => {
    const threat = line(0).replace('TRAFFIC,end', 'THREAT,url');
    const system =
      '1,2026/01/09 16:44:00,1,SYSTEM,general,0,2026/01/09 16:44:00,,x,,0,0,general,informational,"a, b",1,0x0';
    const first = write([threat, system, line(0), threat].join('\n'));
    const second = write([system, system].join('\n'));
    const input = await openTrafficLogs([first, second], { warn: (text) => expect.fail(text) });
    for await (const batch of input.rows()) expect(batch).toHaveLength(1);
    expect(otherTypes(input.files)).toEqual([
      ['SYSTEM', 3],
      ['THREAT', 2],
    ]);
  });

  test('under a header, too', async () => {
    const { file, warnings } = await readLog(
      'Type,Source address,Destination address,Receive Time,Application\nTHREAT,x,y,z,w\nTRAFFIC,10.0.0.1,10.0.0.2,2026/01/09 16:44:00,ssl\n',
    );
    expect([file.rows, ...file.otherTypes, ...warnings]).toEqual([1, ['THREAT', 1]]);
  });
});

describe('inputs', () => {
  test('several files, compressed or not, in the order of their names on the command line', async () => {
    const a = write(`${line(0)}\n${line(1)}\n`);
    const b = write(gzipSync(`${line(2)}\n`));
    const { rows } = await readFiles([b, a]);
    expect(rows.map((row) => [row.file, row.line, row.sessionId])).toEqual([
      [0, 1, 3],
      [1, 1, 1],
      [1, 2, 2],
    ]);
  });

  test('zstd', async () => {
    // one raw block in a single segment (RFC 8878 3.1.1)
    const content = new TextEncoder().encode(`${line(5)}\n`);
    const block = (content.length << 3) | 1;
    const head = [0x28, 0xb5, 0x2f, 0xfd, 0x60, (content.length - 256) & 0xff, (content.length - 256) >> 8];
    const file = write(
      Uint8Array.from([...head, block & 0xff, (block >> 8) & 0xff, block >> 16, ...content]),
    );
    expect((await readFiles([file])).rows.map((row) => row.sessionId)).toEqual([6]);
  });

  test('a directory, in the order of its names; what is no log is skipped with a warning', async () => {
    const name = join(folder, 'rotated');
    mkdirSync(name);
    writeFileSync(join(name, 'traffic.log.10'), line(2));
    writeFileSync(join(name, 'traffic.log.9'), line(1));
    writeFileSync(join(name, 'notes.txt'), 'hello');
    writeFileSync(join(name, 'empty'), '');
    const { rows, warnings, names } = await readFiles([name]);
    expect(rows.map((row) => row.sessionId)).toEqual([2, 3]);
    expect(names).toEqual([`${name}/traffic.log.9`, `${name}/traffic.log.10`]);
    expect(warnings.map((text) => text.replace(name, '')).join('\n')).toMatch(
      /^\/empty: empty, no traffic log: .*; skipped\n\/notes.txt: not a traffic log of PAN-OS \(it starts with "hello"\): .*; skipped$/,
    );
  });

  test('cut compression: what comes before is read, and the file is marked', async () => {
    const whole = gzipSync(lines(2000).join('\n'));
    const file = write(whole.subarray(0, whole.length / 2));
    const warnings: string[] = [];
    const input = await openTrafficLogs([file], { warn: (text) => warnings.push(text) });
    let rows = 0;
    for await (const batch of input.rows()) rows += batch.length;
    expect(rows).toBeGreaterThan(500);
    expect(input.files[0]!.damage).toBe('the gzip data is cut off');
    expect(warnings.at(-1)).toBe(`${file}: the gzip data is cut off; what comes before that was read`);
  });

  test('a log that begins far behind lines of other programs', async () => {
    const noise = Array.from(
      { length: 2000 },
      (_, i) => `Nov 30 16:09:08 host sshd[${i}]: Accepted publickey`,
    );
    const { rows } = await readLog([...noise, line(0)].join('\n'), [4096]);
    expect(rows.map((row) => row.line)).toEqual([2001]);
  });

  test.each<[string, () => string, RegExp]>([
    ['missing', () => join(folder, 'nosuch'), /nosuch: no such file: check the name$/],
    ['empty', () => write(''), /: empty, no traffic log: give a traffic log as exported/],
    ['blank lines', () => write('\n\n \n'), /: empty, no traffic log: give/],
    [
      'text',
      () => write('# heading\n\ntext\n'),
      /: not a traffic log of PAN-OS \(it starts with "# heading"\): give/,
    ],
    [
      'other JSON',
      () => write('{"name": "x", "type": "module"}'),
      /: not a traffic log of PAN-OS \(it starts with "\{/,
    ],
    [
      'other CSV',
      () => write('a,b,c\n1,2,3\n'),
      /: not a traffic log of PAN-OS \(it starts with "a,b,c"\): give/,
    ],
    [
      'a capture',
      () => writeCase(tcpTalk('0>S')),
      /: a packet capture, not a traffic log: name it among the captures/,
    ],
    [
      'bzip2',
      () => write('BZh91AY'),
      /: compressed with bzip2, which is not read directly: bzip2 -dc \S+ \| endreason compare CAPTURE --log -$/,
    ],
    [
      'a capture of another program',
      () => write('snoop\0\0\0'),
      /: a snoop capture, not a traffic log: give/,
    ],
    [
      'garbage',
      () => write(Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) & 0xff)),
      /: not a traffic log of PAN-OS/,
    ],
    [
      'an empty directory',
      () => {
        const name = join(folder, 'none');
        mkdirSync(name);
        return name;
      },
      /: a directory without a log: name one that holds traffic logs$/,
    ],
  ])('no log at all: %s, also as the second', async (_name, path, message) => {
    const error = await openTrafficLogs([write(line(0)), path()]).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(LogError);
    expect((error as Error).message).toMatch(message);
    expect(errorLine(error)).toBe((error as Error).message);
    expect(errorLine(error)).not.toContain('\n');
  });

  test('no name, and standard input named twice', async () => {
    await expect(openTrafficLogs([])).rejects.toThrow(
      'no log is named: give a file, a directory, or - for standard input',
    );
    await expect(openTrafficLogs(['-', '-'])).rejects.toThrow('-: standard input can be read only once');
  });
});

test('syslog lines are told from each other: a header in one changes no other', async () => {
  const { rows } = await readLog([syslogLine(entryOf(0), 1), line(1), syslogLine(entryOf(2), 3)].join('\n'));
  expect(rows.map((row) => row.sessionId)).toEqual([1, 2, 3]);
});
