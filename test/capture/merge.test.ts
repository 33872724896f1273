import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTime } from '../../src/capture/time.ts';
import { type WriterOptions, writeCapture } from '../../src/capture/writer.ts';
import { essences, GRID, packetArbitrary, readAll, somePackets, text, writeFiles } from './samples.ts';

describe('one capture or many', () => {
  test('rotated into files, in any order of arguments, of any container: the same records', async () => {
    const split = fc.record({
      packets: fc.array(packetArbitrary, { minLength: 1, maxLength: 30 }),
      cuts: fc.array(fc.nat(29), { maxLength: 20 }),
      containers: fc.infiniteStream(fc.constantFrom(...GRID.map(([, options]) => options))),
      shuffle: fc.infiniteStream(fc.nat(1000)),
      readBytes: fc.integer({ min: 1, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(split, async ({ packets, cuts, containers, shuffle, readBytes }) => {
        // ties across a border go by file name: the names below are in the order of the pieces
        packets.sort((a, b) => compareTime(a.time, b.time));
        const borders = [
          0,
          ...cuts.filter((cut) => cut < packets.length).sort((a, b) => a - b),
          packets.length,
        ];
        const pieces = borders.slice(1).map((to, i) => packets.slice(borders[i], to));
        const names = writeFiles(
          Object.fromEntries(
            pieces.map((piece, i) => [
              `cap${i}`,
              writeCapture(piece, containers.next().value as WriterOptions),
            ]),
          ),
        );
        const given = names
          .map((name) => ({ name, key: shuffle.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ name }) => name);
        const { records, files } = await readAll(given, { readBytes });
        expect(essences(records)).toEqual(essences(packets));
        expect(files.reduce((sum, file) => sum + file.packets, 0)).toBe(packets.length);
        expect(files.map((file) => file.name)).toEqual((await readAll(names)).files.map((file) => file.name));
      }),
      { numRuns: 40 },
    );
  });
});

test('overlapping files are merged by time', async () => {
  const packets = somePackets(300);
  const parts = [0, 1, 2].map((part) => packets.filter((_, i) => i % 3 === part));
  const names = writeFiles(
    Object.fromEntries(parts.map((part, i) => [`queue${i}`, writeCapture(part, { container: 'pcap' })])),
  );
  const { records } = await readAll(names.reverse());
  expect(essences(records)).toEqual(essences(packets));
  expect(records.slice(0, 4).map((record) => [record.file, record.filePacket])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
    [0, 2],
  ]);
});

test('files are ordered by first packet, then by name with numbers by value; without packets last', async () => {
  const later = writeCapture(somePackets(1, 1_700_000_005), { container: 'pcap' });
  const same = writeCapture(somePackets(1), { container: 'pcap' });
  const none = writeCapture([], { container: 'pcap' });
  const contents = { a0: later, cap10: same, cap9: same, Cap9: same, none2: none, none10: none };
  const expected = ['cap9', 'Cap9', 'cap10', 'a0', 'none2', 'none10'];
  const names = writeFiles(contents);
  for (const given of [names, [...names].reverse()]) {
    const { files } = await readAll(given);
    expect(files.map((file) => file.name.split('/').at(-1))).toEqual(expected);
  }
});

test('ties go to the earlier file', async () => {
  const same = writeCapture(
    [0, 1, 2].map(() => ({ time: { sec: 9, nsec: 0 }, data: Uint8Array.of(1) })),
    { container: 'pcap' },
  );
  const { records } = await readAll(writeFiles({ b: same, a: same }));
  expect(records.map((record) => [record.file, record.filePacket])).toEqual([
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 1],
    [1, 2],
    [1, 3],
  ]);
});

test('the records of one file keep their order where its clock steps back', async () => {
  const at = (sec: number) => ({ time: { sec, nsec: 0 }, data: Uint8Array.of(sec) });
  const names = writeFiles({
    a: writeCapture([10, 20, 5, 6, 30].map(at), { container: 'pcap' }),
    b: writeCapture([11, 12, 25].map(at), { container: 'pcap' }),
  });
  const { records } = await readAll(names);
  expect(records.map((record) => text(record.time).split('.')[0])).toEqual([
    '10',
    '11',
    '12',
    '20',
    '5',
    '6',
    '25',
    '30',
  ]);
  expect(records.filter((record) => record.file === 0).map((record) => record.filePacket)).toEqual([
    1, 2, 3, 4, 5,
  ]);
});

test('damage in one file ends that file only', async () => {
  const whole = writeCapture(somePackets(4), { container: 'pcap' });
  const names = writeFiles({ cut: whole.subarray(0, -1), whole });
  const { files, records } = await readAll(names);
  expect(records).toHaveLength(7);
  expect(files.map((file) => [file.packets, file.damage !== null])).toEqual([
    [3, true],
    [4, false],
  ]);
});

test('hundreds of files, more than may be open at once', async () => {
  const packets = somePackets(1500);
  const names = writeFiles(
    Object.fromEntries(
      packets.map((packet, i) => [`cap${i}`, writeCapture([packet], { container: 'pcap' })]),
    ),
  );
  const { records } = await readAll(names);
  expect(essences(records)).toEqual(essences(packets));
});
