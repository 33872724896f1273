/** The columns of the session table, in the order in which they stand. */

import { endpointText } from './endpoint-text.ts';
import type { Role } from './paint.ts';
import type { SessionRow } from './session-row.ts';
import { printable } from './wrap.ts';
import type { TextZone } from './zone-time.ts';

export interface SessionColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
  /** null: always there. Otherwise terminals wider than 80 get it, lowest number first, as long as there is room. */
  readonly extra: number | null;
  readonly text: (row: SessionRow, zone: TextZone) => string;
}

export const APPLICATION: SessionColumn = {
  head: 'APP',
  align: 'left',
  extra: null,
  text: (row) => printable(row.app),
};

export const CLIENT: SessionColumn = {
  head: 'CLIENT',
  align: 'left',
  extra: null,
  text: (row) => endpointText(row.src, row.sport, row.proto),
};

export const SERVER: SessionColumn = {
  head: 'SERVER',
  align: 'left',
  extra: null,
  text: (row) => endpointText(row.dst, row.dport, row.proto),
};

export const END_REASON: SessionColumn = {
  head: 'END REASON',
  align: 'left',
  extra: null,
  text: reasonText,
};

export const SESSION_COLUMNS: readonly SessionColumn[] = [
  { head: 'ID', align: 'right', extra: null, text: (row) => String(row.sessionid) },
  { head: 'START', align: 'left', extra: null, text: (row, zone) => zone.localTime(row.start).clock },
  { head: 'PROTO', align: 'left', extra: 1, text: (row) => row.proto },
  APPLICATION,
  CLIENT,
  SERVER,
  { head: 'ZONES', align: 'left', extra: 2, text: zonesText },
  { head: 'RULE', align: 'left', extra: 8, text: (row) => printable(row.rule ?? '(none)') },
  { head: 'PKTS', align: 'right', extra: null, text: (row) => String(row.packets) },
  { head: 'SENT', align: 'right', extra: 4, text: (row) => `${row.bytes_sent} B` },
  { head: 'RECEIVED', align: 'right', extra: 5, text: (row) => `${row.bytes_received} B` },
  { head: 'ELAPSED', align: 'right', extra: 3, text: (row) => `${row.elapsed} s` },
  { head: 'TIMER', align: 'left', extra: 7, text: timerText },
  { head: 'TRACKER STAGE', align: 'left', extra: 6, text: (row) => row.tracker_stage ?? row.state },
  END_REASON,
];

/** `tcp-fin`; of an open session what it will be, `tcp-fin in 15 s` (interface.md "When the capture ends"). */
function reasonText(row: SessionRow): string {
  return row.pending === null ? row.session_end_reason : `${row.pending.session_end_reason} in ${row.ttl} s`;
}

/** `trust > untrust`; empty where neither is known, so that a run without zones has no such column. */
function zonesText(row: SessionRow): string {
  return row.from === null && row.to === null
    ? ''
    : `${printable(row.from ?? '(none)')} > ${printable(row.to ?? '(none)')}`;
}

/** `tcp-time-wait 15 s` */
export function timerText(row: SessionRow): string {
  return row.timer === null ? '' : `${printable(row.timer)} ${row.timeout} s`;
}

/** What the end reason looks like: resets stand out, expiry recedes unless nobody answered. */
export function reasonRole(row: SessionRow): Role | null {
  if (row.pending !== null) return 'open';
  if (row.session_end_reason.startsWith('tcp-rst-')) return 'reset';
  if (row.session_end_reason !== 'aged-out') return null;
  return row.app === 'incomplete' ? 'warning' : 'quiet';
}
