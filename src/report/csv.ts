/** Sessions as CSV (RFC 4180 quoting, lines end in LF): the keys of interface.md as columns. */
import Papa from 'papaparse';
import type { SessionRow } from './session-row.ts';

/** `json`: JSON text. `proof`: JSON text with `--details`, empty without. */
type ColumnKind = 'value' | 'json' | 'proof';

/** In the order of interface.md. */
const COLUMNS: Readonly<Record<keyof SessionRow, ColumnKind>> = {
  sessionid: 'value',
  type: 'value',
  state: 'value',
  subtype: 'value',
  src: 'value',
  dst: 'value',
  sport: 'value',
  dport: 'value',
  proto: 'value',
  from: 'value',
  to: 'value',
  natsrc: 'value',
  natdst: 'value',
  natsport: 'value',
  natdport: 'value',
  app: 'value',
  rule: 'value',
  action: 'value',
  action_source: 'value',
  bytes: 'value',
  bytes_sent: 'value',
  bytes_received: 'value',
  packets: 'value',
  pkts_sent: 'value',
  pkts_received: 'value',
  start: 'value',
  last: 'value',
  end: 'value',
  elapsed: 'value',
  timeout: 'value',
  timer: 'value',
  ttl: 'value',
  session_end_reason: 'value',
  tracker_stage: 'value',
  pending: 'json',
  final_action: 'value',
  midstream: 'value',
  client_basis: 'value',
  after_end: 'value',
  candidates: 'proof',
  evidence: 'proof',
  parent: 'value',
  diagnosis: 'proof',
};

export const CSV_COLUMNS: readonly (keyof SessionRow)[] = Object.keys(COLUMNS) as (keyof SessionRow)[];

export function csvHeader(): string {
  return csvLines([CSV_COLUMNS]);
}

/**
 * The lines of a batch of sessions.
 * @param details whether the proof columns are filled
 */
export function csvSessions(rows: readonly SessionRow[], details: boolean): string {
  return csvLines(rows.map((row) => CSV_COLUMNS.map((column) => csvValue(row, column, details))));
}

/** Lines of values; null is an empty field. */
export function csvLines(lines: readonly (readonly unknown[])[]): string {
  return lines.length === 0 ? '' : `${Papa.unparse(lines as unknown[][], { newline: '\n' })}\n`;
}

function csvValue(row: SessionRow, column: keyof SessionRow, details: boolean): unknown {
  const kind = COLUMNS[column];
  const value = row[column];
  if (kind === 'value' || value === null) return value;
  return kind === 'proof' && !details ? null : JSON.stringify(value);
}
