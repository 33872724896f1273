/** Media that shows only in two datagrams of a session. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifyDatagram } from '../../../src/firewall/app-id/identify.ts';

interface Rtp {
  readonly sequence: number;
  readonly timestamp: number;
  readonly source?: number;
  readonly type?: number;
  readonly fromClient?: boolean;
}

function rtp({ sequence, timestamp, source = 0xcafe_babe, type = 8 }: Rtp): Uint8Array {
  const packet = new Uint8Array(172).fill(0xd5);
  const view = new DataView(packet.buffer);
  view.setUint8(0, 0x80);
  view.setUint8(1, type);
  view.setUint16(2, sequence);
  view.setUint32(4, timestamp);
  view.setUint32(8, source);
  return packet;
}

const second = (one: Rtp, two: Rtp) =>
  identifyDatagram({
    payload: rtp(two),
    wireLength: 172,
    sport: 32_150,
    dport: 9395,
    fromClient: two.fromClient ?? true,
    previous: { payload: rtp(one), wireLength: 172, fromClient: one.fromClient ?? true },
  });

const FIRST: Rtp = { sequence: 65_535, timestamp: 800 };

describe('RTP on ports that nobody owns', () => {
  test.each<[string, Rtp, string | null]>([
    ['the next packet, its number beginning anew', { sequence: 0, timestamp: 960 }, 'rtp'],
    ['a few lost in between', { sequence: 4, timestamp: 1600 }, 'rtp'],
    ['another source', { sequence: 0, timestamp: 960, source: 7 }, null],
    ['another payload type', { sequence: 0, timestamp: 960, type: 0 }, null],
    ['a type that is not assigned', { sequence: 0, timestamp: 960, type: 50 }, null],
    ['the same packet again', FIRST, null],
    ['far away in time', { sequence: 0, timestamp: 4_000_000 }, null],
    ['the other direction', { sequence: 0, timestamp: 960, fromClient: false }, null],
  ])('%s', (_, next, app) => {
    expect(second(FIRST, next)?.app ?? null).toBe(app);
  });

  test('one packet by itself says nothing', () => {
    const payload = rtp(FIRST);
    expect(
      identifyDatagram({ payload, wireLength: 172, sport: 32_150, dport: 9395, fromClient: true }),
    ).toBeNull();
  });

  test('two datagrams of noise are none', () => {
    const noise = fc.uint8Array({ minLength: 12, maxLength: 200 });
    fc.assert(
      fc.property(noise, noise, (one, two) => {
        const previous = { payload: one, wireLength: one.length, fromClient: true };
        const rest = { sport: 32_150, dport: 9395, fromClient: true, previous };
        expect(identifyDatagram({ payload: two, wireLength: two.length, ...rest })?.app).not.toBe('rtp');
      }),
      { numRuns: 2000 },
    );
  });
});
