import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkTypeSupport } from '../../src/decode/decode.ts';
import { ETHERTYPES } from '../../src/decode/link/ethertypes.ts';
import { LINK_TYPES, WITHOUT_IP } from '../../src/decode/link/link-types.ts';
import { concat, u8, u16, zeros } from '../dsl/bytes.ts';
import { frame, macsec, mpls, pbb, radiotap, typed, vlan, vnTag } from '../dsl/encapsulation.ts';
import { decodeFrame, keyText } from './decode-frame.ts';
import { ALL_ROWS, CAUSE_ROWS, ETHERTYPE_ROWS, IP4, IP6, LINK_TYPE_ROWS } from './encapsulation-rows.ts';
import { expectSound } from './sound.ts';

const KEY4 = '10.0.0.1[40000] > 10.0.0.2[80] 6';
const KEY6 = '2001:db8::1[40000] > 2001:db8::2[80] 6';

/** Where `packet` stands in `data`. */
function offsetOf(data: Uint8Array, packet: Uint8Array): number {
  for (let at = 0; at + packet.length <= data.length; at += 1) {
    if (packet.every((byte, i) => data[at + i] === byte)) return at;
  }
  return -1;
}

function expectRow(linkType: number, bytes: Uint8Array, vlanId: number): void {
  const ip4At = offsetOf(bytes, IP4);
  const packet = decodeFrame(bytes, { linkType });
  expect([packet.cause, packet.counter]).toEqual([null, null]);
  expect(keyText(packet)).toBe(ip4At >= 0 ? KEY4 : KEY6);
  expect(packet.ipOffset).toBe(ip4At >= 0 ? ip4At : offsetOf(bytes, IP6));
  expect([packet.payloadLength, packet.payloadCaptured]).toEqual([20, 20]);
  expect([packet.vlan, packet.frameBytes, packet.frames]).toEqual([vlanId, bytes.length, 1]);
}

describe('a link type that is decoded', () => {
  test.each(LINK_TYPE_ROWS)('%s (%i)', (_name, linkType, bytes, vlanId) => {
    expectRow(linkType, bytes, vlanId);
  });

  test('every one has a row here', () => {
    const here = new Set(LINK_TYPE_ROWS.map(([, linkType]) => linkType));
    expect(LINK_TYPES.map(([linkType]) => linkType).filter((linkType) => !here.has(linkType))).toEqual([]);
  });
});

describe('a header in front of IP', () => {
  test.each(ETHERTYPE_ROWS)('%s', (_name, linkType, bytes, vlanId) => {
    expectRow(linkType, bytes, vlanId);
  });

  test('every ethertype of the table has a row here', () => {
    const bytes = [...ALL_ROWS, ...CAUSE_ROWS].map(([, , row]) => row);
    const missing = ETHERTYPES.map(([ethertype]) => ethertype).filter(
      (ethertype) => !bytes.some((row) => offsetOf(row, u16(ethertype)) >= 0),
    );
    expect(missing).toEqual([]);
  });
});

describe('what is not decoded says why', () => {
  test.each(CAUSE_ROWS)('%s', (_name, linkType, bytes, cause) => {
    const packet = decodeFrame(bytes, { linkType });
    expect([packet.cause, packet.counter]).toEqual([cause, null]);
  });

  test.each<[string, number, Uint8Array]>([
    ['an MPLS stack without end', 1, frame({ type: 0x8847, bytes: zeros(60_000) })],
    ['MPLS and nothing below it', 1, frame(mpls([16], zeros(0)))],
    ['NSH shorter than its base', 1, frame({ type: 0x894f, bytes: u8(0, 1, 1, 1, 0, 0, 0, 0) })],
    ['radiotap shorter than its header', 127, u8(0, 0, 4, 0, 0, 0, 0, 0)],
    ['PPI shorter than its header', 192, u8(0, 0, 4, 0, 105, 0, 0, 0)],
    ['Prism without length', 119, zeros(200)],
    ['PKTAP of four gigabytes', 258, concat(u8(0xff, 0xff, 0xff, 0xff), zeros(100))],
    ['PFLOG of no length', 117, zeros(100)],
    ['Juniper without magic', 178, zeros(100)],
    ['NFLOG item of no length', 239, concat(u8(2, 0, 0, 0, 1, 0, 0, 0), zeros(40))],
    ['a route of no length', 6, concat(u8(0x10, 0x40), zeros(6), u8(0x80), zeros(40))],
  ])('%s is malformed', (_name, linkType, bytes) => {
    const packet = decodeFrame(bytes, { linkType });
    expect([packet.cause, packet.counter]).toEqual(['malformed', 'flow_rcv_err']);
  });

  test('each link type is in one table', () => {
    expect(LINK_TYPES.filter(([linkType]) => WITHOUT_IP.has(linkType))).toEqual([]);
    expect([1, 195, 147].map(linkTypeSupport)).toEqual(['decoded', 'without-ip', 'unknown']);
  });
});

