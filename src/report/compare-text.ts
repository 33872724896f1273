/** `endreason compare`: what was fitted, the differences worth reading with the most surprising first, and counts of the rest. */
import { addressOf } from '../compare/address-book.ts';
import type { Cause } from '../compare/alone.ts';
import { rowExplanation, sessionExplanation, wallText } from '../compare/alone-text.ts';
import { type Difference, differencesOf } from '../compare/explain-pair.ts';
import type { Field } from '../compare/fields.ts';
import { clockText, overheadText } from '../compare/own-codes.ts';
import { protocolName } from '../decode/protocol-names.ts';
import { plural } from '../verdict/plural.ts';
import { type CompareView, compareSummary } from './compare-json.ts';
import { endpointText } from './endpoint-text.ts';
import type { Paint, Role } from './paint.ts';
import { rfc3339 } from './time-text.ts';
import { printable, wrapText, wrapWords } from './wrap.ts';
import type { TextZone } from './zone-time.ts';

export interface CompareTextOptions {
  readonly width: number;
  readonly zone: TextZone;
  readonly paint: Paint;
  /** list everything */
  readonly details: boolean;
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
  'elapsed',
  'from',
  'to',
];

const rank = (field: Field): number => {
  const at = RANKED.indexOf(field);
  return at < 0 ? RANKED.length : at;
};

/** Examples of a group, unless all are asked for. */
const EXAMPLES = 3;

interface Group {
  readonly title: string;
  readonly explanation: string;
  readonly role: Role;
  readonly order: number;
  /** whatever stands below it, made when it is printed */
  readonly members: (() => string)[];
  readonly harmless: boolean;
  readonly noun: string;
}

/** Lines without line ends. */
export function* compareLines(view: CompareView, options: CompareTextOptions): Generator<string> {
  yield* summaryLines(view, options);
  const groups = [...groupsOf(view, options)];
  const worth = groups.filter(({ harmless }) => !harmless);
  const rest = groups.filter(({ harmless }) => harmless);
  for (const [title, some] of [
    ['DIFFERENCES', worth],
    ['HARMLESS', rest],
  ] as const) {
    if (some.length === 0) continue;
    yield '';
    yield options.paint('heading', title);
    const sorted = some.sort(
      (a, b) => a.order - b.order || b.members.length - a.members.length || (a.title < b.title ? -1 : 1),
    );
    for (const group of sorted) yield* groupLines(group, options, title === 'HARMLESS');
  }
}

function* groupLines(
  { title, explanation, role, members, noun }: Group,
  { width, paint, details }: CompareTextOptions,
  counted: boolean,
): Generator<string> {
  const count = plural(members.length, noun);
  for (const line of wrapText(`${title}: ${count}`, width)) yield paint(counted ? 'quiet' : role, line);
  yield* wrapText(explanation, width, '  ');
  if (counted && !details) return;
  const shown = details ? members : members.slice(0, EXAMPLES);
  for (const member of shown) yield* wrapWords(member().split('  '), width, '    ');
  const left = members.length - shown.length;
  if (left > 0) yield `    and ${left} more (--details lists them)`;
}

function* summaryLines(
  { comparison, logNames }: CompareView,
  { width }: CompareTextOptions,
): Generator<string> {
  const { fit } = comparison;
  const sum = compareSummary(comparison);
  yield* wrapText(
    `${plural(sum.sessions, 'session')} and ${plural(sum.log_rows, 'log row')} (${namesText(logNames)}): ${plural(sum.pairs, 'pair')}, ${sum.agree} agree, ${sum.differ} differ; ${sum.only_in_capture} only in the capture, ${sum.only_in_log} only in the log`,
    width,
  );
  const { clock, overhead } = fit;
  const agree = (votes: number, agreeing: number): string =>
    votes === 0 ? 'nothing to fit it by' : `${agreeing} of ${votes} agree`;
  const lines = [
    `clock: ${clockText(clock) ?? "the log's clock is the capture's"} (${agree(clock.votes, clock.agreeing)})`,
    `bytes: ${overheadText(fit) ?? 'the log counts as the capture does'} (${agree(overhead.votes, overhead.agreeing)})`,
    `elapsed: ${fit.elapsedIncludes === 'timeout' ? 'the log counts the timer, too' : 'from first to last packet'}; rows are written ${fit.lag} s after the timer`,
  ];
  for (const line of lines) yield* wrapText(line, width, '  ');
}

