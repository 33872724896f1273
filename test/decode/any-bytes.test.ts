/** What holds for every input: no exception, a key or a cause, and nothing outside the bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, u8, zeros } from '../dsl/bytes.ts';
import {
  bsdLoopback,
  echo,
  ethernet,
  extension,
  icmp,
  ipv4,
  ipv6,
  mss,
  sctp,
  sctpChunk,
  sll,
  sll2,
  snap,
  tcp,
  tcpOptions,
  udp,
  windowScale,
} from '../dsl/frame.ts';
import { decodeFrame, keyText } from './decode-frame.ts';
import { expectSound } from './sound.ts';

const SYN = tcp({ flags: 'S', options: tcpOptions(mss(1460), windowScale(7)) }, zeros(20));
const LONG_IPV6 = ipv6({ extensions: [extension(0), extension(60)] }, SYN);
const ERROR = icmp(4, { type: 3, code: 1 }, ipv4({}, udp({}, zeros(20))));

/** link type, whole frame, offset behind the last byte that its key and flags need */
const FRAMES: [string, number, Uint8Array, number][] = [
  ['Ethernet IPv4 TCP', 1, ethernet(ipv4({}, SYN)), 14 + 20 + 14],
  ['Ethernet IPv6 TCP', 1, ethernet(ipv6({}, SYN)), 14 + 40 + 14],
  ['Ethernet QinQ', 1, ethernet(ipv4({}, SYN), { vlans: [{ tpid: 0x88a8, id: 2 }, 3] }), 22 + 20 + 14],
  ['Ethernet SNAP', 1, snap(ipv4({}, SYN)), 22 + 20 + 14],
  ['IPv4 options', 1, ethernet(ipv4({ options: zeros(8) }, SYN)), 14 + 28 + 14],
  ['IPv6 extension headers', 1, ethernet(LONG_IPV6), 14 + 40 + 16 + 14],
  ['raw', 101, ipv4({}, SYN), 20 + 14],
  ['LINUX_SLL', 113, sll(ipv4({}, SYN)), 16 + 20 + 14],
  ['LINUX_SLL2', 276, sll2(ipv6({}, SYN)), 20 + 40 + 14],
  ['NULL', 0, bsdLoopback(ipv4({}, SYN), 2, 'little'), 4 + 20 + 14],
  ['UDP', 1, ethernet(ipv4({}, udp({}, zeros(30)))), 14 + 20 + 4],
  ['SCTP', 1, ethernet(ipv4({}, sctp({}, sctpChunk(1, zeros(16))))), 14 + 20 + 4],
  ['echo', 1, ethernet(ipv4({}, echo(4, 'request', 1, 2))), 14 + 20 + 8],
  ['ICMPv6 echo', 1, ethernet(ipv6({}, echo(6, 'reply', 1, 2))), 14 + 40 + 8],
  ['ICMP error', 1, ethernet(ipv4({}, ERROR)), 14 + 20 + 2],
];

describe('cut by the snapshot length at every byte', () => {
  test.each(FRAMES)('%s', (_name, linkType, frame, needed) => {
    const whole = decodeFrame(frame, { linkType });
    expect(whole.cause).toBeNull();
    for (let length = 0; length <= frame.length; length += 1) {
      const packet = decodeFrame(frame.slice(0, length), { linkType, originalLength: frame.length });
      expectSound(packet, frame.subarray(0, length));
      if (length < needed) {
        expect(packet.cause, `${length} bytes`).not.toBeNull();
        continue;
      }
      expect(packet.cause, `${length} bytes`).toBeNull();
      expect(keyText(packet)).toBe(keyText(whole));
      expect(packet).toMatchObject({
        tcpFlags: whole.tcpFlags,
        seq: whole.seq,
        ack: whole.ack,
        vlan: whole.vlan,
      });
      expect(packet.icmpType).toBe(whole.icmpType);
      expect(packet.payloadLength).toBe(whole.payloadLength);
    }
  });
});

describe('cut on the wire at every byte', () => {
  test.each(FRAMES)('%s', (_name, linkType, frame) => {
    for (let length = 0; length < frame.length; length += 1) {
      const packet = decodeFrame(frame.slice(0, length), { linkType });
      expectSound(packet, frame.subarray(0, length));
      expect(packet.counter).not.toBe('capture_snaplen_short');
    }
  });
});

/** In front of random bytes, so that they reach every layer. */
const PREFIXES: [string, number, Uint8Array][] = [
  ['Ethernet', 1, zeros(0)],
  ['Ethernet VLAN', 1, ethernet(zeros(0), { type: 0x8100 })],
  ['Ethernet LLC', 1, ethernet(u8(0xaa, 0xaa, 3), { type: 100 })],
  ['Ethernet IPv4', 1, ethernet(u8(0x45), { type: 0x0800 })],
  ['Ethernet IPv6', 1, ethernet(u8(0x60), { type: 0x86dd })],
  ['Ethernet IPv4 TCP', 1, ethernet(ipv4({ totalLength: 300 }, SYN).subarray(0, 20))],
  ['Ethernet IPv4 SCTP', 1, ethernet(ipv4({ totalLength: 300 }, sctp({})))],
  ['Ethernet IPv4 ICMP error', 1, ethernet(ipv4({ totalLength: 300 }, icmp(4, { type: 3 })))],
  [
    'Ethernet IPv6 hop-by-hop',
    1,
    ethernet(ipv6({ payloadLength: 60 }, { proto: 0, bytes: zeros(0), checksum: null })),
  ],
  ['Ethernet IPv6 redirect', 1, ethernet(ipv6({ payloadLength: 60 }, icmp(6, { type: 137 }, zeros(32))))],
  ['NULL', 0, zeros(0)],
  ['raw', 101, zeros(0)],
  ['DLT 12', 12, zeros(0)],
  ['DLT 14', 14, zeros(0)],
  ['LOOP', 108, zeros(0)],
  ['LINUX_SLL', 113, zeros(0)],
  ['IPV4', 228, zeros(0)],
  ['IPV6', 229, zeros(0)],
  ['LINUX_SLL2', 276, zeros(0)],
  ['unknown', 147, zeros(0)],
];

test.each(PREFIXES)('random bytes behind %s give a key or a cause', (_name, linkType, prefix) => {
  const bytes = fc.uint8Array({ maxLength: 160 });
  fc.assert(
    fc.property(bytes, fc.nat(400), fc.boolean(), (tail, originalLength, verifyChecksums) => {
      const data = concat(prefix, tail);
      expectSound(decodeFrame(data, { linkType, originalLength, verifyChecksums }), data);
    }),
    { numRuns: 200 },
  );
});

test('one wrong byte in a good frame gives a key or a cause', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FRAMES), fc.nat(), fc.nat(255), ([, linkType, frame], at, value) => {
      const data = frame.slice();
      data[at % data.length] = value;
      expectSound(decodeFrame(data, { linkType, verifyChecksums: true }), data);
    }),
    { numRuns: 1000 },
  );
});
