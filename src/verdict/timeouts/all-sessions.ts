/**
 * What only all sessions of a run together tell: which timer ended how many that were still in use, how long it would
 * have had to be, who came back, and the hosts that hold sockets which the firewall no longer knows.
 */
import { compareTime, secondsBetween, type Time } from '../../capture/time.ts';
import { TIMEOUT_NAMES } from '../../firewall/timeouts.ts';
import type { SessionFacts } from '../../session/facts.ts';
import { continuedOf, SAME_EXCHANGE_TIMERS } from './continued.ts';
import { wasEstablished } from './decided.ts';
import { sufficientFor } from './idle.ts';
import { nextOnTuple } from './next-on-tuple.ts';
import { openingGaps } from './opening-gaps.ts';
import { type SessionTimeout, sessionTimeout } from './session.ts';

export interface TimerSummary {
  readonly timer: string;
  readonly timeout: number;
  /** sessions whose verdict names this timer */
  readonly sessions: number;
  readonly expired: number;
  readonly expiredThenTraffic: number;
  /** whole seconds: no gap under this timer that a packet of the same tuple ended was as long */
  readonly smallestSufficient: number;
}

/** A session that went on where an expired one had stopped. */
export interface Successor {
  readonly session: SessionTimeout;
  /** seconds from the last packet that restarted the timer of the one before */
  readonly afterSeconds: number;
}

export class AllSessions {
  /** by start, then id */
  readonly sessions: readonly SessionTimeout[];
  /** by start */
  readonly #exchanges = new Map<string, SessionTimeout[]>();

  /** @param captureEnd time of the last packet of the input; null without a packet */
  static of(all: readonly SessionFacts[], captureEnd: Time | null): AllSessions {
    const nextOf = nextOnTuple(all);
    const continued = continuedOf(all, nextOf);
    return new AllSessions(
      all.map((facts) => {
        const end = captureEnd ?? facts.last.time;
        return sessionTimeout(facts, end, nextOf(facts)?.first.time ?? null, continued.get(facts.id)!);
      }),
    );
  }

  constructor(sessions: readonly SessionTimeout[]) {
    this.sessions = [...sessions].sort(
      (a, b) => compareTime(a.facts.first.time, b.facts.first.time) || a.facts.id - b.facts.id,
    );
    for (const session of this.sessions) {
      if (session.facts.tcp?.nonSynAccepted) continue;
      const key = exchangeOf(session.facts);
      const list = this.#exchanges.get(key);
      if (list === undefined) this.#exchanges.set(key, [session]);
      else list.push(session);
    }
  }

  /**
   * Of an expired session: the next one of the same client to the same server and port (TCP), or of the same tuple
   * soon enough to be the same exchange (others); null where there is none.
   */
  successor(session: SessionTimeout): Successor | null {
    const { facts, verdict } = session;
    if (verdict !== 'expired') return null;
    const next = firstFrom(this.#exchanges.get(exchangeOf(facts)) ?? [], facts.endTime);
    if (next === null) return null;
    const afterSeconds = secondsBetween(next.facts.first.time, facts.lastRefresh.time);
    const limit = facts.tcp === null ? facts.timerSeconds * SAME_EXCHANGE_TIMERS : Number.POSITIVE_INFINITY;
    return afterSeconds <= limit ? { session: next, afterSeconds } : null;
  }

  /** Whether somebody still used what had expired: packets without SYN (TCP), or the same exchange going on (others). */
  wasUsedAfterwards(session: SessionTimeout): boolean {
    if (session.verdict !== 'expired') return false;
    const { facts, next } = session;
    if (facts.tcp !== null) return wasEstablished(facts) && ((facts.afterEnd ?? 0) > 0 || next !== null);
    return this.successor(session) !== null;
  }

  /** In the order of the timeout table, then those of applications by name. */
  summary(): readonly TimerSummary[] {
    const rows = new Map<string, Mutable<TimerSummary>>();
    const rowOf = (timer: string, timeout: number): Mutable<TimerSummary> => {
      const key = `${timer} ${timeout}`;
      const row = rows.get(key) ?? {
        timer,
        timeout,
        sessions: 0,
        expired: 0,
        expiredThenTraffic: 0,
        smallestSufficient: 1,
      };
      rows.set(key, row);
      return row;
    };
    const ended = (timer: string, timeout: number, gap: Time): void => {
      const row = rowOf(timer, timeout);
      row.smallestSufficient = Math.max(row.smallestSufficient, sufficientFor(gap));
    };
    for (const session of this.sessions) {
      const { facts, idle, verdict, toOutlast } = session;
      const row = rowOf(idle.timerName, idle.timerSeconds);
      row.sessions += 1;
      if (verdict === 'expired') row.expired += 1;
      if (this.wasUsedAfterwards(session)) row.expiredThenTraffic += 1;
      const { longestGap } = facts;
      if (longestGap !== null) ended(longestGap.timerName, longestGap.timerSeconds, longestGap.length);
      if (toOutlast !== null) ended(facts.timerName, facts.timerSeconds, toOutlast);
    }
    // a global timer has one length in a run
    const byName = new Map([...rows.values()].map((row) => [row.timer, row]));
    for (const { facts } of this.sessions) {
      for (const { timerName, length } of openingGaps(facts)) {
        const row = byName.get(timerName);
        if (row !== undefined)
          row.smallestSufficient = Math.max(row.smallestSufficient, sufficientFor(length));
      }
    }
    return [...rows.values()].sort((a, b) => compareTimers(a.timer, b.timer) || a.timeout - b.timeout);
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** TCP clients come back from another port; others from the same, whichever side speaks first. */
function exchangeOf({ version, proto, src, dst, sport, dport, tcp, parent }: SessionFacts): string {
  const around = `${version} ${proto} ${parent ?? ''}`;
  const [client, server] = [src.join(' '), dst.join(' ')];
  if (tcp !== null) return `${around} ${client} ${server} ${dport}`;
  return `${around} ${[`${client} ${sport}`, `${server} ${dport}`].sort().join(' ')}`;
}

/** The first session that starts at `time` or later. */
function firstFrom(byStart: readonly SessionTimeout[], time: Time): SessionTimeout | null {
  let low = 0;
  let high = byStart.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareTime(byStart[middle]!.facts.first.time, time) < 0) low = middle + 1;
    else high = middle;
  }
  return byStart[low] ?? null;
}

function compareTimers(a: string, b: string): number {
  const place = (name: string): number => {
    const at = (TIMEOUT_NAMES as readonly string[]).indexOf(name);
    return at < 0 ? TIMEOUT_NAMES.length : at;
  };
  return place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0);
}
