/** The Application field of a session (firewall-model 5). */
import { PROTO } from '../decode/packet.ts';
import type { SessionFacts } from '../session/facts.ts';

/** `undecided` only while the session is open; then what the payload seen amounts to. */
export function applicationOf(
  facts: Pick<SessionFacts, 'proto' | 'tcp' | 'app' | 'payloadSeen' | 'endedBy'>,
): string {
  if (facts.app !== null) return facts.app;
  if (facts.endedBy === null) return 'undecided';
  if (facts.proto !== PROTO.TCP) return 'insufficient-data';
  // What came before the capture is not known to be too little (interface.md "First seen without a SYN").
  if (facts.tcp?.midstream) return 'unknown-tcp';
  return facts.payloadSeen ? 'insufficient-data' : 'incomplete';
}
