import { describe, expect, test } from 'vitest';
import { address, concat, text, u8, zeros } from '../dsl/bytes.ts';
import {
  type Extension,
  ethernet,
  extension,
  fragmentHeader,
  ipv4,
  ipv6,
  plain,
  tcp,
  udp,
} from '../dsl/frame.ts';
import { decodeFrame, keyText } from './decode-frame.ts';

const HBH = extension(0);
const ROUTING = extension(43, u8(0, 0, 0, 0, 0, 0));
const DESTINATION = extension(60);
const LONG_DESTINATION = extension(60, concat(u8(1, 28), zeros(28)));
const ATOMIC = fragmentHeader(0, false);
const DATA = text('hello');

describe('IPv4', () => {
  test('header fields', () => {
    const packet = decodeFrame(
      ethernet(ipv4({ src: '192.0.2.1', dst: '198.51.100.255', ttl: 5, id: 0xbeef }, tcp())),
    );
    expect([...packet.src]).toEqual([0, 0, 0xffff, 0xc0000201]);
    expect([...packet.dst]).toEqual([0, 0, 0xffff, 0xc63364ff]);
    expect(packet).toMatchObject({ version: 4, proto: 6, ttl: 5, ipId: 0xbeef, ipOffset: 14 });
  });

  test.each([4, 20, 40])('options of %i bytes are skipped', (length) => {
    const packet = decodeFrame(ethernet(ipv4({ options: new Uint8Array(length).fill(1) }, tcp({}, DATA))));
    expect(packet).toMatchObject({ cause: null, sport: 40000, payloadLength: 5, payloadOffset: 54 + length });
  });

  test.each([
    ['first', { moreFragments: true }],
    ['middle', { moreFragments: true, fragmentOffset: 1480 }],
    ['last', { fragmentOffset: 2960 }],
    ['the largest that is no ping of death', { fragmentOffset: 65488, totalLength: 47 }],
  ])('%s fragment', (_name, fields) => {
    const packet = decodeFrame(ethernet(ipv4(fields, plain(17, zeros(27)))));
    expect([packet.cause, packet.counter]).toEqual(['fragment_unassembled', null]);
    expect(packet.proto).toBe(17);
  });

  test("don't fragment is no fragment", () => {
    expect(decodeFrame(ethernet(ipv4({ dontFragment: true }, tcp()))).cause).toBeNull();
  });
});

describe('IPv6', () => {
  test('header fields', () => {
    const packet = decodeFrame(
      ethernet(ipv6({ src: '2001:db8::1', dst: 'fe80::ffff:1', hopLimit: 7 }, tcp())),
    );
    expect([...packet.src]).toEqual([0x20010db8, 0, 0, 1]);
    expect([...packet.dst]).toEqual([0xfe800000, 0, 0, 0xffff0001]);
    expect(packet).toMatchObject({ version: 6, proto: 6, ttl: 7, ipId: 0, ipOffset: 14 });
  });

  test.each<[string, Extension[]]>([
    ['none', []],
    ['hop-by-hop', [HBH]],
    ['routing', [ROUTING]],
    ['destination options', [DESTINATION]],
    ['long destination options', [LONG_DESTINATION]],
    ['atomic fragment', [ATOMIC]],
    ['the order of RFC 8200', [HBH, DESTINATION, ROUTING, ATOMIC, DESTINATION]],
    ['any order', [DESTINATION, ATOMIC, ROUTING, HBH]],
    ['one of a kind twenty times', new Array(20).fill(DESTINATION)],
  ])('extension headers: %s', (_name, extensions) => {
    const packet = decodeFrame(ethernet(ipv6({ extensions }, tcp({}, DATA))), { verifyChecksums: true });
    expect(keyText(packet)).toBe('2001:db8::1[40000] > 2001:db8::2[80] 6');
    expect(packet).toMatchObject({ cause: null, payloadLength: 5, payloadCaptured: 5 });
  });

  test.each<[string, Extension[], number]>([
    ['AH', [HBH], 51],
    ['ESP', [ROUTING], 50],
    ['no next header', [DESTINATION], 59],
    ['mobility', [], 135],
    ['IPv4 inside', [], 4],
    ['IPv6 inside', [], 41],
  ])('%s is a session of its own', (_name, extensions, proto) => {
    const packet = decodeFrame(ethernet(ipv6({ extensions }, plain(proto, zeros(24)))));
    expect(keyText(packet)).toBe(`2001:db8::1[20033] > 2001:db8::2[20033] ${proto}`);
    expect(packet.payloadLength).toBe(24);
  });

  test.each<[string, Extension[]]>([
    ['first', [fragmentHeader(0, true)]],
    ['last', [fragmentHeader(1448, false)]],
    ['behind hop-by-hop', [HBH, fragmentHeader(8, true)]],
    ['the largest that is no ping of death', [fragmentHeader(65512, false)]],
  ])('%s fragment', (_name, extensions) => {
    const packet = decodeFrame(ethernet(ipv6({ extensions }, tcp({}, u8(1, 2, 3)))));
    expect(packet.cause).toBe('fragment_unassembled');
  });

  test('what precedes the fragment header counts for the ping of death', () => {
    const packet = decodeFrame(
      ethernet(ipv6({ extensions: [HBH, fragmentHeader(65512, false)] }, tcp({}, u8(1, 2, 3)))),
    );
    expect(packet.counter).toBe('flow_parse_pod');
  });
});

