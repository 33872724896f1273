/**
 * Puts the shapes of all signatures into as many groups as a word has bits: always the two whose union
 * lets the least random payload through that neither let through before.
 */
import { type ByteSet, OPENING_BYTES, type Shape } from '../../src/firewall/app-id/opening.ts';

export interface Group {
  readonly shape: Shape;
  /** bytes of the shortest shape that it takes in */
  readonly least: number;
  /** names of the signatures whose shapes it takes in */
  readonly members: ReadonlySet<string>;
}

/** As few groups as asked for, each signature in those that hold its shapes. */
export function grouped(shapes: readonly Group[], most: number): Group[] {
  const groups = [...withoutTwins(shapes)];
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

const known = new WeakMap<Group, WeakMap<Group, number>>();

function costOfUnion(one: Group, other: Group): number {
  const costs = known.get(one) ?? new WeakMap<Group, number>();
  known.set(one, costs);
  const before = costs.get(other);
  if (before !== undefined) return before;
  const cost = costOf(union(one, other).shape) - costOf(one.shape) - costOf(other.shape);
  costs.set(other, cost);
  return cost;
}

function union(one: Group, other: Group): Group {
  const shape = Array.from({ length: OPENING_BYTES }, (_, at) => {
    const [a, b] = [one.shape[at] ?? null, other.shape[at] ?? null];
    return a === null || b === null ? null : a.map((flag, value) => flag | b[value]!);
  });
  const members = new Set([...one.members, ...other.members]);
  return { shape, least: Math.min(one.least, other.least), members };
}

/** how much less a short payload weighs that is let through than a long one */
const SHORT = { BYTES: 6, WEIGHT: 0.05 } as const;

function costOf(shape: Shape): number {
  return shareOf(shape) + SHORT.WEIGHT * shareOf(shape.slice(0, SHORT.BYTES));
}

/** Share of random bytes that fit a shape. */
export function shareOf(shape: Shape): number {
  return shape.reduce((share, values) => share * densityOf(values), 1);
}

const densities = new WeakMap<Uint8Array, number>();

function densityOf(values: ByteSet): number {
  if (values === null) return 1;
  const density = densities.get(values) ?? values.reduce((sum, flag) => sum + flag, 0) / 256;
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
