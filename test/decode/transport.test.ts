import { describe, expect, test } from 'vitest';
import { decodePacket, makeDecodedPacket } from '../../src/decode/decode.ts';
import { resetPacket } from '../../src/decode/packet.ts';
import { concat, u8, u16, zeros } from '../dsl/bytes.ts';
import {
  echo,
  esp,
  ethernet,
  gre,
  icmp,
  ipv4,
  ipv6,
  mss,
  plain,
  sctp,
  sctpChunk,
  tcp,
  tcpOptions,
  timestamps,
  udp,
  windowScale,
} from '../dsl/frame.ts';
import { decodeFrame, keyText, packetRecord } from './decode-frame.ts';

const over4 = (segment: Parameters<typeof ipv4>[1]) => decodeFrame(ethernet(ipv4({}, segment)));
const over6 = (segment: Parameters<typeof ipv6>[1]) => decodeFrame(ethernet(ipv6({}, segment)));

describe('TCP', () => {
  test('header fields', () => {
    const packet = over4(
      tcp({ sport: 65535, dport: 1, seq: 0xfffffffe, ack: 0x80000000, flags: 'FPAUEC', window: 0xabcd }),
    );
    expect(packet).toMatchObject({ seq: 0xfffffffe, ack: 0x80000000, window: 0xabcd, tcpFlags: 0xf9 });
    expect(packet).toMatchObject({ sport: 65535, dport: 1, windowShift: -1, icmpType: -1, embedded: null });
  });

  const NOP = u8(1);
  const END = u8(0);
  test.each([
    ['alone', 'S', tcpOptions(windowScale(7)), 7],
    ['shift 0', 'S', tcpOptions(windowScale(0)), 0],
    ['as Linux sends it', 'S', tcpOptions(mss(1460), u8(4, 2), timestamps(1, 0), NOP, windowScale(7)), 7],
    ['on a SYN-ACK', 'SA', tcpOptions(mss(1460), windowScale(8)), 8],
    ['shift 14', 'S', tcpOptions(windowScale(14)), 14],
    ['shift above 14 (RFC 7323 2.3)', 'S', tcpOptions(windowScale(255)), 14],
    ['not on an ACK', 'A', tcpOptions(windowScale(7)), -1],
    ['no options', 'S', zeros(0), -1],
    ['behind the end of the list', 'S', tcpOptions(END, windowScale(7)), -1],
    ['behind an option of length 0', 'S', tcpOptions(u8(30, 0), windowScale(7)), -1],
    ['behind an option of length 1', 'S', tcpOptions(u8(30, 1), windowScale(7)), -1],
    ['behind an option that runs over the header', 'S', tcpOptions(u8(30, 40), windowScale(7)), -1],
    ['cut by the end of the header', 'S', u8(1, 1, 3, 3), -1],
    ['a kind without its length', 'S', u8(1, 1, 1, 3), -1],
    ['of the wrong length', 'S', tcpOptions(u8(3, 4, 7, 7)), -1],
  ])('window scale option: %s', (_name, flags, options, shift) => {
    const packet = over4(tcp({ flags, options }));
    expect([packet.cause, packet.windowShift]).toEqual([null, shift]);
  });

  test('an option that was not captured', () => {
    const frame = ethernet(ipv4({}, tcp({ flags: 'S', options: tcpOptions(mss(1), windowScale(7)) })));
    const packet = decodeFrame(frame.subarray(0, 60), { originalLength: frame.length });
    expect([packet.cause, packet.windowShift]).toEqual([null, -1]);
  });
});

describe('ICMP echo', () => {
  test.each([4, 6] as const)('IPv%i: the reply has the reverse of the key of the request', (version) => {
    const decode = version === 4 ? over4 : over6;
    const request = decode(echo(version, 'request', 0x1234, 9));
    const reply = decode(echo(version, 'reply', 0x1234, 9));
    expect([request.sport, request.dport]).toEqual([0x1234, 9]);
    expect([reply.sport, reply.dport]).toEqual([9, 0x1234]);
    expect([request.icmpType, reply.icmpType]).toEqual(version === 4 ? [8, 0] : [128, 129]);
    expect(request.payloadLength).toBe(32);
  });

  test.each([
    ['timestamp', over4(icmp(4, { type: 13, code: 1, rest: u16(7, 8) })), 13],
    ['router solicitation', over6(icmp(6, { type: 133, code: 1 })), 133],
    ['ICMPv6 type 8 is no echo', over6(icmp(6, { type: 8, code: 1, rest: u16(7, 8) })), 8],
  ])('%s: ports 0', (_name, packet, type) => {
    expect([packet.cause, packet.sport, packet.dport]).toEqual([null, 0, 0]);
    expect([packet.icmpType, packet.icmpCode]).toEqual([type, 1]);
  });

  test('in the wrong IP version it is a protocol without ports', () => {
    expect(over4(plain(58, echo(6, 'request', 1, 2).bytes))).toMatchObject({
      sport: 20033,
      dport: 20033,
      icmpType: -1,
    });
    expect(over6(plain(1, echo(4, 'request', 1, 2).bytes))).toMatchObject({
      sport: 20033,
      dport: 20033,
      icmpType: -1,
    });
  });
});

