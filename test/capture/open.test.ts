import { execFileSync } from 'node:child_process';
import { chmodSync, createWriteStream, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { writeCapture } from '../../src/capture/writer.ts';
import { essences, GRID, readAll, refusal, somePackets, temporaryDirectory, writeFiles } from './samples.ts';

const PACKETS = somePackets(8);
const CAPTURE = writeCapture(PACKETS, { container: 'pcap' });

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('the read size changes nothing', () => {
  test.each(GRID)('%s', async (_, options) => {
    const bytes = writeCapture(PACKETS, options);
    const [path, cut] = writeFiles({ whole: bytes, cut: bytes.subarray(0, -3) });
    for (const readBytes of [1, 2, 3, 17, 64, 1_048_576]) {
      const read = await readAll([path!], { readBytes });
      expect(essences(read.records)).toEqual(essences(PACKETS));
      expect(read.damage).toEqual([null]);
      const part = await readAll([cut!], { readBytes });
      expect(essences(part.records)).toEqual(essences(PACKETS.slice(0, 7)));
      expect(part.damage).toEqual((await readAll([cut!])).damage);
      const piped = await readAll(['-'], { stdin: inPieces(bytes, readBytes) });
      expect(essences(piped.records)).toEqual(essences(PACKETS));
    }
  });
});

test('a summary of each file', async () => {
  const packets = [PACKETS[1]!, PACKETS[0]!, PACKETS[2]!];
  const [path] = writeFiles({ 'a.pcap': writeCapture(packets, { container: 'pcap', linkType: 113 }) });
  const { files } = await readAll([path!]);
  expect(files).toEqual([
    {
      name: path,
      format: 'pcap',
      linkTypes: [113],
      packets: 3,
      bytes: packets.reduce((sum, packet) => sum + packet.originalLength!, 0),
      first: PACKETS[0]!.time,
      last: PACKETS[2]!.time,
      damage: null,
      strangeTimes: null,
    },
  ]);
});

test('link types of interfaces without packets, and behind the first packet, are listed', async () => {
  const sections = [
    { interfaces: [{ linkType: 113 }, { linkType: 1 }] },
    { interfaces: [{ linkType: 101 }] },
  ];
  const packets = PACKETS.map((packet) => ({ ...packet, interfaceId: 1 }));
  const [path] = writeFiles({ 'a.pcapng': writeCapture(packets, { container: 'pcapng', sections }) });
  expect((await readAll([path!])).files[0]!.linkTypes).toEqual([113, 1, 101]);
});

test('progress: bytes on disk, and how many were taken', async () => {
  const gz = gzipSync(CAPTURE);
  const [a, b] = writeFiles({ a: CAPTURE, b: gz });
  const input = await openCaptures([a!, b!]);
  expect([input.totalStoredBytes, input.storedBytesRead()]).toEqual([CAPTURE.length + gz.length, 0]);
  for await (const batch of input.batches()) expect(batch.length).toBeGreaterThan(0);
  expect(input.storedBytesRead()).toBe(input.totalStoredBytes);
  await input.close();
  const piped = await openCaptures(['-', a!], { stdin: inPieces(CAPTURE, 100) });
  expect(piped.totalStoredBytes).toBeNull();
  await piped.close();
});

test('batches are bounded', async () => {
  const many = somePackets(1000);
  const [path] = writeFiles({ a: writeCapture(many, { container: 'pcap' }) });
  const input = await openCaptures([path!]);
  const sizes: number[] = [];
  for await (const batch of input.batches()) sizes.push(batch.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(256);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1000);
});

describe('a capture without packets', () => {
  test.each(GRID)('header only, %s', async (_, options) => {
    const [path] = writeFiles({ empty: writeCapture([], options) });
    const { files, records } = await readAll([path!]);
    expect(records).toEqual([]);
    expect(files[0]).toMatchObject({ packets: 0, first: null, last: null, damage: null, linkTypes: [1] });
  });

  test('cut inside its file header is damage', async () => {
    const [path] = writeFiles({ cut: CAPTURE.subarray(0, 17) });
    const { damage } = await readAll([path!]);
    expect(damage).toEqual([{ offset: 0, what: 'the file header needs 24 bytes and 17 are left' }]);
  });
});

describe('a directory', () => {
  test('its captures in time order; what is none is skipped with a warning', async () => {
    const directory = temporaryDirectory();
    const file = (name: string, content: Uint8Array | string) =>
      writeFileSync(join(directory, name), content);
    file('cap10.pcap', writeCapture(PACKETS.slice(4), { container: 'pcap' }));
    file('cap9.pcap', writeCapture(PACKETS.slice(0, 4), { container: 'pcapng' }));
    file('notes.txt', 'hello, this is no capture');
    file('empty', '');
    file('old.pcap.xz', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4, 1, 2, 3));
    mkdirSync(join(directory, 'sub'));
    symlinkSync('nowhere', join(directory, 'gone'));
    const { files, records, warnings } = await readAll([`${directory}/`]);
    expect(files.map((one) => one.name)).toEqual([`${directory}/cap9.pcap`, `${directory}/cap10.pcap`]);
    expect(essences(records)).toEqual(essences(PACKETS));
    expect(warnings.map((line) => line.replaceAll(`${directory}/`, ''))).toEqual([
      'gone: no such file: check the name; skipped',
      'sub: a directory inside a directory is not read; name it to read it',
      'empty: empty (0 bytes), no packet capture: give a pcap or pcapng file, plain or compressed with gzip or zstd; skipped',
      'notes.txt: not a packet capture (it starts with 68 65 6c 6c 6f 2c 20 74): give a pcap or pcapng file, plain or compressed with gzip or zstd; skipped',
      'old.pcap.xz: compressed with xz (it starts with fd 37 7a 58 5a 00 00 04), which is not read directly: xz -dc old.pcap.xz | endreason -; skipped',
    ]);
  });

  test.each([
    ['empty', {}],
    ['without a capture', { a: 'hello', b: '' }],
  ])('%s cannot be used', async (_, files) => {
    const [path] = writeFiles({ ...files, last: '' });
    expect(await refusal([dirname(path!)])).toMatch(
      /: a directory without a capture: name one that holds pcap/,
    );
  });
});

