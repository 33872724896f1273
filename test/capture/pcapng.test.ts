import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timestampReader } from '../../src/capture/pcapng-time.ts';
import { readCaptureBytes } from '../../src/capture/read-bytes.ts';
import { CaptureError } from '../../src/capture/record.ts';
import { layOutCapture, type PcapngOptions, writeCapture } from '../../src/capture/writer.ts';
import { essences, frame, somePackets, text } from './samples.ts';

const PACKETS = somePackets(6);

describe('block kinds, sections and options give the same records', () => {
  const rows: [string, Omit<PcapngOptions, 'container'>][] = [
    ['enhanced', {}],
    ['old', { block: 'old' }],
    ['extra blocks and options', { extras: true }],
    ['old with extras', { block: 'old', extras: true }],
    ['nanoseconds', { interfaces: [{ tsresol: 9 }] }],
    ['tenths of nanoseconds', { interfaces: [{ tsresol: 10 }] }],
    ['picoseconds, which need an offset', { interfaces: [{ tsresol: 12, tsoffset: 1_700_000_000 }] }],
    ['time offset', { interfaces: [{ tsoffset: 1_600_000_000, tsresol: 9 }] }],
    ['negative time offset', { interfaces: [{ tsoffset: -3 }] }],
    ['a second, empty section', { sections: [{}, { endian: 'big' }] }],
  ];
  for (const endian of ['little', 'big'] as const) {
    test.each(rows)(`%s, ${endian}-endian`, (_, options) => {
      const { file, records } = readCaptureBytes(
        writeCapture(PACKETS, { container: 'pcapng', endian, ...options }),
      );
      expect(essences(records)).toEqual(essences(PACKETS));
      expect(file).toMatchObject({ format: 'pcapng', packets: 6, damage: null });
    });
  }
});

test('sections of mixed byte order, interfaces counted over all of them', () => {
  const packets = [0, 1, 1, 2, 3].map((interfaceId, i) => ({ ...PACKETS[i]!, interfaceId }));
  const bytes = writeCapture(packets, {
    container: 'pcapng',
    sections: [
      { endian: 'little', interfaces: [{ linkType: 1 }, { linkType: 113, tsresol: 9 }] },
      {
        endian: 'big',
        interfaces: [
          { linkType: 101, tsresol: 0x94 },
          { linkType: 1, tsresol: 9 },
        ],
      },
    ],
  });
  const { file, records } = readCaptureBytes(bytes);
  expect(records.map((record) => [record.interfaceId, record.linkType])).toEqual([
    [0, 1],
    [1, 113],
    [1, 113],
    [2, 101],
    [3, 1],
  ]);
  expect(file.linkTypes).toEqual([1, 113, 101]);
  // 2^-20 s is coarser than a microsecond: rounded down to it twice
  expect(records.map((record) => text(record.time)).filter((_, i) => i !== 3)).toEqual(
    packets.map((packet) => text(packet.time)).filter((_, i) => i !== 3),
  );
});

describe('simple packet blocks', () => {
  const simple = (snaplen: number) =>
    readCaptureBytes(
      writeCapture(PACKETS, { container: 'pcapng', block: 'simple', interfaces: [{ snaplen }] }),
    );

  test('have no time: 0 where none was before', () => {
    const { records } = simple(20);
    expect(records.map((record) => text(record.time))).toEqual(PACKETS.map(() => '0.000000000'));
    expect(records.map((record) => record.data.length)).toEqual(PACKETS.map(() => 20));
    expect(records.map((record) => record.originalLength)).toEqual(
      PACKETS.map((packet) => packet.originalLength),
    );
  });

  test('without a snapshot length hold the original length, or what the block holds', () => {
    const whole = [{ time: { sec: 1, nsec: 0 }, data: frame(3) }];
    const bytes = writeCapture(whole, { container: 'pcapng', block: 'simple' });
    expect(readCaptureBytes(bytes).records).toMatchObject([{ originalLength: 37, data: frame(3) }]);
  });

  test('take the time of the packet before them', () => {
    const first = layOutCapture(PACKETS.slice(0, 1), { container: 'pcapng' });
    const second = layOutCapture(PACKETS.slice(1, 2), { container: 'pcapng', block: 'simple' });
    const bytes = Buffer.concat([first.bytes, second.bytes.subarray(second.packetOffsets[0])]);
    expect(readCaptureBytes(bytes).records.map((record) => text(record.time))).toEqual([
      text(PACKETS[0]!.time),
      text(PACKETS[0]!.time),
    ]);
  });
});

describe('frame check sequence', () => {
  const packet = { time: { sec: 1, nsec: 0 }, data: new Uint8Array(64), originalLength: 64 };
  test.each<[string, Omit<PcapngOptions, 'container'>, number]>([
    ['if_fcslen in bytes', { interfaces: [{ fcslen: 4 }] }, 60],
    ['if_fcslen 32 is bits', { interfaces: [{ fcslen: 32 }] }, 60],
    ['if_fcslen 16 is bits', { interfaces: [{ fcslen: 16 }] }, 62],
    ['packet flags', { flagsFcsBytes: 4 }, 60],
    ['packet flags of an old block', { block: 'old', flagsFcsBytes: 4 }, 60],
    ['packet flags win', { flagsFcsBytes: 2, interfaces: [{ fcslen: 4 }] }, 62],
    ['packet flags of 0 say nothing', { flagsFcsBytes: 0, interfaces: [{ fcslen: 4 }] }, 60],
    ['none', {}, 64],
  ])('%s', (_, options, length) => {
    const { records } = readCaptureBytes(writeCapture([packet], { container: 'pcapng', ...options }));
    expect([records[0]!.originalLength, records[0]!.data.length]).toEqual([length, length]);
  });
});