test('nesting has no end to run into', () => {
  let inner = typed(IP4);
  const layers = [
    pbb,
    vnTag,
    macsec,
    (t: typeof inner) => vlan(3, t),
    (t: typeof inner) => mpls([16], frame(t)),
  ];
  for (let i = 0; i < 2000; i += 1) inner = layers[i % layers.length]!(inner);
  expect(keyText(decodeFrame(frame(inner)))).toBe(KEY4);
});

test('a radiotap header of several bit maps', () => {
  const plain = radiotap(zeros(0), 0x20);
  const bytes = concat(u8(0, 0, 14, 0, 2, 0, 0, 0x80, 0, 0, 0, 0), plain.subarray(8), zeros(0));
  const row = LINK_TYPE_ROWS.find(([name]) => name.includes('padded header'))!;
  const dot11 = row[2].subarray(row[2][2]!);
  expect(keyText(decodeFrame(concat(bytes, dot11), { linkType: 127 }))).toBe(KEY4);
});

describe('cut and spoilt frames', () => {
  test.each(ALL_ROWS)('%s, cut at every byte', (_name, linkType, bytes) => {
    const whole = decodeFrame(bytes, { linkType });
    const needed = whole.ipOffset + (whole.version === 4 ? 20 : 40) + 14;
    for (let length = 0; length <= bytes.length; length += 1) {
      const captured = bytes.subarray(0, length);
      const snapped = decodeFrame(captured, { linkType, originalLength: bytes.length });
      expectSound(snapped, captured);
      if (length >= needed) expect(keyText(snapped), `${length} bytes`).toBe(keyText(whole));
      else expect(snapped.cause, `${length} bytes`).not.toBeNull();
      expectSound(decodeFrame(captured, { linkType }), captured);
    }
  });

  test('one wrong byte gives a key or a cause', () => {
    const row = fc.constantFrom(...ALL_ROWS);
    fc.assert(
      fc.property(row, fc.nat(), fc.nat(255), fc.nat(200), ([, linkType, good], at, value, cut) => {
        const data = good.slice();
        data[at % data.length] = value;
        expectSound(decodeFrame(data, { linkType, verifyChecksums: true }), data);
        const captured = data.subarray(0, Math.max(0, data.length - cut));
        expectSound(decodeFrame(captured, { linkType, originalLength: data.length }), captured);
      }),
      { numRuns: 2000 },
    );
  });

  test('random bytes of any link type give a key or a cause', () => {
    const linkType = fc.constantFrom(...LINK_TYPES.map(([number]) => number), ...WITHOUT_IP.keys(), 147);
    fc.assert(
      fc.property(
        linkType,
        fc.uint8Array({ maxLength: 120 }),
        fc.nat(300),
        (number, data, originalLength) => {
          expectSound(decodeFrame(data, { linkType: number, originalLength }), data);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('random bytes behind any ethertype give a key or a cause', () => {
    const ethertype = fc.constantFrom(...ETHERTYPES.map(([number]) => number), 0x0800, 0x86dd);
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(ethertype, bytes), { maxLength: 6 }), (parts) => {
        const data = concat(zeros(12), ...parts.map(([type, tail]) => concat(u16(type), tail)));
        expectSound(decodeFrame(data), data);
      }),
      { numRuns: 2000 },
    );
  });
});
