/** Both engines agree however the bytes come in, how many packets are decoded together, and how keys collide. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { makeTime } from '../../src/capture/time.ts';
import { type WriterOptions, writeCapture } from '../../src/capture/writer.ts';
import { Rebuild, type RebuildHooks } from '../../src/report/rebuild.ts';
import { sessionRow } from '../../src/report/session-row.ts';
import { CASE_START_SECONDS, recordsOf } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { traffic } from '../properties/traffic.ts';
import { USUAL_OPTIONS } from './usual.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-engines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, packets: readonly TimedFrame[], options: WriterOptions): string {
  const path = join(folder, name);
  writeFileSync(path, writeCapture(recordsOf(packets), options));
  return path;
}

const PLAIN: WriterOptions = { container: 'pcap', resolution: 'ns', linkType: 1 };

/** Everything that a run tells: sessions in the order in which they left, and the account of every packet. */
async function runOf(paths: readonly string[], hooks: RebuildHooks, more = {}): Promise<unknown> {
  const warnings: string[] = [];
  const input = await openCaptures(paths);
  const rebuild = new Rebuild(input, { ...USUAL_OPTIONS, ...more }, (line) => warnings.push(line), hooks);
  const rows: unknown[] = [];
  const row = {
    reuseReason: 'tcp-reuse' as const,
    proof: true,
    fileNames: input.files.map(({ name }) => name),
  };
  for await (const batch of rebuild.batches()) for (const facts of batch) rows.push(sessionRow(facts, row));
  expect(rebuild.accountingError()).toBeNull();
  const { packets, inSessions, notInSessions, counters } = rebuild.accounting;
  const files = input.files.map(({ packets, bytes, first, last, damage }) => ({
    packets,
    bytes,
    first,
    last,
    damage,
  }));
  return {
    rows,
    packets,
    inSessions,
    left: sorted(notInSessions),
    counters: sorted(counters),
    files,
    warnings,
  };
}

function sorted(counts: ReadonlyMap<string, number>): unknown {
  return [...counts].sort();
}

/** Few bits of the hash, so that unlike keys share a place in the index. */
const HASH_MASKS = [0xffff_ffff, 0xf000_0000, 0x8000_0000, 0];

const hooks = fc.record({
  batch: fc.constantFrom(1, 2, 3, 7, 64),
  readBytes: fc.constantFrom(1, 3, 17, 64, 1000, 262_144),
  hashMask: fc.constantFrom(...HASH_MASKS),
});

describe('a plain file', () => {
  test('in any byte order and resolution, read and decoded in any steps', () =>
    fc.assert(
      fc.asyncProperty(
        traffic,
        hooks,
        fc.constantFrom<'little' | 'big'>('little', 'big'),
        fc.boolean(),
        async (packets, run, endian, micro) => {
          const path = put('plain.pcap', packets, { ...PLAIN, endian, resolution: micro ? 'us' : 'ns' });
          expect(await runOf([path], run)).toEqual(await runOf([path], { engine: 'reference' }));
        },
      ),
      { numRuns: 120 },
    ));

  test('with a clock that runs backwards', () =>
    fc.assert(
      fc.asyncProperty(
        traffic,
        fc.array(fc.constantFrom(0, 0, 0, 0.25, -0.001, -0.5, -59.9, -60, -61, -500, 30), { maxLength: 12 }),
        hooks,
        async (packets, steps, run) => {
          // a step holds from its packet on
          let shift = 10_000;
          const odd = packets.map((packet, i) => {
            shift += steps[i] ?? 0;
            return { ...packet, at: Math.max(0, Math.round((packet.at + shift) * 1000) / 1000) };
          });
          const path = put('back.pcap', odd, PLAIN);
          expect(await runOf([path], run)).toEqual(await runOf([path], { engine: 'reference' }));
        },
      ),
      { numRuns: 150 },
    ));

  test('whose clock steps back when a tuple has been asked for, and another is remembered then', async () => {
    const packets = together(
      tcpTalk('1>A', { clientPort: 40002 }),
      tcpTalk('0>S', { clientPort: 40003 }),
      tcpTalk('61>S 80>D700', { serverPort: 50000 }),
    ).map((packet) => ({ ...packet, at: packet.at + (packet.at > 1 ? 10_000 - 60.5 : 10_000) }));
    const path = put('remembered.pcap', packets, PLAIN);
    expect(await runOf([path], {})).toEqual(await runOf([path], { engine: 'reference' }));
  });

  test('with damage behind any packet', () =>
    fc.assert(
      fc.asyncProperty(traffic, hooks, fc.nat(200), async (packets, run, cut) => {
        const path = put('cut.pcap', packets, PLAIN);
        const whole = writeCapture(
          packets.map(({ at, bytes }) => ({
            time: makeTime(CASE_START_SECONDS + Math.floor(at), 0),
            data: bytes,
          })),
          PLAIN,
        );
        writeFileSync(path, whole.subarray(0, Math.max(60, whole.length - cut)));
        expect(await runOf([path], run)).toEqual(await runOf([path], { engine: 'reference' }));
      }),
      { numRuns: 80 },
    ));
});

