/** The text view: fits its width, and shows of a long session what is worth seeing. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ExplainedPacket } from '../../src/report/explain-packets.ts';
import { runOnTerminal } from '../cli/terminal.ts';
import { writeCase } from '../dsl/cases.ts';
import { tcpTalk } from '../dsl/conversation.ts';
import { runProgram } from '../dsl/program.ts';
import { traffic } from '../properties/traffic.ts';
import { sessionsOf } from './explained.ts';

const OWN = join(import.meta.dirname, '../../captures');

async function textOf(capture: string, args: readonly string[] = [], columns = 80): Promise<string[]> {
  const { status, stdout } = await runOnTerminal(['explain', capture, '--color', 'never', ...args], {
    stdoutColumns: columns,
  });
  expect(status).toBe(0);
  return stdout.split('\n').slice(0, -1);
}

describe('the width of the terminal', () => {
  test.each(readdirSync(OWN).filter((name) => name.endsWith('.pcap')))('%s', async (name) => {
    const capture = join(OWN, name);
    const ids = (await sessionsOf(capture)).map(({ sessionid }) => sessionid).slice(0, 12);
    for (const columns of [80, 100, 140, 200]) {
      const lines = await textOf(capture, ['--session', ids.join(), '--details'], columns);
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
    }
  });

  test('random traffic', () =>
    fc.assert(
      fc.asyncProperty(traffic, fc.constantFrom(80, 120, 160), async (packets, columns) => {
        const capture = writeCase(packets);
        const ids = (await sessionsOf(capture)).map(({ sessionid }) => sessionid);
        if (ids.length === 0) return;
        const lines = await textOf(capture, ['--session', ids.join()], columns);
        expect(lines.filter((line) => line.length > columns)).toEqual([]);
        expect(lines.filter((line) => /undefined|null|NaN/.test(line))).toEqual([]);
      }),
      { numRuns: 60 },
    ));

  test('the two rails stand below one another', async () => {
    const capture = join(OWN, 'fin-then-reset.pcap');
    for (const columns of [80, 140]) {
      const lines = await textOf(capture, ['--session', '1'], columns);
      const rungs = lines.filter((line) => /\|[-<X.]/.test(line));
      const places = rungs.map((line) => `${line.indexOf('|')} ${line.lastIndexOf('|')}`);
      expect(rungs).toHaveLength(9);
      expect(new Set(places).size).toBe(1);
    }
  });
});

/** A transfer of many packets, with one silence and a SYN in the middle. */
function longTalk(packets: number): string {
  const words = ['0>S', '0.1<SA', '0.2>A'];
  for (let i = 0; i < packets; i += 1) {
    const at = (1 + i / 100 + (i >= packets / 2 ? 30 : 0)).toFixed(2);
    words.push(i % 2 === 0 ? `${at}<D100` : `${at}>A`);
  }
  return words.join(' ');
}

describe('a long session', () => {
  const packets = tcpTalk(longTalk(1000));

  test('shows both ends, the silence, and says what it leaves out', async () => {
    const lines = await textOf(writeCase(packets), ['--session', '1']);
    const numbers = lines.flatMap((line) => /^ *(\d+) +\d+\.\d+ {2}\|/.exec(line)?.[1] ?? []).map(Number);
    const upTo = (from: number, to: number): number[] =>
      Array.from({ length: to - from + 1 }, (_, i) => from + i);
    // packet 33 is the first that App-ID gives up on; the silence is before packet 504
    expect(numbers).toEqual([...upTo(1, 43), 504, ...upTo(964, 1003)].filter((n) => numbers.includes(n)));
    expect(numbers).toEqual(expect.arrayContaining([...upTo(1, 40), 504, ...upTo(964, 1003)]));
    expect(numbers.length).toBeLessThan(90);
    const skipped = lines.filter((line) => line.includes('packets that changed nothing'));
    const left = skipped.map((line) => Number(/\.\.\. ([\d,]+) packets/.exec(line)![1]!.replace(',', '')));
    expect(left.reduce((sum, count) => sum + count, 0)).toBe(1003 - numbers.length);
    expect(lines.filter((line) => line.includes('30.010 s of silence'))).toHaveLength(1);
  });

  test('makes rows of what it shows only', async () => {
    const made = vi.spyOn(ExplainedPacket.prototype, 'makeRow');
    await textOf(writeCase(packets), ['--session', '1']);
    // those shown, and what stands before each
    expect(made.mock.calls.length).toBeLessThan(200);
    made.mockRestore();
  });

  test('--details shows every packet', async () => {
    const lines = await textOf(writeCase(packets), ['--session', '1', '--details']);
    expect(lines.filter((line) => /^ *\d+ +\d+\.\d+ {2}\|/.test(line))).toHaveLength(1003);
    expect(lines.filter((line) => line.includes('changed nothing'))).toEqual([]);
  });

  test('JSON always has every packet', async () => {
    const { stdout } = await runProgram(['explain', writeCase(packets), '--session', '1', '--json']);
    expect(JSON.parse(stdout).packets).toHaveLength(1003);
  });
});