describe('what cannot be used is told in one line, before anything is read', () => {
  const foreign = (...bytes: number[]) => Uint8Array.from([...bytes, 1, 2, 3, 4, 5, 6, 7, 8]);
  test.each<[string, Uint8Array | string, RegExp]>([
    ['empty', '', /: empty \(0 bytes\), no packet capture: give a pcap/],
    [
      'one byte of a magic number',
      CAPTURE.subarray(0, 1),
      /: not a packet capture \(it starts with d4\): give/,
    ],
    ['text', 'GET / HTTP/1.1', /: not a packet capture \(it starts with 47 45 54 20 2f 20 48 54\): give/],
    [
      'xz',
      foreign(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0),
      /compressed with xz .*: xz -dc '.*it''s' \| endreason -$/,
    ],
    ['bzip2', 'BZh91AY', /compressed with bzip2 .*: bzip2 -dc .* \| endreason -$/],
    ['lz4', foreign(4, 0x22, 0x4d, 0x18), /compressed with lz4 .*: lz4 -dc .* \| endreason -$/],
    ['zip', foreign(0x50, 0x4b, 3, 4), /a zip archive .*: unzip -p .* \| endreason -$/],
    ['snoop', 'snoop\0\0\0\0\0', /a snoop capture .*: editcap -F pcapng .* - \| endreason -$/],
    [
      'a line feed that looks like pcapng',
      '\n\r\r\nhello world',
      /a section header without a byte-order magic$/,
    ],
  ])('%s', async (_, content, message) => {
    const good = writeFiles({ good: CAPTURE });
    const [bad] = writeFiles({ "it's": content });
    const said = await refusal([good[0]!, bad!]);
    expect(said.startsWith(`${bad}: `)).toBe(true);
    expect(said.replaceAll("'\\''", "''")).toMatch(message);
  });

  test('missing', async () => {
    const [good] = writeFiles({ good: CAPTURE });
    expect(await refusal([good!, `${good}-gone`])).toBe(`${good}-gone: no such file: check the name`);
  });

  test('unreadable', async (context) => {
    if (process.getuid?.() === 0) {
      console.log('skipped: root may read every file, so none is unreadable here');
      context.skip();
    }
    const [path] = writeFiles({ secret: CAPTURE });
    chmodSync(path!, 0);
    expect(await refusal([path!])).toBe(`${path}: permission denied: check the name and its permissions`);
  });

  test('standard input twice, nothing at all, nothing on standard input', async () => {
    expect(await refusal(['-', '-'])).toBe('-: standard input can be read only once: name it once');
    expect(await refusal([])).toMatch(/^no capture is named/);
    expect(await refusal(['-'], { stdin: inPieces(new Uint8Array(0), 1) })).toMatch(/^-: empty \(0 bytes\)/);
    expect(await refusal(['-'], { stdin: inPieces(new TextEncoder().encode('BZh91AY'), 2) })).toBe(
      '-: compressed with bzip2 (it starts with 42 5a 68 39 31 41 59), which is not read directly: decompress or convert it before the pipe, as in bzip2 -dc FILE | endreason -',
    );
  });
});

