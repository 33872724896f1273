/** Which columns a table of sessions has, and how wide they are. */
import { type Fit, LengthCounts } from './fit-columns.ts';
import {
  APPLICATION,
  CLIENT,
  END_REASON,
  SERVER,
  SESSION_COLUMNS,
  type SessionColumn,
} from './session-columns.ts';
import type { SessionRow } from './session-row.ts';
import type { TextZone } from './zone-time.ts';

export interface PlacedColumn {
  readonly column: SessionColumn;
  readonly width: number;
}

export interface TableLayout {
  readonly columns: readonly PlacedColumn[];
  /** spaces between columns */
  readonly gap: number;
  /** no session fits on one line: addresses have no columns and stand below each session */
  readonly stacked: boolean;
  /** characters of a line */
  readonly width: number;
}

/** Every terminal has these; only wider ones get further columns. */
export const BASE_WIDTH = 80;

/** A further column may send at most one session in ten to a second line that had one without it. */
const KEPT_ON_ONE_LINE = 0.9;

/** Spaces between columns where they cost no session its one line; otherwise one. */
const ROOMY_GAP = 2;

/** Columns that may be narrower than their longest cell. */
const VARYING: readonly SessionColumn[] = [APPLICATION, CLIENT, SERVER, END_REASON];
const LEAST: readonly number[] = VARYING.map((column) => column.head.length);

interface Measures {
  /** longest cell or heading; 0 for a column in which nothing stands */
  readonly natural: ReadonlyMap<SessionColumn, number>;
  /** of the varying columns */
  readonly lengths: LengthCounts;
}

/** Looks at every session once, and chooses. */
export function layOut(rows: Iterable<SessionRow>, zone: TextZone, terminalWidth: number): TableLayout {
  const width = Math.max(terminalWidth, BASE_WIDTH);
  const measures = measure(rows, zone);
  const base = SESSION_COLUMNS.filter((column) => column.extra === null);
  return bestFit(measures, base, 1, width).sessions > 0
    ? layOutColumns(measures, base, width)
    : layOutStacked(measures, base, width);
}

function layOutColumns(measures: Measures, base: readonly SessionColumn[], width: number): TableLayout {
  const enough = bestFit(measures, base, 1, width).sessions * KEPT_ON_ONE_LINE;
  const columns = widened(
    base,
    measures,
    width,
    (wider) => bestFit(measures, wider, ROOMY_GAP, width).sessions >= enough,
  );
  const roomy = bestFit(measures, columns, ROOMY_GAP, width);
  const tight = bestFit(measures, columns, 1, width);
  const [fit, gap] = roomy.sessions >= tight.sessions ? [roomy, ROOMY_GAP] : [tight, 1];
  const placed = columns.map((column) => ({
    column,
    width: fit.widths[VARYING.indexOf(column)] ?? measures.natural.get(column)!,
  }));
  return { columns: placed, gap, stacked: false, width };
}

function layOutStacked(measures: Measures, base: readonly SessionColumn[], width: number): TableLayout {
  const { natural } = measures;
  const fits = (columns: readonly SessionColumn[]): boolean => widthOf(columns, natural, ROOMY_GAP) <= width;
  const withoutAddresses = base.filter((column) => column !== CLIENT && column !== SERVER);
  const columns = widened(withoutAddresses, measures, width, fits);
  const placed = columns.map((column) => ({ column, width: natural.get(column)! }));
  return { columns: placed, gap: fits(columns) ? ROOMY_GAP : 1, stacked: true, width };
}

/** `base` with further columns in which something stands, the most wanted first, while there is room. */
function widened(
  base: readonly SessionColumn[],
  { natural }: Measures,
  width: number,
  hasRoom: (columns: readonly SessionColumn[]) => boolean,
): readonly SessionColumn[] {
  if (width <= BASE_WIDTH) return base;
  const extras = SESSION_COLUMNS.filter((column) => column.extra !== null && natural.get(column)! > 0);
  let columns = base;
  for (const extra of extras.sort((a, b) => a.extra! - b.extra!)) {
    const wider = SESSION_COLUMNS.filter((column) => column === extra || columns.includes(column));
    if (!hasRoom(wider)) break;
    columns = wider;
  }
  return columns;
}

/** What the varying columns get when the others have their natural width. */
function bestFit(
  { natural, lengths }: Measures,
  columns: readonly SessionColumn[],
  gap: number,
  width: number,
): Fit {
  const others = columns.filter((column) => !VARYING.includes(column));
  return lengths.fitInto(width - widthOf(others, natural, gap) - gap * VARYING.length, LEAST);
}

function widthOf(
  columns: readonly SessionColumn[],
  natural: ReadonlyMap<SessionColumn, number>,
  gap: number,
): number {
  return columns.reduce((total, column) => total + gap + natural.get(column)!, -gap);
}

function measure(rows: Iterable<SessionRow>, zone: TextZone): Measures {
  const longest = new Map<SessionColumn, number>(SESSION_COLUMNS.map((column) => [column, 0]));
  const lengths = new LengthCounts();
  for (const row of rows) {
    for (const column of SESSION_COLUMNS) {
      const length = column.text(row, zone).length;
      if (length > longest.get(column)!) longest.set(column, length);
    }
    lengths.add(VARYING.map((column) => column.text(row, zone).length));
  }
  // A column in which nothing ever stands is not wanted; the others need room for their heading.
  const natural = [...longest].map(
    ([column, length]) => [column, length === 0 ? 0 : Math.max(length, column.head.length)] as const,
  );
  return { natural: new Map(natural), lengths };
}
