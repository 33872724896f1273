/** `endreason explain` as data: one session with its packets, its end reason and its tracker stage, each argued. */
import { subtractTime, type Time } from '../capture/time.ts';
import { type Earlier, NOTHING_EARLIER } from '../verdict/earlier-sessions.ts';
import { whySo } from '../verdict/why.ts';
import type { CaptureDocument } from './capture-document.ts';
import { type ExplainedPacket, explainPackets } from './explain-packets.ts';
import { jsonDocument } from './json.ts';
import type { NextSession, ReplayedSession } from './replay.ts';
import { type RowOptions, type SessionRow, sessionRow } from './session-row.ts';
import { rfc3339 } from './time-text.ts';

export interface ReasonDocument {
  /** as in the session's row: `n/a` while open */
  readonly session_end_reason: string;
  /** the row of the precedence list that decides, or will if no packet comes any more */
  readonly decided_by: { readonly rank: number; readonly reason: string; readonly because: string };
  /** false while the session is open */
  readonly ended: boolean;
  readonly rows: readonly {
    readonly rank: number | null;
    readonly reason: string;
    readonly standing: string;
    readonly because: string;
    readonly decides: boolean;
  }[];
}

export interface TrackerDocument {
  /** as in the session's row: null while open and before any teardown event */
  readonly tracker_stage: string | null;
  readonly decided_by: { readonly stage: string; readonly because: string };
  readonly rows: readonly {
    readonly stage: string;
    readonly standing: string;
    readonly because: string;
    readonly decides: boolean;
  }[];
}

export interface Explanation {
  readonly session: SessionRow;
  readonly packets: readonly ExplainedPacket[];
  /** the session that opened next on the same tuple, with its time since this one's start; null: none did */
  readonly next: { readonly sessionid: number; readonly start: string; readonly since: Time } | null;
  readonly reason: ReasonDocument;
  readonly tracker: TrackerDocument;
}

/**
 * @param next the session that opened next on the same tuple
 * @param earlier what sessions before it say of it
 */
export function explain(
  { facts, moments }: ReplayedSession,
  next: NextSession | null,
  options: RowOptions,
  earlier: Earlier = NOTHING_EARLIER,
): Explanation {
  const session = sessionRow(facts, { ...options, proof: true }, earlier);
  const why = whySo(facts, options);
  const reason = why.reasons.find(({ decides }) => decides)!;
  const stage = why.stages.find(({ decides }) => decides)!;
  return {
    session,
    packets: explainPackets(facts, moments, options),
    next:
      next === null
        ? null
        : {
            sessionid: next.id,
            start: rfc3339(next.start),
            since: subtractTime(next.start, moments[0]!.time),
          },
    reason: {
      session_end_reason: session.session_end_reason,
      decided_by: { rank: reason.rank!, reason: reason.reason, because: reason.because },
      ended: session.end !== null,
      rows: why.reasons,
    },
    tracker: {
      tracker_stage: session.tracker_stage,
      decided_by: { stage: stage.stage, because: stage.because },
      rows: why.stages,
    },
  };
}

/** `--json`: a document for one session, a list of such documents for several. */
export function* explanationsJson(
  capture: CaptureDocument,
  explanations: readonly Explanation[],
): Generator<string> {
  const several = explanations.length > 1;
  if (several) yield '[\n';
  for (const [i, { session, packets, next, reason, tracker }] of explanations.entries()) {
    const nextSession = next === null ? null : { sessionid: next.sessionid, start: next.start };
    if (i > 0) yield ',\n';
    yield* jsonDocument(
      { capture, session, next_session: nextSession, reason, tracker },
      'packets',
      rows(packets),
    );
  }
  if (several) yield ']\n';
}

function* rows(packets: readonly ExplainedPacket[]): Generator<string> {
  for (const packet of packets) yield JSON.stringify(packet.makeRow());
}
