/** What was found in a log, counted while it is read. */

/** `name` as the user gave it. */
export interface LogFile {
  readonly name: string;
  /** forms of its lines in order of first appearance */
  readonly forms: LogForm[];
  /** traffic rows */
  rows: number;
  /** traffic rows by subtype */
  readonly subtypes: Map<string, number>;
  /** lines of other log types: THREAT, SYSTEM, ... */
  readonly otherTypes: Map<string, number>;
  /** lines that were left out, each of them reported or counted in a report */
  malformed: number;
  /** why the file could not be read to its end; null where it was */
  damage: string | null;
}

export type LogForm = 'syslog-csv' | 'csv' | 'leef' | 'cef' | 'json' | 'show-log';

export function emptyLogFile(name: string): LogFile {
  return { name, forms: [], rows: 0, subtypes: new Map(), otherTypes: new Map(), malformed: 0, damage: null };
}

export function countOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Lines of other log types over all files, most frequent first. */
export function otherTypes(files: readonly LogFile[]): readonly (readonly [type: string, lines: number])[] {
  const sums = new Map<string, number>();
  for (const file of files) {
    for (const [type, lines] of file.otherTypes) sums.set(type, (sums.get(type) ?? 0) + lines);
  }
  return [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
