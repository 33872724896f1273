/** The sessions of the report's page: a row each on the time axis, and all there is to say of those that matter. */
import { asSeconds, compareTime } from '../capture/time.ts';
import type { SessionFacts } from '../session/facts.ts';
import { EarlierSessions } from '../verdict/earlier-sessions.ts';
import { plural } from '../verdict/plural.ts';
import { endpointText } from './endpoint-text.ts';
import type { Ladder, SessionDetail, Timeline, TimelineRow } from './page-data.ts';
import { timerText } from './session-columns.ts';
import { type RowOptions, type SessionRow, sessionRow } from './session-row.ts';

/** Rows that the page holds at most: a browser reads as many in a second. */
export const MOST_ROWS = 20_000;
/** Sessions at most whose packets are drawn. */
export const MOST_LADDERS = 60;
/** and of which evidence and diagnosis are told */
const MOST_DETAILS = 2000;

/** What an administrator looks for first; codes that are not here are in order for most sessions. */
const STRIKING: readonly string[] = [
  'idle-timeout-then-traffic',
  'keepalive-longer-than-timeout',
  'reset-not-from-peer',
  'half-closed-expired',
  'path-mtu',
  'challenge-ack',
  'tls-alert',
  'one-direction-only',
  'return-path-missing',
  'port-reuse',
  'unverified-reset',
  'retransmission-split',
  'periodic-probe',
  'capture-incomplete',
  'reset-after-fin',
  'server-never-answered',
  'port-closed',
  'client-abort',
];
const STRIKING_RANK: ReadonlyMap<string, number> = new Map(STRIKING.map((code, i) => [code, i]));

interface Kept {
  readonly facts: SessionFacts;
  readonly row: SessionRow;
  /** smaller is more striking */
  readonly rank: number;
}

export class PageSessions {
  readonly #options: RowOptions;
  readonly #earlier = new EarlierSessions();
  #kept: Kept[] = [];
  #seen = 0;

  /** @param options with `proof` */
  constructor(options: RowOptions) {
    this.#options = options;
  }

  /** Takes each session in the order in which they left the table. */
  add(facts: SessionFacts): void {
    this.#seen += 1;
    const row = sessionRow(facts, this.#options, this.#earlier.take(facts));
    this.#kept.push({ facts, row, rank: rankOf(row) });
    // twice as many before some are dropped, so that it is done seldom
    if (this.#kept.length >= 2 * MOST_ROWS) this.#prune();
  }

  timeline(): Timeline {
    this.#prune();
    const rows = this.#kept
      .toSorted((a, b) => compareTime(a.facts.first.time, b.facts.first.time) || a.facts.id - b.facts.id)
      .map(({ facts, row }) => timelineRow(facts, row));
    const missing = this.#seen - rows.length;
    const leftOut =
      missing === 0
        ? null
        : `${plural(missing, 'session')} of ${this.#seen} are not in this list: those with a diagnosis come first, then the earliest. The totals above count all.`;
    return { rows, leftOut };
  }

  /** The most striking sessions, those in `first` before all others. */
  striking(most: number, first: readonly number[]): readonly SessionFacts[] {
    const byId = new Map(this.#kept.map(({ facts }) => [facts.id, facts]));
    const ranked = this.#kept.filter(({ rank }) => rank < STRIKING.length).toSorted(byRank);
    const ids = new Set([...first.filter((id) => byId.has(id)), ...ranked.map(({ facts }) => facts.id)]);
    return [...ids].slice(0, most).map((id) => byId.get(id)!);
  }

  details(ladders: ReadonlyMap<number, Ladder>): Record<number, SessionDetail> {
    const chosen =
      this.#kept.length <= MOST_DETAILS ? this.#kept : this.#kept.toSorted(byRank).slice(0, MOST_DETAILS);
    const drawn = this.#kept.filter(({ facts }) => ladders.has(facts.id));
    return Object.fromEntries(
      [...new Set([...chosen, ...drawn])].map(({ row }) => [
        row.sessionid,
        detailOf(row, ladders.get(row.sessionid) ?? null),
      ]),
    );
  }

  #prune(): void {
    if (this.#kept.length <= MOST_ROWS) return;
    this.#kept.sort(byRank);
    this.#kept.length = MOST_ROWS;
  }
}

function byRank(a: Kept, b: Kept): number {
  return a.rank - b.rank || compareTime(a.facts.first.time, b.facts.first.time) || a.facts.id - b.facts.id;
}

function rankOf({ diagnosis }: SessionRow): number {
  return Math.min(
    ...diagnosis.map(({ code }) => STRIKING_RANK.get(code) ?? STRIKING.length),
    STRIKING.length,
  );
}

function timelineRow(facts: SessionFacts, row: SessionRow): TimelineRow {
  return {
    id: row.sessionid,
    start: asSeconds(facts.first.time),
    last: asSeconds(facts.last.time),
    end: row.end === null ? null : asSeconds(facts.endTime),
    client: endpointText(row.src, row.sport, row.proto),
    server: endpointText(row.dst, row.dport, row.proto),
    proto: row.proto,
    app: row.app,
    reason: row.pending?.session_end_reason ?? row.session_end_reason,
    tracker: row.pending?.tracker_stage ?? row.tracker_stage ?? '',
    packets: row.packets,
    bytes: row.bytes,
    codes: row.diagnosis.map(({ code }) => code),
  };
}

function detailOf(row: SessionRow, ladder: Ladder | null): SessionDetail {
  const { pending } = row;
  const lines: [string, string][] = [
    ['time', `${row.start} to ${row.last}, elapsed ${row.elapsed} s`],
    ['session', `${row.proto}, ${row.state}, application ${row.app}`],
    [
      'counts',
      `c2s ${plural(row.pkts_sent, 'packet')} ${plural(row.bytes_sent, 'byte')}, s2c ${plural(row.pkts_received, 'packet')} ${plural(row.bytes_received, 'byte')}`,
    ],
    [
      'end',
      pending === null
        ? `${row.session_end_reason} at ${row.end}`
        : `still open: ${pending.session_end_reason} at ${pending.end} if no packet comes`,
    ],
    ['tracker stage', pending?.tracker_stage ?? row.tracker_stage ?? 'none'],
    ...(row.timer === null ? [] : [['timer', timerText(row)] as [string, string]]),
    ...(row.from === null && row.to === null
      ? []
      : [['zones', `${row.from ?? 'none'} to ${row.to ?? 'none'}`] as [string, string]]),
    ...(row.midstream ? [['began', 'before the capture'] as [string, string]] : []),
    ...(row.after_end === null || row.after_end === 0
      ? []
      : [['after its end', plural(row.after_end, 'packet')] as [string, string]]),
  ];
  return {
    lines,
    candidates: row.candidates,
    diagnosis: row.diagnosis.map(({ code, text }) => ({ code, text })),
    evidence: row.evidence.map(({ packet, time, what }) => ({ packet, at: Date.parse(time) / 1000, what })),
    ladder,
  };
}
