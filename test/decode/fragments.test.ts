/** Fragments before look-up: firewall-model 1, RFC 791 3.2, RFC 8200 4.5, RFC 5722. */
import { describe, expect, test } from 'vitest';
import { zeros } from '../dsl/bytes.ts';
import { frame, typed, vlan } from '../dsl/encapsulation.ts';
import { fragment4, fragment6, type Range, ranges } from '../dsl/fragments.ts';
import {
  echo,
  ethernet,
  extension,
  fragmentHeader,
  ipv4,
  ipv6,
  mss,
  plain,
  tcp,
  tcpOptions,
  udp,
} from '../dsl/frame.ts';
import { keyText } from './decode-frame.ts';
import { expectAllAccountedFor, outcomes, payloadOf, run, type Sent } from './decoder-run.ts';
import { BODY, DATA4, DATA6, four, PARTS, six, WHOLE4, WHOLE6 } from './fragment-samples.ts';

const KEY4 = '10.0.0.1[500] > 10.0.0.2[600] 17';

describe('a datagram becomes whole', () => {
  test.each([[[0, 1, 2]], [[2, 1, 0]], [[1, 2, 0]], [[2, 0, 1]], [[0, 2, 1]]])(
    'IPv4, fragments in the order %j',
    (order) => {
      const frames = order.map((i) => four(PARTS[i]!));
      const result = run(frames);
      expect(outcomes(result)).toEqual(['held', 'held', 'whole']);
      const packet = result.packets[2]!;
      expect(keyText(packet)).toBe(KEY4);
      expect([packet.frames, packet.frameBytes]).toEqual([3, WHOLE4.length + 40]);
      expect(packet.data).toEqual(WHOLE4);
      expect([packet.ipOffset, packet.ttl, packet.ipId, packet.payloadLength]).toEqual([0, 64, 77, 3000]);
      expect(payloadOf(packet)).toEqual(BODY);
      expect([...result.counters]).toEqual([
        ['flow_ipfrag_recv', 3],
        ['flow_ipfrag_merge', 1],
      ]);
      expectAllAccountedFor(frames, result);
    },
  );

  test.each([[[0, 1, 2]], [[2, 1, 0]], [[1, 0, 2]]])('IPv6, fragments in the order %j', (order) => {
    const result = run(order.map((i) => six(PARTS[i]!)));
    const packet = result.packets[2]!;
    expect(outcomes(result)).toEqual(['held', 'held', 'whole']);
    expect(keyText(packet)).toBe('2001:db8::1[500] > 2001:db8::2[600] 17');
    expect(packet.data).toEqual(WHOLE6);
    expect(payloadOf(packet)).toEqual(BODY);
  });

  test('the headers are those of the first fragment', () => {
    const first = four(PARTS[0]!, { ttl: 9, options: new Uint8Array(8).fill(1) });
    const result = run([four(PARTS[1]!, { ttl: 7 }), first, four(PARTS[2]!)], { verifyChecksums: true });
    const packet = result.packets[2]!;
    expect(packet.data.subarray(0, 28)).toEqual(
      ipv4({ id: 77, ttl: 9, options: new Uint8Array(8).fill(1) }, plain(17, DATA4)).subarray(0, 28),
    );
    expect([packet.cause, packet.ttl, packet.payloadLength]).toEqual([null, 9, 3000]);
  });

  test('IPv6: what precedes the fragment header stays, in the first fragment’s form', () => {
    const extensions = [extension(0), extension(60, zeros(22))];
    const result = run([
      six(PARTS[2]!, { extensions: [extension(0)] }),
      six(PARTS[0]!, { extensions, hopLimit: 3 }),
      six(PARTS[1]!),
    ]);
    expect(result.packets[2]!.data).toEqual(ipv6({ extensions, hopLimit: 3 }, plain(17, DATA6)));
    expect(result.packets[2]!.ttl).toBe(3);
  });

  test('IPv6: extension headers behind the fragment header', () => {
    const whole = ipv6({ extensions: [extension(60, zeros(30))] }, udp({}, BODY));
    const data = whole.subarray(40);
    const result = run(ranges(data.length, 16).map((range) => fragment6(data, 60, range)));
    const packet = result.packets.at(-1)!;
    expect([packet.cause, packet.proto, packet.frames]).toEqual([null, 17, Math.ceil(data.length / 16)]);
    expect(packet.data).toEqual(whole);
  });

  test('IPv6: the first fragment alone says the protocol (RFC 8200 4.5)', () => {
    const last = fragment6(DATA6, 59, PARTS[2]!);
    const result = run([last, six(PARTS[0]!), six(PARTS[1]!)]);
    expect(result.packets[2]!.proto).toBe(17);
  });

  test('in a VLAN, behind Ethernet', () => {
    const frames = PARTS.map((part) => ({ data: ethernet(four(part), { vlans: [8] }), linkType: 1 }));
    const packet = run(frames).packets[2]!;
    expect([packet.vlan, packet.frameBytes, packet.ipOffset]).toEqual([8, WHOLE4.length + 40 + 3 * 18, 0]);
  });

  test('padding of a short frame is no data', () => {
    const frames = [four({ from: 0, to: 8 }), four({ from: 8, to: DATA4.length })].map((data) => ({
      data: ethernet(data, { padding: 30 }),
      linkType: 1,
    }));
    expect(payloadOf(run(frames).packets[1]!)).toEqual(BODY);
  });

  test.each([
    ['TCP SYN', tcp({ flags: 'S', options: tcpOptions(mss(1460)) }, zeros(40)), { tcpFlags: 2, seq: 1000 }],
    ['echo', echo(4, 'request', 5, 6, zeros(2000)), { sport: 5, dport: 6, icmpType: 8, payloadLength: 2000 }],
    ['ESP', plain(50, zeros(3000)), { sport: 20033, payloadLength: 3000 }],
  ])('%s in fragments of 8 bytes', (_name, segment, expected) => {
    const data = ipv4({}, segment).subarray(20);
    const frames = ranges(data.length, 8).map((range) => fragment4(data, segment.proto, range));
    const result = run(frames, { verifyChecksums: true });
    expect(result.packets.at(-1)).toMatchObject({ cause: null, frames: frames.length, ...expected });
  });

  test('a whole one that is malformed stands for its frames', () => {
    const data = ipv4({}, tcp({ flags: 0 }, zeros(100))).subarray(20);
    const frames = ranges(data.length, 64).map((range) => fragment4(data, 6, range));
    const result = run(frames);
    expect(result.packets.at(-1)).toMatchObject({ cause: 'malformed', counter: 'tcp_flag_zero', frames: 2 });
    expectAllAccountedFor(frames, result);
  });

  test('the longest datagram', () => {
    const data = zeros(65515);
    const frames = ranges(data.length, 1480).map((range) => fragment4(data, 50, range));
    expect(run(frames).packets.at(-1)).toMatchObject({ cause: null, payloadLength: 65515, frames: 45 });
  });

  test('packets in between are not disturbed', () => {
    const result = run([four(PARTS[0]!), WHOLE4, four(PARTS[2]!), WHOLE6, four(PARTS[1]!)]);
    expect(outcomes(result)).toEqual(['held', '-', 'held', '-', 'whole']);
  });

  test('a datagram inside a datagram, in two fragment headers', () => {
    const inner = ranges(DATA6.length, 2000).map((range) => six(range, { id: 2 }).subarray(40));
    const outer = ranges(inner[0]!.length, 1200).map((range) => fragment6(inner[0]!, 44, range, { id: 1 }));
    const frames = [...outer, six({ from: 2000, to: DATA6.length }, { id: 2 })];
    const result = run(frames);
    expect(outcomes(result)).toEqual(['held', 'held', 'whole']);
    expect(result.packets[2]).toMatchObject({ frames: 3, payloadLength: 3000, cause: null });
    expectAllAccountedFor(frames, result);
  });
});

