import { describe, expect, test } from 'vitest';
import { ZERO_TIME } from '../../src/capture/time.ts';
import { Decoder, makeDecodedPacket } from '../../src/decode/decode.ts';
import type { TunnelName } from '../../src/decode/packet.ts';
import { TUNNEL_PORTS, TUNNEL_PROTOCOLS } from '../../src/decode/tunnel/tunnels.ts';
import { concat, patched, u8, u16, u32, zeros } from '../dsl/bytes.ts';
import {
  authentication,
  ayiya,
  dot11,
  erspan,
  espNull,
  etherIp,
  frame,
  geneve,
  gre,
  greInUdp,
  gtpU,
  ipIn,
  l2tp,
  lisp,
  llcSnap,
  mpls,
  mplsInIp,
  mplsInUdp,
  nsh,
  pppHdlc,
  pppPayload,
  pptp,
  teredo,
  typed,
  vlan,
  vxlan,
  vxlanGpe,
} from '../dsl/encapsulation.ts';
import { ranges } from '../dsl/fragments.ts';
import { ethernet, ipv4, ipv6, plain, type Segment, tcp, udp } from '../dsl/frame.ts';
import { keyText, packetRecord } from './decode-frame.ts';
import { FRAME4, FRAME6, INNER4, INNER6, KEY4, KEY6, layersOf, newDecoder } from './tunnel-layers.ts';

/** tunnel, outer segment, the inner frame from its first header on, key, network */
type Row = [
  name: string,
  tunnel: TunnelName,
  segment: Segment,
  inner: Uint8Array,
  key: string,
  network: number,
];

const gtpExtension = (words: number, next: number): Uint8Array =>
  concat(u8(words), zeros(words * 4 - 2), u8(next));