test('a read error is damage where packets were read, with what was read before it', async () => {
  async function* broken() {
    yield CAPTURE.subarray(0, 100);
    throw Object.assign(new Error('broken'), { code: 'EIO' });
  }
  const { records, damage } = await readAll(['-'], { stdin: broken() });
  expect(records).toHaveLength(1);
  expect(damage[0]).toEqual({
    offset: 74,
    what: 'the record needs 51 bytes and 26 are left: it could not be read any further (EIO)',
  });
});

test('a named pipe is read once and kept open', async () => {
  const pipe = join(temporaryDirectory(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const writer = createWriteStream(pipe);
  writer.end(gzipSync(CAPTURE));
  const [file] = writeFiles({
    'later.pcap': writeCapture(somePackets(3, 1_700_000_100), { container: 'pcap' }),
  });
  const { files, records } = await readAll([file!, pipe], { readBytes: 10 });
  expect(files.map((one) => [one.name, one.packets])).toEqual([
    [pipe, 8],
    [file, 3],
  ]);
  expect(records.map((record) => record.file)).toEqual([...Array(8).fill(0), ...Array(3).fill(1)]);
});

test('standard input beside files takes its place by time', async () => {
  const [file] = writeFiles({ early: writeCapture(somePackets(2, 1_600_000_000), { container: 'pcap' }) });
  const { files, records } = await readAll(['-', file!], { stdin: inPieces(CAPTURE, 30) });
  expect(files.map((one) => [one.name, one.packets])).toEqual([
    [file, 2],
    ['-', 8],
  ]);
  expect(records.slice(2).every((record, i) => record.file === 1 && record.filePacket === i + 1)).toBe(true);
});

test('close is safe at any time, also while standard input is silent', async () => {
  async function* slow() {
    yield CAPTURE;
    await new Promise<never>(() => {});
  }
  const input = await openCaptures(['-'], { stdin: slow() });
  const batches = input.batches();
  expect((await batches.next()).value).toHaveLength(8);
  void batches.next();
  await input.close();
  await input.close();
  expect(input.files[0]!.packets).toBe(8);
});

test('a file that is gone when its turn comes is damage, and the others are read', async () => {
  const [first, second] = writeFiles({
    first: CAPTURE,
    second: writeCapture(somePackets(2, 1_800_000_000), { container: 'pcap' }),
  });
  const input = await openCaptures([first!, second!]);
  writeFileSync(second!, 'no longer a capture');
  let packets = 0;
  for await (const batch of input.batches()) packets += batch.length;
  expect(packets).toBe(8);
  expect(input.files[1]!.damage).toMatchObject({ offset: 0, what: expect.stringContaining('now cannot') });
});
