/** The workload captures: the same bytes for the same seed, and what is in them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type Generated, type GenerateOptions, generateCapture } from '../../src/bench/generate.ts';
import { WORKLOAD_NAMES, type WorkloadName, type WorkloadSize } from '../../src/bench/workloads.ts';
import { readCaptureBytes } from '../../src/capture/open-captures.ts';
import { compareTime } from '../../src/capture/time.ts';
import { readTshark, reasonToSkipTshark } from '../decode/tshark.ts';
import { runProgram } from '../dsl/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-generate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Wanted = Partial<WorkloadSize> & Partial<Omit<GenerateOptions, 'size'>>;

function generate(workload: WorkloadName, wanted: Wanted): { bytes: Buffer; counts: Generated } {
  const { packets = Infinity, sessions = Infinity, bytes = Infinity, ...rest } = wanted;
  const chunks: Uint8Array[] = [];
  const run = generateCapture({ workload, seed: 1, ...rest, size: { packets, sessions, bytes } });
  let step = run.next();
  for (; !step.done; step = run.next()) chunks.push(step.value);
  return { bytes: Buffer.concat(chunks), counts: step.value };
}

function written(workload: WorkloadName, wanted: Wanted): string {
  const name = join(folder, `${workload}.pcap`);
  writeFileSync(name, generate(workload, wanted).bytes);
  return name;
}

describe('the same seed, the same bytes', () => {
  test.each<readonly [WorkloadName, string]>([
    ['mix', '539610d00260a6a9b8f50832a26b3ed478d6de4a28576ebfd9938a793a0d489c'],
    ['small', 'bd649ede1ddb50fd9e9650fd6a97ab034e393f0c362d2ebee5c5b17a65ef3409'],
    ['synflood', '51f103c87ac9163c1bc407c7165c254ac7738783f47ca414c9b8bd54c6b3e083'],
  ])('%s, 3000 packets, seed 1', (workload, digest) => {
    const { bytes, counts } = generate(workload, { packets: 3000 });
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
    expect(counts).toMatchObject({ packets: 3000, bytes: bytes.length });
  });

  test('whatever the chunks, and a shorter capture is the beginning of a longer one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...WORKLOAD_NAMES),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 20_000 }),
        (workload, seed, packets, chunkBytes) => {
          const whole = generate(workload, { seed, packets: 400 }).bytes;
          const part = generate(workload, { seed, packets, chunkBytes }).bytes;
          expect(part.equals(whole.subarray(0, part.length))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('another seed, another capture', () => {
    const [one, two] = [1, 2].map((seed) => generate('mix', { seed, packets: 10 }).bytes);
    expect(one!.equals(two!)).toBe(false);
  });
});

describe('sizes', () => {
  test.each(WORKLOAD_NAMES)('%s: at most so many bytes, and as many as fit', (workload) => {
    const { bytes, counts } = generate(workload, { bytes: 100_000 });
    expect(counts.bytes).toBe(bytes.length);
    expect(bytes.length).toBeLessThanOrEqual(100_000);
    expect(bytes.length).toBeGreaterThan(100_000 - 2048 - 16);
    expect(readCaptureBytes(bytes).file).toMatchObject({ packets: counts.packets, damage: null });
  });

  test.each(WORKLOAD_NAMES)('%s: so many conversations, each to its end', (workload) => {
    const { counts } = generate(workload, { sessions: 200 });
    expect(counts).toMatchObject({ sessions: 200, cut: 0 });
    expect(counts.packets).toBeGreaterThanOrEqual(200);
  });

  test('a file header alone where nothing else fits', () => {
    expect(generate('mix', { bytes: 24 }).bytes.length).toBe(24);
  });
});

describe('what is in them', () => {
  test.each(WORKLOAD_NAMES)('%s: packet times never step back', (workload) => {
    const { records } = readCaptureBytes(generate(workload, { packets: 5000 }).bytes);
    const backwards = records.filter(
      (record, i) => i > 0 && compareTime(record.time, records[i - 1]!.time) < 0,
    );
    expect(records.length).toBe(5000);
    expect(backwards).toEqual([]);
  });

  test('small: ten packets a session, all closed by FIN', async () => {
    const { summary, accounting } = await summaryOf(written('small', { sessions: 1000 }));
    expect(accounting).toEqual({ packets: 10_000, in_sessions: 10_000, not_in_sessions: {} });
    expect(summary.sessions).toBe(1000);
    expect(Object.keys(summary.session_end_reason)).toEqual(['tcp-fin']);
  });

  test('synflood: every packet opens a session of its own', async () => {
    const { summary } = await summaryOf(written('synflood', { packets: 20_000 }));
    expect(summary).toMatchObject({
      sessions: 20_000,
      session_end_reason: { 'aged-out': { packets: 20_000 } },
    });
  });

  test('mix: the applications and all ways to end, with valid checksums', async () => {
    const { summary, accounting } = await summaryOf(written('mix', { sessions: 4000 }));
    expect(Object.keys(summary.session_end_reason)).toEqual([
      'aged-out',
      'tcp-fin',
      'tcp-rst-from-client',
      'tcp-rst-from-server',
    ]);
    expect(Object.keys(summary.app)).toEqual(
      expect.arrayContaining(['dns', 'incomplete', 'ping', 'quic', 'ssl', 'web-browsing']),
    );
    // A SYN-ACK may come when tcp-init has fired already.
    expect(
      Object.keys(accounting.not_in_sessions).filter((cause) => !/^(non_syn|late)$/.test(cause)),
    ).toEqual([]);
  });

  test('tshark finds the same packets, and no checksum that is wrong', (context) => {
    if (reasonToSkipTshark() !== null) return context.skip(reasonToSkipTshark()!);
    const name = written('mix', { packets: 4000 });
    const rows = readTshark(name);
    expect(rows.length).toBe(4000);
    const share = (count: number): number => count / rows.length;
    expect(share(rows.filter((row) => row['vlan.id'].length > 0).length)).toBeLessThan(0.08);
    expect(share(rows.filter((row) => row['ipv6.src'].length > 0).length)).toBeGreaterThan(0.04);
    const wrong = ['ip', 'tcp', 'udp'].map((layer) => `${layer}.checksum.status == "Bad"`);
    const filter = [...wrong, 'icmp.checksum.status == "Bad"', 'icmpv6.checksum.status == "Bad"'];
    const checks = ['ip', 'tcp', 'udp'].flatMap((layer) => ['-o', `${layer}.check_checksum:TRUE`]);
    const found = execFileSync('tshark', ['-n', '-r', name, ...checks, '-Y', filter.join(' || ')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(found).toBe('');
  });
});

interface Summary {
  readonly summary: {
    readonly sessions: number;
    readonly session_end_reason: Readonly<Record<string, { readonly packets: number }>>;
    readonly app: Readonly<Record<string, unknown>>;
  };
  readonly accounting: { readonly not_in_sessions: Readonly<Record<string, number>> };
}

async function summaryOf(name: string): Promise<Summary> {
  const { stdout } = await runProgram([name, '--summary', '--json', '--drain', '--verify-checksums']);
  return JSON.parse(stdout) as Summary;
}
