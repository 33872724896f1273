/** A segment's shape as numbers, for who keeps very many of them (session-notes.ts). */
import { NO_SHAPE, type SegmentShape } from './segment-shape.ts';
import { smallInteger } from './small-integer.ts';

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
  const first = numbers[at]!;
  const ahead = numbers[at + 2]!;
  const place = numbers[at + 3]!;
  if (first === 0 && Number.isNaN(ahead) && Number.isNaN(place)) return NO_SHAPE;
  const count = Math.floor(first / WINDOW_LIMIT) - 1;
  return {
    window: smallInteger(first % WINDOW_LIMIT),
    options: long ?? (count < 0 ? null : unpacked(count, numbers[at + 1]!)),
    ahead: Number.isNaN(ahead) ? null : smallInteger(ahead),
    place: Number.isNaN(place) ? null : smallInteger(place),
  };
}

/** Few lists occur, each in the segments of very many sessions: one object for each. By what they are packed as. */
const lists = new Map<number, readonly number[]>();
const MOST_LISTS = 256;

/** No option has kind 0, so that a packed list tells how long it is. */
function unpacked(count: number, packed: number): readonly number[] {
  const known = lists.get(packed);
  if (known !== undefined) return known;
  const kinds: number[] = [];
  let rest = packed;
  for (let i = 0; i < count; i += 1) {
    kinds.push(rest % KIND_LIMIT);
    rest = Math.floor(rest / KIND_LIMIT);
  }
  if (lists.size < MOST_LISTS) lists.set(packed, kinds);
  return kinds;
}
