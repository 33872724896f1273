/**
 * Puts the shapes of all signatures into as many groups as a word has bits: always the two whose union
 * lets the least payload of nobody through that neither let through before.
 */
import { type ByteSet, OPENING_BYTES, type Shape } from '../../src/firewall/app-id/opening.ts';

export interface Group {
  readonly shape: Shape;
  /** bytes of the shortest shape that it takes in */
  readonly least: number;
  /** names of the signatures whose shapes it takes in */
  readonly members: ReadonlySet<string>;
}

/** How much payload may meet a group, by its members. */
export type Exposure = (members: ReadonlySet<string>) => number;

/** As few groups as asked for, each signature in those that hold its shapes. */
export function grouped(shapes: readonly Group[], most: number, exposure: Exposure): Group[] {
  const groups = [...withoutTwins(shapes)];
  const known = new WeakMap<Group, WeakMap<Group, number>>();
  const costOfUnion = (one: Group, other: Group): number => {
    const costs = known.get(one) ?? new WeakMap<Group, number>();
    known.set(one, costs);
    const cost = costs.get(other) ?? costAdded(one, other, exposure);
    costs.set(other, cost);
    return cost;
  };
  while (groups.length > most) {
    let best = { one: 0, other: 1, cost: Number.POSITIVE_INFINITY };
    for (let one = 0; one < groups.length; one++) {
      for (let other = one + 1; other < groups.length; other++) {
        const cost = costOfUnion(groups[one]!, groups[other]!);
        if (cost < best.cost) best = { one, other, cost };
      }
    }
    const [other] = groups.splice(best.other, 1);
    groups[best.one] = union(groups[best.one]!, other!);
  }
  return groups;
}

function withoutTwins(shapes: readonly Group[]): Iterable<Group> {
  const byText = new Map<string, Group>();
  for (const group of shapes) {
    const text = shapeText(group.shape);
    const twin = byText.get(text);
    byText.set(text, twin === undefined ? group : union(twin, group));
  }
  return byText.values();
}

function costAdded(one: Group, other: Group, exposure: Exposure): number {
  const [cost, before, beforeOther] = [union(one, other), one, other].map(
    (group) => exposure(group.members) * costOf(group),
  ) as [number, number, number];
  return cost - before - beforeOther;
}

function union(one: Group, other: Group): Group {
  const shape = Array.from({ length: Math.min(one.shape.length, other.shape.length) }, (_, at) => {
    const [a, b] = [one.shape[at]!, other.shape[at]!];
    return a === null || b === null ? null : unionOf(a, b);
  });
  const members = new Set([...one.members, ...other.members]);
  return { shape, least: Math.min(one.least, other.least), members };
}

/** Asked some million times: a plain loop. */
function unionOf(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one === other) return one;
  const all = one.slice();
  for (let value = 0; value < 256; value++) all[value]! |= other[value]!;
  return all;
}

/** how likely each byte is in payload of nobody: encrypted or packed, full of small numbers, text */
const KINDS: readonly (readonly number[])[] = [
  likelihood([[0, 255, 1]]),
  likelihood([
    [0, 255, 2],
    [0, 0, 1],
    [0, 15, 1],
  ]),
  likelihood([
    [0x20, 0x7e, 1],
    [0x61, 0x7a, 3],
    [0x41, 0x5a, 1],
    [0x30, 0x39, 1],
  ]),
];
/** bytes of payload that are weighed: packets are short where a session says little */
const LENGTHS = [1, 2, 4, 6, 8, 12, 16, OPENING_BYTES] as const;
/** noise is most of what nobody claims, and the other kinds fit so much that they would decide alone */
const WEIGHTS = [1, 0.05, 0.1] as const;

/** Of each byte, from ranges of bytes that share so much. */
function likelihood(ranges: readonly (readonly [low: number, high: number, share: number])[]): number[] {
  const total = ranges.reduce((sum, [, , share]) => sum + share, 0);
  return Array.from({ length: 256 }, (_, value) =>
    ranges
      .filter(([low, high]) => value >= low && value <= high)
      .reduce((sum, [low, high, share]) => sum + share / total / (high - low + 1), 0),
  );
}

/** Payload of nobody that a group lets through, of all kinds and lengths. */
function costOf({ shape, least }: Group): number {
  let cost = 0;
  for (const [kind, weight] of WEIGHTS.entries()) {
    let share = 1;
    let at = 0;
    for (const length of LENGTHS) {
      for (; at < length; at++) share *= densityOf(shape[at] ?? null)[kind]!;
      if (length >= least) cost += weight * share;
    }
  }
  return cost;
}

const densities = new WeakMap<Uint8Array, readonly number[]>();
const ANY: readonly number[] = KINDS.map(() => 1);

/** How much of each kind of payload has one of these values in a place. */
function densityOf(values: ByteSet): readonly number[] {
  if (values === null) return ANY;
  const known = densities.get(values);
  if (known !== undefined) return known;
  const density = KINDS.map((likely) => {
    let sum = 0;
    for (let value = 0; value < 256; value++) if (values[value] === 1) sum += likely[value]!;
    return sum;
  });
  densities.set(values, density);
  return density;
}

/** A shape as `parseShape` reads it. */
export function shapeText(shape: Shape): string {
  return shape
    .map(setText)
    .join(' ')
    .replace(/(?: \?\?)+$/, '');
}

function setText(values: ByteSet): string {
  if (values === null || values.every((flag) => flag === 1)) return '??';
  const parts: string[] = [];
  for (let from = 0; from < 256; from++) {
    if (values[from] === 0) continue;
    let to = from;
    while (to < 255 && values[to + 1] === 1) to += 1;
    parts.push(to === from ? hex(from) : `${hex(from)}-${hex(to)}`);
    from = to;
  }
  return parts.join(',');
}

const hex = (value: number) => value.toString(16).padStart(2, '0');