const ROWS: Row[] = [
  ['GRE', 'gre', gre(0x0800, INNER4), INNER4, KEY4, -1],
  ['GRE, IPv6', 'gre', gre(0x86dd, INNER6), INNER6, KEY6, -1],
  ['GRE, checksum', 'gre', gre(0x0800, INNER4, { checksum: true }), INNER4, KEY4, -1],
  ['GRE, key', 'gre', gre(0x0800, INNER4, { key: 5 }), INNER4, KEY4, -1],
  ['GRE, all', 'gre', gre(0x0800, INNER4, { checksum: true, key: 1, sequence: 2 }), INNER4, KEY4, -1],
  ['GRE, Ethernet', 'gre', gre(0x6558, FRAME4), FRAME4, KEY4, -1],
  ['NVGRE', 'gre', gre(0x6558, FRAME6, { key: 0x123456ff }), FRAME6, KEY6, 0x123456],
  ['GRE, MPLS', 'gre', gre(0x8847, mpls([16], INNER4).bytes), mpls([16], INNER4).bytes, KEY4, -1],
  ['GRE, PPP', 'gre', gre(0x880b, pppPayload(INNER4)), pppPayload(INNER4), KEY4, -1],
  ['GRE, WCCP', 'gre', gre(0x883e, INNER4), INNER4, KEY4, -1],
  ['GRE, WCCP 2', 'gre', gre(0x883e, concat(zeros(4), INNER4)), INNER4, KEY4, -1],
  ['GRE, 802.11', 'gre', gre(0x8200, dot11(llcSnap(typed(INNER4)))), dot11(llcSnap(typed(INNER4))), KEY4, -1],
  ['GRE in UDP', 'gre', greInUdp(0x86dd, INNER6), INNER6, KEY6, -1],
  ['PPTP', 'gre', pptp(pppPayload(INNER4)), pppPayload(INNER4), KEY4, -1],
  [
    'PPTP, framed, with acknowledgement',
    'gre',
    pptp(pppHdlc(pppPayload(INNER6)), true),
    pppHdlc(pppPayload(INNER6)),
    KEY6,
    -1,
  ],
  ['ERSPAN I', 'erspan', erspan(1, FRAME4), FRAME4, KEY4, -1],
  ['ERSPAN II', 'erspan', erspan(2, FRAME6), FRAME6, KEY6, -1],
  ['ERSPAN III', 'erspan', erspan(3, FRAME4), FRAME4, KEY4, -1],
  ['ERSPAN III, subheader', 'erspan', erspan(3, FRAME4, true), FRAME4, KEY4, -1],
  ['ERSPAN III, an IP packet', 'erspan', erspan(3, INNER4, false, 2), INNER4, KEY4, -1],
  ['IP in IP', 'ip-in-ip', ipIn(INNER4), INNER4, KEY4, -1],
  ['6in4', 'ip-in-ip', ipIn(INNER6), INNER6, KEY6, -1],
  ['EtherIP', 'etherip', etherIp(FRAME4), FRAME4, KEY4, -1],
  ['MPLS in IP', 'mpls', mplsInIp([16, 17], INNER6), mpls([16, 17], INNER6).bytes, KEY6, -1],
  ['MPLS in UDP', 'mpls', mplsInUdp([16], INNER4), mpls([16], INNER4).bytes, KEY4, -1],
  ['AH in tunnel mode', 'ah', authentication(4, INNER4), INNER4, KEY4, -1],
  ['AH in tunnel mode, IPv6', 'ah', authentication(41, INNER6), INNER6, KEY6, -1],
  ['ESP without encryption', 'esp-null', espNull(INNER4), INNER4, KEY4, -1],
  ['ESP without encryption, SHA-256', 'esp-null', espNull(INNER6, 16), INNER6, KEY6, -1],
  ['ESP without encryption or integrity', 'esp-null', espNull(INNER4, 0), INNER4, KEY4, -1],
  ['VXLAN', 'vxlan', vxlan(FRAME4, 0xabcdef), FRAME4, KEY4, 0xabcdef],
  ['VXLAN, the port of Linux', 'vxlan', vxlan(FRAME6, 0, 8472), FRAME6, KEY6, 0],
  ['VXLAN-GPE, IPv4', 'vxlan', vxlanGpe(1, INNER4), INNER4, KEY4, 7],
  ['VXLAN-GPE, IPv6', 'vxlan', vxlanGpe(2, INNER6), INNER6, KEY6, 7],
  ['VXLAN-GPE, Ethernet', 'vxlan', vxlanGpe(3, FRAME4), FRAME4, KEY4, 7],
  ['VXLAN-GPE, NSH', 'vxlan', vxlanGpe(4, nsh(1, INNER4).bytes), nsh(1, INNER4).bytes, KEY4, 7],
  ['VXLAN on the port of GPE', 'vxlan', vxlan(FRAME4, 7, 4790), FRAME4, KEY4, 7],
  ['Geneve, Ethernet', 'geneve', geneve({ type: 0x6558, bytes: FRAME4 }), FRAME4, KEY4, 7],
  ['Geneve, IPv6, options', 'geneve', geneve(typed(INNER6), 1, 9), INNER6, KEY6, 1],
  ['GTP-U', 'gtp-u', gtpU(INNER4), INNER4, KEY4, -1],
  ['GTP-U, sequence number', 'gtp-u', gtpU(INNER6, { optional: zeros(4), flags: 0x32 }), INNER6, KEY6, -1],
  [
    'GTP-U, extension headers',
    'gtp-u',
    gtpU(INNER4, {
      optional: concat(u8(0, 0, 0, 0x85), gtpExtension(1, 0xc0), gtpExtension(2, 0)),
    }),
    INNER4,
    KEY4,
    -1,
  ],
  ['Teredo', 'teredo', teredo(INNER6), INNER6, KEY6, -1],
  ['Teredo, origin', 'teredo', teredo(INNER6, { origin: true }), INNER6, KEY6, -1],
  ['Teredo, both', 'teredo', teredo(INNER6, { origin: true, authentication: true }), INNER6, KEY6, -1],
  ['AYIYA', 'ayiya', ayiya(INNER6), INNER6, KEY6, -1],
  ['L2TP', 'l2tp', l2tp(pppPayload(INNER4)), pppPayload(INNER4), KEY4, -1],
  [
    'L2TP, length, sequence numbers and offset',
    'l2tp',
    l2tp(pppHdlc(pppPayload(INNER6)), {
      flags: 0x4a00,
      fields: concat(u16(2 + 2 + 4 + 4 + 2 + 3 + pppPayload(INNER6).length + 2), zeros(8), u16(3), zeros(3)),
    }),
    pppHdlc(pppPayload(INNER6)),
    KEY6,
    -1,
  ],
  ['LISP', 'lisp', lisp(INNER4), INNER4, KEY4, -1],
];

