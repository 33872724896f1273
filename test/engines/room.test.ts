/** Both engines where room is short: of the queue of ended sessions in a run that only sums, and of memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { writeCapture } from '../../src/capture/writer.ts';
import * as at from '../../src/kernel/layout.ts';
import { Rebuild, type RebuildHooks } from '../../src/report/rebuild.ts';
import type { EngineOptions } from '../../src/session/options.ts';
import { recordsOf } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { traffic } from '../properties/traffic.ts';
import { USUAL_OPTIONS } from './usual.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-room-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(packets: readonly TimedFrame[]): string {
  const path = join(folder, 'room.pcap');
  writeFileSync(path, writeCapture(recordsOf(packets), { container: 'pcap', resolution: 'ns', linkType: 1 }));
  return path;
}

interface Sums {
  readonly packets: number;
  readonly sessions: number;
  readonly inSessions: number;
  readonly left: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/** What is left of a run when nobody asks for its sessions. */
async function sumsOf(path: string, hooks: RebuildHooks, more: Partial<EngineOptions>): Promise<Sums> {
  const warnings: string[] = [];
  const rebuild = new Rebuild(
    await openCaptures([path]),
    { ...USUAL_OPTIONS, ...more },
    (line) => warnings.push(line),
    hooks,
  );
  let sessions = 0;
  for await (const batch of rebuild.batches()) sessions += batch.length;
  for (const sum of rebuild.sums()) sessions += sum.sessions;
  expect(rebuild.accountingError()).toBeNull();
  const { packets, inSessions, notInSessions, counters } = rebuild.accounting;
  return {
    packets,
    sessions,
    inSessions,
    left: Object.fromEntries(notInSessions),
    counters: Object.fromEntries(counters),
    warnings,
  };
}

/** Connections that are over, each followed by late packets for a while, among datagrams that only end by timer. */
const lateTraffic = fc
  .array(
    fc.record({
      start: fc.integer({ min: 0, max: 4000 }),
      port: fc.integer({ min: 1024, max: 1040 }),
      kind: fc.constantFrom('talk', 'datagram', 'scan'),
      late: fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 4 }),
      ipv6: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((talks) =>
    together(
      ...talks.map(({ start, port, kind, late, ipv6 }) => {
        const from = start / 10;
        const ends = { clientPort: port, ...(ipv6 && { client: '2001:db8::1', server: '2001:db8::2' }) };
        if (kind === 'datagram') return udpTalk(`${from}>D20`, ends);
        if (kind === 'scan') return tcpTalk(`${from}>S`, ends);
        const times = [...late].sort((a, b) => a - b).map((gap) => `${(from + gap / 10).toFixed(1)}>A`);
        return tcpTalk([`${from}>S ${from}<SA ${from}>A ${from}>D10 ${from}<R`, ...times].join(' '), ends);
      }),
    ),
  );

test('a run that only sums lets go of late packets at the same time as one that prints', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(traffic, lateTraffic),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(20, 300, 3600),
      // packet times that step back make records wider
      fc.boolean(),
      async (packets, lingerCapacity, lingerSeconds, twice) => {
        const path = put(twice ? [...packets, ...packets] : packets);
        const more = { lingerCapacity, lingerSeconds };
        const fast = await sumsOf(path, {}, { ...more, totalsOnly: true });
        expect(fast).toEqual(await sumsOf(path, { engine: 'reference' }, more));
        expect(fast).toEqual(await sumsOf(path, {}, more));
      },
    ),
    { numRuns: 300 },
  ));

/** A datagram each from `size` clients, all within a second, and again while they are in the table. */
function crowd(size: number): readonly TimedFrame[] {
  return together(
    ...Array.from({ length: size }, (_, i) =>
      udpTalk(`${(i / size).toFixed(4)}>D20 ${(2 + i / size).toFixed(4)}<D20`, {
        client: `10.0.${i >> 8}.${i & 255}`,
      }),
    ),
  );
}

/** Of 18,000 packets some have found no room, and that is said. */
function expectFull(run: Sums): void {
  const { table_full: refused = 0 } = run.left;
  expect(run.packets).toBe(18_000);
  expect(run.sessions).toBeGreaterThan(0);
  expect(run.inSessions).toBe(18_000 - refused);
  expect(refused).toBeGreaterThan(0);
  expect(run.counters['session_alloc_failure']).toBe(refused);
  expect(run.warnings.join()).toMatch(
    /packet \d+: no more memory for the session table, which holds \d+ sessions/,
  );
}

describe('memory that runs out', () => {
  test.each([1, 30, 200, 600])('%d KiB are left: a full table, and one warning', async (kibibytes) => {
    const path = put(crowd(9000));
    const run = await sumsOf(path, { memoryBytes: at.UNITS + 0x30000 + kibibytes * 1024 }, { events: false });
    expectFull(run);
    expect(run.warnings).toHaveLength(1);
  });

  test.each([1, 600])(
    '%d KiB are left, and evidence is wanted: what lacks packets is said',
    async (kibibytes) => {
      const path = put(crowd(9000));
      const run = await sumsOf(
        path,
        { memoryBytes: at.UNITS + 0x90000 + kibibytes * 1024 },
        { events: true },
      );
      expectFull(run);
      expect(run.warnings).toHaveLength(2);
      expect(run.warnings.join()).toMatch(/packet \d+: no more memory for noteworthy packets: evidence /);
    },
  );

  test.each([
    { events: false, bytes: 0x60000 },
    { events: true, bytes: 0x180000 },
  ])('sessions that end make room (events: $events)', async ({ events, bytes }) => {
    const memory = { memoryBytes: at.UNITS + bytes };
    const later = crowd(1000).map((packet) => ({ ...packet, at: packet.at + 100 }));
    const run = await sumsOf(put([...crowd(9000), ...later]), memory, { events });
    expect(run.inSessions).toBe(20_000 - run.left['table_full']!);
    const alone = await sumsOf(put(crowd(9000)), memory, { events });
    expect(alone.left['table_full']).toBeGreaterThan(0);
    expect(run.left['table_full']).toBe(alone.left['table_full']);
  });

  test('the clock steps back and records cannot get a third line', async () => {
    const packets = crowd(2000);
    const odd = packets.map((packet, i) => ({
      ...packet,
      at: packet.at + (i < 2000 ? 5000 : i < 3000 ? 4000 : 3000),
    }));
    const run = await sumsOf(put(odd), { memoryBytes: at.UNITS + 0x70000 }, { events: false });
    expect(run.inSessions + (run.left['table_full'] ?? 0)).toBe(4000);
    expect(run.warnings.filter((line) => line.includes("packets' own times"))).toHaveLength(1);
  });
});