describe('payload length comes from the IP length', () => {
  test.each([
    ['padding is no payload', ethernet(ipv4({}, tcp()), { padding: 6 }), {}, 0, 0],
    ['padding behind payload', ethernet(ipv4({}, tcp({}, u8(9))), { padding: 5 }), {}, 1, 1],
    ['padding behind IPv6', ethernet(ipv6({}, udp({}, u8(9))), { padding: 9 }), {}, 1, 1],
    ['a trailer', ethernet(ipv4({}, tcp({}, zeros(1460))), { padding: 12 }), {}, 1460, 1460],
    [
      'cut in the payload',
      ethernet(ipv4({}, tcp({}, zeros(1460)))).subarray(0, 96),
      { originalLength: 1514 },
      1460,
      42,
    ],
    [
      'cut at the payload',
      ethernet(ipv4({}, tcp({}, zeros(1460)))).subarray(0, 54),
      { originalLength: 1514 },
      1460,
      0,
    ],
    [
      'cut in the TCP header',
      ethernet(ipv4({}, tcp({}, zeros(1460)))).subarray(0, 48),
      { originalLength: 1514 },
      1460,
      0,
    ],
    [
      'cut in the UDP header',
      ethernet(ipv4({}, udp({}, zeros(100)))).subarray(0, 38),
      { originalLength: 142 },
      100,
      0,
    ],
    [
      'bytes behind the UDP length',
      ethernet(ipv4({}, plain(17, concat(udp({}, zeros(4)).bytes, zeros(8))))),
      {},
      4,
      4,
    ],
    [
      'offload: IPv4 total length 0',
      ethernet(ipv4({ totalLength: 0 }, tcp({}, zeros(3000)))),
      {},
      3000,
      3000,
    ],
    ['offload: UDP', ethernet(ipv4({ totalLength: 0 }, udp({}, zeros(3000)))), {}, 3000, 3000],
    [
      'offload: cut',
      ethernet(ipv4({ totalLength: 0 }, tcp({}, zeros(3000)))).subarray(0, 100),
      { originalLength: 70000 },
      69946,
      46,
    ],
    [
      'offload: IPv6 payload length 0',
      ethernet(ipv6({ payloadLength: 0 }, tcp({}, zeros(3000)))),
      {},
      3000,
      3000,
    ],
    ['IPv6 without payload', ethernet(ipv6({ payloadLength: 0 }, plain(59, zeros(8)))), {}, 0, 0],
    [
      'an original length below the captured one',
      ethernet(ipv4({}, tcp({}, DATA))),
      { originalLength: 10 },
      5,
      5,
    ],
  ])('%s', (_name, frame, options, length, captured) => {
    const packet = decodeFrame(frame, options);
    expect(packet.cause).toBeNull();
    expect([packet.payloadLength, packet.payloadCaptured]).toEqual([length, captured]);
    expect(packet.payloadOffset + packet.payloadCaptured).toBeLessThanOrEqual(frame.length);
  });
});

test('the payload starts where it says', () => {
  const packet = decodeFrame(ethernet(ipv4({}, tcp({}, DATA)), { vlans: [1, 2], padding: 3 }));
  const end = packet.payloadOffset + packet.payloadCaptured;
  expect(packet.data.subarray(packet.payloadOffset, end)).toEqual(DATA);
});

test('an IPv4-mapped address in IPv6 stays IPv6', () => {
  const packet = decodeFrame(ethernet(ipv6({ src: '::ffff:10.0.0.1' }, tcp())));
  expect(keyText(packet)).toBe('::ffff:a00:1[40000] > 2001:db8::2[80] 6');
  expect(address('::ffff:10.0.0.1')).toHaveLength(4 * packet.src.length);
});
