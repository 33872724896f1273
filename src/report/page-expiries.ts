/** What timers ended and what followed, as the report's page shows it. */
import { asSeconds, type Time } from '../capture/time.ts';
import { addressText } from '../decode/address.ts';
import { protocolName } from '../decode/protocol-names.ts';
import { applicationOf } from '../verdict/application.ts';
import type { AllSessions } from '../verdict/timeouts/all-sessions.ts';
import { wasEstablished } from '../verdict/timeouts/decided.ts';
import { milliseconds } from '../verdict/timeouts/idle.ts';
import type { SessionTimeout } from '../verdict/timeouts/session.ts';
import { type HeldSockets, heldSockets } from '../verdict/timeouts/sockets.ts';
import { endpointText } from './endpoint-text.ts';
import type { ExpiryPart, ExpiryRow, HeldCourse } from './page-data.ts';
import { type Bins, binsOver } from './table-course.ts';
import { rfc3339 } from './time-text.ts';
import { aftermathTexts } from './timeouts-aftermath.ts';

/** Sessions at most; the command lists all. */
const MOST_ROWS = 200;
const MOST_HOSTS = 50;
/** lines of the chart: more cannot be told apart */
const HOSTS_DRAWN = 5;

const clock = (time: Time): string => `${rfc3339(time).slice(11, 23)} UTC`;

export function expiryPart(all: AllSessions): ExpiryPart {
  const expired = all.sessions.filter(
    (session) =>
      session.verdict === 'expired' && (wasEstablished(session.facts) || all.wasUsedAfterwards(session)),
  );
  const rows = expired.toSorted(
    (a, b) =>
      Number(all.wasUsedAfterwards(b)) - Number(all.wasUsedAfterwards(a)) ||
      (b.facts.afterEnd ?? 0) - (a.facts.afterEnd ?? 0),
  );
  const held = heldSockets(all);
  return {
    summary: all.summary().map((row) => ({
      timer: row.timer,
      timeout: row.timeout,
      expired: row.expired,
      thenTraffic: row.expiredThenTraffic,
      sufficient: row.smallestSufficient,
    })),
    rows: rows.slice(0, MOST_ROWS).map((session) => rowOf(session, all)),
    total: rows.length,
    held: heldCourse(all, held.slice(0, HOSTS_DRAWN)),
    hosts: held.slice(0, MOST_HOSTS).map(({ host, peak, peakAt, atEnd, proven, told }) => ({
      host,
      atMost: peak,
      when: asSeconds(peakAt),
      atEnd,
      proven,
      told,
    })),
  };
}

/** To the last packet of the sessions, or the last change. */
function heldCourse(all: AllSessions, hosts: readonly HeldSockets[]): HeldCourse | null {
  if (hosts.length === 0) return null;
  const changes = hosts.flatMap(({ course }) => course.map(({ at }) => asSeconds(at)));
  const first = changes.reduce((a, b) => Math.min(a, b));
  const last = all.sessions.reduce(
    (latest, { facts }) => Math.max(latest, asSeconds(facts.last.time)),
    changes.reduce((a, b) => Math.max(a, b)),
  );
  const bins = binsOver(first, last);
  const { start, step } = bins;
  return {
    start,
    step,
    hosts: hosts.map(({ host, course, atEnd }) => ({ host, most: mostInBins(course, bins), atEnd })),
  };
}

function mostInBins(course: HeldSockets['course'], { start, step, bins }: Bins): number[] {
  const most: number[] = [];
  let held = 0;
  let next = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    let highest = held;
    for (; next < course.length; next += 1) {
      const { at, held: now } = course[next]!;
      if (bin < bins - 1 && asSeconds(at) >= start + (bin + 1) * step) break;
      held = now;
      highest = Math.max(highest, held);
    }
    most.push(highest);
  }
  return most;
}

/** Sessions that a host still used, those with the most late packets first. */
export function usedAfterwards(all: AllSessions): readonly number[] {
  return all.sessions
    .filter((session) => all.wasUsedAfterwards(session) && session.facts.tcp !== null)
    .toSorted((a, b) => (b.facts.afterEnd ?? 0) - (a.facts.afterEnd ?? 0))
    .map(({ facts }) => facts.id);
}

function rowOf(session: SessionTimeout, all: AllSessions): ExpiryRow {
  const { facts, idle, verdict, expiredAt, advice } = session;
  const proto = protocolName(facts.proto);
  const longest = milliseconds(idle.length);
  return {
    id: facts.id,
    client: endpointText(addressText(facts.src, facts.version), facts.sport, proto),
    server: endpointText(addressText(facts.dst, facts.version), facts.dport, proto),
    app: applicationOf(facts),
    timer: idle.timerName,
    timeout: idle.timerSeconds,
    verdict,
    at: expiredAt === null ? null : asSeconds(expiredAt),
    longestIdle: longest / 1000,
    margin: (idle.timerSeconds * 1000 - longest) / 1000,
    afterEnd: facts.afterEnd ?? 0,
    followed: aftermathTexts(session, all, clock)
      .map(([who, text]) => `${who}: ${text}.`)
      .join(' '),
    advice: advice ?? '',
  };
}
