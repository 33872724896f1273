import { describe, expect, test } from 'vitest';
import { concat, u8, u32, zeros } from '../dsl/bytes.ts';
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
import { decodeFrame, keyText } from './decode-frame.ts';

const QUOTED = { src: '192.0.2.1', dst: '192.0.2.2' };
const QUOTED6 = { src: '2001:db8:1::1', dst: '2001:db8:2::2' };

const error4 = (quote: Uint8Array, type = 3) =>
  decodeFrame(ethernet(ipv4({ src: '10.9.9.9' }, icmp(4, { type, code: 1 }, quote))));
const error6 = (quote: Uint8Array, type = 1) =>
  decodeFrame(ethernet(ipv6({ src: '2001:db8:9::9' }, icmp(6, { type, code: 1 }, quote))));

describe('IPv4 errors', () => {
  test.each([
    ['destination unreachable', 3, true],
    ['redirect', 5, true],
    ['time exceeded', 11, true],
    ['parameter problem', 12, true],
    ['source quench is not matched', 4, false],
    ['an echo request quotes nothing', 8, false],
    ['a timestamp request quotes nothing', 13, false],
  ])('%s', (_name, type, quotes) => {
    const packet = error4(ipv4(QUOTED, udp({ sport: 500, dport: 33434 })), type);
    expect(packet.cause).toBeNull();
    expect(keyText(packet.embedded)).toBe(quotes ? '192.0.2.1[500] > 192.0.2.2[33434] 17' : null);
    if (type !== 8) expect([packet.sport, packet.dport]).toEqual([0, 0]);
  });

  const key = (sport: number, dport: number, proto: number) =>
    `192.0.2.1[${sport}] > 192.0.2.2[${dport}] ${proto}`;
  const whole = ipv4(QUOTED, tcp({ sport: 1, dport: 2 }, zeros(100)));
  test.each([
    ['a whole TCP packet', whole, key(1, 2, 6)],
    ['header and 8 bytes', whole.subarray(0, 28), key(1, 2, 6)],
    ['header and 7 bytes', whole.subarray(0, 27), null],
    ['a header alone', whole.subarray(0, 20), null],
    ['part of a header', whole.subarray(0, 19), null],
    ['nothing', zeros(0), null],
    [
      'IP options',
      ipv4({ ...QUOTED, options: zeros(12) }, tcp({ sport: 1, dport: 2 })).subarray(0, 40),
      key(1, 2, 6),
    ],
    ['IP options and 7 bytes', ipv4({ ...QUOTED, options: zeros(12) }, tcp()).subarray(0, 39), null],
    ['IHL below 5', ipv4({ ...QUOTED, ihl: 4 }, tcp()), null],
    ['version 0', zeros(60), null],
    ['SCTP', ipv4(QUOTED, sctp({ sport: 3, dport: 4 })), key(3, 4, 132)],
    ['an echo request', ipv4(QUOTED, echo(4, 'request', 77, 5)), key(77, 5, 1)],
    ['an echo reply', ipv4(QUOTED, echo(4, 'reply', 77, 5)), key(5, 77, 1)],
    ['a timestamp request', ipv4(QUOTED, icmp(4, { type: 13 })), key(0, 0, 1)],
    ['an ICMP error', ipv4(QUOTED, icmp(4, { type: 3 }, whole)), null],
    ['ESP', ipv4(QUOTED, plain(50, zeros(8))), key(20033, 20033, 50)],
    [
      'a first fragment',
      ipv4({ ...QUOTED, moreFragments: true }, udp({ sport: 9, dport: 10 })),
      key(9, 10, 17),
    ],
    ['a later fragment', ipv4({ ...QUOTED, fragmentOffset: 1480 }, udp()), null],
    ['a TTL that has run out', ipv4({ ...QUOTED, ttl: 0 }, udp({ sport: 9, dport: 10 })), key(9, 10, 17)],
  ])('quoting %s', (_name, quote, expected) => {
    expect(keyText(error4(quote).embedded)).toBe(expected);
  });

  test('a quote cut by the snapshot length', () => {
    const frame = ethernet(ipv4({}, icmp(4, { type: 3 }, whole)));
    expect(decodeFrame(frame.subarray(0, 69), { originalLength: frame.length }).embedded).toBeNull();
    expect(keyText(decodeFrame(frame.subarray(0, 70), { originalLength: frame.length }).embedded)).toBe(
      key(1, 2, 6),
    );
  });

  test('padding of the frame is no quote', () => {
    const frame = ethernet(ipv4({}, icmp(4, { type: 3 }, whole.subarray(0, 24))), { padding: 10 });
    expect(decodeFrame(frame).embedded).toBeNull();
  });
});

describe('IPv6 errors', () => {
  const quote = ipv6(QUOTED6, udp({ sport: 500, dport: 33434 }));
  const key = '2001:db8:1::1[500] > 2001:db8:2::2[33434] 17';

  test.each([
    ['destination unreachable', 1, key],
    ['packet too big', 2, key],
    ['time exceeded', 3, key],
    ['parameter problem', 4, key],
    ['neighbour solicitation', 135, null],
  ])('%s', (_name, type, expected) => {
    expect(keyText(error6(quote, type).embedded)).toBe(expected);
  });

  const segment = udp({ sport: 500, dport: 33434 });
  test.each([
    ['extension headers', ipv6({ ...QUOTED6, extensions: [extension(0), extension(60)] }, segment), key],
    ['a first fragment', ipv6({ ...QUOTED6, extensions: [fragmentHeader(0, true)] }, segment), key],
    ['a later fragment', ipv6({ ...QUOTED6, extensions: [fragmentHeader(8, true)] }, segment), null],
    [
      'extension headers cut short',
      ipv6({ ...QUOTED6, extensions: [extension(0)] }, segment).subarray(0, 44),
      null,
    ],
    ['7 bytes of layer 4', quote.subarray(0, 47), null],
    ['an echo request', ipv6(QUOTED6, echo(6, 'request', 500, 33434)), key.replace(/17$/, '58')],
    ['an ICMPv6 error', ipv6(QUOTED6, icmp(6, { type: 1 }, quote)), null],
    ['an IPv4 packet', ipv4(QUOTED, udp({ sport: 1, dport: 2 })), '192.0.2.1[1] > 192.0.2.2[2] 17'],
  ])('quoting %s', (_name, body, expected) => {
    expect(keyText(error6(body).embedded)).toBe(expected);
  });

  const targets = zeros(32);
  const redirected = (packet: Uint8Array) =>
    concat(u8(4, Math.ceil((packet.length + 8) / 8)), zeros(6), packet, zeros((8 - (packet.length % 8)) % 8));
  const linkAddress = concat(u8(2, 1), zeros(6));
  test.each([
    ['the option alone', concat(targets, redirected(quote)), key],
    ['behind a link-layer address', concat(targets, linkAddress, redirected(quote)), key],
    ['no option', targets, null],
    ['another option', concat(targets, linkAddress), null],
    ['an option of length 0', concat(targets, u8(2, 0), zeros(6), redirected(quote)), null],
    ['addresses cut short', zeros(10), null],
  ])('redirect: %s', (_name, body, expected) => {
    expect(keyText(error6(body, 137).embedded)).toBe(expected);
  });

  test('what the four bytes behind the checksum say is not the quote', () => {
    const packet = decodeFrame(ethernet(ipv6({}, icmp(6, { type: 2, rest: u32(1280) }, quote))));
    expect(keyText(packet.embedded)).toBe(key);
  });
});
