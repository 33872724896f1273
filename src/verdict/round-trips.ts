/**
 * The two round trips that a handshake shows where the firewall stands, in seconds (firewall-model 7.1, columns 120 and
 * 121, as PAN-OS 12 logs them; that they are taken from the handshake, and in this direction, is inferred).
 */
import { secondsBetween } from '../capture/time.ts';
import type { SessionFacts } from '../session/facts.ts';

export interface RoundTrips {
  /** firewall to server and back: SYN to SYN-ACK; null where more than one SYN was sent, so which was answered is open */
  readonly server: number | null;
  /** firewall to client and back: SYN-ACK to the packet that completed the handshake; null likewise */
  readonly client: number | null;
}

/** Of a session opened by its SYN and answered, with its events; null for others. */
export function roundTrips({ tcp, clientBasis, events }: SessionFacts): RoundTrips | null {
  const answer = events.find(({ kind, fromClient }) => kind === 'syn-ack' && !fromClient);
  if (tcp === null || clientBasis !== 'syn' || answer === undefined) return null;
  const completed = events.find(({ kind, fromClient }) => kind === 'handshake' && fromClient);
  const syns = events.filter(({ kind, packet }) => kind === 'syn' && packet < answer.packet);
  const answers = events.filter(
    ({ kind, packet }) => kind === 'syn-ack' && (completed === undefined || packet < completed.packet),
  );
  // A retransmission makes a sample ambiguous (RFC 6298, section 3).
  return {
    server: syns.length === 1 ? secondsBetween(answer.time, syns[0]!.time) : null,
    client:
      completed !== undefined && answers.length === 1 ? secondsBetween(completed.time, answer.time) : null,
  };
}
