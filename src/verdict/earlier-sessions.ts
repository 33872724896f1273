/**
 * What a session owes to sessions before it: a series of probes, an attempt that went on with the same ports
 * (firewall-model 12, rows 3 and 13). Sessions are taken in the order in which they leave the table, and each is
 * told of earlier ones only, so a stream of rows says the same as a whole document. Memory is bounded: of the
 * series and attempts that were heard of last, REMEMBERED each.
 */
import { LRUMap } from 'mnemonist';
import { secondsBetween, type Time } from '../capture/time.ts';
import type { SessionFacts } from '../session/facts.ts';

/** A session in a series: the third or a later one. */
export interface ProbeSeries {
  /** sessions so far, this one included, and the first one's id */
  readonly sessions: number;
  readonly firstId: number;
  readonly previousId: number;
  /** seconds from one start to the next, on average, and the shortest and longest */
  readonly period: number;
  readonly shortest: number;
  readonly longest: number;
}

/** The attempt that this session goes on with. */
export interface SplitAttempt {
  readonly previousId: number;
  /** timer that ended the session before */
  readonly timerName: string;
  readonly timerSeconds: number;
  /** its last packet */
  readonly lastPacket: Time;
}

export interface Earlier {
  readonly series: ProbeSeries | null;
  readonly attempt: SplitAttempt | null;
}

export const NOTHING_EARLIER: Earlier = { series: null, attempt: null };

/** Sources with a destination and port, and tuples, that are remembered at most. */
export const REMEMBERED = 16_384;

/** Shorter distances are a burst, no period. */
const SHORTEST_PERIOD_SECONDS = 1;
/** Distances are regular within so much of their mean, or within a second. */
const PERIOD_TOLERANCE = 0.1;
const PERIOD_TOLERANCE_SECONDS = 1;
const FEWEST_IN_SERIES = 3;
/** Longest distance of two SYNs of one attempt: the highest retransmission timer that Linux has (TCP_RTO_MAX). */
export const LONGEST_RETRY_SECONDS = 120;

interface Series {
  sessions: number;
  firstId: number;
  firstStart: Time;
  lastId: number;
  lastStart: Time;
  shortest: number;
  longest: number;
}

export class EarlierSessions {
  readonly #series = new LRUMap<string, Series>(REMEMBERED);
  readonly #attempts = new LRUMap<string, SplitAttempt | null>(REMEMBERED);

  /** Takes the next session that has left the table, or is given as open at the end. */
  take(facts: SessionFacts): Earlier {
    if (facts.tcp === null || facts.clientBasis !== 'syn') return NOTHING_EARLIER;
    const attempt = this.#takeAttempt(facts);
    const series = facts.payloadSeen ? null : this.#takeProbe(facts, attempt !== null);
    return attempt === null && series === null ? NOTHING_EARLIER : { series, attempt };
  }

  #takeAttempt(facts: SessionFacts): SplitAttempt | null {
    const key = tupleKey(facts, facts.sport);
    const before = this.#attempts.get(key) ?? null;
    const goesOn = before !== null && distance(before.lastPacket, facts.first.time) <= LONGEST_RETRY_SECONDS;
    if (neverOpened(facts)) {
      this.#attempts.set(key, {
        previousId: facts.id,
        timerName: facts.timerName,
        timerSeconds: facts.timerSeconds,
        lastPacket: kept(facts.lastRefresh.time),
      });
    } else if (before !== null) {
      this.#attempts.set(key, null);
    }
    return goesOn ? before : null;
  }

  /** @param isRetry the same attempt as the session before: no probe of its own */
  #takeProbe(facts: SessionFacts, isRetry: boolean): ProbeSeries | null {
    if (isRetry) return null;
    const key = tupleKey(facts, 0);
    const start = facts.first.time;
    const series = this.#series.get(key);
    if (series === undefined) {
      this.#series.set(key, begin(facts));
      return null;
    }
    const since = distance(series.lastStart, start);
    // it began before a session that has left already: its place in the series is past
    if (since <= 0) return null;
    const mean = distance(series.firstStart, series.lastStart) / Math.max(1, series.sessions - 1);
    const tolerance = Math.max(PERIOD_TOLERANCE_SECONDS, mean * PERIOD_TOLERANCE);
    if (since < SHORTEST_PERIOD_SECONDS || (series.sessions > 1 && Math.abs(since - mean) > tolerance)) {
      const next = since < SHORTEST_PERIOD_SECONDS ? begin(facts) : second(series, facts, since);
      this.#series.set(key, next);
      return null;
    }
    const previousId = series.lastId;
    add(series, facts, since);
    if (series.sessions < FEWEST_IN_SERIES) return null;
    const { sessions, firstId, shortest, longest } = series;
    const period = distance(series.firstStart, start) / (sessions - 1);
    return { sessions, firstId, previousId, period, shortest, longest };
  }
}

/** A SYN without an end of its handshake, and a timer that ended it: the client may be trying still. */
export function neverOpened({ tcp, endedBy }: SessionFacts): boolean {
  return !tcp!.handshakeComplete && tcp!.causes.length === 0 && endedBy === 'timer';
}

/** Half-words as the characters of a text: shorter, and made sooner, than digits. */
function tupleKey({ version, src, dst, dport }: SessionFacts, sport: number): string {
  if (version === 4)
    return String.fromCharCode(src[3]! >>> 16, src[3]!, dst[3]! >>> 16, dst[3]!, sport, dport);
  const halves = [src, dst].flatMap((words) => [...words].flatMap((word) => [word >>> 16, word & 0xffff]));
  return String.fromCharCode(...halves, sport, dport);
}

/** Facts may be written over by those of the next session. */
function kept({ sec, nsec }: Time): Time {
  return { sec, nsec };
}

function distance(from: Time, to: Time): number {
  return secondsBetween(to, from);
}

function begin({ id, first }: SessionFacts): Series {
  const start = kept(first.time);
  return {
    sessions: 1,
    firstId: id,
    firstStart: start,
    lastId: id,
    lastStart: start,
    shortest: Number.POSITIVE_INFINITY,
    longest: 0,
  };
}

/** The rhythm has changed: the session before may be the first of another one. */
function second(before: Series, facts: SessionFacts, since: number): Series {
  const { lastId, lastStart } = before;
  const series: Series = {
    sessions: 1,
    firstId: lastId,
    firstStart: lastStart,
    lastId,
    lastStart,
    shortest: Number.POSITIVE_INFINITY,
    longest: 0,
  };
  add(series, facts, since);
  return series;
}

function add(series: Series, { id, first }: SessionFacts, since: number): void {
  series.sessions += 1;
  series.lastId = id;
  series.lastStart = kept(first.time);
  series.shortest = Math.min(series.shortest, since);
  series.longest = Math.max(series.longest, since);
}
