/** What is fitted, on numbers alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/bench/random.ts';
import { ByteVotes, overheadOf } from '../../src/compare/byte-fit.ts';
import { fitClock, toCapture, toLog } from '../../src/compare/clock-fit.ts';
import { EXPLANATIONS } from '../../src/compare/explanations.ts';
import { median } from '../../src/compare/lag-fit.ts';
import { type RevealingRow, revealTimer } from '../../src/compare/reveal-timer.ts';
import type { Situation } from '../../src/compare/situation.ts';
import { RoundTripVotes } from '../../src/compare/tcp-counts.ts';
import { defaultApplicationTimers } from '../../src/firewall/application-timers.ts';
import { defaultTimeouts } from '../../src/firewall/timeouts.ts';

const ORIGIN = 1_767_977_040;
const DAY = 86_400;

/** Votes of rows that one clock wrote, and of as many times that have nothing to do with it. */
function votesOf(dice: Random, right: number, wrong: number, offset: number, drift: number) {
  const rows = Array.from({ length: right + wrong }, (_, i) => {
    const time = ORIGIN + dice.below(DAY * 1000) / 1000;
    const start = Math.floor(time + offset + drift * (time - ORIGIN));
    return { time, gap: (i < right ? start : Math.floor(ORIGIN + dice.below(DAY * 1000) / 1000)) - time };
  });
  return {
    count: rows.length,
    gap: Float64Array.from(rows, ({ gap }) => gap),
    time: Float64Array.from(rows, ({ time }) => time),
    weight: new Float64Array(rows.length).fill(1),
    rows: rows.length,
    fractional: false,
    byEnd: false,
  };
}

describe('the clock', () => {
  test('any whole offset is found among three times as many rows that say something else', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -40_000, max: 40_000 }), (seed, offset) => {
        const votes = votesOf(new Random(seed), 200, 600, offset, 0);
        const clock = fitClock(votes, ORIGIN, false);
        expect([clock.offset, clock.drift]).toEqual([offset, 0]);
      }),
      { numRuns: 60 },
    );
  });

  test('a drift is found with it, and both ways of a time are the same', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 30, max: 300 }), fc.boolean(), (seed, ppm, slow) => {
        const drift = (slow ? -ppm : ppm) * 1e-6;
        const clock = fitClock(votesOf(new Random(seed), 400, 100, 17, drift), ORIGIN, false);
        expect(Math.abs(clock.offset - 17)).toBeLessThan(1);
        expect(Math.abs((clock.drift - drift) * DAY)).toBeLessThan(0.6);
        expect(toCapture(clock, toLog(clock, ORIGIN + 5000))).toBeCloseTo(ORIGIN + 5000, 5);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    [7200 + 12, 7200, 12],
    [-12_600 - 40, -12_600, -40],
    [20_700, 20_700, 0],
    [4500, 0, 4500],
    [250, 0, 250],
    [3600 + 301, 0, 3901],
  ])('%i s: a zone of %i s and %i s beside it', (offset, zone, rest) => {
    const clock = fitClock(votesOf(new Random(1), 50, 0, offset, 0), ORIGIN, true);
    expect([clock.zone, clock.offset]).toEqual([zone, rest]);
  });

  test('nobody has voted', () => {
    const clock = fitClock(votesOf(new Random(1), 0, 0, 0, 0), ORIGIN, true);
    expect([clock.offset, clock.zone, clock.votes]).toEqual([0, 0, 0]);
  });
});

describe('bytes a packet', () => {
  const fitted = (more: readonly (readonly [bytes: number, packets: number])[]) => {
    const votes = new ByteVotes();
    for (const [bytes, packets] of more) votes.add(false, bytes, packets);
    return votes.fit();
  };
  test.each([
    [
      'a VLAN tag, and a row that says otherwise',
      [
        [40, 10],
        [8, 2],
        [500, 3],
      ],
      4,
      0,
    ],
    [
      'an Ethernet header less',
      [
        [-140, 10],
        [-28, 2],
      ],
      -14,
      0,
    ],
    ['an odd number of one row is no overhead', [[70, 10]], 0, 0],
    [
      'padding of short frames',
      [
        [12, 10],
        [6, 3],
        [0, 2],
        [18, 7],
        [5, 2],
        [30, 8],
      ],
      0,
      6,
    ],
    ['nothing to fit it by', [], 0, 0],
  ] as const)('%s', (_name, more, overhead, padding) => {
    const found = fitted(more);
    expect([overheadOf(found), found.padding]).toEqual([overhead, padding]);
  });

  test('a tag on one side only: each way agrees with its own number', () => {
    const votes = new ByteVotes();
    for (const packets of [3, 4, 5, 6]) {
      votes.add(false, 4 * packets, packets);
      votes.add(true, 0, packets);
    }
    expect(votes.fit()).toEqual({ sent: 4, received: 0, padding: 0, votes: 8, agreeing: 8 });
  });
});

