/**
 * Sessions in which an expired one went on, and the gaps that its timer would have had to outlast: a longer timer would
 * have kept one session where the firewall has several.
 */
import { secondsBetween, type Time } from '../../capture/time.ts';
import type { SessionFacts } from '../../session/facts.ts';
import { LONGEST_RETRY_SECONDS, neverOpened } from '../earlier-sessions.ts';
import { isDecided } from './decided.ts';
import { idleUntil, longest, longestLateGap } from './idle.ts';
import type { NextOnTuple } from './next-on-tuple.ts';

/**
 * Within so many timers after its last packet a datagram session of the same tuple is taken for the same exchange;
 * later the port may have come to another one. Inferred.
 */
export const SAME_EXCHANGE_TIMERS = 10;

/** Of a session: the one in which it went on, and the longest gap to carry it over; null where there is none. */
export interface Continued {
  readonly next: SessionFacts | null;
  readonly gap: Time | null;
}

/** @param all sessions of one run, in any order */
export function continuedOf(
  all: readonly SessionFacts[],
  nextOf: NextOnTuple,
): ReadonlyMap<number, Continued> {
  const found = new Map<number, Continued>();
  // ids are given in the order of creation: whatever a session went on in has been looked at
  for (const facts of all.toSorted((a, b) => b.id - a.id)) {
    const after = nextOf(facts);
    const next = after !== null && goesOn(facts, after) ? after : null;
    found.set(facts.id, { next, gap: gapOf(facts, next, found) });
  }
  return found;
}

function gapOf(
  facts: SessionFacts,
  next: SessionFacts | null,
  found: ReadonlyMap<number, Continued>,
): Time | null {
  if (!wasCut(facts)) return null;
  const late = longestLateGap(facts);
  if (next === null) return late;
  const before = idleUntil(facts, next.first.time).length;
  // a connection that opened, or closed, in it went on under another timer
  const stays = facts.tcp === null || (next.tcp!.nonSynAccepted && !isOfClosing(next.longestGap?.timerName));
  const after = stays ? longest(next.longestGap?.length ?? null, found.get(next.id)?.gap ?? null) : null;
  return longest(longest(late, before), after);
}

function isOfClosing(timerName: string | undefined): boolean {
  return timerName !== undefined && /tcp-half-closed$|tcp-time-wait$|unverified-rst$/.test(timerName);
}

/** A timer ended it that might have been longer. */
function wasCut(facts: SessionFacts): boolean {
  return facts.endedBy === 'timer' && !isDecided(facts);
}

/**
 * TCP: packets without a SYN that opened a session of their own (`--non-syn accept`), or the SYN of an attempt that
 * was never answered, sent again (firewall-model 12, row 13). Others: the same exchange.
 */
function goesOn(facts: SessionFacts, next: SessionFacts): boolean {
  if (!wasCut(facts)) return false;
  const distance = secondsBetween(next.first.time, facts.lastRefresh.time);
  if (facts.tcp === null) return distance <= facts.timerSeconds * SAME_EXCHANGE_TIMERS;
  if (next.tcp!.nonSynAccepted) return true;
  const isRetry = next.clientBasis === 'syn' && facts.clientBasis === 'syn' && next.sport === facts.sport;
  return isRetry && neverOpened(facts) && distance <= LONGEST_RETRY_SECONDS;
}
