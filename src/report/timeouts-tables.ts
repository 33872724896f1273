/** The two tables of `timeouts`: by timer, and hosts that hold sockets which the firewall no longer knows. */
import { plural } from '../verdict/plural.ts';
import type { AllSessions } from '../verdict/timeouts/all-sessions.ts';
import type { SessionTimeout } from '../verdict/timeouts/session.ts';
import { heldSockets } from '../verdict/timeouts/sockets.ts';
import { type AlignedColumn, alignedLines } from './aligned.ts';
import { momentText } from './detail-lines.ts';
import type { Paint } from './paint.ts';
import { rfc3339 } from './time-text.ts';
import type { LogSides } from './timeouts-log.ts';
import { wrapText } from './wrap.ts';
import type { TextZone } from './zone-time.ts';

export interface TimeoutsTextOptions {
  readonly width: number;
  readonly zone: TextZone;
  readonly paint: Paint;
}

/** What every part of the view needs. */
export interface View extends TimeoutsTextOptions {
  readonly all: AllSessions;
  readonly log: LogSides;
}

/** Hosts that are shown; the JSON has all. */
const MOST_HOSTS = 20;

const RIGHT = 'right' as const;
const LEFT = 'left' as const;

const TIMER_COLUMNS: readonly AlignedColumn[] = [
  { head: 'TIMER', align: LEFT },
  { head: 'TIMEOUT', align: RIGHT },
  { head: 'SESSIONS', align: RIGHT },
  { head: 'EXPIRED', align: RIGHT },
  { head: 'THEN TRAFFIC', align: RIGHT },
  { head: 'SMALLEST SUFFICIENT', align: RIGHT },
];

const HOST_COLUMNS: readonly AlignedColumn[] = [
  { head: 'HOST', align: LEFT },
  { head: 'AT MOST', align: RIGHT },
  { head: 'WHEN', align: LEFT },
  { head: 'AT END', align: RIGHT },
  { head: 'PROVEN', align: RIGHT },
  { head: 'TOLD', align: RIGHT },
];

export function* summaryLines({ all, width, paint }: View): Generator<string> {
  const of = (verdict: SessionTimeout['verdict']): number =>
    all.sessions.filter((session) => session.verdict === verdict).length;
  const used = all.sessions.filter((session) => all.wasUsedAfterwards(session)).length;
  yield* wrapText(
    `${plural(all.sessions.length, 'session')}: ${of('expired')} expired, ${used} of them had packets afterwards; ` +
      `${of('not-expired')} not expired; ${of('cannot-tell')} cannot be told`,
    width,
  );
  const rows = all
    .summary()
    .map((row) => [
      row.timer,
      `${row.timeout} s`,
      String(row.sessions),
      String(row.expired),
      String(row.expiredThenTraffic),
      `${row.smallestSufficient} s`,
    ]);
  if (rows.length === 0) return;
  const { heading, lines } = alignedLines(TIMER_COLUMNS, rows, width);
  yield '';
  for (const line of heading) yield paint('heading', line);
  yield* lines;
}

export function* hostLines({ all, width, zone, paint }: View): Generator<string> {
  const held = heldSockets(all);
  if (held.length === 0) return;
  yield '';
  yield paint('heading', 'SOCKETS THAT THE FIREWALL NO LONGER KNOWS');
  const first = rfc3339(all.sessions[0]!.facts.first.time);
  const rows = held
    .slice(0, MOST_HOSTS)
    .map((each) => [
      each.host,
      String(each.peak),
      momentText(rfc3339(each.peakAt), { start: first }, zone),
      String(each.atEnd),
      String(each.proven),
      String(each.told),
    ]);
  const { heading, lines } = alignedLines(HOST_COLUMNS, rows, width);
  for (const line of heading) yield paint('heading', line);
  yield* lines;
  if (held.length > MOST_HOSTS) yield `and ${held.length - MOST_HOSTS} more hosts (--json has all)`;
  yield* wrapText(
    'AT MOST and AT END: sockets of expired connections that no FIN or RST of the host has closed since, as far as ' +
      'the packets show; PROVEN: the host sent a packet on it afterwards; TOLD: a reset on non-SYN traffic would ' +
      'have told the host',
    width,
  );
}
