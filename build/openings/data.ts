/** The openings of all signatures, in groups, from what their rows and their patterns say. */
import { MOST_LINE_ENDS } from '../../src/firewall/app-id/bytes.ts';
import { type OpeningsData, parseShape } from '../../src/firewall/app-id/opening.ts';
import type { DatagramSignature, StreamSignature, Strength } from '../../src/firewall/app-id/signature.ts';
import { type Group, grouped, shapeText } from './groups.ts';
import { type Way, waysOfDatagram, waysOfStream } from './text.ts';

/** Shapes of one signature: those that one payload must have, and those that two must have. */
export interface Begins {
  readonly alone: readonly string[];
  readonly together: readonly string[];
}

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

/** Text may begin behind some of them (bytes.ts, textHead): then its first characters are elsewhere. */
function withLineEnd(shapes: ReadonlySet<string>): string[] {
  return [...shapes].flatMap((shape) => [
    shape,
    ...Array.from({ length: MOST_LINE_ENDS }, (_, i) => `${`${LINE_END} `.repeat(i + 1)}${shape}`),
  ]);
}

export const beginsOfStream = (row: StreamSignature): Begins => beginsOf(row, () => waysOfStream(row.match));
export const beginsOfDatagram = (row: DatagramSignature): Begins =>
  beginsOf(row, () => waysOfDatagram(row.match));

const WORD_BITS = 32;
const GROUPS_TOGETHER = 4;

/**
 * Of the rows that are enough by their content.
 * @throws {Error} where a row's beginning is not known
 */
export function openingsData<Row extends StreamSignature | DatagramSignature>(
  rows: readonly Row[],
  beginsOfRow: (row: Row) => Begins,
): OpeningsData {
  const all = begun(rows, 'content', beginsOfRow);
  const groupedBy = (kind: keyof Begins, most: number): Group[] =>
    grouped(
      all.flatMap((row) => groupsOf(row, row.begins[kind])),
      most,
      () => 1,
    );
  const together = groupedBy('together', GROUPS_TOGETHER);
  const alone = groupedBy('alone', WORD_BITS - together.length);
  return { ...written(all, [...together, ...alone]), together: 2 ** together.length - 1 };
}

/**
 * Of the rows that one of their ports must confirm. Where a match takes both payloads, one that fits is
 * enough to ask. A group is met on the ports of all its members.
 * @throws {Error} where a row's beginning is not known
 */
export function plausibleData<Row extends StreamSignature | DatagramSignature>(
  rows: readonly Row[],
  beginsOfRow: (row: Row) => Begins,
): OpeningsData {
  const all = begun(rows, 'plausible', beginsOfRow);
  const groups = grouped(
    all.flatMap((row) => groupsOf(row, [...row.begins.alone, ...row.begins.together])),
    WORD_BITS,
    (members) => members.size,
  );
  return { ...written(all, groups), together: 0 };
}

interface Begun {
  readonly name: string;
  readonly begins: Begins;
}

function begun<Row extends StreamSignature | DatagramSignature>(
  rows: readonly Row[],
  strength: Strength,
  beginsOfRow: (row: Row) => Begins,
): Begun[] {
  return rows
    .filter((row) => row.strength === strength)
    .map((row) => ({ name: row.name, begins: beginsOfRow(row) }));
}

/** Each shape of a row as a group of its own. */
function groupsOf({ name }: Begun, shapes: readonly string[]): Group[] {
  return shapes.map((text) => {
    const shape = parseShape(text);
    return { shape, least: shape.length, members: new Set([name]) };
  });
}

function written(rows: readonly Begun[], groups: readonly Group[]): Omit<OpeningsData, 'together'> {
  const bitsOf = (name: string) =>
    groups.reduce((bits, { members }, group) => (members.has(name) ? bits | (1 << group) : bits), 0) >>> 0;
  return {
    groups: groups.map(({ shape }) => shapeText(shape)),
    least: groups.map(({ least }) => least),
    rows: rows.map(({ name }) => [name, bitsOf(name)]),
  };
}
