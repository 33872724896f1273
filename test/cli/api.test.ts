/** The package's own door. */
import { copyFileSync, readFileSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CaptureError, type SessionRow, type SessionsOptions, sessions } from '../../src/index.ts';
import { writeCase } from '../dsl/cases.ts';
import { runProgram } from '../dsl/program.ts';
import { MIXED } from './captures.ts';

const CAPTURE = writeCase(MIXED);

async function collect(names: string | string[], options?: SessionsOptions): Promise<SessionRow[]> {
  const rows: SessionRow[] = [];
  for await (const row of sessions(names, options)) rows.push(row);
  return rows;
}

test('gives the rows of --format ndjson, in its order', async () => {
  const { stdout } = await runProgram([CAPTURE, '--format', 'ndjson']);
  expect((await collect(CAPTURE)).map((row) => `${JSON.stringify(row)}\n`).join('')).toBe(stdout);
});

test('takes what the command line takes', async () => {
  const rows = await collect([CAPTURE], {
    timeouts: { tcp: 77, 'app:web-browsing/tcp-time-wait': 3 },
    zones: { '10.0.0.0/8': 'trust' },
    proof: false,
    drain: true,
  });
  expect(rows.at(-1)).toMatchObject({
    timer: 'tcp',
    timeout: 77,
    from: 'trust',
    evidence: [],
    state: 'CLOSED',
  });
  expect(rows.find((row) => row.app === 'web-browsing')).toMatchObject({ timeout: 3 });
});

describe('what it refuses', () => {
  test('an input that is no capture', async () => {
    await expect(collect('none.pcap')).rejects.toThrow(CaptureError);
  });

  test.each([
    [{ timeouts: { tpc: 5 } }, 'unknown name "tpc"'],
    [{ timeouts: { tcp: 0.5 } }, 'tcp takes whole seconds'],
    [{ zones: { 'ten/8': 'trust' } }, '"ten/8" is no network'],
  ])('%j', async (options, message) => {
    await expect(collect(CAPTURE, options)).rejects.toThrow(RangeError);
    await expect(collect(CAPTURE, options)).rejects.toThrow(message);
  });
});

test('damage is a warning, and nothing before it is lost', async () => {
  const cut = `${CAPTURE}.cut`;
  copyFileSync(CAPTURE, cut);
  truncateSync(cut, readFileSync(CAPTURE).length - 5);
  const lines: string[] = [];
  const rows = await collect(cut, { warn: (line) => lines.push(line) });
  expect(rows).toHaveLength(4);
  expect(lines).toEqual([expect.stringMatching(/cut: byte \d+: .*; everything before it was used$/)]);
});

test('a reader that stops early leaves nothing open', async () => {
  for await (const row of sessions(CAPTURE)) {
    expect(row.sessionid).toBe(3);
    break;
  }
  expect(await collect(CAPTURE)).toHaveLength(4);
});
