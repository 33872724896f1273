import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ClosedPipe, OutputError, openFileOutput, streamOutput } from '../../src/report/write-output.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let target: string;
let cases = 0;
beforeEach(() => {
  cases += 1;
  mkdirSync(join(folder, String(cases)));
  target = join(folder, String(cases), 'out.json');
});
const beside = (): string[] => readdirSync(join(folder, String(cases)));

describe('a file', () => {
  test('appears only when it is complete', async () => {
    const output = await openFileOutput(target, []);
    await output.write('one\n');
    await output.write('two\n');
    expect(existsSync(target)).toBe(false);
    await output.finish();
    expect(readFileSync(target, 'utf8')).toBe('one\ntwo\n');
    expect(beside()).toEqual(['out.json']);
  });

  test('a run that fails leaves what was there, and nothing else', async () => {
    writeFileSync(target, 'before');
    const output = await openFileOutput(target, []);
    await output.write('half');
    await output.abandon();
    expect(readFileSync(target, 'utf8')).toBe('before');
    expect(beside()).toEqual(['out.json']);
  });

  test('an existing one is replaced and keeps its permissions', async () => {
    writeFileSync(target, 'a much longer text than the new one');
    chmodSync(target, 0o600);
    const output = await openFileOutput(target, []);
    await output.write('new');
    await output.finish();
    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  test('a symbolic link stays one: its target is replaced', async () => {
    const real = join(folder, String(cases), 'real.json');
    writeFileSync(real, 'before');
    symlinkSync(real, target);
    const output = await openFileOutput(target, []);
    await output.write('new');
    await output.finish();
    expect(readFileSync(real, 'utf8')).toBe('new');
    expect(readdirSync(join(folder, String(cases))).sort()).toEqual(['out.json', 'real.json']);
  });

  test('what is written at once stands where it was written', async () => {
    const output = await openFileOutput(target, []);
    await output.write('one ');
    output.writeNow!(Buffer.from('two '));
    await output.write(Buffer.from('three '));
    output.writeNow!(Buffer.from('four'));
    await output.finish();
    expect(readFileSync(target, 'utf8')).toBe('one two three four');
  });

  test('a device is written to, never replaced', async () => {
    const output = await openFileOutput('/dev/null', []);
    await output.write('gone');
    await output.finish();
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('is never an input, under whatever name', async () => {
    const input = join(folder, String(cases), 'capture.pcap');
    writeFileSync(input, 'packets');
    symlinkSync(input, target);
    await expect(openFileOutput(target, ['missing.pcap', input])).rejects.toThrow(
      `--output ${target}: is the input ${input}; give another file`,
    );
    expect(readFileSync(input, 'utf8')).toBe('packets');
  });

  test.each([
    ['a directory', '.', 'is a directory; give a file'],
    ['below no directory', 'none/out.json', 'its directory does not exist; create it or give another place'],
  ])('%s is refused in one line', async (_name, place, line) => {
    const name = join(folder, String(cases), place);
    await expect(openFileOutput(name, [])).rejects.toThrow(new OutputError(`--output ${name}: ${line}`));
  });
});

describe('a stream', () => {
  const failing = (code: string): Writable =>
    new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
    });

  test('a write waits until the text has been taken', async () => {
    const taken: string[] = [];
    let release = (): void => {};
    const slow = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        release = () => {
          taken.push(chunk);
          done();
        };
      },
    });
    const writing = streamOutput(slow)
      .write('text')
      .then(() => [...taken]);
    release();
    expect(await writing).toEqual(['text']);
  });

  test('nobody reads any more', async () => {
    await expect(streamOutput(failing('EPIPE')).write('text')).rejects.toThrow(ClosedPipe);
  });

  test('another failure is told in one line', async () => {
    await expect(streamOutput(failing('ENOSPC')).write('text')).rejects.toThrow(
      new OutputError('standard output: write ENOSPC'),
    );
  });
});
