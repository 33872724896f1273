/** Measurements as the tables of docs/accuracy.md. */
import { markdownTable } from '../docs/markdown.ts';
import { ARGUED, type Argued } from './argued.ts';
import { CLASSES, type Disagreement, type EndClass, type Measurement } from './measure.ts';

export interface ClassRow {
  readonly name: EndClass;
  /** conversations of this class by the truth, by us, and by both */
  readonly truth: number;
  readonly ours: number;
  readonly both: number;
  /** the same once argued disagreements in which we are right are set aside */
  readonly argued: { readonly truth: number; readonly ours: number; readonly both: number };
}

export interface Totals {
  readonly captures: number;
  readonly packets: number;
  readonly conversations: number;
  readonly classes: readonly ClassRow[];
  readonly open: readonly Disagreement[];
  readonly argued: readonly (readonly [Disagreement, Argued])[];
  readonly leftOut: ReadonlyMap<string, number>;
}

export function argue(line: Disagreement): Argued | undefined {
  return ARGUED.find(
    (each) => each.capture === line.capture && line.conversation.includes(each.conversation),
  );
}

export function addUp(measurements: readonly Measurement[]): Totals {
  const lines = measurements.flatMap((each) => each.disagreements);
  const leftOut = new Map<string, number>();
  for (const each of measurements) {
    for (const [cause, count] of each.leftOut) leftOut.set(cause, (leftOut.get(cause) ?? 0) + count);
  }
  return {
    captures: measurements.length,
    packets: measurements.reduce((sum, each) => sum + each.packets, 0),
    conversations: measurements.reduce((sum, each) => sum + each.conversations, 0),
    classes: CLASSES.map((name) => classRow(name, measurements)),
    open: lines.filter((line) => argue(line) === undefined),
    argued: lines.flatMap((line) => {
      const row = argue(line);
      return row === undefined ? [] : [[line, row] as const];
    }),
    leftOut,
  };
}

function classRow(name: EndClass, measurements: readonly Measurement[]): ClassRow {
  const ends = measurements.flatMap((each) => each.ends);
  const settled = ends.filter((end) => end.truth === end.ours || argue(end.line)?.right !== 'endreason');
  return { name, ...count(name, ends), argued: count(name, settled) };
}

function count(name: EndClass, ends: Measurement['ends']): { truth: number; ours: number; both: number } {
  return {
    truth: ends.filter((end) => end.truth === name).length,
    ours: ends.filter((end) => end.ours === name).length,
    both: ends.filter((end) => end.truth === name && end.ours === name).length,
  };
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`;

export function classTable(classes: readonly ClassRow[]): string {
  const rows = classes.map((row) => [
    row.name,
    String(row.truth),
    percent(row.both, row.truth),
    percent(row.both, row.ours),
    percent(row.argued.both, row.argued.truth),
    percent(row.argued.both, row.argued.ours),
  ]);
  return markdownTable(
    ['end', 'conversations', 'recall', 'precision', 'recall, argued', 'precision, argued'],
    rows,
  );
}

export function disagreementTable(lines: Totals['argued']): string {
  const rows = lines.map(([line, argued]) => [
    `\`${line.capture}\``,
    line.conversation,
    line.what,
    line.truth.replace(/ \(.*/, ''),
    line.ours,
    argued.right,
    argued.because,
  ]);
  return markdownTable(
    ['capture', 'conversation', 'what', 'truth', 'endreason', 'who is right', 'why'],
    rows,
  );
}

export function causeTable(leftOut: ReadonlyMap<string, number>): string {
  return markdownTable(
    ['cause', 'packets'],
    [...leftOut]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([cause, packets]) => [`\`${cause}\``, String(packets)]),
  );
}
