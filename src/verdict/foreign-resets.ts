/**
 * RSTs that the peers may not have sent themselves. A firewall that resets a session puts both addresses
 * on RSTs of its own, and their TTL is that of its own stack and place on the way, so it differs from what
 * the same side's other packets arrived with (firewall-model 4, `threat`; 12, row 5).
 */
import { TCP_FLAG } from '../decode/packet.ts';
import type { SessionEvent, SessionFacts } from '../session/facts.ts';

/** Kinds that show what a side's own packets look like. */
const OWN: ReadonlySet<SessionEvent['kind']> = new Set(['first', 'syn', 'syn-ack', 'payload', 'fin']);

export interface ForeignResets {
  readonly client: SessionEvent;
  readonly server: SessionEvent;
}

/** The first RST on behalf of each side behind payload, where no other packet of that side has its TTL; else null. */
export function foreignResets(facts: SessionFacts): ForeignResets | null {
  if (!facts.payloadSeen) return null;
  const client = foreignReset(facts.events, true);
  const server = foreignReset(facts.events, false);
  return client === null || server === null ? null : { client, server };
}

function foreignReset(events: readonly SessionEvent[], fromClient: boolean): SessionEvent | null {
  const ofSide = events.filter((event) => event.fromClient === fromClient);
  const reset = ofSide.find((event) => event.kind === 'rst');
  if (reset === undefined || reset.whileOpening) return null;
  const own = ofSide.filter((event) => OWN.has(event.kind) && (event.tcpFlags & TCP_FLAG.RST) === 0);
  return own.length > 0 && own.every((event) => event.ttl !== reset.ttl) ? reset : null;
}