describe('SCTP', () => {
  const bit = (...types: number[]): number => types.reduce((bits, type) => bits + 2 ** type, 0);
  test.each([
    ['INIT', [sctpChunk(1, zeros(16))], bit(1)],
    ['COOKIE-ECHO and DATA', [sctpChunk(10, zeros(5)), sctpChunk(0, zeros(13))], bit(10, 0)],
    ['several', [sctpChunk(3, zeros(12)), sctpChunk(0), sctpChunk(0), sctpChunk(7, zeros(4))], bit(0, 3, 7)],
    ['type 31', [sctpChunk(31)], bit(31)],
    ['types above 31 are not noted', [sctpChunk(192), sctpChunk(14)], bit(14)],
    ['a length below 4 ends the walk', [sctpChunk(7), sctpChunk(0, zeros(0), 3), sctpChunk(6)], bit(7)],
    ['a length beyond the packet', [sctpChunk(6, zeros(0), 9999), sctpChunk(1)], bit(6)],
    ['no chunk', [], 0],
    ['half a chunk header', [u8(1, 0)], 0],
  ])('%s', (_name, chunks, bits) => {
    const packet = over4(sctp({ sport: 2905, dport: 2906 }, ...chunks));
    expect(keyText(packet)).toBe('10.0.0.1[2905] > 10.0.0.2[2906] 132');
    expect(packet.sctpChunks).toBe(bits);
  });

  test('padding of the frame is no chunk', () => {
    expect(decodeFrame(ethernet(ipv4({}, sctp({}, sctpChunk(6))), { padding: 10 })).sctpChunks).toBe(bit(6));
  });
});

test.each([
  ['ESP', esp(1, 2), 50],
  ['GRE', gre(0x0800, ipv4({}, udp())), 47],
  ['AH', plain(51, zeros(24)), 51],
  ['OSPF', plain(89, zeros(44)), 89],
  ['IGMP', plain(2, zeros(8)), 2],
  ['IP in IP', plain(4, ipv4({}, tcp())), 4],
  ['6in4', plain(41, ipv6({}, tcp())), 41],
  ['a protocol without a name', plain(253, zeros(0)), 253],
])('%s has no ports', (_name, segment, proto) => {
  const packet = over4(segment);
  expect(keyText(packet)).toBe(`10.0.0.1[20033] > 10.0.0.2[20033] ${proto}`);
  expect([packet.payloadOffset, packet.payloadLength]).toEqual([34, segment.bytes.length]);
});

describe('the packet is reused', () => {
  const rich = ethernet(ipv4({}, tcp({ flags: 'SA', options: tcpOptions(windowScale(3)) }, zeros(9))), {
    vlans: [4],
  });
  const error = ethernet(ipv4({}, icmp(4, { type: 3, code: 1 }, ipv4({}, udp()))));

  test('no field is left from the packet before', () => {
    const reused = makeDecodedPacket();
    for (const frame of [rich, error, ethernet(ipv4({}, sctp({}, sctpChunk(1)))), concat(rich, u8(1))]) {
      decodePacket(packetRecord(1, frame), reused, { verifyChecksums: false });
      decodePacket(packetRecord(1, zeros(3)), reused, { verifyChecksums: false });
      const { embeddedKey: _, ...fields } = reused;
      const { embeddedKey: __, ...fresh } = decodeFrame(zeros(3));
      expect(fields).toEqual(fresh);
    }
  });

  test('the embedded key is reused too', () => {
    const reused = makeDecodedPacket();
    decodePacket(packetRecord(1, error), reused, { verifyChecksums: false });
    expect(reused.embedded).toBe(reused.embeddedKey);
    resetPacket(reused, zeros(0), 0);
    expect(reused.embedded).toBeNull();
  });
});
