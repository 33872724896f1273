/**
 * Any fragments in any order against a reassembler that is too simple to be wrong: one byte array a
 * datagram. What must hold besides: every frame is accounted for once, and memory stays bounded.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fragment4, fragment6, type Range, ranges } from '../dsl/fragments.ts';
import { ipv4, ipv6, plain } from '../dsl/frame.ts';
import { expectAllAccountedFor, outcomes, run, type Sent } from './decoder-run.ts';

interface Piece extends Range {
  readonly datagram: number;
}

interface Source {
  readonly version: 4 | 6;
  readonly data: Uint8Array;
  readonly id: number;
}

function cut({ version, data, id }: Source, range: Range): Uint8Array {
  // A protocol without a header of its own: whatever is whole has a key.
  return version === 4 ? fragment4(data, 253, range, { id }) : fragment6(data, 253, range, { id });
}

function wholeOf({ version, data, id }: Source): Uint8Array {
  return version === 4 ? ipv4({ id }, plain(253, data)) : ipv6({}, plain(253, data));
}

/** Outcome of each piece by the simple reassembler: no limits, no time. */
function expectedOutcomes(pieces: readonly Piece[], sources: readonly Source[]): string[] {
  const states = new Map<number, { got: Piece[]; spoilt: boolean }>();
  return pieces.map((piece) => {
    const { datagram, from, to } = piece;
    const { length } = sources[datagram]!.data;
    const more = piece.more ?? to < length;
    if (from === to || (more && (to - from) % 8 !== 0)) return 'fragment_unassembled';
    const state = states.get(datagram) ?? { got: [], spoilt: false };
    states.set(datagram, state);
    if (state.spoilt) return 'fragment_unassembled';
    if (state.got.some((old) => old.from === from && old.to === to && old.more === more)) return 'held';
    const overlaps = state.got.some((old) => old.from < to && from < old.to);
    const ends = [...state.got, { ...piece, more }].filter((one) => !one.more).map((one) => one.to);
    const beyond = [...state.got, piece].some((one) => ends.some((end) => one.to > end));
    if (overlaps || beyond || new Set(ends).size > 1) {
      state.spoilt = true;
      return 'fragment_unassembled';
    }
    state.got.push({ ...piece, more });
    const received = state.got.reduce((sum, one) => sum + one.to - one.from, 0);
    if (ends.length === 0 || received !== ends[0]) return 'held';
    states.delete(datagram);
    return 'whole';
  });
}

const source = (id: number): fc.Arbitrary<Source> =>
  fc.record({
    version: fc.constantFrom(4 as const, 6 as const),
    data: fc.uint8Array({ minLength: 17, maxLength: 400 }),
    id: fc.constant(id),
  });

const sources = fc.tuple(source(0), source(1), source(2));

/** Pieces of a sound cut of each datagram, some twice, some left out. */
const soundPieces = (all: readonly Source[]): fc.Arbitrary<Piece[]> =>
  fc
    .tuple(...all.map(() => fc.integer({ min: 1, max: 12 })))
    .map((sizes) =>
      all.flatMap(({ data }, datagram) =>
        ranges(data.length, Math.min(sizes[datagram]! * 8, (data.length - 1) & ~7)).map((range) => ({
          ...range,
          datagram,
        })),
      ),
    )
    .chain((pieces) => fc.shuffledSubarray([...pieces, ...pieces], { minLength: 1 }));

/** Pieces anywhere, with any bit, of any length. */
const anyPiece = (all: readonly Source[]): fc.Arbitrary<Piece> =>
  fc
    .record({
      datagram: fc.nat(all.length - 1),
      start: fc.nat(50),
      length: fc.oneof(
        fc.nat(60),
        fc.nat(8).map((n) => n * 8),
      ),
      more: fc.boolean(),
    })
    .map(({ datagram, start, length, more }) => {
      const size = all[datagram]!.data.length;
      const from = Math.min(start * 8, size & ~7);
      const to = Math.min(from + length, size);
      // A piece at 0 without more to follow is no fragment.
      return { datagram, from, to, more: more || from === 0 };
    });

test('the fragments of any cut, in any order, with copies and without some', () => {
  const input = sources.chain((all) => fc.tuple(fc.constant(all), soundPieces(all)));
  fc.assert(
    fc.property(input, ([all, pieces]) => {
      const frames = pieces.map((piece) => cut(all[piece.datagram]!, piece));
      const result = run(frames);
      expect(outcomes(result)).toEqual(expectedOutcomes(pieces, all));
      result.packets.forEach((packet, i) => {
        if (packet.cause === null) expect(packet.data).toEqual(wholeOf(all[pieces[i]!.datagram]!));
      });
      expectAllAccountedFor(frames, result);
    }),
    { numRuns: 300 },
  );
});

test('any overlap, any hole, any end', () => {
  const input = sources.chain((all) =>
    fc.tuple(
      fc.constant(all),
      fc.array(fc.oneof(soundPieces(all), fc.array(anyPiece(all), { maxLength: 3 })), { maxLength: 6 }),
    ),
  );
  fc.assert(
    fc.property(input, ([all, groups]) => {
      const pieces = groups.flat();
      const frames = pieces.map((piece) => cut(all[piece.datagram]!, piece));
      const result = run(frames);
      expect(outcomes(result)).toEqual(expectedOutcomes(pieces, all));
      expectAllAccountedFor(frames, result);
      expect(result.decoder.usage).toEqual({ datagrams: 0, bytes: 0 });
    }),
    { numRuns: 500 },
  );
});

test('at any times, from any places, cut by any snapshot length, within any limits', () => {
  const limits = fc.record({
    timeoutSeconds: fc.integer({ min: 1, max: 10 }),
    maxDatagrams: fc.integer({ min: 1, max: 4 }),
    maxBytes: fc.integer({ min: 1000, max: 20_000 }),
    maxFragments: fc.integer({ min: 1, max: 20 }),
  });
  const circumstances = fc.record({
    wait: fc.nat(3),
    file: fc.nat(1),
    interfaceId: fc.nat(1),
    captured: fc.nat(200),
    flip: fc.option(fc.nat(200), { nil: null }),
  });
  const input = sources.chain((all) =>
    fc.tuple(
      fc.constant(all),
      fc.array(fc.tuple(anyPiece(all), circumstances), { maxLength: 60 }),
      limits,
      fc.boolean(),
    ),
  );
  fc.assert(
    fc.property(input, ([all, list, fragmentLimits, verifyChecksums]) => {
      let at = 0;
      const frames = list.map(([piece, { wait, captured, flip, ...place }]): Sent => {
        at += wait;
        const data = cut(all[piece.datagram]!, piece);
        if (flip !== null) data[flip % data.length]! ^= 0x41;
        return { data: data.subarray(0, captured), originalLength: data.length, at, ...place };
      });
      const running = run(frames, { fragmentLimits, verifyChecksums }, false);
      expect(running.decoder.usage.datagrams).toBeLessThanOrEqual(fragmentLimits.maxDatagrams);
      expect(running.decoder.usage.bytes).toBeLessThanOrEqual(fragmentLimits.maxBytes + 4096);
      running.decoder.finish();
      expectAllAccountedFor(frames, running);
      for (const packet of running.packets) {
        expect(packet.payloadOffset + packet.payloadCaptured).toBeLessThanOrEqual(packet.data.length);
      }
    }),
    { numRuns: 500 },
  );
});
