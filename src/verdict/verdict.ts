/** Everything the firewall would say of one session, from its facts. */

import type { Time } from '../capture/time.ts';
import { type FinalAction, finalAction } from '../firewall/final-action.ts';
import type { SessionFacts } from '../session/facts.ts';
import { applicationOf } from './application.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { type Diagnosis, diagnose } from './diagnosis/diagnosis.ts';
import type { Circumstances } from './diagnosis/rule.ts';
import { NOTHING_EARLIER } from './earlier-sessions.ts';
import { finalReason, finalStage, firstTeardown, type VerdictOptions } from './ending.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import type { EndReason, TrackerStage } from './precedence.ts';

export interface Pending {
  readonly reason: EndReason;
  readonly stage: TrackerStage;
  readonly end: Time;
  /** a FIN or a RST has settled it; false where only silence would */
  readonly decided: boolean;
}

export interface Verdict {
  readonly open: boolean;
  readonly app: string;
  /** `n/a` while open */
  readonly reason: EndReason;
  /** first teardown event; null while open and none has come */
  readonly stage: TrackerStage | null;
  readonly pending: Pending | null;
  readonly action: string;
  readonly finalAction: FinalAction;
}

/** What of a session its verdict is made of. */
export type VerdictFacts = Pick<
  SessionFacts,
  'proto' | 'tcp' | 'app' | 'payloadSeen' | 'endedBy' | 'endTime'
>;

/** The words of the log; cheap, for every session. */
export function deriveVerdict(facts: VerdictFacts, options: VerdictOptions): Verdict {
  const open = facts.endedBy === null;
  const app = applicationOf(facts);
  const reason = open ? 'n/a' : finalReason(facts, options);
  const action = 'allow';
  return {
    open,
    app,
    reason,
    stage: open ? firstTeardown(facts) : finalStage(facts),
    pending: open
      ? {
          reason: finalReason(facts, options),
          stage: finalStage(facts),
          end: facts.endTime,
          decided: firstTeardown(facts) !== null,
        }
      : null,
    action,
    finalAction: finalAction(action, app, reason),
  };
}

export interface Proof {
  readonly candidates: readonly Candidate[];
  readonly evidence: readonly Evidence[];
  readonly diagnosis: readonly Diagnosis[];
}

/** Segments that a session may hold out of order (firewall-model 3.5). */
export const VENDOR_OUT_OF_ORDER_LIMIT = 64;

/** Of a session on its own, under the vendor's settings. */
const USUAL_CIRCUMSTANCES: Circumstances = {
  earlier: NOTHING_EARLIER,
  outOfOrderLimit: VENDOR_OUT_OF_ORDER_LIMIT,
};

/** What proves the verdict and what it leaves open; only for formats that print it. */
export function deriveProof(
  facts: SessionFacts,
  options: VerdictOptions,
  circumstances: Circumstances = USUAL_CIRCUMSTANCES,
): Proof {
  return {
    candidates: candidatesOf(facts, options),
    evidence: evidenceOf(facts),
    diagnosis: diagnose(facts, circumstances),
  };
}
