/** What timers ended and what followed, as the report's page shows it. */
import type { Time } from '../capture/time.ts';
import { addressText } from '../decode/address.ts';
import { protocolName } from '../decode/protocol-names.ts';
import { applicationOf } from '../verdict/application.ts';
import type { AllSessions } from '../verdict/timeouts/all-sessions.ts';
import { milliseconds } from '../verdict/timeouts/idle.ts';
import { type SessionTimeout, wasEstablished } from '../verdict/timeouts/session.ts';
import { heldSockets } from '../verdict/timeouts/sockets.ts';
import { endpointText } from './endpoint-text.ts';
import type { ExpiryPart, ExpiryRow } from './page-data.ts';
import { rfc3339 } from './time-text.ts';
import { aftermathTexts } from './timeouts-aftermath.ts';

/** Sessions at most; the command lists all. */
const MOST_ROWS = 200;
const MOST_HOSTS = 50;

const seconds = ({ sec, nsec }: Time): number => sec + nsec / 1e9;
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
    hosts: heldSockets(all)
      .slice(0, MOST_HOSTS)
      .map(({ host, peak, peakAt, atEnd, proven, told }) => ({
        host,
        atMost: peak,
        when: seconds(peakAt),
        atEnd,
        proven,
        told,
      })),
  };
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
    at: expiredAt === null ? null : seconds(expiredAt),
    longestIdle: longest / 1000,
    margin: (idle.timerSeconds * 1000 - longest) / 1000,
    afterEnd: facts.afterEnd ?? 0,
    followed: aftermathTexts(session, all, clock)
      .map(([who, text]) => `${who}: ${text}.`)
      .join(' '),
    advice: advice ?? '',
  };
}
