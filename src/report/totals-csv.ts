/** `--summary` as CSV. */
import type { AccountingDocument } from './capture-document.ts';
import { csvLines } from './csv.ts';
import { TOTAL_GROUPS, type Totals } from './totals.ts';

/** One line a total; `count` is how often a counter was raised, which may exceed its packets. */
export function totalsCsv(
  totals: Totals,
  accounting: AccountingDocument,
  counters: Readonly<Record<string, number>>,
): string {
  const groups = TOTAL_GROUPS.flatMap((group) =>
    totals
      .alphabetical(group)
      .map(([name, total]) => [group, name, total.sessions, total.packets, total.bytes, null]),
  );
  const packets = [
    ['packets', accounting.packets],
    ['in_sessions', accounting.in_sessions],
    ...Object.entries(accounting.not_in_sessions),
  ].map(([name, count]) => ['accounting', name, null, count, null, null]);
  const raised = Object.entries(counters).map(([name, count]) => ['counters', name, null, null, null, count]);
  return csvLines([
    ['group', 'name', 'sessions', 'packets', 'bytes', 'count'],
    ...groups,
    ...packets,
    ...raised,
  ]);
}
