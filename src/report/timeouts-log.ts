/** The log's side of the sessions of `timeouts`: where it says otherwise, and where it tells what packets cannot. */
import { finalReason } from '../verdict/ending.ts';
import type { SessionTimeout } from '../verdict/timeouts/session.ts';
import { type LogSide, logSideText } from './log-side.ts';

export interface LogFindings {
  /** a timer ended it here and not there, or the other way round */
  readonly otherwise: readonly SessionTimeout[];
  /** the packets cannot tell, and the log has its row */
  readonly told: readonly SessionTimeout[];
}

export type LogSides = ReadonlyMap<number, LogSide> | null;

export function logFindings(sessions: readonly SessionTimeout[], log: LogSides): LogFindings {
  return {
    otherwise: sessions.filter((session) => saysOtherwise(session, log)),
    told: sessions.filter((session) => session.verdict === 'cannot-tell' && reasonOf(session, log) !== null),
  };
}

const reasonOf = ({ facts }: SessionTimeout, log: LogSides): string | null =>
  log?.get(facts.id)?.reason ?? null;

function saysOtherwise(session: SessionTimeout, log: LogSides): boolean {
  const reason = reasonOf(session, log);
  if (reason === null) return false;
  if (session.verdict === 'expired') {
    return reason !== finalReason(session.facts, { reuseReason: 'tcp-reuse' });
  }
  return session.verdict === 'not-expired' && reason === 'aged-out';
}

/** Advice is made of the packets; where the log has another end, it holds only if the log's is not the cause. */
export function adviceBeside(advice: string, session: SessionTimeout, log: LogSides): string {
  return saysOtherwise(session, log)
    ? `the log says ${reasonOf(session, log)}: see to that first; if it was the timer: ${advice}`
    : advice;
}

/** Empty without a log. */
export function logTexts({ facts }: SessionTimeout, log: LogSides): readonly (readonly [string, string])[] {
  return log === null ? [] : [['log', logSideText(log.get(facts.id))]];
}

/** `; log: no row`, behind a sentence; empty without a log. */
export function logTail(session: SessionTimeout, log: LogSides): string {
  return logTexts(session, log)
    .map(([title, text]) => `; ${title}: ${text}`)
    .join('');
}