describe('what makes a datagram', () => {
  const [first, ...rest] = PARTS as [Range, Range, Range];
  test.each<[string, Sent | Uint8Array, string]>([
    ['the same', four(first), 'whole'],
    ['another identification', four(first, { id: 78 }), 'held'],
    ['another source', four(first, { src: '10.0.0.9' }), 'held'],
    ['another destination', four(first, { dst: '10.0.0.9' }), 'held'],
    ['another protocol', fragment4(DATA4, 6, first), 'held'],
    ['another VLAN', { data: frame(vlan(3, typed(four(first)))), linkType: 1 }, 'held'],
    ['another interface', { data: four(first), interfaceId: 1 }, 'whole'],
    ['the next file of a capture that was rotated', { data: four(first), file: 1 }, 'whole'],
    ['another TTL', four(first, { ttl: 3 }), 'whole'],
  ])('%s', (_name, sent, outcome) => {
    expect(outcomes(run([...rest.map((range) => four(range)), sent])).at(-1)).toBe(outcome);
  });
});

describe('exact copies', () => {
  test('count as frames of the datagram', () => {
    const frames = [0, 0, 1, 0, 1, 2].map((i) => four(PARTS[i]!));
    const result = run(frames);
    expect(outcomes(result)).toEqual(['held', 'held', 'held', 'held', 'held', 'whole']);
    expect(result.packets[5]).toMatchObject({ frames: 6, payloadLength: 3000 });
    expectAllAccountedFor(frames, result);
  });

  test('behind the end they wait for a datagram of their own', () => {
    const frames = [...PARTS, PARTS[1]!].map((part) => four(part));
    const result = run(frames);
    expect(outcomes(result)).toEqual(['held', 'held', 'whole', 'held']);
    expect(result.lost).toMatchObject([{ reason: 'captureEnd', frames: 1 }]);
  });

  const copies = (places: Partial<Sent>[], order: [part: number, place: number][]): Sent[] =>
    order.map(([part, place]) => ({ data: four(PARTS[part]!), ...places[place]! }));
  const turns: [number, number][] = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 1],
  ];
  test.each<[string, Sent[]]>([
    ['from two interfaces, by turns', copies([{}, { interfaceId: 1 }], turns)],
    ['from two files, by turns', copies([{}, { file: 1 }], turns)],
    [
      'from two interfaces, mixed',
      copies(
        [{}, { interfaceId: 1 }],
        [
          [0, 0],
          [1, 1],
          [0, 1],
          [2, 0],
          [2, 1],
          [1, 0],
        ],
      ),
    ],
    [
      'a hop further on, on one interface',
      turns.map(([part, hop]) => ({ data: four(PARTS[part]!, { ttl: 64 - hop }) })),
    ],
    [
      'cut up anew on the way',
      [
        ...[0, 1].map((i) => ({ data: four(PARTS[i]!) })),
        ...ranges(DATA4.length, 800).map((range) => ({ data: four(range), interfaceId: 1 })),
        { data: four(PARTS[2]!) },
      ],
    ],
  ])('%s: each place has its datagram', (_name, frames) => {
    const result = run(frames);
    const whole = result.packets.filter(({ cause }) => cause === null);
    expect(whole.map(({ payloadLength }) => payloadLength)).toEqual([3000, 3000]);
    expect(result.lost).toEqual([]);
    expectAllAccountedFor(frames, result);
  });

  test('from more places than there is room for are copies of the first', () => {
    const frames = [0, 1, 2, 3, 4, 5].map((file) => ({ data: four(PARTS[0]!), file }));
    const result = run([...frames, { data: four(PARTS[1]!), file: 0 }, { data: four(PARTS[2]!), file: 0 }]);
    expect(result.packets.at(-1)!.frames).toBe(5);
  });
});

