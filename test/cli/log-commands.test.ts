/** What the commands that read a traffic log have in common: its damage, and a time zone that nothing uses. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import { tcpTalk } from '../dsl/conversation.ts';
import { runProgram } from '../dsl/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-log-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CAPTURE = writeCase(tcpTalk('0>S 0.1<SA 0.2>A 1>D10 1.1<A 2>F 2.1<F 2.2>A'));
const PAGE = ['-o', join(folder, 'page.html')];
const COMMANDS: readonly (readonly [command: string, args: readonly string[]])[] = [
  ['compare', []],
  ['timeouts', []],
  ['report', PAGE],
];

/** Many rows, of which the last ones are cut off inside the compressed data; and the same whole. */
async function logs(): Promise<{ readonly whole: string; readonly cut: string }> {
  const { stdout } = await runProgram([CAPTURE, '--drain', '--format', 'panos-csv']);
  const lines = stdout.trimEnd().split('\n');
  const rows = Array.from({ length: 400 }, (_, i) => lines.at(-1)!.replaceAll('40000', String(40000 + i)));
  const bytes = gzipSync([...lines.slice(0, -1), ...rows, ''].join('\n'));
  const [whole, cut] = [join(folder, 'whole.csv.gz'), join(folder, 'cut.csv.gz')];
  writeFileSync(whole, bytes);
  writeFileSync(cut, bytes.subarray(0, bytes.length - 20));
  return { whole, cut };
}

describe('a damaged log', () => {
  test.each(COMMANDS)('%s: exit status 3', async (command, args) => {
    const { whole, cut } = await logs();
    const run = async (log: string): Promise<number> =>
      (await runProgram([command, CAPTURE, '--drain', '--log', log, ...args])).status;
    expect(await run(whole)).not.toBe(3);
    expect(await run(cut)).toBe(3);
  });
});

describe('a time zone that nothing uses', () => {
  test.each(COMMANDS.filter(([command]) => command !== 'report'))('%s warns', async (command) => {
    const { whole } = await logs();
    const argv = [command, CAPTURE, '--log', whole, '--json', '--tz', 'Europe/Berlin'];
    expect((await runProgram(argv)).stderr).toContain(
      'endreason: warning: --utc and --tz have no effect on json: its times are always UTC\n',
    );
    expect((await runProgram(argv.filter((word) => word !== '--json'))).stderr).not.toContain('no effect');
  });
});
