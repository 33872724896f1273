/** Both engines print the same bytes where the table has a limit, and so does accelerated aging. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, udpTalk } from '../dsl/conversation.ts';
import { crowdedTraffic } from '../properties/traffic.ts';
import { expectEqual, runBoth } from './both.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-limits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const aging = fc.oneof(
  fc.record({ threshold: fc.constantFrom(50, 51, 67, 80, 99), scaling: fc.constantFrom(2, 3, 7, 16) }),
  fc.constant(null),
);

const OPTIONS: readonly (readonly string[])[] = [
  ['--json'],
  ['--json', '--drain'],
  ['--json', '--drain', '--non-syn', 'accept'],
  ['--format', 'csv', '--details', '--timeout', 'udp=11', '--timeout', 'tcp-init=7'],
  ['--format', 'csv', '--timeout', 'udp=11', '--linger', '20'],
  ['--format', 'ndjson', '--linger', '20'],
  ['--format', 'panos-csv', '--drain', '--non-syn', 'reject'],
  ['--summary', '--timeout', 'tcp=31'],
];

/** A flood with sessions that go on in it: 400 packets a second, whatever the seed says. */
function flood(seed: number, ports: number): readonly TimedFrame[] {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
  return Array.from({ length: 8000 }, (_, i) => {
    const at = (i + next(1_000_000) / 1_000_000) / 400;
    const ends = { clientPort: 1024 + next(ports), serverPort: 4000 + next(2) };
    const kind = ['S', 'S', 'A', 'D20', 'F', 'R'][next(6)]!;
    return (next(3) === 0 ? udpTalk : tcpTalk)(`${at.toFixed(9)}${'><'[next(2)]}${kind}`, ends);
  }).flat();
}

describe('a flood', () => {
  test.each([
    [300, 3000, 2, '--json'],
    [900, 3000, 2, '--drain --json --non-syn accept'],
    [2000, 3000, 2, '--format csv --non-syn reject --linger 3'],
    // every timer within one tick of the kernel's wheel
    [12, 40, 16, '--json --non-syn accept --timeout tcp=4 --timeout tcp-half-closed=1 --timeout udp=3'],
    [12, 40, 7, '--json --non-syn accept --timeout tcp=4 --timeout tcp-half-closed=1 --timeout udp=3'],
  ])('%d sessions at most, %d ports, timers / %d, %s', async (most, ports, scaling, options) => {
    const config = join(folder, 'flood.yaml');
    writeFileSync(config, `limits: { accelerated-aging: { scaling: ${scaling}, threshold: 50 } }`);
    const argv = [writeCase(flood(most, ports)), '--config', config, '--max-sessions', `${most}`];
    argv.push(...options.split(' '));
    const both = await runBoth(argv);
    expectEqual(both);
    expect(both.fast.status).toBe(0);
  });
});

describe('random traffic under a limit', () => {
  test.each(OPTIONS.map((options) => [options.join(' '), options] as const))('%s', (_, options) =>
    fc.assert(
      fc.asyncProperty(crowdedTraffic, fc.integer({ min: 1, max: 6 }), aging, async (packets, most, age) => {
        const config = join(folder, 'fw.yaml');
        const accelerated = age === null ? { enabled: false } : { enabled: true, ...age };
        writeFileSync(config, JSON.stringify({ limits: { 'accelerated-aging': accelerated } }));
        const argv = [writeCase(packets), '--config', config, '--max-sessions', `${most}`, ...options];
        expectEqual(await runBoth(argv));
      }),
      { numRuns: 150 },
    ),
  );
});
