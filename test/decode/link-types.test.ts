import { describe, expect, test } from 'vitest';
import { concat, u8, u16, u32, zeros } from '../dsl/bytes.ts';
import { bsdLoopback, ethernet, ipv4, ipv6, sll, sll2, snap, tcp } from '../dsl/frame.ts';
import { decodeFrame, keyText } from './decode-frame.ts';

const IP4 = ipv4({}, tcp());
const IP6 = ipv6({}, tcp());
const KEY4 = '10.0.0.1[40000] > 10.0.0.2[80] 6';
const KEY6 = '2001:db8::1[40000] > 2001:db8::2[80] 6';

describe('a link type that is decoded', () => {
  test.each([
    ['Ethernet, IPv4', 1, ethernet(IP4), KEY4, 14],
    ['Ethernet, IPv6', 1, ethernet(IP6), KEY6, 14],
    ['802.3 with LLC and SNAP', 1, snap(IP4), KEY4, 22],
    ['802.3 with LLC and SNAP, IPv6', 1, snap(IP6), KEY6, 22],
    ['802.3 with SNAP of a bridge tunnel (802.1H)', 1, snap(IP4, 0xf8), KEY4, 22],
    [
      '802.3 with IP right behind LLC',
      1,
      ethernet(concat(u8(6, 6, 3), IP4), { type: IP4.length + 3 }),
      KEY4,
      17,
    ],
    ['VLAN, then 802.3 with SNAP', 1, ethernet(snap(IP4).subarray(14), { type: 60, vlans: [7] }), KEY4, 26],
    ['raw IP, IPv4', 101, IP4, KEY4, 0],
    ['raw IP, IPv6', 101, IP6, KEY6, 0],
    ['raw IP as DLT 12', 12, IP4, KEY4, 0],
    ['raw IP as DLT 14', 14, IP6, KEY6, 0],
    ['IPV4', 228, IP4, KEY4, 0],
    ['IPV6', 229, IP6, KEY6, 0],
    ['LINUX_SLL', 113, sll(IP4), KEY4, 16],
    ['LINUX_SLL, IPv6', 113, sll(IP6), KEY6, 16],
    ['LINUX_SLL with LLC and SNAP', 113, sll(snap(IP4).subarray(14), 4), KEY4, 24],
    ['LINUX_SLL with a VLAN tag', 113, sll(concat(u16(9, 0x0800), IP4), 0x8100), KEY4, 20],
    ['LINUX_SLL2', 276, sll2(IP4), KEY4, 20],
    ['LINUX_SLL2, IPv6', 276, sll2(IP6), KEY6, 20],
    ['NULL, little-endian AF_INET', 0, bsdLoopback(IP4, 2, 'little'), KEY4, 4],
    ['NULL, big-endian AF_INET', 0, bsdLoopback(IP4, 2, 'big'), KEY4, 4],
    ['NULL, AF_INET6 24', 0, bsdLoopback(IP6, 24, 'little'), KEY6, 4],
    ['NULL, AF_INET6 28', 0, bsdLoopback(IP6, 28, 'big'), KEY6, 4],
    ['NULL, AF_INET6 30', 0, bsdLoopback(IP6, 30, 'little'), KEY6, 4],
    ['NULL, AF_INET6 10', 0, bsdLoopback(IP6, 10, 'little'), KEY6, 4],
    ['NULL, ethertype in place of the family', 0, bsdLoopback(IP4, 0x0f000800, 'big'), KEY4, 4],
    ['LOOP', 108, bsdLoopback(IP4, 2, 'big'), KEY4, 4],
    ['LOOP, IPv6', 108, bsdLoopback(IP6, 24, 'big'), KEY6, 4],
  ])('%s', (_name, linkType, frame, key, ipOffset) => {
    const packet = decodeFrame(frame, { linkType });
    expect(packet.cause).toBeNull();
    expect(keyText(packet)).toBe(key);
    expect(packet.ipOffset).toBe(ipOffset);
    expect(packet.frameBytes).toBe(frame.length);
  });
});

describe('VLAN tags', () => {
  test.each([
    ['untagged', [], -1],
    ['802.1Q', [100], 100],
    ['QinQ: the innermost counts', [{ tpid: 0x88a8, id: 200 }, 100], 100],
    ['the older QinQ ethertype', [{ tpid: 0x9100, id: 200 }, 100], 100],
    ['a service tag alone', [{ tpid: 0x88a8, id: 200 }], 200],
    ['two 802.1Q tags', [1, 2], 2],
    ['three tags', [3, 2, 1], 1],
    ['priority bits are no part of the id', [0xe00a], 10],
    ['a priority tag is no VLAN', [0xe000], -1],
    ['a priority tag inside a VLAN', [5, 0], 5],
  ])('%s', (_name, vlans, vlan) => {
    const packet = decodeFrame(ethernet(IP4, { vlans }));
    expect(keyText(packet)).toBe(KEY4);
    expect(packet.vlan).toBe(vlan);
  });

  test('a frame of nothing but tags ends as truncated', () => {
    const packet = decodeFrame(ethernet(zeros(0), { type: 0x8100, vlans: new Array(60_000).fill(1) }));
    expect(packet.counter).toBe('flow_rcv_err');
  });

  test('a frame of nothing but SNAP headers ends', () => {
    const llc = concat(u8(0xaa, 0xaa, 3, 0, 0, 0), u16(8));
    const packet = decodeFrame(ethernet(concat(...new Array(20_000).fill(llc)), { type: 8 }));
    expect(packet.cause).toBe('non_ip');
  });
});

describe('what is not decoded says why', () => {
  test.each([
    ['ARP', 1, ethernet(zeros(28), { type: 0x0806 }), 'non_ip'],
    ['LLDP', 1, ethernet(zeros(28), { type: 0x88cc }), 'non_ip'],
    ['ARP in a VLAN', 1, ethernet(zeros(28), { type: 0x0806, vlans: [1] }), 'non_ip'],
    ['PPPoE discovery', 1, ethernet(zeros(28), { type: 0x8863 }), 'non_ip'],
    ['spanning tree', 1, ethernet(concat(u8(0x42, 0x42, 3), zeros(35)), { type: 38 }), 'non_ip'],
    [
      'Cisco discovery behind SNAP',
      1,
      ethernet(u8(0xaa, 0xaa, 3, 0, 0, 12, 0x20, 0, 1), { type: 9 }),
      'non_ip',
    ],
    ['IPX in raw 802.3', 1, ethernet(concat(u16(0xffff), zeros(40)), { type: 42 }), 'non_ip'],
    ['802.3 without an LLC header', 1, ethernet(u8(0xaa), { type: 1 }), 'non_ip'],
    ['LINUX_SLL, ARP', 113, sll(zeros(28), 0x0806), 'non_ip'],
    ['LINUX_SLL, Linux protocol 1', 113, sll(zeros(28), 1), 'non_ip'],
    ['LINUX_SLL, netlink', 113, sll(zeros(28), 0x0800, 824), 'non_ip'],
    ['LINUX_SLL2, ARP', 276, sll2(zeros(28), 0x0806), 'non_ip'],
    ['NULL, AF_UNSPEC', 0, bsdLoopback(zeros(28), 0, 'little'), 'non_ip'],
    ['LOOP, AppleTalk', 108, bsdLoopback(zeros(28), 16, 'big'), 'non_ip'],
    ['link type without a number', 65535, u32(1), 'unknown_link_type'],
  ])('%s', (_name, linkType, frame, cause) => {
    const packet = decodeFrame(frame, { linkType });
    expect(packet.cause).toBe(cause);
    expect(packet.counter).toBeNull();
  });
});
