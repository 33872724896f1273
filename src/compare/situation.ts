/** What an explanation of a difference may look at. */
import type { SessionFacts } from '../session/facts.ts';
import type { Candidate } from '../verdict/candidates.ts';
import type { ByteOverhead } from './byte-fit.ts';
import type { Field, Value } from './fields.ts';
import type { RevealedTimer } from './reveal-timer.ts';
import type { SessionWords } from './session-store.ts';
import type { RoundTripScale } from './tcp-counts.ts';

export interface Situation {
  readonly field: Field;
  /** neither is null */
  readonly capture: string | number;
  readonly log: string | number;
  readonly words: SessionWords;
  /** as a session prints it */
  readonly proto: string;
  /** null where the packets of the session were not kept */
  readonly facts: SessionFacts | null;
  readonly candidates: readonly Candidate[];
  readonly sessions: number;
  readonly rows: number;
  readonly swapped: boolean;
  readonly older: boolean;
  readonly beyond: boolean;
  /** packets of both directions; null where the log does not say */
  readonly packets: number;
  readonly logPackets: number | null;
  /** packets of the capture in the direction of the field */
  readonly packetsOfField: number;
  readonly overhead: ByteOverhead;
  readonly roundTrips: RoundTripScale;
  /** seconds from the last packet to the log; null where the log does not say */
  readonly delay: number | null;
  readonly revealed: RevealedTimer | null;
  /** all that differs in this pair */
  readonly differing: ReadonlySet<Field>;
  readonly otherSide: (field: Field) => { readonly capture: Value; readonly log: Value };
  readonly afterEnd: number;
}

/** A row of the tables of explanations. */
export interface ExplanationRow {
  readonly when: (s: Situation) => boolean;
  readonly say: (s: Situation) => string;
  /** nothing that anybody has to act on */
  readonly harmless?: true;
}

/** Packets that the log counts more than the capture; 0 where it does not say. */
export function packetsMissing({ logPackets, packets }: Situation): number {
  return logPackets === null ? 0 : logPackets - packets;
}

/** Reasons for which the firewall itself may have reset a connection (firewall-model 4, 6). */
export const BLOCKED: ReadonlySet<string | number | null> = new Set([
  'threat',
  'policy-deny',
  'decrypt-cert-validation',
  'decrypt-unsupport-param',
  'decrypt-error',
]);

/** The action of the log by which the firewall sends a RST in the name of this side; null where it does not say so. */
export function resetInNameOf(side: 'client' | 'server', s: Situation): Value {
  const { log: action } = s.otherSide('action');
  if (!BLOCKED.has(s.otherSide('session_end_reason').log)) return null;
  const towards = side === 'client' ? 'reset-server' : 'reset-client';
  return (action === 'reset-both' || action === towards) && s.words.causes.includes(`${side}-rst`)
    ? action
    : null;
}

/** `a RST (packet 7)` */
export function rstPacket({ facts }: Situation, fromClient: boolean): string {
  const event = facts?.events.find((each) => each.kind === 'rst' && each.fromClient === fromClient);
  return event === undefined ? 'a RST' : `a RST (packet ${event.packet})`;
}
