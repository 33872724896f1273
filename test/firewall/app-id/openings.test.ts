/** The look at the first bytes changes nothing: what it passes over no signature would have matched. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beginsOfDatagram,
  beginsOfStream,
  openingsData,
  plausibleData,
} from '../../../build/openings/data.ts';
import { shapeText } from '../../../build/openings/groups.ts';
import { shapeOfPattern } from '../../../build/openings/text.ts';
import { textHead } from '../../../src/firewall/app-id/bytes.ts';
import {
  ALL_GROUPS,
  type DatagramPayload,
  identifyDatagram,
  identifyDatagramAmong,
  identifyStream,
  identifyStreamAmong,
} from '../../../src/firewall/app-id/identify.ts';
import { type Openings, openingOf } from '../../../src/firewall/app-id/opening.ts';
import {
  datagramOpenings,
  mayBeNamed,
  prospectsOf,
  streamOpenings,
} from '../../../src/firewall/app-id/openings.ts';
import {
  DATAGRAM_OPENINGS_DATA,
  DATAGRAM_PLAUSIBLE_DATA,
  STREAM_OPENINGS_DATA,
  STREAM_PLAUSIBLE_DATA,
} from '../../../src/firewall/app-id/openings-data.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from '../../../src/firewall/app-id/signatures.ts';
import { bytes, DATAGRAMS, STREAMS } from './payloads.ts';

const NOTHING = new Uint8Array(0);
/** a port of nobody: only content names */
const CLIENT_PORT = 40_000;
const LONGEST = 400;

function expectSameStream(c2s: Uint8Array, s2c: Uint8Array, serverPort: number, clientPort = CLIENT_PORT) {
  const heads = { c2s, s2c, serverPort, clientPort };
  const found = identifyStreamAmong(ALL_GROUPS, heads);
  const quick = identifyStream(heads);
  // the slow comparison only where it is needed: this runs some million times
  if (found !== null || quick !== null) expect(quick).toEqual(found);
}

function expectSameDatagram(datagram: DatagramPayload) {
  const found = identifyDatagramAmong(ALL_GROUPS, datagram);
  const quick = identifyDatagram(datagram);
  if (found !== null || quick !== null) expect(quick).toEqual(found);
}

test('the tables are those of the signatures: else run build/openings.ts', () => {
  expect(STREAM_OPENINGS_DATA).toEqual(openingsData(STREAM_SIGNATURES, beginsOfStream));
  expect(STREAM_PLAUSIBLE_DATA).toEqual(plausibleData(STREAM_SIGNATURES, beginsOfStream));
  expect(DATAGRAM_OPENINGS_DATA).toEqual(openingsData(DATAGRAM_SIGNATURES, beginsOfDatagram));
  expect(DATAGRAM_PLAUSIBLE_DATA).toEqual(plausibleData(DATAGRAM_SIGNATURES, beginsOfDatagram));
});

test.each(
  DATAGRAM_SIGNATURES.filter(({ strength, beginTogether }) => strength === 'plausible' || !beginTogether),
)('$name does not look at the datagram before', ({ match }) => {
  for (const [, payload] of DATAGRAMS) {
    const data = bytes(payload);
    const datagram = {
      payload: data,
      wireLength: data.length,
      fromClient: true,
      text: textHead(data),
      get previous(): null {
        throw new Error('it does');
      },
    };
    expect(() => match(datagram)).not.toThrow();
  }
});

test.each([
  [/^SSH-(?:2\.0|1\.)/, '53 53 48 2d 31-32 2e'],
  [/^get? ?/i, '47,67 45,65'],
  [/^\S[^\r\n]x$/, '21-7e 00-09,0b-0c,0e-ff 78'],
  [/end$/, '21-7e'],
  [/^a|b/, '21-7e'],
  [/^[\x00-\x40]./s, '21-40'],
])('what %s asks of each byte', (pattern, shape) => {
  expect(shapeText(shapeOfPattern(pattern))).toBe(shape);
});

