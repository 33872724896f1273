import { describe, expect, test } from 'vitest';
import { MALFORMED, type MalformedReason } from '../../src/decode/malformed.ts';
import { concat, u8, u16, zeros } from '../dsl/bytes.ts';
import {
  echo,
  ethernet,
  extension,
  fragmentHeader,
  icmp,
  ipv4,
  ipv6,
  plain,
  sctp,
  tcp,
  udp,
} from '../dsl/frame.ts';
import { decodeFrame, type FrameOptions } from './decode-frame.ts';

const JUMBO = extension(0, u8(0xc2, 4, 0, 1, 0, 0));
const CHECK: FrameOptions = { verifyChecksums: true };

const ip4 = (fields: Parameters<typeof ipv4>[0], segment = tcp()) => ethernet(ipv4(fields, segment));
const ip6 = (fields: Parameters<typeof ipv6>[0], segment = tcp()) => ethernet(ipv6(fields, segment));

type Row = [reason: MalformedReason, name: string, frame: Uint8Array, options?: FrameOptions];

/** firewall-model 1, parser drops */
const ROWS: Row[] = [
  ['linkHeader', 'a runt frame', zeros(13)],
  ['linkHeader', 'a VLAN tag cut on the wire', ethernet(u8(0), { type: 0x8100 })],
  ['linkHeader', 'a short SLL header', zeros(15), { linkType: 113 }],
  ['linkHeader', 'a short SLL2 header', zeros(19), { linkType: 276 }],
  ['linkHeader', 'a short BSD loopback header', zeros(3), { linkType: 0 }],
  ['ipVersion', 'IPv6 behind the IPv4 ethertype', ethernet(ipv6({}, tcp()), { type: 0x0800 })],
  ['ipVersion', 'version 5', ethernet(ipv4({ version: 5 }, tcp()), { type: 0x0800 })],
  ['ipVersion', 'IPv6 in link type IPV4', ipv6({}, tcp()), { linkType: 228 }],
  ['ipVersion', 'raw IP of version 0', zeros(40), { linkType: 101 }],
  ['ipHeader', 'nothing behind the link header', ethernet(zeros(0), { type: 0x0800 })],
  ['ipHeader', '19 bytes', ethernet(ipv4({}, tcp()).subarray(0, 19))],
  ['ipHeader', 'IHL 4', ip4({ ihl: 4 })],
  ['ipHeader', 'IHL beyond the total length', ip4({ ihl: 15, totalLength: 40 })],
  ['ipHeader', 'IHL beyond the frame', ethernet(ipv4({ ihl: 15, totalLength: 100 }, plain(50, zeros(8))))],
  [
    'ipHeader',
    'total length 0 without a segment that could be offloaded',
    ip4({ totalLength: 0 }, plain(50, zeros(8))),
  ],
  ['ipProtocolZero', 'protocol 0', ip4({ proto: 0 })],
  ['ipTtlZero', 'TTL 0', ip4({ ttl: 0 })],
  [
    'land',
    'TCP to itself on one port',
    ip4({ src: '10.0.0.1', dst: '10.0.0.1' }, tcp({ sport: 80, dport: 80 })),
  ],
  [
    'land',
    'UDP to itself on one port',
    ip4({ src: '10.0.0.1', dst: '10.0.0.1' }, udp({ sport: 7, dport: 7 })),
  ],
  ['land', 'IPv6', ip6({ src: '2001:db8::1', dst: '2001:db8::1' }, tcp({ sport: 80, dport: 80 }))],
  [
    'land',
    'one port on a loopback address',
    ip4({ src: '127.0.0.1', dst: '127.0.0.1' }, udp({ sport: 7, dport: 7 })),
  ],
  ['land', 'ping to itself', ip4({ src: '10.0.0.1', dst: '10.0.0.1' }, echo(4, 'request', 1, 1))],
  ['land', 'GRE to itself', ip4({ src: '10.0.0.1', dst: '10.0.0.1' }, plain(47, zeros(8)))],
  ['pingOfDeath', 'IPv4', ip4({ fragmentOffset: 65528, totalLength: 40 })],
  ['pingOfDeath', 'IPv6', ip6({ extensions: [fragmentHeader(65528, false)] })],
  ['martian', 'multicast source', ip4({ src: '224.0.0.5' })],
  ['martian', 'limited broadcast source', ip4({ src: '255.255.255.255' })],
  ['martian', 'loopback source', ip4({ src: '127.0.0.1' })],
  ['martian', 'loopback destination', ip4({ dst: '127.1.2.3' })],
  ['martian', 'IPv6 multicast source', ip6({ src: 'ff02::1' })],
  ['martian', 'IPv6 loopback source', ip6({ src: '::1' })],
  ['martian', 'IPv6 loopback destination', ip6({ dst: '::1' })],
  ['martian', 'a fragment with a multicast source', ip4({ src: '224.0.0.5', moreFragments: true })],
  ['ipChecksum', 'IPv4 header', ip4({ checksum: 0x1234 }), CHECK],
  ['ip6Version', 'IPv4 behind the IPv6 ethertype', ethernet(ipv4({}, tcp()), { type: 0x86dd })],
  ['ip6Version', 'IPv4 in link type IPV6', ipv4({}, tcp()), { linkType: 229 }],
  ['ip6Header', 'nothing behind the link header', ethernet(zeros(0), { type: 0x86dd })],
  ['ip6Header', '39 bytes', ethernet(ipv6({}, tcp()).subarray(0, 39))],
  ['ip6Length', 'payload length beyond the frame', ip6({ payloadLength: 21 })],
  ['ip6Jumbogram', 'payload length 0', ip6({ extensions: [JUMBO], payloadLength: 0 })],
  ['ip6Jumbogram', 'payload length given as well', ip6({ extensions: [JUMBO] })],
  [
    'ip6Extension',
    'a header longer than the payload',
    ip6({ extensions: [extension(60, zeros(6))], payloadLength: 7 }),
  ],
  [
    'ip6Extension',
    'a length field beyond the payload',
    ip6({ extensions: [{ type: 60, bytes: u8(0, 9, 1, 4, 0, 0, 0, 0) }] }),
  ],
  [
    'ip6Extension',
    'a fragment header cut short',
    ip6({ extensions: [fragmentHeader(0, true)], payloadLength: 4 }),
  ],
  ['ip6Extension', 'no room for the first header', ip6({ extensions: [extension(0)], payloadLength: 0 })],
  ['layer4Header', 'TCP of 19 bytes', ip4({}, plain(6, tcp().bytes.subarray(0, 19)))],
  [
    'layer4Header',
    'TCP of 19 bytes in a padded frame',
    ethernet(ipv4({}, plain(6, tcp().bytes.subarray(0, 19))), { padding: 7 }),
  ],
  ['layer4Header', 'TCP without bytes', ip4({}, plain(6, zeros(0)))],
  ['layer4Header', 'TCP over IPv6', ip6({}, plain(6, zeros(10)))],
  ['layer4Header', 'TCP data offset 4', ip4({}, tcp({ dataOffset: 4 }))],
  ['layer4Header', 'TCP data offset beyond the segment', ip4({}, tcp({ dataOffset: 6 }))],
  ['layer4Header', 'UDP of 7 bytes', ip4({}, plain(17, zeros(7)))],
  ['layer4Header', 'SCTP of 11 bytes', ip4({}, plain(132, sctp({}).bytes.subarray(0, 11)))],
  ['layer4Length', 'UDP length 7', ip4({}, udp({ length: 7 }))],
  ['layer4Length', 'UDP length 0', ip4({}, udp({ length: 0 }))],
  ['layer4Length', 'UDP length beyond the IP payload', ip4({}, udp({ length: 9 }))],
  [
    'layer4Length',
    'UDP length beyond the IP payload, padding behind it',
    ethernet(ipv4({}, udp({ length: 9 })), { padding: 18 }),
  ],
  ['layer4Length', 'UDP length beyond the frame', ip4({ totalLength: 60 }, udp({ length: 40 }))],
  ['layer4Checksum', 'TCP', ip4({}, tcp({ checksum: 0x1234 })), CHECK],
  ['layer4Checksum', 'TCP over IPv6', ip6({}, tcp({ checksum: 0x1234 })), CHECK],
  ['layer4Checksum', 'UDP', ip4({}, udp({ checksum: 0x1234 })), CHECK],
  ['layer4Checksum', 'UDP over IPv6 without one', ip6({}, udp({ checksum: 0 })), CHECK],
  ['layer4Checksum', 'ICMP', ip4({}, icmp(4, { type: 8, checksum: 0x1234 })), CHECK],
  ['layer4Checksum', 'ICMPv6', ip6({}, icmp(6, { type: 128, checksum: 0x1234 })), CHECK],
  ['tcpPortZero', 'source', ip4({}, tcp({ sport: 0 }))],
  ['tcpPortZero', 'destination', ip4({}, tcp({ dport: 0 }))],
  ['tcpFlagZero', 'no flags', ip4({}, tcp({ flags: 0 }))],
  ['tcpFlags', 'PSH alone', ip4({}, tcp({ flags: 'P' }))],
  ['tcpFlags', 'FIN alone', ip4({}, tcp({ flags: 'F' }))],
  ['tcpFlags', 'SYN FIN', ip4({}, tcp({ flags: 'SF' }))],
  ['tcpFlags', 'SYN RST', ip4({}, tcp({ flags: 'SR' }))],
  ['tcpFlags', 'FIN RST ACK', ip4({}, tcp({ flags: 'FRA' }))],
  ['tcpFlags', 'FIN PSH URG (Xmas)', ip4({}, tcp({ flags: 'FPU' }))],
  ['tcpFlags', 'all', ip4({}, tcp({ flags: 0xff }))],
  ['icmpHeader', 'three bytes', ip4({}, plain(1, zeros(3)))],
  ['icmpHeader', 'an echo without its sequence number', ip4({}, plain(1, u8(8, 0, 0, 0, 0, 1)))],
  ['icmpHeader', 'ICMPv6', ip6({}, plain(58, u8(128, 0, 0, 0)))],
  ['notCaptured', 'the link header', ethernet(ipv4({}, tcp())).subarray(0, 13), { originalLength: 60 }],
  ['notCaptured', 'TCP flags', ip4({}).subarray(0, 47), { originalLength: 54 }],
  [
    'notCaptured',
    'an IPv6 extension header',
    ip6({ extensions: [extension(0)] }).subarray(0, 60),
    { originalLength: 82 },
  ],
];

