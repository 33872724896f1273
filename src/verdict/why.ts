/**
 * Why this end reason and this tracker stage, and not the others: every row of the two lists with what the
 * packets say of it. The reason is the highest row that stands, the stage the first event (firewall-model 4,
 * 4.1); a capture cannot settle every row, and says so where it does not.
 */
import type { SessionFacts } from '../session/facts.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { finalReason, finalStage, type VerdictOptions } from './ending.ts';
import { compareReasons, END_REASON_ROWS, type EndReason, type TrackerStage } from './precedence.ts';
import { REASON_WORDS, type RowStanding, type Said, STAGE_WORDS } from './why-words.ts';

interface Row {
  readonly standing: RowStanding;
  readonly because: string;
  /** exactly one row of a list does */
  readonly decides: boolean;
}

export interface ReasonRow extends Row {
  /** place in the precedence list, from 1; null for `n/a`, which is no place in it */
  readonly rank: number | null;
  readonly reason: EndReason;
}

export interface StageRow extends Row {
  readonly stage: TrackerStage;
}

export interface Why {
  /** what is logged, or will be if the session is open and no packet comes any more */
  readonly reason: EndReason;
  readonly stage: TrackerStage;
  /** the precedence list in its order, then `n/a` */
  readonly reasons: readonly ReasonRow[];
  readonly stages: readonly StageRow[];
}

/** Of an open session the row that will decide does so, and `n/a` says that it has not yet. */
export function whySo(facts: SessionFacts, options: VerdictOptions): Why {
  const reason = finalReason(facts, options);
  const stage = finalStage(facts);
  const candidates = new Map(candidatesOf(facts, options).map((each) => [each.reason, each]));
  const reasons = END_REASON_ROWS.map((row, i): ReasonRow => {
    const said = withCandidate(REASON_WORDS[row.reason](facts), candidates.get(row.reason));
    const decides = row.reason === reason;
    const rank = row.reason === 'n/a' ? null : i + 1;
    const passedOver = said.standing === 'stands' && !decides && rank !== null;
    const because = passedOver ? `${said.because}; ${passedOverFor(row.reason, reason)}` : said.because;
    return { rank, reason: row.reason, ...said, because, decides };
  });
  const stages = STAGE_WORDS.map(
    ({ stage: name, words }): StageRow => ({ stage: name, ...words(facts), decides: name === stage }),
  );
  return { reason, stage, reasons, stages };
}

/** What the candidates know of a row is more than its own words say, unless it stands all the same. */
function withCandidate(said: Said, candidate: Candidate | undefined): Said {
  return candidate === undefined || said.standing === 'stands'
    ? said
    : { standing: 'cannot be told', because: candidate.because };
}

function passedOverFor(reason: EndReason, decided: EndReason): string {
  if (compareReasons(decided, reason) < 0) return `${decided} is before it in the list`;
  return `${decided} is reported for exactly this case, although it stands below in the list`;
}
