/** Packets and files for the tests of this room. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { type OpenCapturesOptions, openCaptures } from '../../src/capture/open-captures.ts';
import type { CaptureFile, Damage, PacketRecord } from '../../src/capture/record.ts';
import type { Time } from '../../src/capture/time.ts';
import type { WriterOptions, WrittenPacket } from '../../src/capture/writer.ts';

/** An Ethernet frame of IPv4 with `size` bytes behind the headers, each of value `fill`. */
export function frame(size: number, fill = 0x2a): Uint8Array {
  const bytes = new Uint8Array(34 + size).fill(fill);
  bytes.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00, 0x45, 0x00]);
  return bytes;
}

/** Packets one second and 1234 microseconds apart, of different lengths; times fit microseconds. */
export function somePackets(count: number, from = 1_700_000_000): WrittenPacket[] {
  return Array.from({ length: count }, (_, i) => ({
    time: { sec: from + i, nsec: (i * 1_234_000) % 1_000_000_000 },
    data: frame(i % 7, i & 0xff),
    originalLength: 34 + (i % 7) + (i % 3) * 100,
  }));
}

export const text = (time: Time | null): string =>
  time === null ? 'none' : `${time.sec}.${String(time.nsec).padStart(9, '0')}`;

/** What two readings of the same packets must share; the data as text, so that a difference is readable. */
export function essence(record: PacketRecord | WrittenPacket): string {
  const data = Buffer.from(record.data).toString('hex');
  return `${text(record.time)} ${record.originalLength ?? record.data.length} ${data}`;
}

export const essences = (records: readonly (PacketRecord | WrittenPacket)[]): string[] =>
  records.map(essence);

/** One hash over all that two readers must agree on, for captures too large to compare field by field. */
export function fingerprint({ files, records }: Reading): string {
  const hash = createHash('sha256').update(JSON.stringify(files));
  for (const { time, linkType, interfaceId, originalLength, file, filePacket, data } of records) {
    hash.update(
      `${text(time)} ${linkType} ${interfaceId} ${originalLength} ${file} ${filePacket} ${data.length} `,
    );
    hash.update(data);
  }
  return hash.digest('hex');
}

/** A directory that is gone when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'endreason-capture-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes files into a directory of their own; gives their paths in order. */
export function writeFiles(files: Readonly<Record<string, Uint8Array | string>>): string[] {
  const directory = temporaryDirectory();
  return Object.entries(files).map(([name, content]) => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  });
}

export interface Reading {
  files: readonly CaptureFile[];
  records: PacketRecord[];
  warnings: string[];
  damage: (Damage | null)[];
}

export async function readAll(names: readonly string[], options: OpenCapturesOptions = {}): Promise<Reading> {
  const warnings: string[] = [];
  const input = await openCaptures(names, { warn: (line) => warnings.push(line), ...options });
  const records: PacketRecord[] = [];
  for await (const batch of input.batches()) records.push(...batch);
  await input.close();
  return { files: input.files, records, warnings, damage: input.files.map((file) => file.damage) };
}

/** The message of what a call rejects with, and that it is a CaptureError in one line. */
export async function refusal(names: readonly string[], options: OpenCapturesOptions = {}): Promise<string> {
  try {
    await readAll(names, options);
  } catch (error) {
    const { name, message } = error as Error;
    if ((error as Error).constructor.name !== 'CaptureError') throw error;
    return message.includes('\n') ? `${name}: more than one line` : message;
  }
  return 'no error';
}

/** The four containers that every reader test walks, in both byte orders. */
export const GRID: readonly (readonly [string, WriterOptions])[] = (['little', 'big'] as const).flatMap(
  (endian) => [
    [`pcap us ${endian}`, { container: 'pcap', endian }] as const,
    [`pcap ns ${endian}`, { container: 'pcap', endian, resolution: 'ns' }] as const,
    [`pcapng us ${endian}`, { container: 'pcapng', endian }] as const,
    [`pcapng ns ${endian}`, { container: 'pcapng', endian, interfaces: [{ tsresol: 9 }] }] as const,
  ],
);

/** Packets of any content, with times of whole microseconds. */
export const packetArbitrary: fc.Arbitrary<WrittenPacket> = fc
  .record({
    sec: fc.integer({ min: 0, max: 0xffffffff }),
    usec: fc.integer({ min: 0, max: 999_999 }),
    data: fc.uint8Array({ maxLength: 80 }),
    more: fc.integer({ min: 0, max: 2000 }),
  })
  .map(({ sec, usec, data, more }) => ({
    time: { sec, nsec: usec * 1000 },
    data,
    originalLength: data.length + more,
  }));