describe('addresses that no packet through a firewall can have', () => {
  test.each([
    ['224.0.0.5', '10.0.0.1'],
    ['239.1.1.1', '127.0.0.1'],
    ['255.255.255.255', '10.0.0.1'],
    ['127.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '127.0.0.2'],
    ['10.0.0.1', '224.0.0.5'],
    ['0.0.0.0', '255.255.255.255'],
    ['240.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['ff02::1', '2001:db8::1'],
    ['::1', '2001:db8::1'],
    ['::1', '::1'],
    ['2001:db8::1', 'ff02::1'],
  ])('%s to %s', async (client, server) => {
    const ends = { client, server };
    const path = put(
      'martian.pcap',
      together(udpTalk('0>D20 1<D20', ends), tcpTalk('2>S 3<SA', ends)),
      PLAIN,
    );
    expect(await runOf([path], {})).toEqual(await runOf([path], { engine: 'reference' }));
  });
});

describe('records', () => {
  test('of several files, merged', () =>
    fc.assert(
      fc.asyncProperty(traffic, hooks, fc.boolean(), async (packets, run, keep) => {
        const paths = [0, 1, 2].map((part) =>
          put(
            `part${part}.pcap`,
            packets.filter((_, i) => i % 3 === part),
            PLAIN,
          ),
        );
        const more = { dropDuplicates: !keep };
        expect(await runOf(paths, run, more)).toEqual(await runOf(paths, { engine: 'reference' }, more));
      }),
      { numRuns: 60 },
    ));

  test('of a pcapng', () =>
    fc.assert(
      fc.asyncProperty(traffic, hooks, async (packets, run) => {
        const path = put('one.pcapng', packets, {
          container: 'pcapng',
          sections: [{ interfaces: [{ linkType: 1, tsresol: 9 }] }],
        });
        const more = { dropDuplicates: false };
        expect(await runOf([path], run, more)).toEqual(await runOf([path], { engine: 'reference' }, more));
      }),
      { numRuns: 60 },
    ));
});

/** Ends that differ in address and port, one datagram each way now and then. */
function crowd(size: number, seconds: number, times: number): readonly TimedFrame[] {
  const talks: (readonly TimedFrame[])[] = [];
  for (let i = 0; i < size; i += 1) {
    const client =
      i % 10 === 0 ? `2001:db8::${(i >> 4).toString(16)}` : `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    const server = i % 10 === 0 ? '2001:db8:1::1' : '192.0.2.80';
    const ends = { client, server, clientPort: 1024 + (i % 60_000), serverPort: 4000 + (i % 7) };
    const at = (i * seconds) / size;
    const script = Array.from(
      { length: times },
      (_, n) => `${(at + n * 45).toFixed(3)}${n % 2 === 0 ? '>' : '<'}D20`,
    );
    talks.push(udpTalk(script.join(' '), ends));
  }
  return together(...talks);
}

describe('a crowd', () => {
  test('that makes the index grow, shrinks, and uses records again', async () => {
    const path = put('crowd.pcap', crowd(9000, 40, 3), PLAIN);
    const reference = await runOf([path], { engine: 'reference' });
    expect(await runOf([path], {})).toEqual(reference);
    expect(await runOf([path], { batch: 5, readBytes: 777 })).toEqual(reference);
  });

  test('whose keys collide all over', async () => {
    const path = put('collide.pcap', crowd(1500, 20, 2), PLAIN);
    const reference = await runOf([path], { engine: 'reference' });
    for (const hashMask of HASH_MASKS) expect(await runOf([path], { hashMask })).toEqual(reference);
  });

  test('that meets a step back of the clock when thousands are in the table', async () => {
    const packets = crowd(6000, 30, 2);
    const half = Math.floor(packets.length / 2);
    const odd = packets.map((packet, i) => ({ ...packet, at: packet.at + (i < half ? 5000 : 4000) }));
    const path = put('step.pcap', odd, PLAIN);
    expect(await runOf([path], {})).toEqual(await runOf([path], { engine: 'reference' }));
  });
});
