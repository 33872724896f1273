/** What a comparison found, in groups of the same field and explanation: text and pages show the same. */
import type { Cause } from '../compare/alone.ts';
import { rowExplanation, sessionExplanation } from '../compare/alone-text.ts';
import { type Difference, differencesOf } from '../compare/explain-pair.ts';
import type { Field } from '../compare/fields.ts';
import type { CompareView } from './compare-json.ts';
import { printable } from './wrap.ts';

/** One pair that differs, session that only the capture has, or row that only the log has; numbers are places. */
export type Member =
  | { readonly kind: 'pair'; readonly pair: number; readonly difference: Difference }
  | { readonly kind: 'session'; readonly session: number }
  | { readonly kind: 'row'; readonly row: number };

export interface Group {
  readonly title: string;
  /** of its first member */
  readonly explanation: string;
  /** those of the others have other numbers in it */
  varies: boolean;
  /** how the session ended is in question */
  readonly striking: boolean;
  readonly order: number;
  readonly members: Member[];
  readonly harmless: boolean;
  readonly noun: string;
}

/** The most surprising first. */
const RANKED: readonly Field[] = [
  'session_end_reason',
  'tracker_stage',
  'action',
  'subtype',
  'pkts_sent',
  'pkts_received',
  'bytes_sent',
  'bytes_received',
  'app',
  'tcp_retransit_cnt_c2s',
  'tcp_retransit_cnt_s2c',
  'total_n_ooseq_c2s',
  'total_n_ooseq_s2c',
  'tcp_zero_window_cnt_c2s',
  'tcp_zero_window_cnt_s2c',
  'elapsed',
  'from',
  'to',
];

const rank = (field: Field): number => {
  const at = RANKED.indexOf(field);
  return at < 0 ? RANKED.length : at;
};

/** Everything that is to be said of a comparison, the most surprising first. */
export function groupsOf(view: CompareView): readonly Group[] {
  const groups = new Map<string, Group>();
  const add = (key: string, group: () => Group, member: Member): void => {
    let found = groups.get(key);
    if (found === undefined) {
      found = group();
      groups.set(key, found);
    }
    found.members.push(member);
    if (member.kind === 'pair' && printable(member.difference.explanation) !== found.explanation) {
      found.varies = true;
    }
  };
  const { comparison } = view;
  for (let pair = 0; pair < comparison.pairs.count; pair += 1) {
    if (comparison.differences[pair] === 0) continue;
    for (const each of differencesOf(comparison, pair, view.factsOf, view.options)) {
      add(keyOf(each), () => differenceGroup(each), { kind: 'pair', pair, difference: each });
    }
  }
  const sides = [
    {
      items: comparison.aloneSessions.map((each) => ({
        cause: each.cause,
        explanation: () => sessionExplanation(comparison, each),
        member: { kind: 'session', session: each.session } as const,
      })),
      title: 'only in the capture',
      noun: 'session',
      order: 100,
    },
    {
      items: comparison.aloneRows.map((each) => ({
        cause: each.cause,
        explanation: () => rowExplanation(comparison, each),
        member: { kind: 'row', row: each.row } as const,
      })),
      title: 'only in the log',
      noun: 'row',
      order: 101,
    },
  ];
  for (const { items, title, noun, order } of sides) {
    for (const { cause, explanation, member } of items) {
      add(`${title} ${cause.name}`, () => aloneGroup(title, noun, order, cause, explanation()), member);
    }
  }
  return [...groups.values()].sort(
    (a, b) => a.order - b.order || b.members.length - a.members.length || (a.title < b.title ? -1 : 1),
  );
}

/** Explanations that are the same but for their numbers stand together. */
function keyOf({ field, capture, log, explanation }: Difference): string {
  const values = typeof capture === 'number' ? '' : `${capture} ${log}`;
  return `${field} ${values} ${explanation.replaceAll(/\d+/g, 'N')}`;
}

function differenceGroup({ field, capture, log, explanation, harmless }: Difference): Group {
  const values = typeof capture === 'number' ? '' : `: ${capture} in the capture, ${log} in the log`;
  return {
    title: printable(`${field}${values}`),
    explanation: printable(explanation),
    varies: false,
    striking: field === 'session_end_reason' || field === 'tracker_stage',
    order: rank(field),
    members: [],
    harmless,
    noun: 'pair',
  };
}

function aloneGroup(title: string, noun: string, order: number, cause: Cause, explanation: string): Group {
  return {
    title: `${title}, ${cause.name.replaceAll('-', ' ')}`,
    explanation: printable(explanation),
    varies: false,
    striking: false,
    order,
    members: [],
    harmless: !cause.counts,
    noun,
  };
}
