import { constants, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCaptureBytes } from '../../src/capture/read-bytes.ts';
import type { PacketRecord } from '../../src/capture/record.ts';
import { writeCapture } from '../../src/capture/writer.ts';
import { XxHash64 } from '../../src/capture/xxhash64.ts';
import { ZstdDecoder } from '../../src/capture/zstd.ts';
import { essences, frame, readAll, refusal, somePackets, writeFiles } from './samples.ts';
import { skippableFrame, xxh64Low, zstdFrame, zstdProgramFrame } from './zstd-frames.ts';

const PACKETS = somePackets(12);
const CAPTURE = writeCapture(PACKETS, { container: 'pcapng', interfaces: [{ tsresol: 9 }] });

async function* once(...chunks: Uint8Array[]) {
  yield* chunks;
}

/** As a file, which can be opened again, and as standard input, which cannot. */
async function readBothWays(bytes: Uint8Array, readBytes = 262_144) {
  const [path] = writeFiles({ capture: bytes });
  const fromFile = await readAll([path!], { readBytes });
  const fromPipe = await readAll(['-'], { stdin: once(bytes) });
  expect(essences(fromPipe.records)).toEqual(essences(fromFile.records));
  expect(fromPipe.damage).toEqual(fromFile.damage);
  return fromFile;
}

/** What zlib itself gives of the first `cut` bytes. */
function recordsOfPrefix(gz: Uint8Array, cut: number): PacketRecord[] {
  try {
    return readCaptureBytes(gunzipSync(gz.subarray(0, cut), { finishFlush: constants.Z_SYNC_FLUSH })).records;
  } catch {
    return [];
  }
}

/** What zlib itself says of it. Not every flipped bit is damage: some are padding behind the last deflate block. */
function isSound(gz: Uint8Array): boolean {
  try {
    return gunzipSync(gz).equals(CAPTURE);
  } catch {
    return false;
  }
}

