import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_TUNNEL_LEVELS } from '../../src/decode/decode.ts';
import type { TunnelName } from '../../src/decode/packet.ts';
import { TUNNEL_PORTS, TUNNEL_PROTOCOLS } from '../../src/decode/tunnel/tunnels.ts';
import {
  authentication,
  erspan,
  espNull,
  etherIp,
  ethertypeOf,
  geneve,
  gre,
  gtpU,
  ipIn,
  l2tp,
  mplsInUdp,
  pppPayload,
  typed,
  vxlan,
} from '../dsl/encapsulation.ts';
import { ethernet, ipv4, ipv6, plain, type Segment, udp } from '../dsl/frame.ts';
import { keyText } from './decode-frame.ts';
import { expectSound } from './sound.ts';
import { INNER4, KEY4, layersOf, newDecoder } from './tunnel-layers.ts';

describe('any nesting', () => {
  type Wrap = readonly [TunnelName, (packet: Uint8Array) => Segment];
  const WRAPS: readonly Wrap[] = [
    ['gre', (packet) => gre(ethertypeOf(packet), packet)],
    ['gre', (packet) => gre(0x6558, ethernet(packet), { key: 256 })],
    ['erspan', (packet) => erspan(3, ethernet(packet, { vlans: [2, 3] }))],
    ['ip-in-ip', ipIn],
    ['vxlan', (packet) => vxlan(ethernet(packet))],
    ['geneve', (packet) => geneve(typed(packet))],
    ['gtp-u', (packet) => gtpU(packet)],
    ['l2tp', (packet) => l2tp(pppPayload(packet))],
    ['mpls', (packet) => mplsInUdp([16, 17], packet)],
    ['esp-null', (packet) => espNull(packet)],
    ['ah', (packet) => authentication(ethertypeOf(packet) === 0x0800 ? 4 : 41, packet)],
    ['etherip', (packet) => etherIp(ethernet(packet))],
  ];
  const nesting = fc.array(fc.tuple(fc.constantFrom(...WRAPS), fc.constantFrom(4, 6)), { maxLength: 11 });

  const build = (list: readonly [Wrap, number][]): Uint8Array =>
    list.reduce<Uint8Array>(
      (packet, [[, wrap], version]) => (version === 4 ? ipv4({}, wrap(packet)) : ipv6({}, wrap(packet))),
      INNER4,
    );

  test('is opened from the outside in, to the limit', () => {
    fc.assert(
      fc.property(nesting, (list) => {
        const layers = layersOf(build(list));
        const tunnels = list.map(([[name]]) => name).reverse();
        expect(layers.slice(1).map(({ tunnel }) => tunnel)).toEqual(tunnels.slice(0, MAX_TUNNEL_LEVELS));
        expect(layers.map(({ level }) => level)).toEqual(layers.map((_, i) => i));
        expect(layers.every(({ cause }) => cause === null)).toBe(true);
        if (list.length <= MAX_TUNNEL_LEVELS) expect(keyText(layers.at(-1)!)).toBe(KEY4);
      }),
      { numRuns: 300 },
    );
  });

  test('with any byte wrong and cut anywhere gives keys or causes', () => {
    fc.assert(
      fc.property(nesting, fc.nat(), fc.nat(255), fc.nat(1000), (list, at, value, cut) => {
        const whole = build(list);
        whole[at % whole.length] = value;
        const data = whole.subarray(0, Math.max(1, whole.length - cut));
        const layers = layersOf(data, whole.length, newDecoder(false));
        for (const layer of layers) expectSound(layer, layer.data);
      }),
      { numRuns: 1000 },
    );
  });

  test('random bytes behind any tunnel’s number give keys or causes', () => {
    const numbers = fc.constantFrom(47, ...TUNNEL_PROTOCOLS.keys());
    const bytes = fc.uint8Array({ maxLength: 120 });
    fc.assert(
      fc.property(numbers, fc.constantFrom(...TUNNEL_PORTS.keys()), bytes, (proto, port, body) => {
        for (const segment of [plain(proto, body), udp({ dport: port }, body)]) {
          const layers = layersOf(ipv4({}, segment), undefined, newDecoder(false));
          for (const layer of layers) expectSound(layer, layer.data);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