describe('what a packet carries', () => {
  test.each(ROWS)('%s', (_name, tunnel, segment, carried, key, network) => {
    const outers = [ipv4({}, segment), ipv4({ options: zeros(4) }, segment), ipv6({}, segment)];
    for (const outer of outers) {
      const [, inner, ...more] = layersOf(outer);
      expect(more).toEqual([]);
      expect([inner!.cause, keyText(inner!)]).toEqual([null, key]);
      expect(inner).toMatchObject({ tunnel, network, level: 1, frames: 1, frameBytes: carried.length });
      expect(inner!.data).toEqual(carried);
    }
  });

  test('the outer packet is decoded as without', () => {
    const [outer] = layersOf(ipv4({}, vxlan(FRAME4)));
    expect(keyText(outer!)).toBe('10.0.0.1[50000] > 10.0.0.2[4789] 17');
    expect(outer).toMatchObject({ tunnel: null, network: -1, level: 0 });
  });

  test('every protocol and port of the tables has a row here', () => {
    const bytes = ROWS.map(([, , { bytes: row, proto }]) => ({
      proto,
      port: proto === 17 ? row[2]! * 256 + row[3]! : 0,
    }));
    expect([...TUNNEL_PROTOCOLS.keys()].filter((proto) => !bytes.some((row) => row.proto === proto))).toEqual(
      [],
    );
    expect([...TUNNEL_PORTS.keys()].filter((port) => !bytes.some((row) => row.port === port))).toEqual([]);
  });

  test('answers from the port', () => {
    const swapped = udp({ sport: 6081, dport: 50000 }, geneve(typed(INNER4)).bytes.subarray(8));
    expect(keyText(layersOf(ipv4({}, swapped))[1]!)).toBe(KEY4);
  });

  test('a VLAN inside is the inner packet’s', () => {
    const [outer, inner] = layersOf(ipv4({}, vxlan(frame(vlan(44, typed(INNER4))))));
    expect([outer!.vlan, inner!.vlan]).toEqual([-1, 44]);
  });

  test('padding of the outer frame is no part of the inner packet', () => {
    const inner = makeDecodedPacket();
    const outer = makeDecodedPacket();
    const decoder = newDecoder();
    const data = ethernet(ipv4({}, ipIn(INNER4)), { padding: 18 });
    decoder.decode(packetRecord(1, data), ZERO_TIME, outer);
    expect(decoder.inner(outer, inner)).toBe(true);
    expect([inner.frameBytes, inner.data.length]).toEqual([INNER4.length, INNER4.length]);
  });

  test.each([
    ['ARP in VXLAN', vxlan(frame({ type: 0x0806, bytes: zeros(28) })), 'non_ip'],
    ['LCP in PPTP', pptp(pppPayload(zeros(8), 0xc021)), 'non_ip'],
    ['a malformed packet in GRE', gre(0x0800, ipv4({ ttl: 0 }, tcp())), 'malformed'],
    [
      'a packet to itself in GRE',
      gre(0x0800, ipv4({ src: '10.0.0.1', dst: '10.0.0.1' }, tcp({ sport: 1, dport: 1 }))),
      'malformed',
    ],
  ])('%s has a cause', (_name, segment, cause) => {
    expect(layersOf(ipv4({}, segment))[1]!.cause).toBe(cause);
  });
});

/** A UDP segment with other bytes at `at`, its checksum still to be filled in. */
const altered = (segment: Segment, at: number, value: Uint8Array): Segment => ({
  ...segment,
  bytes: patched(segment.bytes, at, value),
});

