import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressText, parseAddress } from '../../src/decode/address.ts';
import { protocolName } from '../../src/decode/protocol-names.ts';

describe('addresses', () => {
  test.each([
    [[0, 0, 0xffff, 0x0a000001], 4, '10.0.0.1'],
    [[0, 0, 0xffff, 0xffffffff], 4, '255.255.255.255'],
    [[0, 0, 0xffff, 0x0a000001], 6, '::ffff:a00:1'],
    [[0x20010db8, 0, 0, 1], 6, '2001:db8::1'],
    [[0, 0, 0, 0], 6, '::'],
    [[0, 0, 0, 1], 6, '::1'],
    [[0xfe800000, 0, 0x02000000, 1], 6, 'fe80::200:0:0:1'],
    [[0x20010db8, 0x00010000, 0x00010000, 0x00010001], 6, '2001:db8:1:0:1:0:1:1'],
    [[0x20010db8, 0x00000001, 0x00010001, 0x00010001], 6, '2001:db8:0:1:1:1:1:1'],
    [[0xff020000, 0, 0, 0xfb], 6, 'ff02::fb'],
  ])('%j of version %i is %s', (words, version, expected) => {
    expect(addressText(Uint32Array.from(words), version)).toBe(expected);
  });

  test('text and words are the same thing (RFC 5952 one way, any form the other)', () => {
    const word = fc.oneof(fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffffffff }));
    fc.assert(
      fc.property(fc.array(word, { minLength: 4, maxLength: 4 }), (words) => {
        expect(parseAddress(addressText(Uint32Array.from(words), 6))).toEqual({
          words: Uint32Array.from(words),
          version: 6,
        });
        const mapped = Uint32Array.from([0, 0, 0xffff, words[3]!]);
        expect(parseAddress(addressText(mapped, 4))).toEqual({ words: mapped, version: 4 });
      }),
    );
  });

  test.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '1.2.3.4.5',
    'fe80::1%eth0',
    '2001:db8',
    ':::',
    'host',
    '10.0.0.0/8',
  ])('%j is no address', (value) => {
    expect(parseAddress(value)).toBeNull();
  });
});

test.each([
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipip'],
  [6, 'tcp'],
  [17, 'udp'],
  [41, 'ipv6'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'ipv6-icmp'],
  [89, 'ospf'],
  [103, 'pim'],
  [112, 'vrrp'],
  [132, 'sctp'],
  [253, '253'],
])('protocol %i is %s', (proto, name) => {
  expect(protocolName(proto)).toBe(name);
});

test('no two protocols share a name', () => {
  const names = Array.from({ length: 256 }, (_, proto) => protocolName(proto));
  expect(new Set(names).size).toBe(256);
});
