/**
 * RSTs that the peers may not have sent themselves. A firewall that resets a session puts both addresses
 * on RSTs of its own, and their TTL is that of its own stack and place on the way, so it differs from what
 * the same side's other packets arrived with (firewall-model 4, `threat`; 12, row 5).
 */
import { TCP_FLAG } from '../decode/packet.ts';
import type { SessionEvent, SessionFacts } from '../session/facts.ts';

/** Kinds that show what a side's own packets look like. */
const OWN: ReadonlySet<SessionEvent['kind']> = new Set(['first', 'syn', 'syn-ack', 'payload', 'fin']);

export interface ForeignReset {
  readonly reset: SessionEvent;
  /** TTLs of the side's other noteworthy packets, ascending */
  readonly ownTtls: readonly number[];
}

/** RSTs on behalf of both sides, behind payload, that look like neither side's own; else null. */
export function foreignResets(
  facts: SessionFacts,
): { readonly client: SessionEvent; readonly server: SessionEvent } | null {
  if (!facts.payloadSeen) return null;
  const client = foreignReset(facts.events, true);
  if (client === null) return null;
  const server = foreignReset(facts.events, false);
  return server === null ? null : { client: client.reset, server: server.reset };
}

/** The first RST of a side, if `foreignTo` says so; null where there is nothing to compare. */
export function foreignReset(events: readonly SessionEvent[], fromClient: boolean): ForeignReset | null {
  const reset = events.find((event) => event.kind === 'rst' && event.fromClient === fromClient);
  if (reset === undefined) return null;
  const ownTtls = foreignTo(events, reset);
  return ownTtls === null ? null : { reset, ownTtls };
}

/** A side's noteworthy packets that are no RSTs, each once. */
export function ownPackets(events: readonly SessionEvent[], fromClient: boolean): readonly SessionEvent[] {
  return events
    .filter(
      (event) =>
        event.fromClient === fromClient && OWN.has(event.kind) && (event.tcpFlags & TCP_FLAG.RST) === 0,
    )
    .filter(({ packet }, i, own) => own[i - 1]?.packet !== packet);
}

/** TTLs of a RST's side, ascending, where none of that side's packets has the RST's own; else null. */
export function unlikeTtls(events: readonly SessionEvent[], reset: SessionEvent): readonly number[] | null {
  const own = ownPackets(events, reset.fromClient);
  if (own.length === 0 || own.some(({ ttl }) => ttl === reset.ttl)) return null;
  return [...new Set(own.map(({ ttl }) => ttl))].sort((a, b) => a - b);
}

/** The same, where the RST has not come as far as the others either: a host may start its RSTs at another TTL. */
export function foreignTo(events: readonly SessionEvent[], reset: SessionEvent): readonly number[] | null {
  const own = unlikeTtls(events, reset);
  return own === null || sameDistance(reset.ttl, own) !== null ? null : own;
}

/** TTLs and hop limits that stacks start at: Unix, Windows, network devices; RFC 1700 recommends the first. */
const FIRST_TTLS = [64, 128, 255] as const;

/** Where the RST would have started, and where one of the others, had both come over as many hops; null: nowhere. */
export function sameDistance(
  ttl: number,
  own: readonly number[],
): { readonly reset: number; readonly others: number } | null {
  for (const reset of FIRST_TTLS) {
    for (const others of FIRST_TTLS) {
      if (reset < ttl || reset === others) continue;
      if (own.some((each) => each <= others && others - each === reset - ttl)) return { reset, others };
    }
  }
  return null;
}
