/** Fragments that never become a datagram: overlaps, holes, floods, time (firewall-model 1, RFC 5722). */
import { describe, expect, test } from 'vitest';
import { FRAGMENT_LOSSES } from '../../src/decode/fragment/loss.ts';
import { concat, u8, zeros } from '../dsl/bytes.ts';
import { fragment4, fragment6, ranges } from '../dsl/fragments.ts';
import { ipv6, plain } from '../dsl/frame.ts';
import { expectAllAccountedFor, outcomes, run, type Sent } from './decoder-run.ts';
import { DATA4, DATA6, four, PARTS, six, WHOLE4 } from './fragment-samples.ts';

describe('a fragment that spoils its datagram', () => {
  const other = Uint8Array.from(DATA4, (byte) => byte ^ 1);
  test.each<[string, Uint8Array[]]>([
    ['teardrop: begins inside another', [four({ from: 0, to: 80 }), four({ from: 72, to: 160 })]],
    ['ends inside another', [four({ from: 80, to: 160 }), four({ from: 0, to: 88 })]],
    ['lies inside another', [four({ from: 0, to: 160 }), four({ from: 8, to: 16 })]],
    ['holds another', [four({ from: 8, to: 16 }), four({ from: 0, to: 160 })]],
    ['the same range, other bytes', [four(PARTS[0]!), fragment4(other, 17, PARTS[0]!)]],
    ['the same start, shorter', [four({ from: 0, to: 80 }), four({ from: 0, to: 72 })]],
    ['the same but for its last-fragment bit', [four(PARTS[1]!), four({ ...PARTS[1]!, more: false })]],
    ['data behind the end', [four(PARTS[2]!), four({ from: 2960, to: 3000, more: true })]],
    ['an end in front of data', [four(PARTS[1]!), four({ from: 8, to: 19, more: false })]],
    ['two ends', [four({ from: 80, to: 90, more: false }), four({ from: 40, to: 48, more: false })]],
    ['behind the end', [four({ from: 80, to: 90, more: false }), four({ from: 96, to: 104 })]],
  ])('%s', (_name, frames) => {
    const all = [...frames, four({ from: 800, to: 808 })];
    const result = run(all);
    expect(outcomes(result)).toEqual(['held', 'fragment_unassembled', 'fragment_unassembled']);
    expect(result.lost).toMatchObject([{ reason: 'overlap', frames: 1, version: 4, proto: 17 }]);
    expect(result.counters.get('flow_ipfrag_overlap')).toBe(3);
    expectAllAccountedFor(all, result);
  });

  test('until its time is up', () => {
    const sent = [
      { data: four({ from: 0, to: 80 }) },
      { data: four({ from: 72, to: 160 }), at: 1 },
      { data: four(PARTS[0]!), at: 3.999999999 },
      ...PARTS.map((part) => ({ data: four(part), at: 4 })),
    ];
    const result = run(sent);
    expect(outcomes(result)).toEqual([
      'held',
      'fragment_unassembled',
      'fragment_unassembled',
      'held',
      'held',
      'whole',
    ]);
    expectAllAccountedFor(sent, result);
  });

  test('other datagrams go on', () => {
    const result = run([
      four(PARTS[0]!, { id: 1 }),
      four({ from: 0, to: 80 }),
      four({ from: 72, to: 160 }),
      four(PARTS[1]!, { id: 1 }),
      four(PARTS[2]!, { id: 1 }),
    ]);
    expect(outcomes(result).at(-1)).toBe('whole');
  });
});

describe('a fragment that is lost by itself', () => {
  test.each<[string, Uint8Array | Sent]>([
    ['no data', four({ from: 0, to: 0, more: true })],
    ['no data, IPv6', six({ from: 8, to: 8, more: false })],
    ['not the last, no multiple of 8', four({ from: 0, to: 81 })],
    ['not the last, no multiple of 8, IPv6', six({ from: 0, to: 1447 })],
    ['cut short by its frame', { data: four(PARTS[0]!).subarray(0, 300) }],
  ])('%s', (_name, sent) => {
    const result = run([sent]);
    expect(outcomes(result)).toEqual(['fragment_unassembled']);
    expect(result.counters.get('flow_ipfrag_bad_len')).toBe(1);
    expect(result.decoder.usage.datagrams).toBe(0);
    expectAllAccountedFor([sent], result);
  });

  test('ping of death, which leaves the rest to time out', () => {
    const frames = [four(PARTS[0]!), fragment4(zeros(70_000), 17, { from: 65_528, to: 65_600 })];
    const result = run(frames);
    expect(result.packets[1]!.counter).toBe('flow_parse_pod');
    expectAllAccountedFor(frames, result);
  });

  test('the first one’s options make it too long', () => {
    const data = zeros(65515);
    const parts = ranges(data.length, 32760);
    const frames = [
      ...parts.slice(1).map((range) => fragment4(data, 50, range)),
      fragment4(data, 50, parts[0]!, { options: zeros(40) }),
    ];
    const result = run(frames);
    expect(result.packets.at(-1)).toMatchObject({ cause: 'fragment_unassembled', frames: 2 });
    expect(result.counters.get('flow_parse_pod')).toBe(2);
    expectAllAccountedFor(frames, result);
  });
});

