/** interface.md `duplicate`: the same packet captured twice counts once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeTime } from '../../src/capture/time.ts';
import { writeCapture } from '../../src/capture/writer.ts';
import { CASE_START_SECONDS, type Output } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, udpTalk } from '../dsl/conversation.ts';
import { complaints, runProgram } from '../dsl/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-duplicates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TALK = '0>S 0.1<SA 0.2>A 1>D10 1.1<D500 2>F 2.1<F 2.2>A';

/** The same packets further along the path: later, and each router takes one off the TTL. */
function moved(packets: readonly TimedFrame[], seconds: number): readonly TimedFrame[] {
  return packets.map(({ at, bytes }) => ({ at: at + seconds, bytes }));
}

const at = (seconds: number) => {
  const nanoseconds = Math.round(seconds * 1e9);
  return makeTime(CASE_START_SECONDS + Math.floor(nanoseconds / 1e9), nanoseconds % 1e9);
};

function file(name: string, packets: readonly TimedFrame[]): string {
  const path = join(folder, name);
  const records = packets.map((packet) => ({ time: at(packet.at), data: packet.bytes }));
  writeFileSync(path, writeCapture(records, { container: 'pcap', resolution: 'ns', linkType: 1 }));
  return path;
}

async function run(...args: readonly string[]): Promise<Output> {
  const { stdout, stderr, status } = await runProgram([...args, '--json', '--drain']);
  expect([status, complaints(stderr)]).toEqual([0, '']);
  return JSON.parse(stdout) as Output;
}

const counts = ({ accounting, sessions }: Output) => [
  accounting.not_in_sessions['duplicate'] ?? 0,
  sessions.map((row) => row.packets),
];

describe('duplicates', () => {
  test('from another file, a moment later', async () => {
    const one = file('one', tcpTalk(TALK));
    const other = file('other', moved(tcpTalk(TALK), 0.0004));
    const both = await run(one, other);
    expect(counts(both)).toEqual([8, [8]]);
    const alone = await run(one);
    const { evidence: _evidence, ...row } = both.sessions[0]!;
    const { evidence: _same, ...expected } = alone.sessions[0]!;
    expect(row).toEqual(expected);
  });

  test('the order of the arguments does not matter', async () => {
    const one = file('one', tcpTalk(TALK));
    const other = file('other', moved(tcpTalk(TALK), 0.0004));
    expect((await run(other, one)).sessions).toEqual((await run(one, other)).sessions);
  });

  test('the same file twice', async () => {
    const one = file('one', tcpTalk(TALK));
    const copy = file('copy', tcpTalk(TALK));
    expect(counts(await run(one, copy))).toEqual([8, [8]]);
  });

  test.each([
    ['equal', 64, 1],
    ['one less', 63, 1],
    ['two less', 62, 0],
    ['one more', 65, 0],
  ])('TTL %s', async (_name, ttl, duplicates) => {
    const one = file('one', [...udpTalk('0>D10/ttl=64 5>D20')]);
    const other = file('other', [...udpTalk(`0.001>D10/ttl=${ttl} 5.5>D30`)]);
    expect(counts(await run(one, other))[0]).toBe(duplicates);
  });

  test.each([
    ['within a second', 0.9, 1],
    ['after more than a second', 1.1, 0],
  ])('%s', async (_name, later, duplicates) => {
    const one = file('one', udpTalk('0>D10 5>D20'));
    const other = file('other', udpTalk(`${later}>D10 5.5>D30`));
    expect(counts(await run(one, other))[0]).toBe(duplicates);
  });

  test('other payload is another packet', async () => {
    const one = file('one', udpTalk("0>D'aaaa' 5>D20"));
    const other = file('other', udpTalk("0.001>D'aaab' 5.5>D30"));
    expect(counts(await run(one, other))[0]).toBe(0);
  });

  test('in the same place it is a retransmission', async () => {
    expect(counts(await run(file('one', udpTalk('0>D10 0.1>D10'))))).toEqual([0, [2]]);
  });

  test('a retransmission seen at both places is one retransmission', async () => {
    const one = file('one', udpTalk('0>D10 0.1>D10 5>D20'));
    const other = file('other', moved(udpTalk('0>D10 0.1>D10 5>D20'), 0.001));
    expect(counts(await run(one, other))).toEqual([3, [3]]);
  });

  test('--keep-duplicates counts both', async () => {
    const one = file('one', tcpTalk(TALK));
    const other = file('other', moved(tcpTalk(TALK), 0.0004));
    expect(counts(await run(one, other, '--keep-duplicates'))).toEqual([0, [16]]);
  });

  test('another interface of the same file', async () => {
    const packets = udpTalk('0>D10 1<D10');
    const records = packets.flatMap((packet) => [
      { time: at(packet.at), data: packet.bytes, interfaceId: 0 },
      { time: at(packet.at + 0.001), data: packet.bytes, interfaceId: 1 },
    ]);
    const path = join(folder, 'two-interfaces');
    writeFileSync(
      path,
      writeCapture(records, {
        container: 'pcapng',
        sections: [{ interfaces: [{ linkType: 1 }, { linkType: 1 }] }],
      }),
    );
    expect(counts(await run(path))).toEqual([2, [2]]);
  });

  test('a storm of one packet at two places, bursts of it before the other place sees any', async () => {
    const [packet] = udpTalk('0>D10');
    const burst = (round: number, interfaceId: number) =>
      Array.from({ length: 10_000 }, (_, i) => ({
        time: at((round * 20_000 + interfaceId * 10_000 + i) * 1e-5),
        data: packet!.bytes,
        interfaceId,
      }));
    const path = join(folder, 'storm');
    writeFileSync(
      path,
      writeCapture([...burst(0, 0), ...burst(0, 1), ...burst(1, 0), ...burst(1, 1)], {
        container: 'pcapng',
        sections: [{ interfaces: [{ linkType: 1 }, { linkType: 1 }] }],
      }),
    );
    expect(counts(await run(path))).toEqual([20_000, [20_000]]);
  });

  test('the stages of the firewall: receive, firewall, transmit', async () => {
    const names = ['rx', 'fw', 'tx'].map((name, i) => file(name, moved(tcpTalk(TALK), i * 0.00001)));
    expect(counts(await run(...names))).toEqual([16, [8]]);
  });

  test('along a path: each place takes one off the TTL, and each has its own second', async () => {
    const names = [64, 63, 62].map((ttl, i) =>
      file(`hop${i}`, udpTalk(`${i * 0.6}>D10/ttl=${ttl} 5>D${20 + i}`)),
    );
    expect(counts(await run(...names))).toEqual([2, [4]]);
  });

  test('TTL two less than where it was seen last', async () => {
    const names = [64, 62].map((ttl, i) =>
      file(`gap${i}`, udpTalk(`${i * 0.1}>D10/ttl=${ttl} 5>D${20 + i}`)),
    );
    expect(counts(await run(...names))).toEqual([0, [4]]);
  });

  test('a rotated capture holds retransmissions, no duplicates', async () => {
    const first = file('first', udpTalk('0>D10 0.5>D10'));
    const second = file('second', udpTalk('0.9>D10 1.2>D10'));
    expect(counts(await run(first, second))).toEqual([0, [4]]);
  });

  test('captures that ship: both sides of a router', async () => {
    const output = await run('captures/http.pcap', 'captures/server-side/http.pcap');
    expect(counts(output)).toEqual([14, [14]]);
  });
});