describe('random payload', () => {
  const PAYLOADS = 20_000;

  function randomPayloads(length: number): Uint8Array[] {
    let state = 1;
    return Array.from({ length: PAYLOADS }, () =>
      Uint8Array.from({ length }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        return state >>> 24;
      }),
    );
  }

  test.each([
    ['short', 6, 0.002, 0.003],
    ['long', 300, 0.01, 0.02],
  ])('%s, is seldom looked at twice', (_, length, ofStreams, ofDatagrams) => {
    const payloads = randomPayloads(length);
    const share = (openings: Openings) =>
      payloads.filter((payload) => prospectsOf(openings, payload, null) !== 0).length / PAYLOADS;
    expect(share(streamOpenings())).toBeLessThan(ofStreams);
    expect(share(datagramOpenings())).toBeLessThan(ofDatagrams);
  });

  /** Telnet may begin with any text, ESP with any number; a probe is any byte over and over. */
  const ANYTHING = new Set([23, 4500, ...Array.from({ length: 101 }, (_, i) => 33_434 + i)]);

  test('on a port that confirms something, too', () => {
    const payloads = randomPayloads(300);
    for (const { plausible, groupsOfPort } of [streamOpenings(), datagramOpenings()]) {
      const fitting = payloads.map((payload) => openingOf(plausible, payload));
      for (const [port, groups] of groupsOfPort) {
        if (ANYTHING.has(port)) continue;
        const share = fitting.filter((fits) => (fits & groups) !== 0).length / PAYLOADS;
        expect(share, `port ${port}`).toBeLessThan(0.15);
      }
    }
  });

  test.each(['\r\n', '\n', '\r\n\r\n', '\n\0\x01\x02\x03\x04\x05\x06', '\r\x80\x80'])(
    'a line end with no text behind it is no prospect: %j',
    (payload) => {
      expect(prospectsOf(streamOpenings(), bytes(payload), null)).toBe(0);
      expect(prospectsOf(datagramOpenings(), bytes(payload), null)).toBe(0);
    },
  );
});

describe('samples', () => {
  const streams = STREAMS.map(([name, c2s, s2c, port]) => [name, bytes(c2s), bytes(s2c), port] as const);
  const datagrams = DATAGRAMS.map(
    ([name, payload, sport, dport]) => [name, bytes(payload), sport, dport] as const,
  );

  test.each(streams)('%s, cut anywhere, from both sides', (_, c2s, s2c, port) => {
    const longest = Math.min(LONGEST, Math.max(c2s.length, s2c.length));
    for (let cut = 0; cut <= longest; cut++) {
      for (const serverPort of [port, CLIENT_PORT + 1]) {
        expectSameStream(c2s.subarray(0, cut), s2c, serverPort);
        expectSameStream(c2s, s2c.subarray(0, cut), serverPort);
        expectSameStream(s2c.subarray(0, cut), c2s.subarray(0, cut), serverPort);
        expectSameStream(c2s.subarray(0, cut), NOTHING, CLIENT_PORT, serverPort);
        expectSameStream(NOTHING, s2c.subarray(0, cut), serverPort);
      }
    }
  });

  test('each one with each other as the answer', () => {
    for (const [, c2s, s2c, port] of streams) {
      for (const [, otherClient, otherServer] of streams) {
        for (const answer of [otherClient, otherServer]) {
          expectSameStream(c2s, answer, port);
          expectSameStream(answer, s2c, port);
        }
      }
    }
  });

  test.each(datagrams)('%s, cut anywhere', (_, payload, sport, dport) => {
    for (let cut = 0; cut <= Math.min(LONGEST, payload.length); cut++) {
      const part = payload.subarray(0, cut);
      for (const wireLength of [cut, payload.length, 1400]) {
        const datagram = { payload: part, wireLength, sport, dport, fromClient: true };
        expectSameDatagram(datagram);
        expectSameDatagram({ ...datagram, sport: CLIENT_PORT, dport: CLIENT_PORT + 1 });
        expectSameDatagram({ ...datagram, previous: { payload, wireLength, fromClient: true } });
      }
    }
  });

  const openings = streamOpenings();
  /** Asks each signature of content by itself: what it matches must be among what is tried. */
  function expectTried(c2s: Uint8Array, s2c: Uint8Array) {
    const groups = prospectsOf(openings, c2s, s2c);
    for (const row of STREAM_SIGNATURES) {
      if (row.strength !== 'content' || (openings.groupsOf.get(row.name)! & groups) !== 0) continue;
      const [clientText, serverText] = [text(c2s), text(s2c)];
      if (row.match({ c2s, s2c, clientText, serverText }) !== null) expect(row.name).toBe('tried');
    }
  }
  const text = (payload: Uint8Array) =>
    /^[\r\n]{0,4}[\x21-\x7e]/.test(String.fromCharCode(...payload.subarray(0, 512)))
      ? String.fromCharCode(...payload.subarray(0, 512)).replace(/^[\r\n]{0,4}/, '')
      : '';

  test('any one of the first bytes another, every signature by itself', () => {
    for (const [, c2s, s2c] of streams) {
      const [one, other] = [c2s.slice(0, LONGEST), s2c.slice(0, LONGEST)];
      for (const side of [one, other]) {
        for (let at = 0; at < Math.min(30, side.length); at++) {
          const before = side[at]!;
          for (let value = 0; value < 256; value += at < 8 ? 1 : 5) {
            side[at] = value;
            if (value % 16 === 0) expectTried(one, other);
            expectSameStream(one, other, CLIENT_PORT + 1);
          }
          side[at] = before;
        }
      }
    }
  });

  test('any one of the first bytes another, in datagrams', () => {
    for (const [, whole, sport, dport] of datagrams) {
      const payload = whole.slice();
      for (let at = 0; at < Math.min(30, payload.length); at++) {
        const before = payload[at]!;
        for (let value = 0; value < 256; value += at < 8 ? 1 : 5) {
          payload[at] = value;
          const rest = { wireLength: payload.length, fromClient: true };
          expectSameDatagram({ payload, ...rest, sport: CLIENT_PORT, dport: CLIENT_PORT + 1 });
          expectSameDatagram({ payload, ...rest, sport, dport });
        }
        payload[at] = before;
      }
    }
  });
});