describe('time', () => {
  const at = (seconds: number, part: number): Sent => ({ data: four(PARTS[part]!), at: seconds });

  test.each([
    [3.999999999, 'whole'],
    [4, 'held'],
    [60, 'held'],
  ])('the last fragment %f s behind the first', (seconds, outcome) => {
    const frames = [at(0, 0), at(0, 1), at(seconds, 2)];
    const result = run(frames);
    expect(outcomes(result)[2]).toBe(outcome);
    if (outcome === 'held') {
      expect(result.lost).toMatchObject([
        { reason: 'timeout', frames: 2 },
        { reason: 'captureEnd', frames: 1 },
      ]);
    }
    expectAllAccountedFor(frames, result);
  });

  test('it counts from the first to arrive, later ones do not renew it', () => {
    const result = run([at(0, 2), at(3, 1), at(4.5, 0)]);
    expect(outcomes(result)).toEqual(['held', 'held', 'held']);
  });

  test('expire() needs no fragment', () => {
    const { decoder, lost } = run([at(10, 0)], {}, false);
    decoder.expire({ sec: 13, nsec: 999_999_999 });
    expect(lost).toEqual([]);
    decoder.expire({ sec: 14, nsec: 0 });
    expect(lost).toMatchObject([{ reason: 'timeout', frames: 1, frameBytes: 1500 }]);
    expect(decoder.usage).toEqual({ datagrams: 0, bytes: 0 });
  });

  test('another time-out', () => {
    const limits = { fragmentLimits: { timeoutSeconds: 30 } };
    expect(outcomes(run([at(0, 0), at(29, 1), at(29.5, 2)], limits))[2]).toBe('whole');
  });

  test('a hole at the end of the capture', () => {
    const result = run([at(0, 0), at(0, 2)]);
    expect(result.lost).toMatchObject([{ reason: 'captureEnd', frames: 2 }]);
    expect([...result.counters.keys()]).toEqual(['flow_ipfrag_recv']);
  });
});

describe('limits', () => {
  test('datagrams: the one that waits longest makes room', () => {
    const frames = Array.from({ length: 10 }, (_, id) => four(PARTS[0]!, { id }));
    const result = run([...frames, four(PARTS[1]!, { id: 9 }), four(PARTS[2]!, { id: 9 })], {
      fragmentLimits: { maxDatagrams: 4 },
    });
    expect(outcomes(result).at(-1)).toBe('whole');
    expect(result.lost.filter(({ reason }) => reason === 'tooManyDatagrams')).toHaveLength(6);
    expect(result.counters.get('flow_ipfrag_pkt_alloc_err')).toBe(6);
  });

  test('fragments of one datagram', () => {
    const frames = ranges(80, 8).map((range) => four({ ...range, more: true }));
    const result = run(frames, { fragmentLimits: { maxFragments: 4 } });
    expect(outcomes(result)).toEqual([
      ...new Array(4).fill('held'),
      ...new Array(6).fill('fragment_unassembled'),
    ]);
    expect(result.lost).toMatchObject([{ reason: 'tooManyFragments', frames: 4 }]);
    expect(result.counters.get('flow_ipfrag_limit')).toBe(10);
    expectAllAccountedFor(frames, result);
  });

  test('a flood of first fragments stays within its memory', () => {
    const limits = { maxBytes: 200_000, maxDatagrams: 1000 };
    const result = run([], { fragmentLimits: limits }, false);
    const { decoder } = result;
    const packet = run([WHOLE4]).packets[0]!;
    const bytes = four({ from: 0, to: 1480 });
    for (let n = 0; n < 20_000; n += 1) {
      const data = concat(
        bytes.subarray(0, 4),
        u8(n >> 8, n),
        bytes.subarray(6, 15),
        u8(n >> 16),
        bytes.subarray(16),
      );
      const time = { sec: n >> 14, nsec: 0 };
      const record = {
        time,
        linkType: 101,
        interfaceId: 0,
        originalLength: data.length,
        data,
        file: 0,
        filePacket: 1,
      };
      decoder.decode(record, time, packet);
      expect(packet.cause).toBe('held');
      expect(decoder.usage.bytes).toBeLessThanOrEqual(limits.maxBytes + 4096);
    }
    decoder.finish();
    expect(result.lost.reduce((sum, { frames }) => sum + frames, 0)).toBe(20_000);
    expect(decoder.usage).toEqual({ datagrams: 0, bytes: 0 });
  });

  test('a datagram that is a fragment again and again', () => {
    let data: Uint8Array = DATA6;
    let proto = 17;
    const frames: Uint8Array[] = [];
    for (let id = 0; id < 7; id += 1) {
      const head = fragment6(data, proto, { from: 0, to: 8 }, { id });
      frames.push(fragment6(data, proto, { from: 8, to: data.length }, { id }));
      data = head.subarray(40);
      proto = 44;
    }
    frames.push(ipv6({}, plain(44, data)));
    const result = run(frames);
    expect(result.packets.at(-1)).toMatchObject({ cause: 'fragment_unassembled', frames: 6 });
    expect(result.counters.get('flow_ipfrag_merge')).toBe(5);
    expectAllAccountedFor(frames, result);
  });
});

test('every loss has its counter, but for the end of the capture', () => {
  const without = Object.entries(FRAGMENT_LOSSES).filter(([, { counter }]) => counter === null);
  expect(without.map(([reason]) => reason)).toEqual(['captureEnd']);
});