describe('fragments cut by the snapshot length', () => {
  const cut = (data: Uint8Array, bytes: number): Sent => ({
    data: data.subarray(0, bytes),
    originalLength: data.length,
  });
  test.each([
    ['none', [1500, 1500, 1500], 3000],
    ['the first', [96, 1500, 1500], 96 - 28],
    ['the second', [1500, 96, 1500], 1472 + 76],
    ['the second, to its header', [1500, 20, 1500], 1472],
    ['the last', [1500, 1500, 30], 1472 + 1480 + 10],
  ])('%s', (_name, lengths, captured) => {
    const frames = PARTS.map((part, i) => cut(four(part), lengths[i]!));
    const result = run(frames);
    const packet = result.packets[2]!;
    expect(outcomes(result)).toEqual(['held', 'held', 'whole']);
    expect([keyText(packet), packet.payloadLength, packet.payloadCaptured]).toEqual([KEY4, 3000, captured]);
    expect(payloadOf(packet)).toEqual(BODY.subarray(0, captured));
    expectAllAccountedFor(frames, result);
  });

  test('the first, within its ports', () => {
    const frames = [cut(four(PARTS[0]!), 22), four(PARTS[1]!), four(PARTS[2]!)];
    const result = run(frames);
    expect(result.packets[2]).toMatchObject({
      cause: 'malformed',
      counter: 'capture_snaplen_short',
      frames: 3,
    });
  });

  test('the first, within its options', () => {
    const options = new Uint8Array(8).fill(1);
    const frames = [cut(four(PARTS[0]!, { options }), 24), four(PARTS[1]!), four(PARTS[2]!)];
    expect(run(frames, { verifyChecksums: true }).packets[2]).toMatchObject({
      counter: 'capture_snaplen_short',
    });
  });

  test('copies with different snapshot lengths are copies', () => {
    const frames = [cut(four(PARTS[0]!), 96), four(PARTS[0]!), four(PARTS[1]!), four(PARTS[2]!)];
    expect(run(frames).packets[3]).toMatchObject({ cause: null, frames: 4 });
  });
});

test('an atomic fragment is a whole packet (RFC 6946)', () => {
  const result = run([ipv6({ extensions: [fragmentHeader(0, false)] }, udp({}, BODY))]);
  expect(outcomes(result)).toEqual(['-']);
  expect(result.counters.size).toBe(0);
});
