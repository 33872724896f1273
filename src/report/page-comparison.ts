/** What a comparison found, as the report's page shows it. */
import { type Group, groupsOf, type Member } from './compare-groups.ts';
import { type CompareView, compareSummary } from './compare-json.ts';
import { fitTexts, placeText } from './compare-text.ts';
import type { AloneGroup, ComparisonPart, DifferenceGroup } from './page-data.ts';

/** Examples of a group: the rest is counted, and the command lists it. */
const MOST_EXAMPLES = 25;

export function comparisonPart(view: CompareView): ComparisonPart {
  const { comparison } = view;
  const sum = compareSummary(comparison);
  const groups = groupsOf(view);
  const alone = (kind: Member['kind']): AloneGroup[] =>
    groups.filter(({ members }) => members[0]!.kind === kind).map((group) => aloneGroup(view, group));
  return {
    fit: fitTexts(comparison.fit),
    summary: [
      ['rows of the log', sum.log_rows],
      ['pairs', sum.pairs],
      ['pairs that differ', sum.differ],
      ['only in the capture', sum.only_in_capture],
      ['only in the log', sum.only_in_log],
    ],
    differences: groups
      .filter(({ members }) => members[0]!.kind === 'pair')
      .map((group) => differenceGroup(view, group)),
    onlyInCapture: alone('session'),
    onlyInLog: alone('row'),
  };
}

/** Sessions of the pairs that differ, the most surprising first. */
export function differingSessions(view: CompareView): readonly number[] {
  const { pairs, sides } = view.comparison;
  const ids = groupsOf(view).flatMap(({ members }) =>
    members.flatMap((member) =>
      member.kind === 'pair'
        ? Array.from(pairs.sessionsOf(member.pair), (session) => sides.store.id.cells[session]!)
        : [],
    ),
  );
  return [...new Set(ids)];
}

function differenceGroup(view: CompareView, group: Group): DifferenceGroup {
  const { pairs, sides } = view.comparison;
  const examples = group.members.slice(0, MOST_EXAMPLES).flatMap((member) => {
    if (member.kind !== 'pair') return [];
    const { capture, log, explanation } = member.difference;
    return [
      {
        sessions: Array.from(pairs.sessionsOf(member.pair), (session) => sides.store.id.cells[session]!),
        log: Array.from(pairs.rowsOf(member.pair), (row) => placeText(view, row)),
        capture: String(capture),
        inLog: String(log),
        explanation,
      },
    ];
  });
  return { title: group.title, count: group.members.length, harmless: group.harmless, examples };
}

function aloneGroup(view: CompareView, group: Group): AloneGroup {
  const { comparison } = view;
  const examples = group.members.slice(0, MOST_EXAMPLES).map((member) => {
    if (member.kind === 'row') return placeText(view, member.row);
    return member.kind === 'session' ? String(comparison.sides.store.id.cells[member.session]!) : '';
  });
  return {
    title: group.title,
    explanation: group.explanation,
    count: group.members.length,
    harmless: group.harmless,
    examples,
  };
}
