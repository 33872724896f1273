/** How a session ended, or would end if no packet came any more: pure functions over its facts. */
import type { Cause, SessionFacts } from '../session/facts.ts';
import { CAUSE_WORDS, compareReasons, type EndReason, type TrackerStage } from './precedence.ts';

export interface VerdictOptions {
  /** `priority` lets tcp-fin and tcp-rst-* outrank tcp-reuse (firewall-model 3.7) */
  readonly reuseReason: 'tcp-reuse' | 'priority';
}

/** The highest-priority reason among recorded causes, or null where there is none. */
export function reasonOfCauses(causes: readonly Cause[]): EndReason | null {
  let highest: EndReason | null = null;
  for (const cause of causes) {
    const { reason } = CAUSE_WORDS[cause];
    if (highest === null || compareReasons(reason, highest) < 0) highest = reason;
  }
  return highest;
}

/** The first teardown event so far (firewall-model 4.2), or null where there was none. */
export function firstTeardown(facts: Pick<SessionFacts, 'tcp'>): TrackerStage | null {
  const first = facts.tcp?.causes[0];
  return first === undefined ? null : CAUSE_WORDS[first].stage;
}

/** What the log of this session says, or will say if it is open and no further packet comes. */
export function finalReason(
  facts: Pick<SessionFacts, 'tcp' | 'endedBy'>,
  options: VerdictOptions,
): EndReason {
  const ofCauses = reasonOfCauses(facts.tcp?.causes ?? []);
  if (facts.endedBy === 'syn') {
    return options.reuseReason === 'tcp-reuse' || ofCauses === null ? 'tcp-reuse' : ofCauses;
  }
  return ofCauses ?? 'aged-out';
}

/** Tracker stage of the final log: the first teardown event, else the timer. */
export function finalStage(facts: Pick<SessionFacts, 'tcp'>): TrackerStage {
  return firstTeardown(facts) ?? 'Aged out';
}
