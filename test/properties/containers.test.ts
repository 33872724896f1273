/** The same packets give the same sessions, in whatever they come. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { makeTime } from '../../src/capture/time.ts';
import { type WriterOptions, writeCapture } from '../../src/capture/writer.ts';
import type { SessionRow } from '../../src/report/session-row.ts';
import { CASE_START_SECONDS, type Output } from '../dsl/cases.ts';
import type { TimedFrame } from '../dsl/conversation.ts';
import { runProgram } from '../dsl/program.ts';
import { traffic } from './traffic.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-containers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Milliseconds, so that every container's resolution holds them exactly. */
const records = (packets: readonly TimedFrame[]) =>
  packets.map(({ at, bytes }) => {
    const milliseconds = Math.round(at * 1000);
    return {
      time: makeTime(CASE_START_SECONDS + Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000),
      data: bytes,
    };
  });

const VARIANTS: readonly WriterOptions[] = [
  { container: 'pcap', resolution: 'us', linkType: 1 },
  { container: 'pcap', resolution: 'us', linkType: 1, endian: 'big' },
  { container: 'pcap', resolution: 'ns', linkType: 1 },
  { container: 'pcap', resolution: 'ns', linkType: 1, endian: 'big' },
  { container: 'pcap', resolution: 'us', linkType: 1, layout: 'modified' },
  { container: 'pcapng', sections: [{ interfaces: [{ linkType: 1 }] }] },
  { container: 'pcapng', sections: [{ endian: 'big', interfaces: [{ linkType: 1 }] }] },
];

/** What must not depend on the container: everything but where a packet stands in which file. */
async function sessionsOf(names: readonly string[], more: readonly string[] = []): Promise<unknown> {
  const { stdout, status } = await runProgram([...names, '--json', ...more]);
  expect(status).toBe(0);
  const { sessions, accounting, counters } = JSON.parse(stdout) as Output;
  return { sessions: sessions.map(withoutFiles), accounting, counters };
}

function withoutFiles(row: SessionRow): unknown {
  const packets = (evidence: SessionRow['evidence']): unknown =>
    evidence.map(({ packet, time, what }) => ({ packet, time, what }));
  const diagnosis = row.diagnosis.map((found) => ({ ...found, evidence: packets(found.evidence) }));
  return { ...row, evidence: packets(row.evidence), diagnosis };
}

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const CLASSIC: WriterOptions = { container: 'pcap', resolution: 'us', linkType: 1 };

describe('the same sessions', () => {
  test('from every container', () =>
    fc.assert(
      fc.asyncProperty(traffic, async (packets) => {
        const expected = await sessionsOf([put('plain.pcap', writeCapture(records(packets), CLASSIC))]);
        for (const variant of VARIANTS) {
          expect(await sessionsOf([put('variant', writeCapture(records(packets), variant))])).toEqual(
            expected,
          );
        }
      }),
      { numRuns: 25 },
    ));

  test('from a compressed file, and from standard input', () =>
    fc.assert(
      fc.asyncProperty(traffic, fc.nat(200), async (packets, cut) => {
        const bytes = writeCapture(records(packets), CLASSIC);
        const path = put('plain.pcap', bytes);
        const expected = await sessionsOf([path]);
        const zipped = Buffer.concat([gzipSync(bytes.subarray(0, cut)), gzipSync(bytes.subarray(cut))]);
        expect(await sessionsOf([put('zipped', zipped)])).toEqual(expected);
        const { stdout } = await runProgram(['-', '--json'], [bytes.subarray(0, cut), bytes.subarray(cut)]);
        expect((JSON.parse(stdout) as Output).sessions).toEqual((expected as Output).sessions);
      }),
      { numRuns: 25 },
    ));

  test('through both readers', () =>
    fc.assert(
      fc.asyncProperty(traffic, async (packets) => {
        const path = put('plain.pcap', writeCapture(records(packets), CLASSIC));
        expect(await sessionsOf([path], ['--reader', 'pcap-parser'])).toEqual(await sessionsOf([path]));
      }),
      { numRuns: 25 },
    ));

  test('from one file or twenty, in any order of arguments', () =>
    fc.assert(
      fc.asyncProperty(traffic, fc.nat(1000), async (packets, seed) => {
        const all = records(packets);
        const expected = await sessionsOf([put('plain.pcap', writeCapture(all, CLASSIC))]);
        const size = Math.max(1, Math.ceil(all.length / 20));
        const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
          all.slice(i * size, (i + 1) * size),
        );
        const names = parts.map((part, i) =>
          put(`part${i}`, writeCapture(part, VARIANTS[i % VARIANTS.length]!)),
        );
        const shuffled = names
          .map((name, i) => ({ name, order: (Math.imul(i + 1, seed * 2 + 1) >>> 0) % 997 }))
          .sort((a, b) => a.order - b.order)
          .map(({ name }) => name);
        if (names.length > 0) expect(await sessionsOf(shuffled)).toEqual(expected);
      }),
      { numRuns: 25 },
    ));

  test.each([1, 7, 64, 4096, 262_144, 1_048_576])('with reads of %i bytes', async (readBytes) => {
    const [packets] = fc.sample(traffic, { numRuns: 1, seed: 7 });
    const path = put('plain.pcap', writeCapture(records(packets!), CLASSIC));
    const input = await openCaptures([path], { readBytes });
    const read: string[] = [];
    for await (const batch of input.batches()) {
      for (const record of batch)
        read.push(`${record.time.sec}.${record.time.nsec} ${Buffer.from(record.data).toString('hex')}`);
    }
    const wanted = records(packets!).map(
      ({ time, data }) => `${time.sec}.${time.nsec} ${Buffer.from(data).toString('hex')}`,
    );
    expect(read).toEqual(wanted);
  });

  test('from a file that zstd has compressed', async (context) => {
    const [packets] = fc.sample(traffic, { numRuns: 1, seed: 11 });
    const path = put('plain.pcap', writeCapture(records(packets!), CLASSIC));
    try {
      execFileSync('zstd', ['-q', '-f', path, '-o', `${path}.zst`]);
    } catch {
      console.log('skipped: no zstd program here to compress with');
      context.skip();
    }
    expect(await sessionsOf([`${path}.zst`])).toEqual(await sessionsOf([path]));
  });
});
