/** A segment's shape as numbers, for who keeps very many of them (session-notes.ts). */
import type { SegmentShape } from './segment-shape.ts';

/** What a shape is kept as: window and number of options, their kinds, how far a RST is ahead, its place. */
export const SHAPE_NUMBERS = 4;

const WINDOW_LIMIT = 65_536;
const KIND_LIMIT = 256;
/** kinds that one number has room for; a longer list is kept as it is */
const MOST_KINDS = 6;

/** @param long where a list of options goes that has no room, by index of its first number */
export function pushShape(
  numbers: number[],
  { window, options, ahead, place }: SegmentShape,
  long: (at: number, options: readonly number[]) => void,
): void {
  if (options !== null && options.length > MOST_KINDS) long(numbers.length, options);
  const kinds = options !== null && options.length <= MOST_KINDS ? options : [];
  numbers.push(
    window + WINDOW_LIMIT * (options === null ? 0 : kinds.length + 1),
    kinds.reduceRight((packed, kind) => packed * KIND_LIMIT + kind, 0),
    ahead ?? Number.NaN,
    place ?? Number.NaN,
  );
}

/** @param long what `pushShape` has given away for this place */
export function shapeAt(
  numbers: readonly number[],
  at: number,
  long: readonly number[] | undefined,
): SegmentShape {
  const [first, packed] = [numbers[at]!, numbers[at + 1]!];
  const count = Math.floor(first / WINDOW_LIMIT) - 1;
  const kinds = Array.from(
    { length: Math.max(0, count) },
    (_, i) => Math.floor(packed / KIND_LIMIT ** i) % KIND_LIMIT,
  );
  return {
    window: first % WINDOW_LIMIT,
    options: long ?? (count < 0 ? null : kinds),
    ahead: numberOrNull(numbers[at + 2]!),
    place: numberOrNull(numbers[at + 3]!),
  };
}

function numberOrNull(number: number): number | null {
  return Number.isNaN(number) ? null : number;
}
