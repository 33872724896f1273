/** A capture that is read twice, and one from standard input, of which all is kept, give the same document. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../dsl/program.ts';

const CAPTURES = join(import.meta.dirname, '../../captures');

test.each([
  ['--json', [], 1],
  ['--json and open sessions', ['--drain'], 1],
  ['text', ['--details', '--format', 'table'], 1],
] as const)('%s', async (what, more, status) => {
  const capture = join(CAPTURES, 'everything.pcap');
  const args = ['--log', join(CAPTURES, 'everything.traffic.csv'), ...more];
  const form = what === 'text' ? [] : ['--json'];
  const twice = await runProgram(['compare', capture, ...args, ...form]);
  const once = await runProgram(['compare', '-', ...args, ...form], [readFileSync(capture)]);
  expect(twice.stdout.length).toBeGreaterThan(1000);
  expect(twice.stdout).toBe(once.stdout);
  expect([twice.status, once.status]).toEqual([status, status]);
});
