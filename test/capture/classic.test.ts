import { describe, expect, test } from 'vitest';
import { readCaptureBytes } from '../../src/capture/read-bytes.ts';
import { CaptureError } from '../../src/capture/record.ts';
import { type ClassicOptions, layOutCapture, writeCapture } from '../../src/capture/writer.ts';
import { essences, frame, somePackets } from './samples.ts';

const PACKETS = somePackets(9);

describe('container variants hold the same records', () => {
  const rows: [string, Omit<ClassicOptions, 'container'>, string][] = [
    ['microseconds', {}, 'pcap'],
    ['nanoseconds', { resolution: 'ns' }, 'pcap-ns'],
    ['Kuznetzov, modified magic', { layout: 'modified' }, 'pcap-modified'],
    ['RedHat 6.1, standard magic', { layout: 'redhat-6.1' }, 'pcap'],
    ['SuSE 6.3, modified magic', { layout: 'suse-6.3' }, 'pcap-modified'],
    ['Nokia, standard magic', { layout: 'nokia' }, 'pcap'],
    ['AIX, version 2.2 and nanoseconds', { layout: 'aix' }, 'pcap'],
    ['version 2.0, lengths swapped', { version: [2, 0] }, 'pcap'],
    ['version 2.2, lengths swapped', { version: [2, 2] }, 'pcap'],
    ['version 2.3', { version: [2, 3] }, 'pcap'],
    ['DG/UX, version 543.0, lengths swapped', { version: [543, 0] }, 'pcap'],
    ['no limit of the snapshot length', { snaplen: 0 }, 'pcap'],
  ];
  for (const endian of ['little', 'big'] as const) {
    test.each(rows)(`%s, ${endian}-endian`, (_, options, format) => {
      const { file, records } = readCaptureBytes(
        writeCapture(PACKETS, { container: 'pcap', endian, ...options }),
      );
      expect(essences(records)).toEqual(essences(PACKETS));
      expect(file).toMatchObject({ format, packets: 9, damage: null, linkTypes: [1] });
      expect(records.map((record) => record.filePacket)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    // one and two records leave the search for the layout the least to go by
    test.each(rows)(`%s, ${endian}-endian, few records`, (_, options) => {
      for (const count of [0, 1, 2, 3]) {
        const few = PACKETS.slice(0, count);
        const { file, records } = readCaptureBytes(
          writeCapture(few, { container: 'pcap', endian, ...options }),
        );
        expect(essences(records)).toEqual(essences(few));
        expect(file.damage).toBeNull();
      }
    });
  }
});

test('a cut standard file of one packet is not taken for a whole RedHat one', () => {
  // MAC addresses of zeros, as on a loopback interface, make a plausible RedHat record header
  const { bytes, packetOffsets } = layOutCapture(PACKETS.slice(0, 2), { container: 'pcap' });
  const cut = packetOffsets[1]! + 8;
  const { file, records } = readCaptureBytes(bytes.subarray(0, cut));
  expect(essences(records)).toEqual(essences(PACKETS.slice(0, 1)));
  expect(file.damage).toEqual({
    offset: packetOffsets[1],
    what: 'the record header needs 16 bytes and 8 are left',
  });
});

test('version 2.3 written with the lengths of 2.2: the captured length is the smaller one', () => {
  const bytes = writeCapture([{ ...PACKETS[0]!, originalLength: 1000 }], {
    container: 'pcap',
    version: [2, 2],
  });
  new DataView(bytes.buffer).setUint16(6, 3, true);
  expect(readCaptureBytes(bytes).records).toMatchObject([{ originalLength: 1000, data: PACKETS[0]!.data }]);
});

test.each([
  [1, 1],
  [6, 6],
  [10, 10],
  [0, 0],
])('AIX ifType becomes link type %i', (linkType, expected) => {
  const packets = [{ time: { sec: 5, nsec: 7 }, data: frame(4), originalLength: 99 }];
  const { file, records } = readCaptureBytes(
    writeCapture(packets, { container: 'pcap', layout: 'aix', linkType }),
  );
  expect(file.linkTypes).toEqual([expected]);
  expect(essences(records)).toEqual(essences(packets));
});

describe('frame check sequence in the link-type field', () => {
  test.each([
    ['all captured', 60, 60, 56, 56],
    ['partly captured', 58, 60, 56, 56],
    ['not captured', 40, 60, 56, 40],
    ['shorter than the sequence', 3, 3, 3, 3],
  ])('%s', (_, captured, original, wire, left) => {
    const packet = { time: { sec: 1, nsec: 0 }, data: new Uint8Array(captured), originalLength: original };
    const { file, records } = readCaptureBytes(writeCapture([packet], { container: 'pcap', fcsBytes: 4 }));
    expect(file.linkTypes).toEqual([1]);
    expect([records[0]!.originalLength, records[0]!.data.length]).toEqual([wire, left]);
  });

  test('without its flag bit the length is not believed', () => {
    const bytes = writeCapture([PACKETS[0]!], { container: 'pcap' });
    new DataView(bytes.buffer).setUint32(20, 0x40000001, true);
    expect(essences(readCaptureBytes(bytes).records)).toEqual(essences([PACKETS[0]!]));
  });
});

/** Writes one field of the only record's header: seconds 0, fraction 4, captured 8, original 12. */
function withField(at: number, value: number, options: Partial<ClassicOptions> = {}, size = 20): Uint8Array {
  const packets = [{ time: { sec: 1, nsec: 0 }, data: frame(size), originalLength: 34 + size }];
  const bytes = writeCapture(packets, { container: 'pcap', snaplen: 65_535, ...options });
  new DataView(bytes.buffer).setUint32(24 + at, value, true);
  return bytes;
}

describe('odd but readable', () => {
  test.each([
    [
      'microseconds beyond a second are carried',
      withField(4, 2_500_000),
      { time: { sec: 3, nsec: 500_000_000 } },
    ],
    [
      'nanoseconds beyond a second are carried',
      withField(4, 2_147_483_648, { resolution: 'ns' }),
      { time: { sec: 3, nsec: 147_483_648 } },
    ],
    ['seconds are unsigned', withField(0, 0xffffffff), { time: { sec: 4_294_967_295, nsec: 0 } }],
    ['captured above original', withField(12, 5), { originalLength: 5, data: frame(20) }],
    ['original length 0', withField(12, 0), { originalLength: 54, data: frame(20) }],
  ])('%s', (_, bytes, expected) => {
    const { file, records } = readCaptureBytes(bytes);
    expect(records).toMatchObject([expected]);
    expect(file.damage).toBeNull();
  });

  test('a captured length above the snapshot length, up to 262144', () => {
    const packets = [{ time: { sec: 1, nsec: 0 }, data: frame(262_144 - 34) }];
    const bytes = writeCapture(packets, { container: 'pcap', snaplen: 0 });
    new DataView(bytes.buffer).setUint32(16, 96, true);
    expect(readCaptureBytes(bytes).file).toMatchObject({ packets: 1, bytes: 262_144, damage: null });
  });
});

describe('garbage lengths are damage', () => {
  test.each([
    ['above 262144 and the snapshot length', withField(8, 262_145), 262_145, 262_144],
    ['far above', withField(8, 0xffffffff), 0xffffffff, 262_144],
    ['above a large snapshot length', withField(8, 500_001, { snaplen: 500_000 }), 500_001, 500_000],
    [
      'above 16 MiB without a snapshot length',
      withField(8, 16_777_217, { snaplen: 0 }),
      16_777_217,
      16_777_216,
    ],
    [
      'above 16 MiB whatever the snapshot length',
      withField(8, 16_777_217, { snaplen: 0xffffffff }),
      16_777_217,
      16_777_216,
    ],
  ])('%s', (_, bytes, said, most) => {
    const { file, records } = readCaptureBytes(bytes);
    expect(records).toEqual([]);
    expect(file.damage).toEqual({
      offset: 24,
      what: `the record says ${said} captured bytes and ${most} is the most it can be`,
    });
  });

  test('a believable length that the file does not have', () => {
    expect(readCaptureBytes(withField(8, 200_000)).file.damage).toEqual({
      offset: 24,
      what: 'the record needs 200016 bytes and 70 are left',
    });
  });
});

describe('headers that nobody can read', () => {
  test.each([
    ['version 1', 4, 1, 'pcap version 1.4'],
    ['reserved bits', 22, 0x0030, 'reserved bits set in the link-type field 0x00300001'],
  ])('%s', (_, at, value, message) => {
    const bytes = writeCapture(PACKETS, { container: 'pcap' });
    new DataView(bytes.buffer).setUint16(at, value, true);
    expect(() => readCaptureBytes(bytes)).toThrow(CaptureError);
    expect(() => readCaptureBytes(bytes)).toThrow(message);
  });
});

test('Ixia puts four more bytes into the file header', () => {
  const plain = writeCapture(PACKETS, { container: 'pcap', resolution: 'ns' });
  const bytes = new Uint8Array(plain.length + 4);
  bytes.set(plain.subarray(0, 24));
  bytes.set(plain.subarray(24), 28);
  new DataView(bytes.buffer).setUint32(0, 0x1c0001ac, true);
  expect(essences(readCaptureBytes(bytes).records)).toEqual(essences(PACKETS));
});
