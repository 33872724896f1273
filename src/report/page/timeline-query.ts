/** Which sessions are asked for, and in which order. */
import type { TimelineRow } from '../page-data.ts';

export interface Wanted {
  /** lower case, all must be found */
  readonly words: readonly string[];
  /** empty: any */
  readonly reason: string;
  readonly application: string;
  readonly code: string;
}

export function wantedOf(search: string, reason: string, application: string, code: string): Wanted {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return { words, reason, application, code };
}

/** As the summary counts it: `n/a` while open. */
const loggedReason = ({ end, reason }: TimelineRow): string => (end === null ? 'n/a' : reason);

/** `open: tcp-fin` where that is what will be logged if no packet comes any more. */
export const endText = ({ end, reason }: TimelineRow): string => (end === null ? `open: ${reason}` : reason);

export function matches(row: TimelineRow, { words, reason, application, code }: Wanted): boolean {
  if (reason !== '' && loggedReason(row) !== reason) return false;
  if (application !== '' && row.app !== application) return false;
  if (code !== '' && !row.codes.includes(code)) return false;
  if (words.length === 0) return true;
  const text =
    `${row.id} ${row.client} ${row.server} ${row.proto} ${row.app} ${loggedReason(row)} ${endText(row)} ${row.tracker} ${row.codes.join(' ')}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

export type Compare = (a: TimelineRow, b: TimelineRow) => number;

const byText =
  (of: (row: TimelineRow) => string): Compare =>
  (a, b) =>
    of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : a.id - b.id;
const byNumber =
  (of: (row: TimelineRow) => number): Compare =>
  (a, b) =>
    of(a) - of(b) || a.id - b.id;

export const SORTS = {
  start: byNumber((row) => row.start),
  'duration, longest first': byNumber((row) => row.start - row.last),
  'bytes, most first': byNumber((row) => -row.bytes),
  'packets, most first': byNumber((row) => -row.packets),
  client: byText((row) => row.client),
  server: byText((row) => row.server),
  application: byText((row) => row.app),
  'end reason': byText(endText),
} as const satisfies Readonly<Record<string, Compare>>;

export type SortName = keyof typeof SORTS;
