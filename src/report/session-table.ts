/** `--format table`: sessions as lines for people. */

import { plural } from '../verdict/plural.ts';
import type { CaptureDocument } from './capture-document.ts';
import { detailLines } from './detail-lines.ts';
import type { Paint } from './paint.ts';
import { CLIENT, END_REASON, reasonRole, SERVER, SESSION_COLUMNS } from './session-columns.ts';
import type { SessionRow } from './session-row.ts';
import { layOut, type PlacedColumn, type TableLayout } from './table-layout.ts';
import { printable, wrapText, wrapWords } from './wrap.ts';
import type { TextZone } from './zone-time.ts';

export interface TableOptions {
  /** characters of a line; fewer than 80 count as 80 */
  readonly width: number;
  readonly zone: TextZone;
  readonly paint: Paint;
  /** evidence and candidates below each session */
  readonly details: boolean;
}

/**
 * The lines of a table, without line ends.
 * @param rows sessions by start, then id; gone through twice, once to measure and once to print
 */
export function* tableLines(
  capture: CaptureDocument,
  rows: () => Iterable<SessionRow>,
  options: TableOptions,
): Generator<string> {
  const { zone, paint } = options;
  yield* captureLines(capture, zone, options.width);
  const layout = layOut(rows(), zone, options.width);
  let day = capture.first === null ? null : zone.localTime(capture.first).date;
  let empty = true;
  for (const row of rows()) {
    if (empty) {
      yield '';
      yield* headingLines(layout).map((line) => paint('heading', line));
    }
    empty = false;
    const { date } = zone.localTime(row.start);
    if (date !== day) yield paint('heading', date);
    day = date;
    yield* sessionLines(row, layout, zone, paint);
    if (options.details) yield* detailLines(row, zone, layout.width);
  }
  if (empty) yield 'no sessions';
}

/** What was read: name, packets, from when to when. */
export function captureLines(capture: CaptureDocument, zone: TextZone, width: number): string[] {
  const names = capture.files.map((file) => printable(file.name)).join(', ');
  const title = capture.files.length === 1 ? names : `${capture.files.length} captures (${names})`;
  const interrupted = capture.interrupted === true ? ', interrupted' : '';
  const text = `${title}: ${plural(capture.packets, 'packet')}${spanText(capture, zone)}${interrupted}`;
  return wrapText(text, width);
}

function spanText(capture: CaptureDocument, zone: TextZone): string {
  if (capture.first === null || capture.last === null) return '';
  const first = zone.localTime(capture.first);
  const last = zone.localTime(capture.last);
  const until = first.date === last.date ? last.clock : `${last.date} ${last.clock}`;
  return `, ${first.date} ${first.clock} to ${until} ${zone.name}`;
}

function headingLines(layout: TableLayout): string[] {
  const line = joinCells(layout, (placed) => placed.column.head);
  return layout.stacked ? [line, `${secondIndent(layout)}${CLIENT.head} -> ${SERVER.head}`] : [line];
}

function sessionLines(row: SessionRow, layout: TableLayout, zone: TextZone, paint: Paint): string[] {
  const text = ({ column }: PlacedColumn): string => column.text(row, zone);
  const fits = !layout.stacked && layout.columns.every((placed) => text(placed).length <= placed.width);
  const lines = fits ? [joinCells(layout, text)] : twoLines(row, layout, zone);
  const role = reasonRole(row);
  const reason = END_REASON.text(row, zone);
  return role === null
    ? lines
    : lines.map((line) =>
        line.endsWith(reason) ? line.slice(0, line.length - reason.length) + paint(role, reason) : line,
      );
}

/**
 * The addresses move to a second line. On the first, what stands behind them keeps its place, or moves
 * into theirs as far as it must.
 */
function twoLines(row: SessionRow, layout: TableLayout, zone: TextZone): string[] {
  const side = (wanted: (at: number) => boolean): { columns: PlacedColumn[]; text: string } => {
    const columns = layout.columns.filter(({ column }) => wanted(SESSION_COLUMNS.indexOf(column)));
    return { columns, text: joinCells({ ...layout, columns }, ({ column }) => column.text(row, zone)) };
  };
  const before = side((at) => at < SESSION_COLUMNS.indexOf(CLIENT));
  const behind = side((at) => at > SESSION_COLUMNS.indexOf(SERVER));
  const place = widthOfColumns(layout, layout.columns) - widthOfColumns(layout, behind.columns);
  const start = Math.max(before.text.length + layout.gap, Math.min(place, layout.width - behind.text.length));
  const cells = [...before.columns, ...behind.columns].map(({ column }) => column.text(row, zone));
  const first =
    start + behind.text.length <= layout.width
      ? [before.text.padEnd(start) + behind.text]
      : wrapWords(cells, layout.width);
  const addresses = [CLIENT.text(row, zone), `-> ${SERVER.text(row, zone)}`];
  return [...first, ...wrapWords(addresses, layout.width, secondIndent(layout))];
}

function widthOfColumns(layout: TableLayout, columns: readonly PlacedColumn[]): number {
  return columns.reduce((total, { width }) => total + width + layout.gap, -layout.gap);
}

function joinCells(layout: TableLayout, text: (placed: PlacedColumn) => string): string {
  return layout.columns
    .map((placed) =>
      placed.column.align === 'right'
        ? text(placed).padStart(placed.width)
        : text(placed).padEnd(placed.width),
    )
    .join(' '.repeat(layout.gap))
    .trimEnd();
}

/** A second line begins below the start time. */
function secondIndent(layout: TableLayout): string {
  return ' '.repeat(layout.columns[0]!.width + layout.gap);
}