/** Names that are worth a line; of many only how many there are. */
const MOST_NAMES = 3;

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(printable).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

function groupsOf(view: CompareView, options: CompareTextOptions): Iterable<Group> {
  const groups = new Map<string, Group>();
  const add = (key: string, group: () => Group, member: () => string): void => {
    let found = groups.get(key);
    if (found === undefined) {
      found = group();
      groups.set(key, found);
    }
    found.members.push(member);
  };
  const { comparison } = view;
  for (let pair = 0; pair < comparison.pairs.count; pair += 1) {
    if (comparison.differences[pair] === 0) continue;
    for (const each of differencesOf(comparison, pair, view.factsOf, view.options)) {
      add(
        keyOf(each),
        () => differenceGroup(each),
        () => pairText(view, pair, each, options),
      );
    }
  }
  const sides = [
    {
      items: comparison.aloneSessions.map((each) => ({
        cause: each.cause,
        explanation: () => sessionExplanation(comparison, each),
        text: () => sessionText(view, each.session, options),
      })),
      title: 'only in the capture',
      noun: 'session',
      order: 100,
    },
    {
      items: comparison.aloneRows.map((each) => ({
        cause: each.cause,
        explanation: () => rowExplanation(comparison, each),
        text: () => rowText(view, each.row),
      })),
      title: 'only in the log',
      noun: 'row',
      order: 101,
    },
  ];
  for (const { items, title, noun, order } of sides) {
    for (const { cause, explanation, text } of items) {
      add(
        `${title} ${cause.name}`,
        () => aloneGroup(title, noun, order, cause, explanation()),
        () => text(),
      );
    }
  }
  return groups.values();
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
    role: field === 'session_end_reason' || field === 'tracker_stage' ? 'reset' : 'warning',
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
    role: 'warning',
    order,
    members: [],
    harmless: !cause.counts,
    noun,
  };
}

function pairText(
  view: CompareView,
  pair: number,
  { capture, log }: Difference,
  options: CompareTextOptions,
): string {
  const { pairs } = view.comparison;
  const sessions = pairs.sessionsOf(pair);
  const rows = Array.from(pairs.rowsOf(pair), (row) => placeText(view, row)).join(', ');
  const values = typeof capture === 'number' ? `  capture ${capture}, log ${log}` : '';
  return `${sessionText(view, sessions[0]!, options)}  ${rows}${values}`;
}

function sessionText({ comparison }: CompareView, session: number, { zone }: CompareTextOptions): string {
  const { store } = comparison.sides;
  const first = store.first.cells[session]!;
  const whole = Math.floor(first);
  const { date, clock } = zone.localTime(rfc3339({ sec: whole, nsec: 0 }));
  const proto = protocolName(store.proto.cells[session]!);
  const end = (address: number, port: number): string =>
    endpointText(store.addresses.text(address), port, proto);
  const client = end(store.src.cells[session]!, store.sport.cells[session]!);
  const server = end(store.dst.cells[session]!, store.dport.cells[session]!);
  return `session ${store.id.cells[session]!}  ${date} ${clock}  ${proto} ${client}  -> ${server}`;
}

function rowText(view: CompareView, row: number): string {
  const { rows } = view.comparison.sides;
  const text = (column: Uint32Array): string => printable(rows.texts[column[row]!] ?? '');
  const proto = text(rows.proto);
  const client = endpointText(addressOf(rows.addresses, rows.src[row]!), rows.sport[row]!, proto);
  const server = endpointText(addressOf(rows.addresses, rows.dst[row]!), rows.dport[row]!, proto);
  const start = wallText(Number.isNaN(rows.start[row]!) ? rows.generated[row]! : rows.start[row]!);
  return `${placeText(view, row)}  ${start}  ${proto} ${client}  -> ${server}`;
}

function placeText({ comparison, logNames }: CompareView, row: number): string {
  const { rows } = comparison.sides;
  return `${printable(logNames[rows.file[row]!]!)} line ${rows.line[row]!}`;
}
