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

const HEX_DIGITS = '0123456789abcdef';

/** @throws {Error} where the text is no shape */
export function parseShape(text: string): Shape {
  return text.split(' ').slice(0, OPENING_BYTES).map(parseSet);
}

function parseSet(text: string): ByteSet {
  if (text === '??') return null;
  const values = new Uint8Array(256);
  for (const part of text.split(',')) {
    const [low, high = low] = part.split('-');
    if (part.includes('x')) {
      for (const digit of HEX_DIGITS) values[byteOf(part.replace('x', digit))] = 1;
    } else {
      values.fill(1, byteOf(low!), byteOf(high!) + 1);
    }
  }
  return values;
}

function byteOf(text: string): number {
  const value = Number.parseInt(text, 16);
  if (text.length !== 2 || Number.isNaN(value)) throw new Error(`not a byte: ${text}`);
  return value;
}

/** That many bytes of any value, then the rest of a shape. */
export function anyThen(count: number, rest: string): string {
  return `${'?? '.repeat(count)}${rest}`;
}

/** What the groups of shapes are, and which of them each signature has; written by build/openings.ts. */
export interface OpeningsData {
  /** at most 32 shapes, each a group's: it takes in all that its signatures may begin with */
  readonly groups: readonly string[];
  /** bytes that a payload must have at least to fit the group of the same place */
  readonly least: readonly number[];
  /** groups, one bit each, that say something only together with another payload of the session */
  readonly together: number;
  /** signatures that are enough by their content, and their groups */
  readonly rows: readonly (readonly [name: string, groups: number])[];
}

/** The groups' shapes as one table: so that an opening costs one look-up a byte. */
export interface Openings {
  /** OPENING_BYTES rows of 256 words: the groups, one bit each, that take this value in this place */
  readonly words: Int32Array;
  /** groups, one bit each, that a payload of so many bytes can fit; beyond the last, all can */
  readonly byLength: Int32Array;
  readonly together: number;
  /** groups of each signature that is enough by its content */
  readonly groupsOf: ReadonlyMap<string, number>;
}

export function readOpenings({ groups, least, together, rows }: OpeningsData): Openings {
  const words = new Int32Array(OPENING_BYTES * 256);
  const shapes = groups.map(parseShape);
  for (let at = 0; at < OPENING_BYTES; at++) {
    const row = words.subarray(at * 256, at * 256 + 256);
    row.fill(
      shapes.reduce((bits, shape, group) => ((shape[at] ?? null) === null ? bits | (1 << group) : bits), 0),
    );
    shapes.forEach((shape, group) => {
      shape[at]?.forEach((flag, value) => {
        if (flag === 1) row[value]! |= 1 << group;
      });
    });
  }
  const byLength = Int32Array.from({ length: OPENING_BYTES }, (_, length) =>
    least.reduce((bits, bytes, group) => (bytes <= length ? bits | (1 << group) : bits), 0),
  );
  const groupsOf = new Map(rows.map(([name, bits]) => [name, bits | 0]));
  return { words, byLength, together: together | 0, groupsOf };
}

/** Groups, one bit each, whose shape a payload fits; none for an empty one. */
export function openingOf({ words, byLength }: Openings, payload: Uint8Array): number {
  let { length } = payload;
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