describe('no tunnel', () => {
  const badChecksum = patched(INNER4, 10, u16(0x1234));
  test.each<[string, Segment]>([
    ['UDP on another port', udp({ dport: 4788 }, vxlan(FRAME4).bytes.subarray(8))],
    ['TCP on the port of VXLAN', tcp({ dport: 4789 }, vxlan(FRAME4).bytes.subarray(8))],
    ['VXLAN without the flag', udp({ dport: 4789 }, concat(zeros(8), FRAME4))],
    ['VXLAN, reserved byte in use', udp({ dport: 4789 }, concat(u8(8, 0, 0, 0, 0, 0, 1, 9), FRAME4))],
    ['VXLAN and nothing behind it', vxlan(zeros(0))],
    ['VXLAN-GPE, operations', udp({ dport: 4790 }, concat(u8(0x0d, 0, 0, 1, 0, 0, 1, 0), INNER4))],
    ['VXLAN-GPE, unknown next protocol', vxlanGpe(99, INNER4)],
    ['Geneve of another version', udp({ dport: 6081 }, concat(u8(0x40, 0), u16(0x0800), u32(0), INNER4))],
    [
      'Geneve, options beyond the packet',
      udp({ dport: 6081 }, concat(u8(63, 0), u16(0x0800), u32(0), INNER4)),
    ],
    ['GTP-U echo', gtpU(zeros(4), { type: 1, flags: 0x32 })],
    ['GTP version 2', gtpU(INNER4, { flags: 0x48 })],
    ['GTP’ on the port of GTP-U', gtpU(INNER4, { flags: 0x20 })],
    ['GTP-U without IP', gtpU(zeros(40))],
    ['GTP-U, a length beyond the packet', altered(gtpU(INNER4), 8 + 2, u16(INNER4.length + 1))],
    ['GTP-U, an extension of no length', gtpU(INNER4, { optional: u8(0, 0, 0, 1, 0, 0, 0, 0) })],
    ['Teredo with IPv4', teredo(INNER4)],
    ['DNS on the port of Teredo', udp({ dport: 3544 }, concat(u8(0x12, 0x34, 1, 0), zeros(40)))],
    ['L2TP control', l2tp(zeros(40), { flags: 0xc800 })],
    ['L2TP version 3', udp({ dport: 1701 }, concat(u16(3), zeros(6), FRAME4))],
    [
      'L2TP, a length beyond the packet',
      l2tp(zeros(30), { flags: 0x4000, fields: concat(u16(9999), zeros(4)) }),
    ],
    ['LISP control', lisp(zeros(40))],
    ['AYIYA, echo', udp({ dport: 5072 }, patched(ayiya(INNER6).bytes.subarray(8), 2, u8(0x12)))],
    ['GRE with a route', plain(47, concat(u16(0x4000, 0x0800), zeros(4), INNER4))],
    ['GRE keepalive', gre(0, zeros(0))],
    ['GRE of another version', plain(47, concat(u16(2, 0x0800), INNER4))],
    ['GRE header alone', gre(0x0800, zeros(0))],
    ['PPTP acknowledgement', pptp(null)],
    ['IPv6 that says IPv4', plain(4, INNER6)],
    ['EtherIP of another version', plain(97, concat(u8(0x40, 0), FRAME4))],
    ['AH in transport mode', authentication(6, tcp().bytes)],
    [
      'ESP',
      plain(
        50,
        concat(
          u32(1, 1),
          Uint8Array.from({ length: 120 }, (_, i) => (i * 37) & 0xff),
        ),
      ),
    ],
    ['ESP without encryption, trailer of TCP', espNull(INNER4, 12, 6)],
    ['ESP without encryption, wrong checksum', espNull(badChecksum)],
    ['ESP without encryption, odd check value', espNull(INNER4, 13)],
    ['a protocol that is none', plain(253, INNER4)],
  ])('%s', (_name, segment) => {
    const [outer, ...inner] = layersOf(ipv4({}, segment), undefined, newDecoder(false));
    expect([outer!.cause, inner]).toEqual([null, []]);
  });

  test('a packet without key carries nothing', () => {
    expect(layersOf(ipv4({ ttl: 0 }, ipIn(INNER4)))).toHaveLength(1);
  });
});

describe('fragments', () => {
  const pieces = (packet: Uint8Array, size: number, wrap: (piece: Uint8Array) => Uint8Array) => {
    const data = packet.subarray(20);
    return ranges(data.length, size).map(({ from, to }) =>
      wrap(
        ipv4(
          { src: '192.0.2.1', dst: '192.0.2.2', fragmentOffset: from, moreFragments: to < data.length },
          plain(packet[9]!, data.subarray(from, to)),
        ),
      ),
    );
  };

  test('of the outer packet: what it carries appears with the last', () => {
    const decoder = newDecoder();
    const frames = pieces(ipv4({ src: '192.0.2.1', dst: '192.0.2.2' }, ipIn(INNER6)), 32, (piece) => piece);
    const results = frames.map((data) => layersOf(data, undefined, decoder));
    expect(results.map((layers) => layers.length)).toEqual([...frames.slice(1).map(() => 1), 2]);
    expect(keyText(results.at(-1)![1]!)).toBe(KEY6);
    expect(results.at(-1)![1]).toMatchObject({ frames: 1, frameBytes: INNER6.length });
  });

  test('of the inner packet: held, then whole, and no frame of the capture', () => {
    const lost: unknown[] = [];
    const decoder = new Decoder({ verifyChecksums: true }, { lost: (one) => lost.push(one), counter() {} });
    const frames = pieces(INNER4, 16, (piece) => ipv4({}, ipIn(piece)));
    const inner = frames.map((data) => layersOf(data, undefined, decoder)[1]!);
    expect(inner.map(({ cause }) => cause)).toEqual(['held', null]);
    expect(keyText(inner[1]!)).toBe(KEY4);
    expect(inner[1]).toMatchObject({
      frames: 2,
      frameBytes: INNER4.length + 20,
      level: 1,
      tunnel: 'ip-in-ip',
    });
    layersOf(frames[0]!, undefined, decoder);
    decoder.finish();
    expect(lost).toEqual([]);
  });
});
