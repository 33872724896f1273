/** Totals for people: `--summary`, and the few lines that close a run. */
import { plural } from '../verdict/plural.ts';
import type { AccountingDocument } from './capture-document.ts';
import type { Paint } from './paint.ts';
import type { Total, TotalGroup, Totals } from './totals.ts';
import { wrapText, wrapWords } from './wrap.ts';

const GROUP_TITLES: readonly (readonly [TotalGroup, string])[] = [
  ['session_end_reason', 'SESSION END REASON'],
  ['pending', 'STILL OPEN, WILL BE'],
  ['app', 'APPLICATION'],
  ['timer', 'TIMER'],
];

/** End reason of a session that is open (interface.md); `pending` says more of them. */
const OPEN = 'n/a';

/** `--summary` as text. */
export function totalsLines(
  totals: Totals,
  accounting: AccountingDocument,
  counters: Readonly<Record<string, number>>,
  width: number,
  paint: Paint,
): string[] {
  const shown = GROUP_TITLES.map(([group, title]) => ({ group, title, rows: totals.ranked(group) })).filter(
    ({ rows }) => rows.length > 0,
  );
  const nameWidth = Math.max(
    ...shown.flatMap(({ title, rows }) => [title.length, ...rows.map(([name]) => name.length)]),
    0,
  );
  const numbers = numberColumns(totals.all);
  const groups = shown.flatMap(({ title, rows }) => [
    '',
    paint('heading', [title.padEnd(nameWidth), ...numbers.map((column) => column.head)].join('  ')),
    ...rows.map(([name, total]) =>
      [name.padEnd(nameWidth), ...numbers.map((column) => column.cell(total))].join('  '),
    ),
  ]);
  return [
    sessionsLine(totals),
    ...groups,
    '',
    ...accountingLines(accounting, width),
    ...counterLines(counters, paint),
  ];
}

/** What a run says on standard error when it is done. */
export function closingLines(totals: Totals, accounting: AccountingDocument, width: number): string[] {
  const counts = (title: string, group: TotalGroup): string[] => {
    const entries = totals
      .ranked(group)
      .filter(([name]) => name !== OPEN)
      .map(([name, total]) => `${name} ${total.sessions}`);
    return entries.length === 0 ? [] : wrapEntries(title, entries, ', ', width);
  };
  return [
    sessionsLine(totals),
    ...counts('by end reason: ', 'session_end_reason'),
    ...counts('still open, will be: ', 'pending'),
    ...counts('by application: ', 'app'),
    ...accountingLines(accounting, width),
  ];
}

/** `312 packets = 300 in sessions + 5 non_ip + 7 late` */
function accountingLines(accounting: AccountingDocument, width: number): string[] {
  const causes = Object.entries(accounting.not_in_sessions);
  const terms = [
    `${accounting.in_sessions} in sessions`,
    ...causes.map(([cause, count]) => `${count} ${cause}`),
  ];
  return wrapEntries(`${plural(accounting.packets, 'packet')} = `, terms, ' + ', width);
}

function counterLines(counters: Readonly<Record<string, number>>, paint: Paint): string[] {
  const entries = Object.entries(counters);
  if (entries.length === 0) return [];
  const nameWidth = Math.max(...entries.map(([name]) => name.length));
  const countWidth = Math.max(...entries.map(([, count]) => String(count).length));
  return [
    '',
    paint('heading', 'GLOBAL COUNTERS'),
    ...entries.map(([name, count]) => `${name.padEnd(nameWidth)}  ${String(count).padStart(countWidth)}`),
  ];
}

function sessionsLine(totals: Totals): string {
  const ended = totals.all.sessions - totals.open;
  return `${plural(totals.all.sessions, 'session')}: ${ended} ended, ${totals.open} still open at the end of the capture`;
}

/** Entries keep together; the separator stays at the end of a line that is broken. */
function wrapEntries(title: string, entries: readonly string[], separator: string, width: number): string[] {
  const glue = separator.trimEnd();
  const words = entries.map((entry, i) => (i < entries.length - 1 ? entry + glue : entry));
  return title.length + Math.max(...words.map((word) => word.length)) > width
    ? wrapText(title + words.join(' '), width)
    : wrapWords(words, width, title);
}

interface NumberColumn {
  readonly head: string;
  cell(total: Total): string;
}

function numberColumns(largest: Total): NumberColumn[] {
  return (['sessions', 'packets', 'bytes'] as const).map((key) => {
    const width = Math.max(key.length, String(largest[key]).length);
    return {
      head: key.toUpperCase().padStart(width),
      cell: (total) => String(total[key]).padStart(width),
    };
  });
}
