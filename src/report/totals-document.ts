/** `--summary` as JSON. */
import type { Total, TotalGroup, Totals } from './totals.ts';

export interface TotalsDocument extends Readonly<Record<TotalGroup, Readonly<Record<string, Total>>>> {
  readonly sessions: number;
  readonly ended: number;
  readonly open: number;
}

export function totalsDocument(totals: Totals): TotalsDocument {
  const group = (name: TotalGroup): Record<string, Total> => Object.fromEntries(totals.alphabetical(name));
  return {
    sessions: totals.all.sessions,
    ended: totals.all.sessions - totals.open,
    open: totals.open,
    session_end_reason: group('session_end_reason'),
    app: group('app'),
    timer: group('timer'),
    pending: group('pending'),
  };
}
