/** What every diagnosis is made with: the shape of a rule, and how it names packets, timers and times. */
import { secondsBetween, type Time } from '../../capture/time.ts';
import type { EventKind, SessionEvent, SessionFacts } from '../../session/facts.ts';
import type { Earlier } from '../earlier-sessions.ts';
import type { Evidence } from '../evidence.ts';

/** What a rule found: a sentence with the session's own numbers, and the packets it rests on. */
export interface Finding {
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

/** What a rule may know beside the session's facts. */
export interface Circumstances {
  /** what the session owes to sessions before it */
  readonly earlier: Earlier;
  /** `tcp.out-of-order-limit` of the configuration */
  readonly outOfOrderLimit: number;
}

/** One code's question to a session's facts; null: it does not apply, or the packets do not tell. */
export type DiagnosisRule = (facts: SessionFacts, circumstances: Circumstances) => Finding | null;

/** Events of one side, or of both where `fromClient` is not given, in capture order. */
export function eventsOf(
  facts: SessionFacts,
  kind: EventKind,
  fromClient: boolean | null = null,
): readonly SessionEvent[] {
  return facts.events.filter(
    (event) => event.kind === kind && (fromClient === null || event.fromClient === fromClient),
  );
}

/** The first of them. */
export function firstOf(
  { events }: SessionFacts,
  kind: EventKind,
  fromClient: boolean | null = null,
): SessionEvent | undefined {
  for (const event of events) {
    if (event.kind === kind && (fromClient === null || event.fromClient === fromClient)) return event;
  }
  return undefined;
}

/** `tcp-half-closed (120 s)` */
export function timerOf({ timerName, timerSeconds }: SessionFacts): string {
  return `${timerName} (${timerSeconds} s)`;
}

/** `1.250 s`: from one packet to another, to the millisecond, never less than nothing. */
export function gap(later: Time, earlier: Time): string {
  return `${Math.max(0, secondsBetween(later, earlier)).toFixed(3)} s`;
}

/** Whether a timer ended the session and no FIN or RST was recorded. */
export function agedOut(facts: SessionFacts): boolean {
  return facts.endedBy === 'timer' && (facts.tcp?.causes.length ?? 0) === 0;
}