describe('the timer that a row reveals', () => {
  const timers = { timeouts: defaultTimeouts(), applications: defaultApplicationTimers() };
  const row = (cells: Partial<RevealingRow>, delay: number): RevealingRow => ({
    start: 1000,
    elapsed: 7,
    generated: 1007 + delay,
    proto: 'tcp',
    app: 'ssl',
    endReason: 'tcp-fin',
    subtype: 'end',
    packetsSent: 5,
    packetsReceived: 5,
    ...cells,
  });
  const SYN = { app: 'incomplete', packetsSent: 1, packetsReceived: 0 };
  // firewall-model 3.8: lines of real firewalls
  test.each([
    [{}, 17, 'tcp-time-wait'],
    [{}, 14, 'tcp-time-wait'],
    [{}, 122, 'tcp-half-closed'],
    [{ endReason: 'tcp-rst-from-client' }, 32, 'unverified-rst'],
    [{ endReason: 'tcp-rst-from-server' }, 29, 'unverified-rst'],
    [{ ...SYN, endReason: 'aged-out' }, 7, 'tcp-init'],
    [{ ...SYN, packetsReceived: 1, endReason: 'tcp-rst-from-server' }, 4, 'tcp-init'],
    [{ ...SYN, packetsSent: 2, packetsReceived: 1, endReason: 'tcp-rst-from-client' }, 11, 'tcp-handshake'],
    [
      { app: 'incomplete', packetsSent: 3, packetsReceived: 3, endReason: 'tcp-rst-from-server' },
      16,
      'tcp-time-wait',
    ],
    [{ endReason: 'aged-out' }, 3602, 'tcp'],
    [{ endReason: 'threat' }, 91, 'discard-tcp'],
    [{ proto: 'udp', app: 'dns', endReason: 'aged-out' }, 32, 'udp'],
    [{ proto: 'udp', app: 'quic', endReason: 'aged-out' }, 122, 'app:quic'],
    [{ proto: 'icmp', app: 'ping', endReason: 'aged-out' }, 8, 'icmp'],
    [{ endReason: 'tcp-reuse' }, 3, null],
    [{}, 60, null],
    [{ subtype: 'start', endReason: 'n/a' }, 15, null],
    [{ generated: null }, 15, null],
  ] as const)('%j %i s: %s', (cells, delay, name) => {
    const { generated } = row({}, delay);
    expect(revealTimer(row({ generated, ...cells }, delay), timers)?.name ?? null).toBe(name);
  });

  test('of several that fit, the one that the session was in', () => {
    const udp = row({ proto: 'udp', app: 'quic', endReason: 'aged-out' }, 31);
    expect(revealTimer(udp, timers)?.name).toBe('udp');
    expect(revealTimer(udp, timers, { name: 'app:erp', seconds: 28 })).toEqual({
      name: 'app:erp',
      seconds: 28,
    });
    expect(revealTimer(udp, timers, { name: 'app:quic', seconds: 120 })?.name).toBe('udp');
  });
});

test('middles', () => {
  expect(median(Float64Array.of(3, 1, 2))).toBe(2);
  expect(median(Float64Array.of(4, 1, 2, 3))).toBe(2.5);
  expect(median(new Float64Array(0))).toBe(0);
});

test.each<readonly [name: string, trips: readonly (readonly [number, number])[], unit: string | null]>([
  [
    'milliseconds',
    [
      [0.02, 20],
      [0.031, 31],
      [0.5, 7],
    ],
    'ms',
  ],
  [
    'microseconds',
    [
      [0.02, 20_000],
      [0.031, 31_200],
    ],
    'us',
  ],
  [
    'something else',
    [
      [0.02, 333],
      [0.031, 7],
    ],
    null,
  ],
])('round trips in %s', (_name, trips, unit) => {
  const votes = new RoundTripVotes();
  const none = [null, null] as const;
  for (const [seconds, logged] of trips) {
    const counts = {
      roundTrip: [seconds, null],
      outOfOrder: none,
      retransmissions: none,
      zeroWindows: none,
    } as const;
    votes.add(counts, { roundTrip: [logged, null] });
  }
  const fit = votes.fit();
  expect(fit.isCompared ? fit.unit : null).toBe(unit);
});

test('every field has an explanation, whatever the situation', () => {
  for (const rows of Object.values(EXPLANATIONS)) {
    const situation = {} as Situation;
    expect(rows.at(-1)!.when(situation)).toBe(true);
  }
});
