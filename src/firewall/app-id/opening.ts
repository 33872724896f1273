/**
 * Openings: which bytes a payload must begin with so that a signature can match at all. A signature that
 * is enough by its content is tried on every port, and on payload of nobody all of them are tried in
 * vain; a look at the first bytes spares that.
 *
 * A shape is written as one set a byte: `16 03 00-04 ??` is 0x16, 3, at most 4, anything. A set is
 * hexadecimal values and ranges behind commas; `x` stands for any digit (`x2`). A match takes all the
 * bytes of a shape: a payload that ends before does not fit.
 */

/** Bytes from the start that shapes speak of. */
export const OPENING_BYTES = 28;

/** Values of one byte as 256 flags; null: any. */
export type ByteSet = Uint8Array | null;
/** One set a byte from the start; what is not listed may be anything. */
export type Shape = readonly ByteSet[];

const VALUES = '(?:[0-9a-f]{2}(?:-[0-9a-f]{2})?|x[0-9a-f]|[0-9a-f]x)';
const SET = `(?:\\?\\?|${VALUES}(?:,${VALUES})*)`;
const SHAPE = new RegExp(`^${SET}(?: ${SET})*$`);

/** @throws {Error} where the text is no shape */
export function parseShape(text: string): Shape {
  if (!SHAPE.test(text)) throw new Error(`not a shape: ${text}`);
  return text
    .split(' ')
    .slice(0, OPENING_BYTES)
    .map((set) => {
      if (set === '??') return null;
      const values = new Uint8Array(256);
      eachRange(set, (low, high) => values.fill(1, low, high + 1));
      return values;
    });
}

/** The ranges of values in one set of a shape. */
function eachRange(set: string, take: (low: number, high: number) => void): void {
  for (const part of set.split(',')) {
    if (part.includes('x')) {
      for (let digit = 0; digit < 16; digit++) {
        const value = Number.parseInt(part.replace('x', digit.toString(16)), 16);
        take(value, value);
      }
    } else {
      take(Number.parseInt(part, 16), Number.parseInt(part.length === 2 ? part : part.slice(3), 16));
    }
  }
}

/** That many bytes of any value, then the rest of a shape. */
export function anyThen(count: number, rest: string): string {
  return `${'?? '.repeat(count)}${rest}`;
}

/** A shape and any bytes behind it, so many in all at least. */
export function atLeast(bytes: number, shape: string): string {
  return `${shape}${' ??'.repeat(Math.max(0, bytes - shape.split(' ').length))}`;
}

/** That many zero bytes. */
export function zeros(count: number): string {
  return Array<string>(count).fill('00').join(' ');
}

/** What the groups of shapes are, and which of them each signature has; written by build/openings.ts. */
export interface OpeningsData {
  /** at most 32 shapes, each a group's: it takes in all that its signatures may begin with */
  readonly groups: readonly string[];
  /** bytes that a payload must have at least to fit the group of the same place */
  readonly least: readonly number[];
  /** groups, one bit each, that say something only together with another payload of the session; the first ones */
  readonly together: number;
  /** signatures, and their groups */
  readonly rows: readonly (readonly [name: string, groups: number])[];
}

/** The groups' shapes as one table: so that an opening costs one look-up a byte. */
export interface Openings {
  /** OPENING_BYTES rows of 256 words: the groups, one bit each, that take this value in this place */
  readonly words: Int32Array;
  /** groups, one bit each, that a payload of so many bytes can fit; beyond the last, all can */
  readonly byLength: Int32Array;
  readonly together: number;
  /** groups of each signature */
  readonly groupsOf: ReadonlyMap<string, number>;
}

export function readOpenings({ groups, least, together, rows }: OpeningsData): Openings {
  const words = new Int32Array(OPENING_BYTES * 256);
  // what each group takes anywhere, first: only the other places are gone through value by value
  const anywhere = new Int32Array(OPENING_BYTES).fill(
    groups.reduce((bits, _, group) => bits | (1 << group), 0),
  );
  for (let group = 0; group < groups.length; group++) {
    const bit = 1 << group;
    const shape = groups[group]!.split(' ');
    for (let at = 0; at < shape.length; at++) {
      if (shape[at] === '??') continue;
      anywhere[at]! &= ~bit;
      eachRange(shape[at]!, (low, high) => {
        for (let i = at * 256 + low; i <= at * 256 + high; i++) words[i]! |= bit;
      });
    }
  }
  for (let i = 0; i < words.length; i++) words[i]! |= anywhere[i >> 8]!;
  const byLength = Int32Array.from({ length: OPENING_BYTES }, (_, length) =>
    least.reduce((bits, bytes, group) => (bytes <= length ? bits | (1 << group) : bits), 0),
  );
  const groupsOf = new Map(rows.map(([name, bits]) => [name, bits | 0]));
  return { words, byLength, together: together | 0, groupsOf };
}

/**
 * Groups, one bit each, whose shape a payload fits; none for an empty one.
 * @param size bytes of `payload` that count
 */
export function openingOf(
  { words, byLength }: Openings,
  payload: Uint8Array,
  size: number = payload.length,
): number {
  let length = size;
  let groups = -1;
  if (length < OPENING_BYTES) groups = byLength[length]!;
  else length = OPENING_BYTES;
  for (let at = 0; at < length && groups !== 0; at++) groups &= words[(at << 8) | payload[at]!]!;
  return groups;
}

/**
 * Groups whose signatures may match two payloads of one session: those that one of them fits, and those
 * that need both where each fits one of these.
 */
export function groupsOfBoth({ together }: Openings, one: number, other: number): number {
  const all = one | other;
  return (one & together) !== 0 && (other & together) !== 0 ? all : all & ~together;
}
