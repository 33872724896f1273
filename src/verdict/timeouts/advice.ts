/** What to do about a session that expired: a sentence, or nothing where nobody used it afterwards. */
import { addSeconds, compareTime } from '../../capture/time.ts';
import { addressText } from '../../decode/address.ts';
import { TCP_FLAG } from '../../decode/packet.ts';
import type { SessionEvent, SessionFacts } from '../../session/facts.ts';
import { looksLikeKeepalive } from '../keepalives.ts';
import type { Continued } from './continued.ts';
import { wasEstablished } from './decided.ts';
import { firstLate, type Idle, sufficientFor } from './idle.ts';

/** Address of the side that sent a packet of the session. */
export function senderOf({ src, dst, version }: SessionFacts, { fromClient }: SessionEvent): string {
  return addressText(fromClient ? src : dst, version);
}

/**
 * Sides whose host a reset on non-SYN traffic (firewall-model 3.5, 12 row 8) would have told: they sent a packet
 * without SYN after the expiry that was no RST itself.
 */
export function sidesTold({ events }: SessionFacts): ReadonlySet<boolean> {
  const unaware = events.filter(({ kind, tcpFlags }) => kind === 'late' && (tcpFlags & TCP_FLAG.RST) === 0);
  return new Set(unaware.map(({ fromClient }) => fromClient));
}

/** The first thing that came is the end of the connection. */
export function onlyCloses({ value, tcpFlags }: SessionEvent): boolean {
  return value === 0 && (tcpFlags & (TCP_FLAG.FIN | TCP_FLAG.RST)) !== 0;
}

/** The first packet that came after the end of a connection, late or in a session of its own, and whose it was. */
function firstAfter(
  facts: SessionFacts,
  next: SessionFacts | null,
): { readonly event: SessionEvent; readonly host: string } | null {
  const late = firstLate(facts);
  if (late !== null) return (facts.afterEnd ?? 0) === 0 ? null : { event: late, host: senderOf(facts, late) };
  const first = next?.events.find(({ kind }) => kind === 'first');
  if (!wasEstablished(facts) || first === undefined) return null;
  return { event: first, host: senderOf(next!, first) };
}

export function adviceOf(facts: SessionFacts, idle: Idle, { next, gap }: Continued): string | null {
  const after = firstAfter(facts, next);
  if (after === null || gap === null) return null;
  const { event: late, host } = after;
  const { timerName, timerSeconds } = idle;
  if (compareTime(facts.endTime, addSeconds(facts.lastRefresh.time, timerSeconds)) < 0) {
    return `accelerated aging ended it before ${timerName} (${timerSeconds} s): the session table was too full, see to its limit`;
  }
  const longer = `raise ${timerName} to at least ${sufficientFor(gap)} s`;
  if (onlyCloses(late)) {
    const did = (late.tcpFlags & TCP_FLAG.RST) !== 0 ? 'reset' : 'closed';
    return `nothing was lost: ${host} only ${did} what had been idle; ${longer} where the other host is to learn of it`;
  }
  const keepalive = `set the keepalive of ${host} below ${timerSeconds} s`;
  const told = [true, false]
    .filter((fromClient) => sidesTold(facts).has(fromClient))
    .map((fromClient) => addressText(fromClient ? facts.src : facts.dst, facts.version));
  const reset =
    told.length === 0 ? '' : `; a reset on non-SYN traffic would have told ${told.join(' and ')} at once`;
  return looksLikeKeepalive(late)
    ? `${keepalive}, or ${longer}${reset}`
    : `${longer}, or ${keepalive}${reset}`;
}