describe('gzip', () => {
  const half = Math.floor(CAPTURE.length / 2);
  const two = Buffer.concat([gzipSync(CAPTURE.subarray(0, half)), gzipSync(CAPTURE.subarray(half))]);

  test.each([
    ['one member', gzipSync(CAPTURE)],
    ['stored blocks', gzipSync(CAPTURE, { level: 0 })],
    ['two members', two],
    ['zeros behind the last member', Buffer.concat([two, new Uint8Array(512)])],
  ])('%s', async (_, gz) => {
    for (const readBytes of [1, 7, 262_144]) {
      const { records, damage } = await readBothWays(gz, readBytes);
      expect(essences(records)).toEqual(essences(PACKETS));
      expect(damage).toEqual([null]);
    }
  });

  test.each([
    ['one member', gzipSync(CAPTURE), []],
    [
      'two members, whose border cannot be told from the end',
      two,
      [gzipSync(CAPTURE.subarray(0, half)).length],
    ],
  ])('cut at every byte, %s', async (_, gz, borders) => {
    for (let cut = 0; cut < gz.length; cut++) {
      const part = gz.subarray(0, cut);
      const [path] = writeFiles({ capture: part });
      const whole = recordsOfPrefix(gz, cut);
      if (whole.length === 0) {
        const message = await refusal([path!]);
        if (message !== 'no error') {
          expect(message).toMatch(/empty|not a packet capture|cut off before a capture begins/);
          continue;
        }
      }
      const { records, damage } = await readAll([path!]);
      expect(essences(records)).toEqual(essences(whole));
      if (!borders.includes(cut))
        expect(damage[0]?.what, `cut at ${cut}`).toMatch(/the gzip data is cut off$/);
      else expect(damage[0]?.what).toMatch(/^the block needs/);
    }
  });

  test('cut where the capture is whole: the damage is at its end', async () => {
    const gz = gzipSync(CAPTURE);
    const { records, damage } = await readBothWays(gz.subarray(0, gz.length - 8));
    expect(essences(records)).toEqual(essences(PACKETS));
    expect(damage).toEqual([{ offset: CAPTURE.length, what: 'the gzip data is cut off' }]);
  });

  test.each([
    ['a wrong checksum', (gz: Buffer) => gz.fill(0x55, gz.length - 8, gz.length - 4), 'incorrect data check'],
    [
      'something else behind it',
      (gz: Buffer) => Buffer.concat([gz, Buffer.from('hello world')]),
      'incorrect header',
    ],
  ])('%s loses no packet', async (_, spoil, what) => {
    const { records, damage } = await readBothWays(spoil(gzipSync(CAPTURE)));
    expect(essences(records)).toEqual(essences(PACKETS));
    expect(damage[0]).toMatchObject({ offset: CAPTURE.length, what: expect.stringContaining(what) });
  });

  test('a flipped byte loses nothing of what stands before it', async () => {
    const gz = gzipSync(CAPTURE, { level: 9 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 10, max: gz.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const broken = Uint8Array.from(gz);
          broken[at]! ^= by;
          const whole = recordsOfPrefix(gz, at);
          const [path] = writeFiles({ capture: broken });
          const message = await refusal([path!]);
          if (message !== 'no error') {
            expect(whole).toEqual([]);
            return;
          }
          const { records, damage } = await readBothWays(broken);
          expect(essences(records.slice(0, whole.length))).toEqual(essences(whole));
          expect(damage[0] === null).toBe(isSound(broken));
        },
      ),
      { numRuns: 60, examples: [[gz.length - 9, 0x80]] },
    );
  });

  test('a flipped byte far behind: the slices before it are not lost', async () => {
    const packets = Array.from({ length: 3000 }, (_, i) => ({
      time: { sec: i, nsec: 0 },
      data: frame(200).map((byte, at) => (at < 34 ? byte : (at * 7919 * (i + 1)) >> 3)),
    }));
    const gz = gzipSync(writeCapture(packets, { container: 'pcap' }), { level: 1 });
    const at = Math.floor(gz.length * 0.9);
    const whole = recordsOfPrefix(gz, at);
    const broken = Uint8Array.from(gz);
    broken.fill(0xff, at, at + 40);
    const { records, damage } = await readBothWays(broken, 5000);
    expect(whole.length).toBeGreaterThan(2000);
    expect(essences(records.slice(0, whole.length))).toEqual(essences(whole));
    expect(damage[0]).not.toBeNull();
  });
});

