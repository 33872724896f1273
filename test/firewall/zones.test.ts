import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileZones,
  findZoneClash,
  parseAddress,
  parseZoneOption,
  type ZoneNetwork,
} from '../../src/firewall/zones.ts';

const zone = (text: string): ZoneNetwork => {
  const equals = text.indexOf('=');
  return { network: text.slice(0, equals), zone: text.slice(equals + 1) };
};

test.each([
  ['10.1.2.3', [0, 0, 0xffff, 0x0a010203]],
  ['255.255.255.255', [0, 0, 0xffff, 0xffffffff]],
  ['::ffff:10.1.2.3', [0, 0, 0xffff, 0x0a010203]],
  ['::', [0, 0, 0, 0]],
  ['2001:db8::1', [0x20010db8, 0, 0, 1]],
  ['fd00::ffff:ffff', [0xfd000000, 0, 0, 0xffffffff]],
])('%s as four words', (text, words) => {
  expect([...parseAddress(text)!]).toEqual(words);
});

test.each([
  '',
  '10.1',
  '10.1.2',
  '010.1.2.3',
  '0x0a.1.2.3',
  '256.1.1.1',
  '1.2.3.4.5',
  'fe80::1%eth0',
  'host',
  ':::',
])('"%s" is no address', (text) => {
  expect(parseAddress(text)).toBeNull();
});

describe('longest prefix wins', () => {
  const find = compileZones(
    [
      '0.0.0.0/0=untrust',
      '::/0=untrust6',
      '10.0.0.0/8=trust',
      '10.1.2.3/16=branch',
      '10.1.2.3=host',
      'fd00::/8=trust6',
      'fd00:1::/33=lab',
    ].map(zone),
  );
  test.each([
    ['10.9.9.9', 'trust'],
    ['10.1.0.1', 'branch'],
    ['10.1.2.3', 'host'],
    ['10.1.2.2', 'branch'],
    ['8.8.8.8', 'untrust'],
    ['::ffff:8.8.8.8', 'untrust'],
    ['2001:db8::1', 'untrust6'],
    ['fd00::1', 'trust6'],
    ['fd00:1::1', 'lab'],
    ['fd00:1:8000::1', 'trust6'],
  ])('%s is in %s', (address, name) => {
    expect(find(parseAddress(address)!)).toBe(name);
  });
});

test('no network covers it: null', () => {
  expect(compileZones([])(parseAddress('10.0.0.1')!)).toBeNull();
  expect(compileZones([zone('10.0.0.0/8=trust')])(parseAddress('11.0.0.1')!)).toBeNull();
});

test('::/0 does not cover IPv4, nor 0.0.0.0/0 IPv6', () => {
  expect(compileZones([zone('::/0=six')])(parseAddress('10.0.0.1')!)).toBeNull();
  expect(compileZones([zone('0.0.0.0/0=four')])(parseAddress('2001:db8::1')!)).toBeNull();
});

test('of two equal networks the later wins, so that the command line overrides the file', () => {
  expect(compileZones([zone('10.0.0.0/8=a'), zone('10.5.5.5/8=b')])(parseAddress('10.0.0.1')!)).toBe('b');
});

test('one network in two zones is found however it is written', () => {
  expect(findZoneClash(['10.0.0.0/8=a', 'fd00::/8=a', '10.1.1.1/8=b'].map(zone))).toEqual({
    network: '10.1.1.1/8',
    zones: ['a', 'b'],
    index: 2,
  });
  expect(findZoneClash(['10.0.0.0/8=a', '10.0.0.0/9=b', '10.0.0.0/8=a'].map(zone))).toBeNull();
});

test('compileZones refuses what parseZoneOption would not have let through', () => {
  expect(() => compileZones([zone('10.0.0.0/33=a')])).toThrow(RangeError);
});

describe('--zone', () => {
  test.each([
    ['10.0.0.0/8=trust', { network: '10.0.0.0/8', zone: 'trust' }],
    ['::/0=L3 Untrust-1', { network: '::/0', zone: 'L3 Untrust-1' }],
    ['192.0.2.1=host_1', { network: '192.0.2.1', zone: 'host_1' }],
  ])('%s', (text, expected) => {
    expect(parseZoneOption(text)).toEqual(expected);
  });

  test.each([
    ['10.0.0.0/8', 'give CIDR=NAME, e.g. 10.0.0.0/8=trust'],
    ['=trust', 'give CIDR=NAME, e.g. 10.0.0.0/8=trust'],
    [
      '10.0.0.0/33=t',
      '"10.0.0.0/33" is no network; give an IPv4 or IPv6 network such as 10.0.0.0/8 or fd00::/8',
    ],
    [
      'fd00::/129=t',
      '"fd00::/129" is no network; give an IPv4 or IPv6 network such as 10.0.0.0/8 or fd00::/8',
    ],
    ['10.0.0.0/=t', '"10.0.0.0/" is no network'],
    ['10.0.0.0/8/9=t', '"10.0.0.0/8/9" is no network'],
    ['lan=t', '"lan" is no network'],
    ['10.0.0.0/8=', '"" is no zone name; a zone name has 1 to 31 letters'],
    ['10.0.0.0/8=any', '"any" is no zone name'],
    ['10.0.0.0/8=a=b', '"a=b" is no zone name'],
    [`10.0.0.0/8=${'z'.repeat(32)}`, 'is no zone name'],
  ])('%s is refused', (text, why) => {
    const parsed = parseZoneOption(text);
    expect('error' in parsed ? parsed.error : '').toContain(`--zone ${text}: `);
    expect('error' in parsed ? parsed.error : '').toContain(why);
  });
});

test('the compiled look-up is the plain one: every network tried, the longest kept', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  const address = fc.oneof(
    word.map((low) => [0, 0, 0xffff, low]),
    fc.tuple(fc.constantFrom(0x20010db8, 0xfd000000), word, word, word),
  );
  const text = (words: readonly number[]) =>
    words[0] === 0
      ? [24, 16, 8, 0].map((shift) => (words[3]! >>> shift) & 0xff).join('.')
      : words.map((value) => `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`).join(':');
  const bits = (words: readonly number[]) =>
    words.map((value) => value.toString(2).padStart(32, '0')).join('');
  const network = fc.record({
    words: address,
    cut: fc.integer({ min: 0, max: 32 }),
    zone: fc.constantFrom('a', 'b', 'c'),
  });

  fc.assert(
    fc.property(
      fc.array(network, { maxLength: 12 }),
      fc.array(address, { maxLength: 12 }),
      (networks, others) => {
        const find = compileZones(
          networks.map(({ words, cut, zone: name }) => ({
            network: `${text(words)}/${32 - cut}`,
            zone: name,
          })),
        );
        for (const words of [...others, ...networks.map((row) => row.words)]) {
          const isFour = words[0] === 0;
          let best: { length: number; zone: string } | null = null;
          for (const row of networks) {
            const isFourNetwork = row.words[0] === 0;
            const length = 32 - row.cut + (isFourNetwork ? 96 : 0);
            if (isFour !== isFourNetwork || !bits(words).startsWith(bits(row.words).slice(0, length)))
              continue;
            if (best === null || length >= best.length) best = { length, zone: row.zone };
          }
          expect(find(Uint32Array.from(words))).toBe(best?.zone ?? null);
        }
      },
    ),
    { numRuns: 200 },
  );
});
