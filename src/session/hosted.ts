/** What the host keeps of one session beside the kernel's record: only where there is something to keep. */
import type { AppDecision } from './app-decision.ts';
import type { SessionFacts } from './facts.ts';

export interface Hosted {
  /** while its application is not settled */
  app: AppDecision | null;
  tlsAlert: SessionFacts['tlsAlert'];
  /** sequence number behind a FIN that was dropped as out of window */
  droppedFin: number;
}
