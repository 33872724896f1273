/** Every public capture through the program, malformed, fuzzed and cut ones included (interface.md exit statuses). */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CAPTURES, readTruth } from '../accuracy/truth.ts';
import type { Output } from '../dsl/cases.ts';
import { runProgram } from '../dsl/program.ts';

const CAPTURE_NAME = /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/;

const names = existsSync(CAPTURES)
  ? readdirSync(CAPTURES)
      .filter((name) => CAPTURE_NAME.test(name))
      .sort()
  : [];

/** Files that are no capture to any program: the version or the link-type field says so. */
const UNUSABLE: ReadonlySet<string> = new Set([
  'libpcap-linktype-reserved-field-not-zero.pcap',
  'libpcap-pcap-invalid-version-1.pcap',
  'libpcap-pcapng-invalid-vers-2.pcapng',
]);

describe('public captures', () => {
  if (names.length === 0) {
    test('through the program', (context) => {
      console.log('skipped: the public captures are not beside this project');
      context.skip();
    });
    return;
  }

  test.each(names)('%s', async (name) => {
    const { status, stdout, stderr } = await runProgram([
      join(CAPTURES, name),
      '--json',
      '--inspect-tunnels',
      '--drain',
    ]);
    const lines = stderr.split('\n').filter((line) => line !== '');
    expect(stderr).not.toMatch(/^ +at /m);
    if (UNUSABLE.has(name)) {
      expect([status, stdout, lines.length]).toEqual([2, '', 1]);
      return;
    }
    const output = JSON.parse(stdout) as Output & { capture: { files: { damage: unknown }[] } };
    const damaged = output.capture.files.some((file) => file.damage !== null);
    expect(status).toBe(damaged ? 3 : 0);
    const { file, counts } = readTruth(name) as unknown as {
      file: { truncated_tail: boolean };
      counts: { packets?: number };
    };
    if (file.truncated_tail) expect(damaged).toBe(true);
    const left = Object.values(output.accounting.not_in_sessions).reduce((sum, n) => sum + n, 0);
    expect(output.accounting.in_sessions + left).toBe(output.accounting.packets);
    if (!damaged && (counts.packets ?? 0) > 0) expect(output.accounting.packets).toBe(counts.packets);
    const outer = output.sessions.filter((row) => row.parent === null);
    expect(outer.reduce((sum, row) => sum + row.packets, 0)).toBe(output.accounting.in_sessions);
    const ids = new Set(output.sessions.map((row) => row.sessionid));
    for (const row of output.sessions) if (row.parent !== null) expect(ids).toContain(row.parent);
  });
});
