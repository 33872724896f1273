/** The measurement as numbers and tables. */
import { markdownTable } from '../../docs/markdown.ts';
import { type ArguedName, argueName } from './argued.ts';
import type { JudgeName } from './conversation.ts';
import type { ApplicationMeasurement, Comparison } from './measure.ts';

/** Counts of conversations. */
export interface Agreement {
  /** that a judge names */
  readonly judged: number;
  /** of these, that we name, too */
  readonly named: number;
  /** of these, that we name as it does */
  readonly agreed: number;
}

export interface ApplicationRow {
  readonly app: string;
  /** conversations that a judge calls so */
  readonly judged: number;
  /** conversations that we call so, where a judge names something */
  readonly ours: number;
  readonly both: number;
}

const count = (comparisons: readonly Comparison[]): Agreement => ({
  judged: comparisons.length,
  named: comparisons.filter((each) => each.ours !== null).length,
  agreed: comparisons.filter((each) => each.agrees).length,
});

/** Share of those that both name, 0 to 1. */
export const share = ({ named, agreed }: Agreement): number => (named === 0 ? 1 : agreed / named);

export function agreement({ comparisons }: ApplicationMeasurement, judge?: JudgeName): Agreement {
  return count(comparisons.filter((each) => judge === undefined || each.judge === judge));
}

/** By application; a name of a judge that stands for several counts for ours where it agrees, else for the first. */
export function applicationRows({ comparisons }: ApplicationMeasurement): readonly ApplicationRow[] {
  const rows = new Map<string, { judged: number; ours: number; both: number }>();
  const row = (app: string) => {
    const known = rows.get(app) ?? { judged: 0, ours: 0, both: 0 };
    rows.set(app, known);
    return known;
  };
  for (const { meant, ours, agrees } of comparisons) {
    row(agrees ? ours! : meant[0]!).judged += 1;
    if (ours !== null) row(ours).ours += 1;
    if (agrees) row(ours!).both += 1;
  }
  return [...rows].map(([app, counts]) => ({ app, ...counts })).sort((a, b) => (a.app < b.app ? -1 : 1));
}

export interface Difference {
  readonly comparison: Comparison;
  readonly argued: ArguedName | undefined;
}

export function differences({ comparisons }: ApplicationMeasurement): readonly Difference[] {
  return comparisons
    .filter((each) => !each.agrees)
    .map((comparison) => ({ comparison, argued: argueName(comparison) }));
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;

export function judgeTable(measurement: ApplicationMeasurement, judges: readonly JudgeName[]): string {
  const line = (name: string, counts: Agreement): readonly string[] => [
    name,
    String(counts.judged),
    String(counts.named),
    percent(counts.agreed, counts.named),
    percent(counts.agreed, counts.judged),
  ];
  return markdownTable(
    ['judge', 'it names', 'both name', 'agreement', 'of all it names'],
    [
      ...judges.map((judge) => line(judge, agreement(measurement, judge))),
      line('all', agreement(measurement)),
    ],
  );
}

export function applicationTable(measurement: ApplicationMeasurement): string {
  return markdownTable(
    ['application', 'judged', 'ours', 'recall', 'precision'],
    applicationRows(measurement).map((row) => [
      row.app,
      String(row.judged),
      String(row.ours),
      percent(row.both, row.judged),
      percent(row.both, row.ours),
    ]),
  );
}

/** Differences of one kind in one line: capture, both names, who is right. */
export function differenceTable(measurement: ApplicationMeasurement): string {
  const kinds = new Map<string, { cells: readonly string[]; conversations: number }>();
  for (const { comparison, argued } of differences(measurement)) {
    const { capture, judge, theirs, ours } = comparison;
    const cells = [capture, judge, theirs, ours ?? '-', argued?.right ?? 'open', argued?.because ?? ''];
    const kind = kinds.get(cells.join('|')) ?? { cells, conversations: 0 };
    kinds.set(cells.join('|'), { ...kind, conversations: kind.conversations + 1 });
  }
  return markdownTable(
    ['conversations', 'capture', 'judge', 'theirs', 'ours', 'who is right', 'why'],
    [...kinds.values()].map(({ cells, conversations }) => [String(conversations), ...cells]),
  );
}

export function notComparedTable({ notCompared }: ApplicationMeasurement): string {
  const rows = [...notCompared].sort(([a], [b]) => (a < b ? -1 : 1));
  return markdownTable(
    ['not compared because', 'conversations'],
    rows.map(([because, n]) => [because, String(n)]),
  );
}