describe('timestamps are exact in every resolution', () => {
  const resolutions = [
    ...Array(20).keys(),
    ...Array.from({ length: 64 }, (_, k) => 0x80 + k),
    30,
    127,
    0xc0,
    0xff,
  ];
  test.each(resolutions)('if_tsresol %i', (tsresol) => {
    const units = tsresol & 0x80 ? 1n << BigInt(tsresol & 0x7f) : 10n ** BigInt(tsresol);
    const read = timestampReader(tsresol);
    const agrees = (ticks: bigint) => {
      const time = read(Number(ticks >> 32n), Number(ticks & 0xffffffffn), 0);
      const ns = (ticks * 1_000_000_000n) / units;
      // beyond 2^53 seconds a double has no exact answer, and no capture a packet
      expect(time.sec).toBe(Number(ns / 1_000_000_000n));
      expect(time.nsec).toBe(Number(ns % 1_000_000_000n));
    };
    for (const ticks of [0n, 1n, units - 1n, units, (1n << 64n) - 1n, 1n << 32n, 0xffffffffn]) {
      agrees(BigInt.asUintN(64, ticks));
    }
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), agrees), { numRuns: 50 });
  });
});

/** The first packet's block with one 32-bit field changed, counted from the block's start. */
function withField(at: number, value: number, options: Omit<PcapngOptions, 'container'> = {}) {
  const { bytes, packetOffsets } = layOutCapture(PACKETS, { container: 'pcapng', ...options });
  new DataView(bytes.buffer).setUint32(packetOffsets[1]! + at, value, true);
  return { ...readCaptureBytes(bytes), offset: packetOffsets[1]! };
}

describe('damaged blocks', () => {
  test.each<[string, number, number, Omit<PcapngOptions, 'container'>, string]>([
    ['length no multiple of 4', 4, 70, {}, 'the block says 70 bytes, which is no multiple of 4'],
    ['length too small', 4, 8, {}, 'the block says 8 bytes and 12 is the least it can be'],
    ['length 0', 4, 0, {}, 'the block says 0 bytes and 12 is the least it can be'],
    [
      'length above 16 MiB',
      4,
      16_777_220,
      {},
      'the block says 16777220 bytes and 16777216 is the most it can be',
    ],
    [
      'interface that does not exist',
      8,
      1,
      {},
      'the packet names interface 1 and the section has described 1',
    ],
    [
      'captured length beyond the limit',
      20,
      262_145,
      { interfaces: [{ snaplen: 96 }] },
      'the packet says 262145 captured bytes and 262144 is the most it can be',
    ],
    [
      'captured length beyond its block',
      20,
      100,
      {},
      'the packet says 100 captured bytes and its block holds 36',
    ],
    ['lengths that differ', 64, 72, {}, 'the block says 68 bytes at its start and 72 at its end'],
    [
      'second section header without byte order',
      0,
      0x0a0d0d0a,
      {},
      'a section header without a byte-order magic',
    ],
  ])('%s', (_, at, value, options, what) => {
    const { file, records, offset } = withField(at, value, options);
    expect(essences(records)).toEqual(essences(PACKETS.slice(0, 1)));
    expect(file.damage).toEqual({ offset, what });
  });

  test('a packet block too short for its fields', () => {
    const bytes = writeCapture([], { container: 'pcapng' });
    const block = new DataView(new ArrayBuffer(16));
    block.setUint32(0, 6, true);
    block.setUint32(4, 16, true);
    block.setUint32(12, 16, true);
    const { file } = readCaptureBytes(Buffer.concat([bytes, Buffer.from(block.buffer)]));
    expect(file.damage?.what).toBe('the packet block says 16 bytes and 32 is the least it can be');
  });

  test('options that run out of their block lose themselves, not the packet', () => {
    const { file, records } = withField(64, 0xffff0002, { flagsFcsBytes: 4 });
    expect(file.damage).toBeNull();
    expect(records).toHaveLength(6);
  });
});

describe('sections that nobody can read', () => {
  test.each([
    ['version 2.0', 12, 2, 'pcapng version 2.0'],
    ['version 1.1', 14, 1, 'pcapng version 1.1'],
    ['no byte order', 8, 7, 'a section header without a byte-order magic'],
  ])('%s', (_, at, value, message) => {
    const bytes = writeCapture(PACKETS, { container: 'pcapng' });
    new DataView(bytes.buffer).setUint16(at, value, true);
    expect(() => readCaptureBytes(bytes)).toThrow(CaptureError);
    expect(() => readCaptureBytes(bytes)).toThrow(message);
  });

  test('version 1.2 means 1.0', () => {
    const bytes = writeCapture(PACKETS, { container: 'pcapng' });
    new DataView(bytes.buffer).setUint16(14, 2, true);
    expect(readCaptureBytes(bytes).records).toHaveLength(6);
  });

  test('further on it is damage', () => {
    const first = writeCapture(PACKETS, { container: 'pcapng' });
    const second = writeCapture(PACKETS, { container: 'pcapng' });
    new DataView(second.buffer).setUint16(12, 3, true);
    const { file, records } = readCaptureBytes(Buffer.concat([first, second]));
    expect(records).toHaveLength(6);
    expect(file.damage).toEqual({
      offset: first.length,
      what: 'a section of pcapng version 3.0, which no program defines',
    });
  });
});
