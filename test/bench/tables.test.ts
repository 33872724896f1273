/** The tables that are compared: all count the same, and one that does not has no figures. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BenchError } from '../../src/bench/bench-error.ts';
import { CAPACITIES, CAPACITY_SOURCES } from '../../src/bench/capacities.ts';
import { addPacket } from '../../src/bench/table-packets.ts';
import { runTable } from '../../src/bench/table-run.ts';
import { makeColumns, type PacketColumns, type TableKind } from '../../src/bench/table-under-test.ts';
import { TABLE_WORKLOADS } from '../../src/bench/table-workloads.ts';
import { TABLE_KINDS } from '../../src/bench/tables.ts';
import { PROTO } from '../../src/decode/packet.ts';
import { defaultTimeouts } from '../../src/firewall/timeouts.ts';

const TIMEOUTS = defaultTimeouts();

describe.each(TABLE_KINDS)('$name', (kind) => {
  test.each(TABLE_WORKLOADS)('$name: the counts are right', (workload) => {
    for (const version of [4, 6] as const) {
      const figures = runTable({
        kind,
        workload,
        version,
        live: 300,
        packets: 700,
        seed: 1,
        timeouts: TIMEOUTS,
      });
      expect(figures[workload.operation]).toBeGreaterThanOrEqual(300);
      expect(figures.nsP99).toBeGreaterThanOrEqual(figures.nsP50);
      expect(figures.bytesPerSession === null).toBe(workload.name === 'expiry');
    }
  });
});

test('every table opens, finds and ends the same sessions, whenever it is swept', () => {
  const turn = fc.record({
    session: fc.integer({ min: 0, max: 5 }),
    fromServer: fc.boolean(),
    // around the 30 s of the UDP timer
    gap: fc.constantFrom(0, 1, 1_000_000, 14_999_999, 15_000_000, 29_999_999, 30_000_000, 30_000_001),
    sweep: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.constantFrom<4 | 6>(4, 6), fc.array(turn, { maxLength: 40 }), (version, turns) => {
      const results = TABLE_KINDS.map((kind) => {
        const table = kind.make(100, TIMEOUTS);
        const packets = makeColumns(version, 1);
        let time = 0;
        for (const { session, fromServer, gap, sweep } of turns) {
          time += gap;
          packets.count = 0;
          addPacket(packets, session, fromServer, PROTO.UDP, 0, time);
          table.offer(packets);
          if (sweep) table.sweep(time);
        }
        table.sweep(time);
        return { ...table.counts, live: table.live };
      });
      for (const result of results) expect(result).toEqual(results[0]);
      expect(results[0]!.opened + results[0]!.found).toBe(turns.length);
    }),
  );
});

test.each<readonly [what: string, broken: Partial<ReturnType<TableKind['make']>>, line: RegExp]>([
  [
    'never expires',
    { sweep: () => {} },
    /^table broken, workload syn-flood, 200 live, IPv4: ended is \d+ where \d+ is right/,
  ],
  ['loses packets', { offer: () => {} }, /: opened is 0 where 500 is right/],
])('a table that %s has no figures', (_what, broken, line) => {
  const map = TABLE_KINDS.find((kind) => kind.name === 'map')!;
  const kind: TableKind = {
    ...map,
    name: 'broken',
    make(capacity, timeouts) {
      const table = map.make(capacity, timeouts);
      return {
        offer: (packets) => table.offer(packets),
        sweep: (time) => table.sweep(time),
        get counts() {
          return table.counts;
        },
        get live() {
          return table.live;
        },
        memoryBytes: () => null,
        ...broken,
      };
    },
  };
  const workload = TABLE_WORKLOADS.find(({ name }) => name === 'syn-flood')!;
  const run = (): unknown =>
    runTable({ kind, workload, version: 4, live: 200, packets: 300, seed: 1, timeouts: TIMEOUTS });
  expect(run).toThrow(BenchError);
  expect(run).toThrow(line);
});

describe('packets', () => {
  const SESSIONS = 70_000;

  function ends(packets: PacketColumns, i: number): readonly [sender: string, receiver: string] {
    const { src, dst, sport, dport } = packets;
    return [
      `${src.subarray(4 * i, 4 * i + 4).join('.')} ${sport[i]}`,
      `${dst.subarray(4 * i, 4 * i + 4).join('.')} ${dport[i]}`,
    ];
  }

  test.each<4 | 6>([4, 6])(
    'IPv%i: no two sessions share both ends, and an answer goes the other way',
    (version) => {
      const packets = makeColumns(version, 2 * SESSIONS);
      for (let session = 0; session < SESSIONS; session += 1) {
        addPacket(packets, session, false, PROTO.UDP, 0, 0);
        addPacket(packets, session, true, PROTO.UDP, 0, 0);
      }
      const keys = new Set<string>();
      let crossed = 0;
      for (let i = 0; i < packets.count; i += 2) {
        const [client, server] = ends(packets, i);
        const [answering, answered] = ends(packets, i + 1);
        if (client === answered && server === answering) crossed += 1;
        keys.add(`${client} ${server}`);
      }
      expect([keys.size, crossed]).toEqual([SESSIONS, SESSIONS]);
    },
  );
});

test('published capacities: each model once, with a source, and more sessions than it opens in a second', () => {
  expect(new Set(CAPACITIES.map(({ model }) => model)).size).toBe(CAPACITIES.length);
  for (const { maxSessions, newSessionsPerSecond, source } of CAPACITIES) {
    expect(CAPACITY_SOURCES[source]).toBeDefined();
    expect(maxSessions).toBeGreaterThan(newSessionsPerSecond ?? 0);
  }
});