describe('anything', () => {
  const samples = [
    ...STREAMS.flatMap(([, c2s, s2c]) => [c2s, s2c]),
    ...DATAGRAMS.map(([, payload]) => payload),
  ]
    .filter((payload) => payload !== '')
    .map((payload) => bytes(payload).slice(0, LONGEST));
  const sample = fc.constantFrom(...samples);
  const noise = fc.uint8Array({ maxLength: 300 });
  const mutated = fc
    .tuple(sample, fc.array(fc.tuple(fc.oneof(fc.nat(3), fc.nat(40)), fc.nat(255)), { maxLength: 4 }))
    .map(([payload, hits]) => {
      const copy = payload.slice();
      for (const [at, value] of hits) if (at < copy.length) copy[at] = value;
      return copy;
    });
  const glued = fc.array(fc.oneof(sample, noise, fc.constantFrom(bytes('\r\n'), bytes('\n'))), {
    minLength: 2,
    maxLength: 3,
  });
  const payload = fc.oneof(
    noise,
    mutated,
    glued.map((parts) => Uint8Array.from(parts.flatMap((part) => [...part]))),
  );
  const port = fc.oneof(
    fc.constantFrom(...new Set([...STREAM_SIGNATURES, ...DATAGRAM_SIGNATURES].flatMap((row) => row.ports))),
    fc.nat(65_535),
  );

  test('in two sides, split anywhere', () => {
    fc.assert(
      fc.property(payload, payload, fc.nat(300), port, port, (one, other, split, serverPort, clientPort) => {
        expectSameStream(one, other, serverPort, clientPort);
        expectSameStream(one, NOTHING, serverPort, clientPort);
        expectSameStream(one.subarray(0, split), one.subarray(split), serverPort, clientPort);
      }),
      { numRuns: 8000 },
    );
  });

  test('in datagrams, with one before', () => {
    const before = fc.option(payload);
    fc.assert(
      fc.property(payload, before, fc.nat(40), port, port, (one, earlier, cut, sport, dport) => {
        const wireLength = one.length + (cut > 30 ? cut : 0);
        const previous =
          earlier === null ? null : { payload: earlier, wireLength: earlier.length, fromClient: true };
        expectSameDatagram({ payload: one, wireLength, sport, dport, fromClient: true, previous });
      }),
      { numRuns: 8000 },
    );
  });

  test('what cannot be named by its heads is not, on ports of nobody', () => {
    fc.assert(
      fc.property(payload, payload, (c2s, s2c) => {
        const found = identifyStreamAmong(ALL_GROUPS, { c2s, s2c, serverPort: 61_000, clientPort: 62_000 });
        if (found !== null) expect(mayBeNamed(c2s, s2c)).toBe(true);
        expect(openingOf(streamOpenings(), NOTHING)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });
});
