import { describe, expect, test } from 'vitest';
import { type ClassicOptions, layOutCapture, writeCapture } from '../../src/capture/writer.ts';
import { readAll, refusal, somePackets, writeFiles } from './samples.ts';

const PACKETS = somePackets(5);

/** Both readers over the same bytes: records, summary and damage. */
async function expectSame(bytes: Uint8Array, readBytes = 262_144): Promise<void> {
  const [path] = writeFiles({ capture: bytes });
  const builtin = await readAll([path!], { readBytes });
  const other = await readAll([path!], { readBytes, reader: 'pcap-parser' });
  expect(other).toStrictEqual(builtin);
}

describe.each<[string, Omit<ClassicOptions, 'container'>]>([
  ['little-endian', {}],
  ['big-endian', { endian: 'big' }],
  ['version 2.0', { version: [2, 0] }],
  ['version 543.0', { version: [543, 0] }],
  ['version 2.9, which the package takes for anything', { version: [2, 9] }],
  ['frame check sequence', { fcsBytes: 4 }],
  ['link type', { linkType: 113, snaplen: 40 }],
])('both readers agree: %s', (_, options) => {
  const { bytes, packetOffsets } = layOutCapture(PACKETS, { container: 'pcap', ...options });

  test('whole, by any read size', async () => {
    for (const readBytes of [1, 30, 262_144]) await expectSame(bytes, readBytes);
  });

  test('cut at every byte', async () => {
    for (let cut = 4; cut < bytes.length; cut++) await expectSame(bytes.slice(0, cut));
  });

  test('a false length, odd lengths, microseconds beyond a second', async () => {
    for (const [at, value] of [
      [8, 0xffffffff],
      [8, 262_144],
      [8, 2],
      [12, 0],
      [12, 1],
      [4, 0xffffffff],
      [0, 0xffffffff],
    ] as const) {
      const broken = bytes.slice();
      new DataView(broken.buffer).setUint32(packetOffsets[2]! + at, value, options.endian !== 'big');
      await expectSame(broken);
    }
  });
});

test('several files', async () => {
  const names = writeFiles({
    a: writeCapture(PACKETS, { container: 'pcap' }),
    b: writeCapture(PACKETS, { container: 'pcap', endian: 'big' }),
    empty: writeCapture([], { container: 'pcap' }),
  });
  expect(await readAll(names, { reader: 'pcap-parser' })).toStrictEqual(await readAll(names));
});

test.each([
  ['nanoseconds', writeCapture(PACKETS, { container: 'pcap', resolution: 'ns' }), 'a pcap-ns capture'],
  ['modified', writeCapture(PACKETS, { container: 'pcap', layout: 'modified' }), 'a pcap-modified capture'],
  [
    'RedHat 6.1',
    writeCapture(PACKETS, { container: 'pcap', layout: 'redhat-6.1' }),
    'a pcap (ss990417) capture',
  ],
  ['Nokia', writeCapture(PACKETS, { container: 'pcap', layout: 'nokia' }), 'a pcap (nokia) capture'],
  ['AIX', writeCapture(PACKETS, { container: 'pcap', layout: 'aix' }), 'a pcap (nanoseconds) capture'],
  ['pcapng', writeCapture(PACKETS, { container: 'pcapng' }), 'a pcapng capture'],
])('%s is refused with what to do', async (_, bytes, what) => {
  const [path] = writeFiles({ capture: bytes });
  expect(await refusal([path!], { reader: 'pcap-parser' })).toBe(
    `${path}: ${what}, which pcap-parser cannot read (classic pcap in microseconds only): leave out --reader pcap-parser`,
  );
});
