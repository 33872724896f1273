/**
 * Was it a timeout? One session's answer, from its facts alone (interface.md "timeouts, as JSON"; firewall-model 3.2;
 * 12, rows 7, 8 and 12).
 */
import type { Time } from '../../capture/time.ts';
import type { SessionFacts } from '../../session/facts.ts';
import { keepaliveInterval, keepalivesOf } from '../keepalives.ts';
import { adviceOf } from './advice.ts';
import type { Continued } from './continued.ts';
import { isDecided, wasEstablished } from './decided.ts';
import { firstLate, type Idle, idleInside, idleUntil, longer } from './idle.ts';

export type TimeoutVerdict = 'expired' | 'not-expired' | 'cannot-tell';

/** Why it cannot be told. */
export type Doubt = 'still-open' | 'packets-missing' | 'one-direction';

export interface SessionTimeout {
  readonly facts: SessionFacts;
  readonly verdict: TimeoutVerdict;
  /** of `cannot-tell`, else null */
  readonly doubt: Doubt | null;
  /** the timer that expired; else the one in force in the longest gap */
  readonly idle: Idle;
  readonly expiredAt: Time | null;
  readonly afterEndFirst: Time | null;
  /** late packets of both sides were captured */
  readonly answered: boolean;
  /** seconds, or null */
  readonly keepaliveInterval: number | null;
  readonly advice: string | null;
  /** the session in which it went on; null where there is none */
  readonly next: SessionFacts | null;
  /** longest gap that its timer would have had to outlast, with what went on in later sessions; null: none */
  readonly toOutlast: Time | null;
}

/**
 * @param captureEnd time of the last packet of the input
 * @param nextStart when the same addresses and ports opened another session; null: they did not
 * @param continued whether it went on in that one
 */
export function sessionTimeout(
  facts: SessionFacts,
  captureEnd: Time,
  nextStart: Time | null,
  continued: Continued,
): SessionTimeout {
  const { verdict, doubt } = judge(facts);
  const late = firstLate(facts);
  const expired = verdict === 'expired';
  const idle = expired
    ? idleUntil(facts, late?.time ?? nextStart ?? captureEnd)
    : longer(
        idleInside(facts),
        verdict === 'cannot-tell' && late !== null ? idleUntil(facts, late.time) : null,
      );
  const lateSides = new Set(
    facts.events.filter(({ kind }) => kind === 'late').map((each) => each.fromClient),
  );
  return {
    facts,
    verdict,
    doubt,
    idle,
    expiredAt: expired ? facts.endTime : null,
    afterEndFirst: late?.time ?? null,
    answered: lateSides.size === 2 || (facts.tcp !== null && hasBothSides(continued.next)),
    keepaliveInterval: intervalOf(facts),
    advice: expired ? adviceOf(facts, idle, continued) : null,
    next: continued.next,
    toOutlast: continued.gap,
  };
}

function hasBothSides(next: SessionFacts | null): boolean {
  return next !== null && next.c2s.packets > 0 && next.s2c.packets > 0;
}

/**
 * Packets that the capture missed only shorten gaps: they cast doubt on an expiry, and none on an end that the hosts
 * themselves have brought about.
 */
function judge(facts: SessionFacts): { verdict: TimeoutVerdict; doubt: Doubt | null } {
  if (isDecided(facts)) return { verdict: 'not-expired', doubt: null };
  if (facts.events.some(({ kind }) => kind === 'unseen')) {
    return { verdict: 'cannot-tell', doubt: 'packets-missing' };
  }
  if (facts.endedBy === null) return { verdict: 'cannot-tell', doubt: 'still-open' };
  if (wasEstablished(facts) && (facts.c2s.packets === 0 || facts.s2c.packets === 0)) {
    return { verdict: 'cannot-tell', doubt: 'one-direction' };
  }
  return { verdict: 'expired', doubt: null };
}

/** Of the side that sent more keepalives; the client's where both sent as many. */
function intervalOf(facts: SessionFacts): number | null {
  const [most] = [...keepalivesOf(facts)].sort((a, b) => b.packets.length - a.packets.length);
  return most === undefined ? null : keepaliveInterval(most);
}
