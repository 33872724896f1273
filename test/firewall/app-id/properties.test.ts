import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifyDatagram, identifyStream } from '../../../src/firewall/app-id/identify.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from '../../../src/firewall/app-id/signatures.ts';
import { bytes, DATAGRAMS, STREAMS } from './payloads.ts';

const noise = fc.uint8Array({ minLength: 0, maxLength: 300 });
const port = fc.integer({ min: 0, max: 65_535 });
const anyPort = fc.oneof(
  port,
  fc.constantFrom(...new Set([...STREAM_SIGNATURES, ...DATAGRAM_SIGNATURES].flatMap((row) => row.ports))),
);

describe('random bytes are nothing', () => {
  test('over TCP, unless a port confirms what is merely plausible', () => {
    const rows = new Map(STREAM_SIGNATURES.map((row) => [row.name, row]));
    fc.assert(
      fc.property(noise, noise, anyPort, anyPort, (c2s, s2c, serverPort, clientPort) => {
        const found = identifyStream({ c2s, s2c, serverPort, clientPort });
        if (found === null) return;
        const row = rows.get(found.signature)!;
        expect(row.strength).toBe('plausible');
        expect([serverPort, clientPort].some((each) => row.ports.includes(each))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('over TCP, on ports of nobody, whatever their length', () => {
    fc.assert(
      fc.property(noise, noise, (c2s, s2c) => {
        expect(identifyStream({ c2s, s2c, serverPort: 61_000, clientPort: 62_000 })).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test('over UDP, unless a port confirms what is merely plausible', () => {
    const strength = new Map(DATAGRAM_SIGNATURES.map((row) => [row.name, row.strength]));
    fc.assert(
      fc.property(noise, anyPort, anyPort, fc.nat(1200), (payload, sport, dport, cut) => {
        const found = identifyDatagram({
          payload,
          wireLength: payload.length + cut,
          sport,
          dport,
          fromClient: true,
        });
        expect(found === null ? 'plausible' : strength.get(found.signature)).toBe('plausible');
      }),
      { numRuns: 3000 },
    );
  });
});

/** Requests of HTTP are `web-browsing` until the part that says more is there; App-ID shifts, too. */
const SHIFTS_FROM_WEB = new Set([
  'bittorrent',
  'gnutella',
  'http2',
  'websocket',
  'windows-remote-management',
]);

describe('a prefix tells the same or nothing, and nothing behind it is read', () => {
  test.each(STREAMS)('%s', (_, c2s, s2c, serverPort, app) => {
    const client = bytes(c2s);
    const server = bytes(s2c);
    for (let length = 0; length <= Math.max(client.length, server.length); length++) {
      const ports = { serverPort, clientPort: 40_000 };
      const view = identifyStream({
        c2s: client.subarray(0, length),
        s2c: server.subarray(0, length),
        ...ports,
      });
      const copy = identifyStream({ c2s: client.slice(0, length), s2c: server.slice(0, length), ...ports });
      expect(view).toEqual(copy);
      const earlier = SHIFTS_FROM_WEB.has(app) ? 'web-browsing' : null;
      expect([null, earlier, app]).toContain(view?.app ?? null);
    }
  });

  test.each(DATAGRAMS)('%s', (_, payload, sport, dport, app) => {
    const whole = bytes(payload);
    for (let length = 0; length <= Math.min(whole.length, 400); length++) {
      const rest = { wireLength: whole.length, sport, dport, fromClient: true };
      const view = identifyDatagram({ payload: whole.subarray(0, length), ...rest });
      expect(view).toEqual(identifyDatagram({ payload: whole.slice(0, length), ...rest }));
      expect([null, app]).toContain(view?.app ?? null);
    }
  });
});

test('damaged payloads never throw, whatever their length on the wire', () => {
  const payloads = [
    ...STREAMS.flatMap(([, c2s, s2c]) => [c2s, s2c]),
    ...DATAGRAMS.map(([, payload]) => payload),
  ];
  const damaged = fc
    .record({
      payload: fc.constantFrom(...payloads.map((payload) => bytes(payload).slice(0, 300))),
      hits: fc.array(fc.tuple(fc.nat(299), fc.nat(255)), { maxLength: 6 }),
      length: fc.nat(300),
    })
    .map(({ payload, hits, length }) => {
      const copy = payload.slice(0, length);
      for (const [at, value] of hits) if (at < copy.length) copy[at] = value;
      return copy;
    });
  fc.assert(
    fc.property(damaged, damaged, anyPort, fc.nat(70_000), (one, other, somePort, wireLength) => {
      identifyStream({ c2s: one, s2c: other, serverPort: somePort, clientPort: 40_000 });
      identifyDatagram({ payload: one, wireLength, sport: 40_000, dport: somePort, fromClient: true });
      expect(one.length).toBeLessThanOrEqual(300);
    }),
    { numRuns: 3000 },
  );
});

describe('the table', () => {
  const rows = [...STREAM_SIGNATURES, ...DATAGRAM_SIGNATURES];
  test('every signature has a name of its own, a source, and a port where it needs one', () => {
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
    for (const row of rows) {
      expect(row.source, row.name).not.toBe('');
      if (row.strength === 'plausible') expect(row.ports.length, row.name).toBeGreaterThan(0);
      expect(row.app, row.name).toMatch(/^[a-z][a-z0-9.-]*$/);
    }
  });

  test('every signature has a payload above that shows it', () => {
    const shown = new Set([...STREAMS, ...DATAGRAMS].map(([, , , , , signature]) => signature));
    // TLS application data on the port of Panorama is the same matcher under another port
    const twins = ['panorama-sslv2-client-hello', 'panorama-application-data'];
    // needs two datagrams: media.test.ts
    const pairs = ['rtp-pair'];
    expect(rows.map((row) => row.name).filter((name) => !shown.has(name))).toEqual([...twins, ...pairs]);
  });

  test('one application has the same ports in all its rows of a transport', () => {
    for (const table of [STREAM_SIGNATURES, DATAGRAM_SIGNATURES]) {
      for (const row of table) {
        for (const other of table) if (other.app === row.app) expect(other.ports).toEqual(row.ports);
      }
    }
  });
});
