/** `endreason compare`: what was fitted, the differences worth reading with the most surprising first, and counts of the rest. */
import { addressOf } from '../compare/address-book.ts';
import { wallText } from '../compare/alone-text.ts';
import { ENOUGH_VOTES } from '../compare/clock-fit.ts';
import type { Fit } from '../compare/comparison.ts';
import type { Difference } from '../compare/explain-pair.ts';
import { clockText, overheadText } from '../compare/own-codes.ts';
import { protocolName } from '../decode/protocol-names.ts';
import { plural } from '../verdict/plural.ts';
import { type Group, groupsOf, type Member } from './compare-groups.ts';
import { type CompareView, compareSummary } from './compare-json.ts';
import { endpointText } from './endpoint-text.ts';
import type { Paint } from './paint.ts';
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

/** Examples of a group, unless all are asked for. */
const EXAMPLES = 3;

/** Lines without line ends. */
export function* compareLines(view: CompareView, options: CompareTextOptions): Generator<string> {
  yield* summaryLines(view, options);
  const groups = groupsOf(view);
  const worth = groups.filter(({ harmless }) => !harmless);
  const rest = groups.filter(({ harmless }) => harmless);
  for (const [title, some] of [
    ['DIFFERENCES', worth],
    ['HARMLESS', rest],
  ] as const) {
    if (some.length === 0) continue;
    yield '';
    yield options.paint('heading', title);
    for (const group of some) yield* groupLines(view, group, options, title === 'HARMLESS');
  }
}

function* groupLines(
  view: CompareView,
  { title, explanation, varies, striking, members, noun }: Group,
  options: CompareTextOptions,
  counted: boolean,
): Generator<string> {
  const { width, paint, details } = options;
  const role = striking ? 'reset' : 'warning';
  const count = plural(members.length, noun);
  for (const line of wrapText(`${title}: ${count}`, width)) yield paint(counted ? 'quiet' : role, line);
  yield* wrapText(varies ? `of the first: ${explanation}` : explanation, width, '  ');
  if (counted && !details) return;
  const shown = details ? members : members.slice(0, EXAMPLES);
  for (const member of shown) yield* wrapWords(memberText(view, member, options).split('  '), width, '    ');
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
  for (const [name, text] of fitTexts(fit)) yield* wrapText(`${name}: ${text}`, width, '  ');
}

/** What was fitted before the two sides were compared, name and sentence. */
export function fitTexts(fit: Fit): readonly (readonly [name: string, text: string])[] {
  const { clock, overhead } = fit;
  const agree = (votes: number, agreeing: number): string =>
    votes === 0 ? 'nothing to fit it by' : `${agreeing} of ${votes} agree`;
  return [
    [
      'clock',
      `${clockText(clock) ?? "the log's clock is the capture's"} (${agree(clock.votes, clock.agreeing)})`,
    ],
    ...fit.clocks.devices.map(({ device, rows, clock: its, own }) => {
      const whose = device === null ? 'rows without a device' : `device ${printable(device)}`;
      const many = plural(rows, 'row');
      if (!own && its.agreeing < ENOUGH_VOTES) {
        return [whose, `${many}, too few to tell its clock, taken for that of the whole log`] as const;
      }
      const what = own
        ? (clockText(its) ?? "the log's clock is the capture's")
        : 'the clock of the whole log';
      return [whose, `${many}, ${what} (${agree(its.votes, its.agreeing)})`] as const;
    }),
    [
      'bytes',
      `${overheadText(fit) ?? 'the log counts as the capture does'} (${agree(overhead.votes, overhead.agreeing)})`,
    ],
    [
      'elapsed',
      `${elapsedText(fit)}; ${fit.lagVotes === 0 ? 'no row tells how long after the timer it was written' : `rows are written ${fit.lag} s after the timer`}`,
    ],
  ];
}

function elapsedText({ elapsedIncludes, elapsedVotes }: Fit): string {
  if (elapsedIncludes === 'timeout') return 'the log counts the timer, too';
  return elapsedVotes === 0 ? 'taken to be from first to last packet' : 'from first to last packet';
}

/** Names that are worth a line; of many only how many there are. */
const MOST_NAMES = 3;

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(printable).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

function memberText(view: CompareView, member: Member, options: CompareTextOptions): string {
  switch (member.kind) {
    case 'pair':
      return pairText(view, member.pair, member.difference, options);
    case 'session':
      return sessionText(view, member.session, options);
    case 'row':
      return rowText(view, member.row);
  }
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

export function placeText({ comparison, logNames }: CompareView, row: number): string {
  const { rows } = comparison.sides;
  return `${printable(logNames[rows.file[row]!]!)} line ${rows.line[row]!}`;
}