describe('zstd', () => {
  const whole = zstdFrame(CAPTURE, { blockBytes: 100, checksum: true });
  const tiny = Buffer.concat(
    Array.from({ length: CAPTURE.length }, (_, i) => zstdFrame(CAPTURE.subarray(i, i + 1))),
  );
  const framed = Buffer.concat([
    skippableFrame(3),
    zstdFrame(CAPTURE.subarray(0, 99), { checksum: true }),
    skippableFrame(0),
    zstdFrame(CAPTURE.subarray(99), { blockBytes: 50 }),
    skippableFrame(40),
  ]);

  test.each([
    ['one frame', whole],
    ['frames of one byte', tiny],
    ['skippable frames between', framed],
    ['an empty frame first', Buffer.concat([zstdFrame(new Uint8Array(0)), whole])],
  ])('%s', async (_, zst) => {
    for (const readBytes of [1, 13, 262_144]) {
      const { records, damage } = await readBothWays(zst, readBytes);
      expect(essences(records)).toEqual(essences(PACKETS));
      expect(damage).toEqual([null]);
    }
  });

  test('cut at every byte: every whole block is used', async () => {
    const headerBytes = whole.length - CAPTURE.length - 3 * Math.ceil(CAPTURE.length / 100) - 4;
    for (let cut = 4; cut < whole.length; cut++) {
      const blocks = Math.max(0, Math.floor((cut - headerBytes) / 103));
      const given = cut >= whole.length - 4 ? CAPTURE.length : blocks * 100;
      const [path] = writeFiles({ capture: whole.subarray(0, cut) });
      if (given === 0) {
        expect(await refusal([path!])).toMatch(/the zstd data is cut off before a capture begins/);
        continue;
      }
      const { records, damage } = await readAll([path!]);
      expect(essences(records)).toEqual(essences(readCaptureBytes(CAPTURE.subarray(0, given)).records));
      expect(damage[0]?.what, `cut at ${cut}`).toMatch(/the zstd data is cut off$/);
    }
  });

  test('what a frame of less than 18 bytes holds before a cut is given', () => {
    const decoder = new ZstdDecoder();
    const cut = zstdFrame(Uint8Array.of(1, 2, 3, 4, 5, 6), { blockBytes: 3 }).subarray(0, 13);
    expect(Buffer.concat([...decoder.push(cut), ...decoder.finish()])).toEqual(Buffer.from([1, 2, 3]));
    expect(decoder.failure).toBe('the zstd data is cut off');
  });

  test.each([
    [
      'a wrong checksum',
      whole.map((byte, i) => (i === whole.length - 1 ? byte ^ 1 : byte)),
      'its checksum is another',
    ],
    [
      'something else behind it',
      Buffer.concat([whole, Buffer.from('hello')]),
      'what follows the zstd data is no zstd',
    ],
    [
      'a reserved block',
      Buffer.concat([whole, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 7, 0, 0)]),
      'is corrupt',
    ],
    [
      'a giant window',
      Buffer.concat([whole, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xff, 1, 0, 0)]),
      '--long=31',
    ],
    [
      'a dictionary',
      Buffer.concat([whole, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 1, 0x58, 7, 1, 0)]),
      '-D DICTIONARY',
    ],
  ])('%s loses no packet', async (_, zst, what) => {
    const { records, damage } = await readBothWays(zst);
    expect(essences(records)).toEqual(essences(PACKETS));
    expect(damage[0]).toMatchObject({ offset: CAPTURE.length, what: expect.stringContaining(what) });
  });

  test('written by the zstd program, and garbage in it', () => {
    const { compressed, content } = zstdProgramFrame();
    const decode = (bytes: Uint8Array) => {
      const decoder = new ZstdDecoder();
      const out = Buffer.concat([...decoder.push(bytes), ...decoder.finish()]);
      return { out, failure: decoder.failure };
    };
    expect(decode(compressed)).toEqual({ out: Buffer.from(content), failure: null });
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: compressed.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const broken = compressed.slice();
          broken[at]! ^= by;
          const { out, failure } = decode(broken);
          // a larger window than was asked for does no harm
          if (failure === null) expect(out).toEqual(Buffer.from(content));
          else expect(failure).toMatch(/^(the zstd data|what follows)/);
        },
      ),
    );
  });
});

test('XXH64 is that of the specification, however the bytes arrive', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 70 }), (bytes, step) => {
      const hash = new XxHash64();
      for (let at = 0; at < bytes.length; at += step) hash.update(bytes.subarray(at, at + step));
      expect(hash.digestLow()).toBe(xxh64Low(bytes));
    }),
  );
  expect(new XxHash64().digestLow()).toBe(0x51d8e999);
});

test('what is compressed is no capture', async () => {
  const [gz, zst, twice] = writeFiles({
    a: gzipSync('hello, world'),
    b: zstdFrame(Buffer.from('hello, world')),
    c: gzipSync(gzipSync(CAPTURE)),
  });
  expect(await refusal([gz!])).toMatch(/a: not a packet capture \(it starts with 68 65 6c/);
  expect(await refusal([zst!])).toMatch(/b: not a packet capture \(it starts with 68 65 6c/);
  expect(await refusal([twice!])).toMatch(/c: compressed with gzip where a capture must stand/);
});
