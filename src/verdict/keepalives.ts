/** Keepalives of a session, late ones included, and how far apart they come (firewall-model 12, row 7). */
import { secondsBetween } from '../capture/time.ts';
import { TCP_FLAG } from '../decode/packet.ts';
import type { SessionEvent, SessionFacts } from '../session/facts.ts';

export interface Keepalives {
  readonly fromClient: boolean;
  /** in capture order; those after the end look like keepalives, which is all that can be said of them */
  readonly packets: readonly SessionEvent[];
}

const NO_PROBE = TCP_FLAG.SYN | TCP_FLAG.FIN | TCP_FLAG.RST;

/** Whether a late packet may be a keepalive: at most one byte, and neither SYN, FIN nor RST. */
export function looksLikeKeepalive({ kind, value, tcpFlags }: SessionEvent): boolean {
  return kind === 'late' && value <= 1 && (tcpFlags & NO_PROBE) === 0;
}

/** A host probes what has been silent, and no timer of one is shorter than a second (RFC 9293 3.8.4; Linux, Windows). */
const SILENCE_BEFORE_PROBE_SECONDS = 0.5;

/**
 * Late packets that look like keepalives and come out of silence, the first or half a second and more after any other;
 * what comes sooner is the ACK of something.
 */
export function lateKeepalives(facts: SessionFacts, fromClient: boolean): readonly SessionEvent[] {
  const late = facts.events.filter(({ kind }) => kind === 'late');
  return late.filter(
    (event, i) =>
      event.fromClient === fromClient &&
      looksLikeKeepalive(event) &&
      (i === 0 || secondsBetween(event.time, late[i - 1]!.time) >= SILENCE_BEFORE_PROBE_SECONDS),
  );
}

/**
 * Of each side that sent any. A side that sent none while the session lived is not taken for one that keeps it
 * alive because of a late empty packet alone, unless it is the first packet that came too late: an ACK of
 * something never comes first.
 */
export function keepalivesOf(facts: SessionFacts): readonly Keepalives[] {
  const firstLate = facts.events.find(({ kind }) => kind === 'late');
  return [true, false].flatMap((fromClient) => {
    const own = facts.events.filter((event) => event.fromClient === fromClient && event.kind === 'keepalive');
    const late = lateKeepalives(facts, fromClient);
    const sends = own.length > 0 || (firstLate !== undefined && late.includes(firstLate));
    return sends ? [{ fromClient, packets: [...own, ...late] }] : [];
  });
}

/** Median distance of successive keepalives in seconds; null with less than two, or where the clock ran backwards. */
export function keepaliveInterval({ packets }: Keepalives): number | null {
  const distances = packets
    .slice(1)
    .map((event, i) => secondsBetween(event.time, packets[i]!.time))
    .filter((seconds) => seconds >= 0)
    .sort((a, b) => a - b);
  if (distances.length === 0) return null;
  const middle = distances.length >> 1;
  return distances.length % 2 === 1 ? distances[middle]! : (distances[middle - 1]! + distances[middle]!) / 2;
}