test.each(ROWS)('%s: %s', (reason, _name, frame, options) => {
  const packet = decodeFrame(frame, options);
  expect([packet.cause, packet.counter]).toEqual(['malformed', MALFORMED[reason].counter]);
});

test('the table has a row for each check', () => {
  expect([...new Set(ROWS.map(([reason]) => reason))].sort()).toEqual(Object.keys(MALFORMED).sort());
});

test('each counter is raised by one check only', () => {
  const counters = Object.values(MALFORMED).map((check) => check.counter);
  expect(new Set(counters).size).toBe(counters.length);
});

describe('accepted', () => {
  test.each<[string, Uint8Array, FrameOptions?]>([
    ['IPv6 hop limit 0', ip6({ hopLimit: 0 })],
    ['UDP port 0', ip4({}, udp({ sport: 0, dport: 0 }))],
    ['SCTP port 0', ip4({}, sctp({ sport: 0 }))],
    ['TCP to itself on another port', ip4({ src: '10.0.0.1', dst: '10.0.0.1' })],
    ['ping on loopback', ip4({ src: '127.0.0.1', dst: '127.0.0.1' }, echo(4, 'request', 1, 1))],
    ['TCP on loopback', ip4({ src: '127.0.0.1', dst: '127.0.0.2' })],
    ['TCP on IPv6 loopback', ip6({ src: '::1', dst: '::1' })],
    ['DHCP from 0.0.0.0', ip4({ src: '0.0.0.0', dst: '255.255.255.255' }, udp({ sport: 68, dport: 67 }))],
    [
      'duplicate address detection from ::',
      ip6({ src: '::', dst: 'ff02::1:ff00:1' }, icmp(6, { type: 135 })),
    ],
    ['multicast destination', ip4({ dst: '239.1.1.1' }, udp())],
    ['a reserved source', ip4({ src: '240.0.0.1' })],
    ['wrong checksums, not verified', ip4({ checksum: 1 }, tcp({ checksum: 1 }))],
    ['right checksums, verified', ip4({ options: u8(1, 1, 1, 0) }, tcp({}, u8(1, 2, 3))), CHECK],
    ['right checksums over IPv6', ip6({ extensions: [extension(60)] }, udp({}, u8(1, 2, 3))), CHECK],
    ['right ICMP checksums', ip4({}, echo(4, 'request', 1, 1)), CHECK],
    ['right ICMPv6 checksums', ip6({}, echo(6, 'request', 1, 1)), CHECK],
    ['UDP over IPv4 without a checksum', ip4({}, udp({ checksum: 0 })), CHECK],
    [
      'a checksum of a segment cut by the snapshot length',
      ip4({}, tcp({ checksum: 1 }, zeros(9))).subarray(0, 60),
      { ...CHECK, originalLength: 63 },
    ],
    [
      'a checksum behind a routing header',
      ip6({ extensions: [extension(43, u8(0, 1, 0, 0, 0, 0))] }, tcp({ checksum: 1 })),
      CHECK,
    ],
    [
      'a checksum over a home address',
      ip6({ extensions: [extension(60, concat(u8(0xc9, 16), zeros(16)))] }, tcp({ checksum: 1 })),
      CHECK,
    ],
    ['an offloaded segment', ip4({ totalLength: 0, checksum: 1 }, tcp({ checksum: 1 })), CHECK],
    ['IPv4 total length beyond the frame, headers on the wire', ip4({ totalLength: 1000 })],
    ['ICMP of four bytes that is no echo', ip4({}, plain(1, u8(13, 0, 0, 0)))],
    ['the SYN of SYN cookies with ECN', ip4({}, tcp({ flags: 'SEC' }))],
  ])('%s', (_name, frame, options) => {
    const packet = decodeFrame(frame, options);
    expect([packet.cause, packet.counter]).toEqual([null, null]);
  });

  test.each(['S', 'SU', 'SA', 'R', 'RA', 'FA', 'FAU', 'A', 'AU'])(
    'TCP flags %s, also with PSH, ECE and CWR',
    (flags) => {
      expect(decodeFrame(ip4({}, tcp({ flags }))).cause).toBeNull();
      expect(decodeFrame(ip4({}, tcp({ flags: `${flags}PEC` }))).cause).toBeNull();
    },
  );
});

test('a packet dropped at layer 4 still has the key that was read', () => {
  const packet = decodeFrame(concat(ip4({}, tcp({ flags: 0, sport: 5 })), u16(0)));
  expect(packet).toMatchObject({ cause: 'malformed', sport: 5, dport: 80, proto: 6, ttl: 64 });
});
