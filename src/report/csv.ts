/** Sessions as CSV (RFC 4180 quoting, lines end in LF): the keys of interface.md as columns. */
import Papa from 'papaparse';
import type { RowLayout } from './row-template.ts';
import type { SessionRow } from './session-row.ts';

/**
 * `plain`: numbers, times, addresses and fixed words, which never need quotes. `text`: words that a
 * configuration may bring in. `json`: JSON text. `proof`: JSON text with `--details`, empty without.
 */
type ColumnKind = 'plain' | 'text' | 'json' | 'proof';

/** In the order of interface.md. */
const COLUMNS: Readonly<Record<keyof SessionRow, ColumnKind>> = {
  sessionid: 'plain',
  type: 'plain',
  state: 'plain',
  subtype: 'plain',
  src: 'plain',
  dst: 'plain',
  sport: 'plain',
  dport: 'plain',
  proto: 'plain',
  from: 'text',
  to: 'text',
  natsrc: 'plain',
  natdst: 'plain',
  natsport: 'plain',
  natdport: 'plain',
  app: 'text',
  rule: 'text',
  action: 'plain',
  action_source: 'plain',
  bytes: 'plain',
  bytes_sent: 'plain',
  bytes_received: 'plain',
  packets: 'plain',
  pkts_sent: 'plain',
  pkts_received: 'plain',
  start: 'plain',
  last: 'plain',
  end: 'plain',
  elapsed: 'plain',
  timeout: 'plain',
  timer: 'text',
  ttl: 'plain',
  session_end_reason: 'plain',
  tracker_stage: 'plain',
  pending: 'json',
  final_action: 'plain',
  midstream: 'plain',
  client_basis: 'plain',
  after_end: 'plain',
  candidates: 'proof',
  evidence: 'proof',
  parent: 'plain',
  diagnosis: 'proof',
};

export const CSV_COLUMNS: readonly (keyof SessionRow)[] = Object.keys(COLUMNS) as (keyof SessionRow)[];

const KINDS: readonly ColumnKind[] = CSV_COLUMNS.map((column) => COLUMNS[column]);

export function csvHeader(): string {
  return csvLines([CSV_COLUMNS]);
}

/**
 * The line of one session.
 * @param details whether the proof columns are filled
 */
export function csvSession(row: SessionRow, details: boolean): string {
  for (let i = 0; i < CSV_COLUMNS.length; i += 1) {
    fields[i] = csvCell(KINDS[i]!, row[CSV_COLUMNS[i]!], details);
  }
  return `${fields.join(',')}\n`;
}

/** One line's fields, used again for each: joined at once they make a flat text, added one by one a rope. */
const fields: unknown[] = CSV_COLUMNS.map(() => null);

/** @returns what stands in the cell; null where that is nothing */
function csvCell(kind: ColumnKind, value: SessionRow[keyof SessionRow], details: boolean): unknown {
  if (value === null || kind === 'plain') return value;
  if (kind === 'text') return quoted(value as string);
  return kind === 'json' || details ? quoted(JSON.stringify(value)) : null;
}

/** The lines of sessions without their proof. */
export const CSV_LAYOUT: RowLayout = {
  before: '',
  between: ',',
  behind: '\n',
  name: () => '',
  quote: '',
  cell: (column, value) => String(csvCell(COLUMNS[column], value, false) ?? ''),
  proof: null,
};

/** The same with their proof. */
export const CSV_PROOF_LAYOUT: RowLayout = {
  ...CSV_LAYOUT,
  proof: { around: '"', inside: (json) => json.replaceAll('"', '""') },
};

const MAY_NEED_QUOTES = /[^\w.:-]/;

/** Most words need no quotes; where one may, the library decides. */
function quoted(value: string): string {
  return MAY_NEED_QUOTES.test(value) ? Papa.unparse([[value]], { newline: '\n' }) : value;
}

/** Lines of values; null is an empty field. */
export function csvLines(lines: readonly (readonly unknown[])[]): string {
  return lines.length === 0 ? '' : `${Papa.unparse(lines as unknown[][], { newline: '\n' })}\n`;
}
