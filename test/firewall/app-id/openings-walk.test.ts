/**
 * What a signature matches, its openings let through: each row by itself, from each of its samples to
 * everything else that it matches and that can be reached by changes of a few bytes at a time.
 */
import { describe, expect, test } from 'vitest';
import { type Begins, beginsOfDatagram, beginsOfStream } from '../../../build/openings/data.ts';
import { textHead } from '../../../src/firewall/app-id/bytes.ts';
import { openingOf, parseShape, type Shape } from '../../../src/firewall/app-id/opening.ts';
import {
  datagramOpenings,
  type Prospects,
  prospectsOf,
  streamOpenings,
} from '../../../src/firewall/app-id/openings.ts';
import type { DatagramSignature, StreamSignature } from '../../../src/firewall/app-id/signature.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from '../../../src/firewall/app-id/signatures.ts';
import { bytes, DATAGRAMS, STREAMS } from './payloads.ts';

const LONGEST = 1600;
const STEPS = 3000;
const NOTHING = new Uint8Array(0);

/** Two payloads: both sides of a stream, or a datagram and the one before it. */
type Pair = readonly [one: Uint8Array, other: Uint8Array];

class Walker {
  #state: number;

  constructor(name: string) {
    this.#state = Array.from(name).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
  }

  below(count: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) | 0;
    return Math.floor(((this.#state >>> 8) / 0x100_0000) * count);
  }

  /** Another payload close by: other bytes, most of them near the start, or more of them, or fewer. */
  step(payload: Uint8Array): Uint8Array {
    const kind = this.below(14);
    const place = this.below(12);
    if (kind === 0) return payload.slice(0, this.below(payload.length + 1));
    if (kind === 1) return Uint8Array.of(...payload.subarray(0, LONGEST), this.below(256));
    if (kind === 2) return Uint8Array.of(0x0a + 3 * this.below(2), ...payload.subarray(0, LONGEST));
    if (kind === 3) return payload.slice(this.below(3));
    if (kind === 4)
      return Uint8Array.of(...payload.subarray(0, place), ...payload.subarray(place + 1, LONGEST));
    if (kind === 5) {
      return Uint8Array.of(
        ...payload.subarray(0, place),
        this.below(256),
        ...payload.subarray(place, LONGEST),
      );
    }
    const copy = payload.slice();
    for (let hits = 1 + this.below(3); hits > 0; hits--) {
      const at = this.below(Math.min(payload.length, this.below(2) === 0 ? 12 : 48));
      // small steps, so that numbers which belong together come along
      copy[at] = this.below(2) === 0 ? this.below(256) : copy[at]! + (this.below(2) === 0 ? 1 : 255);
    }
    return copy;
  }
}

/** Whether a row is among those that two payloads begin like. */
function isTried(openings: Prospects, { name, strength }: Row, pair: Pair): boolean {
  if (strength === 'content') return (openings.groupsOf.get(name)! & prospectsOf(openings, ...pair)) !== 0;
  const { plausible } = openings;
  const fitting = openingOf(plausible, pair[0]) | openingOf(plausible, pair[1]);
  return (plausible.groupsOf.get(name)! & fitting) !== 0;
}

type Row = Pick<StreamSignature, 'name' | 'strength'>;

const fits = (shape: Shape, payload: Uint8Array): boolean =>
  shape.length <= payload.length &&
  shape.every((values, at) => values === null || values[payload[at]!] === 1);

/** Whether two payloads begin as the row itself says: its groups let more through. */
function beginsAs({ alone, together }: Begins): (pair: Pair) => boolean {
  const [one, both] = [alone.map(parseShape), together.map(parseShape)];
  return (pair) =>
    one.some((shape) => pair.some((payload) => fits(shape, payload))) ||
    (both.length > 0 && pair.every((payload) => both.some((shape) => fits(shape, payload))));
}

function walk(name: string, from: Pair, matches: (pair: Pair) => boolean, check: (pair: Pair) => void): void {
  const walker = new Walker(name);
  let here = from;
  for (let step = 0; step < STEPS; step++) {
    const isOne = walker.below(2) === 0;
    const next: Pair = isOne ? [walker.step(here[0]), here[1]] : [here[0], walker.step(here[1])];
    if (!matches(next)) continue;
    check(next);
    // now and then back to the start, as a walk may end where nothing leads out
    here = walker.below(40) === 0 ? from : next;
  }
}

const cut = (payload: string): Uint8Array => bytes(payload).slice(0, LONGEST);

/** The packet of RTP before this one: its sequence number is one less. */
function oneBefore(payload: Uint8Array): Uint8Array {
  const before = payload.slice();
  before[3]! -= 1;
  return before;
}

function matchesStream({ match }: StreamSignature): (pair: Pair) => boolean {
  return ([c2s, s2c]) => match({ c2s, s2c, clientText: textHead(c2s), serverText: textHead(s2c) }) !== null;
}

function matchesDatagram(
  { match }: DatagramSignature,
  wireLength: (payload: Uint8Array) => number,
): (pair: Pair) => boolean {
  return ([payload, before]) => {
    if (payload.length === 0) return false;
    const previous =
      before.length === 0 ? null : { payload: before, wireLength: before.length, fromClient: true };
    const datagram = {
      payload,
      wireLength: wireLength(payload),
      fromClient: true,
      text: textHead(payload),
      previous,
    };
    return match(datagram) !== null;
  };
}

describe('streams', () => {
  const openings = streamOpenings();
  const pairs = STREAMS.map(([, c2s, s2c]): Pair => [cut(c2s), cut(s2c)]);

  test.each(STREAM_SIGNATURES)('$name', (row) => {
    const matches = matchesStream(row);
    const begins = beginsAs(beginsOfStream(row));
    const check = (pair: Pair) => {
      matched += 1;
      if (!begins(pair) || !isTried(openings, row, pair)) expect(pair).toBe('tried');
    };
    let matched = 0;
    expect(matches([NOTHING, NOTHING])).toBe(false);
    for (const [one, other] of pairs) {
      for (const pair of [
        [one, other],
        [other, one],
        [one, NOTHING],
        [NOTHING, other],
      ] as const) {
        if (!matches(pair)) continue;
        check(pair);
        walk(row.name, pair, matches, check);
      }
    }
    expect(matched).toBeGreaterThan(STEPS / 100);
  });
});

describe('datagrams', () => {
  const openings = datagramOpenings();
  const payloads = DATAGRAMS.map(([, payload]) => cut(payload));
  /** all captured; more on the wire than was; of the length that the sample had, whatever is changed */
  const lengths = (sample: Uint8Array) => [
    (payload: Uint8Array) => payload.length,
    (payload: Uint8Array) => payload.length + 40,
    () => sample.length,
  ];

  test.each(DATAGRAM_SIGNATURES)('$name', (row) => {
    const begins = beginsAs(beginsOfDatagram(row));
    const check = (pair: Pair) => {
      matched += 1;
      if (!begins(pair) || !isTried(openings, row, pair)) expect(pair).toBe('tried');
    };
    let matched = 0;
    for (const payload of payloads) {
      for (const wireLength of lengths(payload)) {
        const matches = matchesDatagram(row, wireLength);
        const pair = [payload, row.beginTogether === undefined ? NOTHING : oneBefore(payload)] as const;
        if (!matches(pair)) continue;
        check(pair);
        walk(row.name, pair, matches, check);
      }
    }
    expect(matched).toBeGreaterThan(STEPS / 100);
  });
});
