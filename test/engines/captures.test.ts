/** Both engines print the same bytes for every capture there is. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { CAPTURES } from '../accuracy/truth.ts';
import { expectEqual, runBoth } from './both.ts';

const OWN = join(import.meta.dirname, '../../captures');
const CAPTURE_NAME = /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/;

/** What a run is asked for: with evidence, without, and what else decides how a packet travels. */
const RUNS: readonly (readonly string[])[] = [
  ['--json', '--inspect-tunnels'],
  ['--format', 'ndjson', '--drain', '--keep-duplicates', '--linger', '5'],
  ['--format', 'csv', '--non-syn', 'accept', '--timeout', 'tcp=2', '--timeout', 'udp=1'],
  ['--format', 'csv', '--inspect-tunnels', '--drain', '--zone', '10.0.0.0/8=in side', '--zone', '::/0=six'],
];

/** Another command, whose answer rests on events, gaps and what came too late; with other timers it runs twice. */
const OTHER_TIMERS: readonly string[] = ['--timeout', 'tcp=2', '--timeout', 'udp=1'];

function capturesIn(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => CAPTURE_NAME.test(name))
        .sort()
        .map((name) => join(folder, name))
    : [];
}

describe('both engines', () => {
  test.each(capturesIn(OWN))('%s', async (path) => {
    for (const run of RUNS) expectEqual(await runBoth([path, ...run]));
    expectEqual(await runBoth(['timeouts', path, '--json', ...OTHER_TIMERS]));
  });

  const shared = capturesIn(CAPTURES);
  if (shared.length === 0) {
    test('public captures', (context) => {
      console.log('skipped: the public captures are not beside this project');
      context.skip();
    });
    return;
  }
  test.each(shared)('%s', async (path) => {
    for (const run of RUNS) expectEqual(await runBoth([path, ...run]));
    expectEqual(await runBoth(['timeouts', path, '--json']));
  });
});
