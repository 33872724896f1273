/** What the way between the hosts, or the capture, does not show (firewall-model 12, rows 9 and 22). */
import type { SessionEvent } from '../../session/facts.ts';
import { proof } from '../evidence.ts';
import { plural } from '../plural.ts';
import { type DiagnosisRule, eventsOf } from './rule.ts';

/** Row 9: half of a connection. */
export const oneDirectionOnly: DiagnosisRule = (facts) => {
  const { tcp, c2s, s2c } = facts;
  if (tcp === null || (c2s.packets > 0 && s2c.packets > 0)) return null;
  if (!tcp.handshakeComplete && !tcp.midstream && !tcp.nonSynAccepted) return null;
  const [seen, missing] = c2s.packets > 0 ? (['client', 'server'] as const) : (['server', 'client'] as const);
  const first = eventsOf(facts, 'first')[0] ?? facts.lastRefresh;
  return {
    text:
      `${plural(c2s.packets + s2c.packets, 'packet')} of the ${seen} and none of the ${missing}, though the connection is open: ` +
      'the other direction takes another way, or the capture does not hold it',
    evidence: [proof(first, `first packet of the ${seen}`)],
  };
};

/** ICMP 3/4 fragmentation needed (RFC 1191), ICMPv6 2/0 packet too big (RFC 8201), as type * 256 + code. */
const TOO_BIG: Readonly<Record<number, ReadonlySet<number>>> = {
  4: new Set([3 * 256 + 4]),
  6: new Set([2 * 256]),
};

/** Row 22: a router says that packets do not fit. */
export const pathMtu: DiagnosisRule = (facts) => {
  const reports = eventsOf(facts, 'icmp-error').filter((event) => TOO_BIG[facts.version]?.has(event.value));
  const [first] = reports;
  if (first === undefined) return null;
  return {
    text:
      `${first.text} says that packets of the ${affected(first)} do not fit its link (${plural(reports.length, 'ICMP message')}): ` +
      'where these messages are dropped on the way, large packets vanish and small ones pass',
    evidence: reports.map((event) => proof(event, `ICMP of ${event.text}: packet too big`)),
  };
};

/** An error is noted on the side that it came from, as an answer; what it quotes is the other side's. */
function affected(event: SessionEvent): string {
  return event.fromClient ? 'server' : 'client';
}
