/** The openings of all signatures, in groups, from what their rows and their patterns say. */
import { type OpeningsData, parseShape } from '../../src/firewall/app-id/opening.ts';
import type { DatagramSignature, StreamSignature } from '../../src/firewall/app-id/signature.ts';
import { type Group, grouped, shapeText } from './groups.ts';
import { type Way, waysOfDatagram, waysOfStream } from './text.ts';

/** Shapes of one signature: those that one payload must have, and those that two must have. */
export interface Begins {
  readonly alone: readonly string[];
  readonly together: readonly string[];
}

/** text may begin after line ends (bytes.ts, textHead): then its first characters are elsewhere */
const LINE_END = '0a,0d';

/**
 * What a row says of its beginning, else what its patterns say.
 * @throws {Error} where neither says anything
 */
export function beginsOf(row: StreamSignature | DatagramSignature, ways: () => readonly Way[]): Begins {
  if (row.begins !== undefined || row.beginTogether !== undefined) {
    return { alone: row.begins ?? [], together: row.beginTogether ?? [] };
  }
  const alone = new Set<string>();
  const pairs: [string, string][] = [];
  for (const way of ways()) {
    const [one, other] = [...way.values()].map(shapeText);
    if (other === undefined) alone.add(one!);
    else pairs.push([one!, other]);
  }
  // a way that takes both sides says nothing where one of them is enough by itself
  const together = new Set(pairs.filter((pair) => !pair.some((each) => alone.has(each))).flat());
  return { alone: withLineEnd(alone), together: withLineEnd(together) };
}

function withLineEnd(shapes: ReadonlySet<string>): string[] {
  return shapes.size === 0 ? [] : [...shapes, LINE_END];
}

export const beginsOfStream = (row: StreamSignature): Begins => beginsOf(row, () => waysOfStream(row.match));
export const beginsOfDatagram = (row: DatagramSignature): Begins =>
  beginsOf(row, () => waysOfDatagram(row.match));

const WORD_BITS = 32;
const GROUPS_TOGETHER = 4;

/** @throws {Error} where a row's beginning is not known */
export function openingsData<Row extends StreamSignature | DatagramSignature>(
  rows: readonly Row[],
  beginsOfRow: (row: Row) => Begins,
): OpeningsData {
  const all = rows
    .filter((row) => row.strength === 'content')
    .map(({ name, ...row }) => ({ name, begins: beginsOfRow({ name, ...row } as Row) }));
  const shapesOf = (kind: keyof Begins): Group[] =>
    all.flatMap(({ name, begins }) =>
      begins[kind].map((text) => {
        const shape = parseShape(text);
        return { shape, least: shape.length, members: new Set([name]) };
      }),
    );
  const together = grouped(shapesOf('together'), GROUPS_TOGETHER);
  const groups = [...together, ...grouped(shapesOf('alone'), WORD_BITS - together.length)];
  const bitsOf = (name: string) =>
    groups.reduce((bits, { members }, group) => (members.has(name) ? bits | (1 << group) : bits), 0) >>> 0;
  return {
    groups: groups.map(({ shape }) => shapeText(shape)),
    least: groups.map((group) => group.least),
    together: 2 ** together.length - 1,
    rows: all.map(({ name }) => [name, bitsOf(name)]),
  };
}
