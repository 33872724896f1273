/** What ended a session, and what it means (firewall-model 12, rows 1, 5 to 7, 12, 16, 23 and 24). */
import { PROTO } from '../../decode/packet.ts';
import { TLS_ALERT_REASONS } from '../../firewall/app-id/tls-alert.ts';
import type { SessionEvent, SessionFacts } from '../../session/facts.ts';
import { proof, side } from '../evidence.ts';
import { plural } from '../plural.ts';
import { reportOfIcmp } from './icmp-reports.ts';
import { agedOut, type DiagnosisRule, eventsOf, firstOf, gap, timerOf } from './rule.ts';

/** Row 1: a timer is how these sessions end. */
export const normalExpiry: DiagnosisRule = (facts) => {
  if (!agedOut(facts) || (facts.afterEnd ?? 0) > 0) return null;
  if (facts.tcp !== null && !facts.tcp.handshakeComplete && facts.clientBasis.startsWith('syn')) return null;
  if (facts.tcp === null && isUnanswered(facts)) return null;
  // late packets are counted for --linger only, and where sessions without SYN are accepted they open the next
  const what =
    facts.tcp === null
      ? 'such a session has no other end; the firewall has not cut anything off'
      : 'both hosts were silent, and no late packet was counted; nothing shows that the firewall cut anything off';
  return {
    text: `${timerOf(facts)} expired after the last packet: ${what}`,
    evidence: [proof(facts.lastRefresh, 'last packet that restarted the timer')],
  };
};

/** Row 7: the hosts go on with a connection that the firewall has forgotten. */
export const idleTimeoutThenTraffic: DiagnosisRule = (facts) => {
  const late = firstOf(facts, 'late');
  if (!agedOut(facts) || late === undefined || facts.afterEnd === null || facts.afterEnd === 0) return null;
  const answered = new Set(eventsOf(facts, 'late').map((event) => event.fromClient)).size === 2;
  return {
    text:
      `${timerOf(facts)} expired, and ${gap(late.time, facts.endTime)} later the ${side(late)} went on: ` +
      `${plural(facts.afterEnd, 'packet')} found no session${answered ? ', of both sides' : ', and no answer was captured'}; ` +
      `the hosts held the connection for ${gap(late.time, facts.lastRefresh.time)} without a packet, so a keepalive below ` +
      `${facts.timerSeconds} s or a longer timer keeps it`,
    evidence: [
      proof(facts.lastRefresh, 'last packet that restarted the timer'),
      proof(late, 'first packet that came too late'),
    ],
  };
};

/** Row 12: one side closed, the other did not. */
export const halfClosedExpired: DiagnosisRule = (facts) => {
  if (facts.endedBy !== 'timer' || !facts.timerName.endsWith('tcp-half-closed')) return null;
  const fin = firstOf(facts, 'fin');
  if (fin === undefined) return null;
  const late = facts.afterEnd ?? 0;
  const after = late > 0 ? `, and ${plural(late, 'packet')} came after it` : '';
  return {
    text: `the ${side(fin)} closed its side and the other never did: ${timerOf(facts)} expired${after}`,
    evidence: [proof(fin, `FIN of the ${side(fin)}`)],
  };
};

function resetOf(facts: SessionFacts): SessionEvent | undefined {
  return eventsOf(facts, 'rst').find(
    (event) => event.disposition !== 'dropped' && disproofOf(facts, event) === null,
  );
}

/** Data of the RST's own side that shows that the connection went on (firewall-model 3.6). */
function disproofOf(facts: SessionFacts, reset: SessionEvent): SessionEvent | null {
  if (reset.disposition !== 'unverified') return null;
  const later = eventsOf(facts, 'disproof', reset.fromClient);
  return later.find((event) => event.packet > reset.packet) ?? null;
}

/** Row 5: the host had closed already. */
export const resetAfterFin: DiagnosisRule = (facts) => {
  const reset = resetOf(facts);
  const fin = firstOf(facts, 'fin');
  if (reset === undefined || fin === undefined || fin.packet >= reset.packet) return null;
  return {
    text:
      `the RST of the ${side(reset)} came ${gap(reset.time, fin.time)} after the FIN of the ${side(fin)}: ` +
      'the connection was closing already, and the RST is how the host clears its socket',
    evidence: [proof(fin, `FIN of the ${side(fin)}`), proof(reset, `RST of the ${side(reset)}`)],
  };
};

/** Row 6: the client broke off an open connection. */
export const clientAbort: DiagnosisRule = (facts) => {
  const reset = resetOf(facts);
  if (reset === undefined || !reset.fromClient || reset.whileOpening) return null;
  if (eventsOf(facts, 'fin').some((fin) => fin.packet < reset.packet)) return null;
  return {
    text:
      `the client reset an open connection ${gap(reset.time, facts.first.time)} after its first packet, without a ` +
      'FIN: the program ended, gave up waiting, or the user stopped it',
    evidence: [proof(reset, 'RST of the client')],
  };
};

/** Row 24: why the log comes 30 s later. */
export const unverifiedReset: DiagnosisRule = (facts) => {
  const reset = eventsOf(facts, 'rst').find(
    (event) => event.disposition === 'unverified' && !event.whileOpening && !event.whileTimeWait,
  );
  if (reset === undefined) return null;
  const other = reset.fromClient ? facts.s2c : facts.c2s;
  const why =
    other.packets === 0
      ? 'cannot be checked, as only one direction was seen'
      : 'is not the expected one, and not far enough from it for the RST to be dropped';
  const disproof = disproofOf(facts, reset);
  const then =
    disproof === null
      ? 'the session stays for unverified-rst instead of time-wait, and its log comes that much later'
      : `unverified-rst came into force, until data of the same side in packet ${disproof.packet} showed that the connection went on`;
  return {
    text: `the sequence number of the RST of the ${side(reset)} in packet ${reset.packet} ${why}: ${then}`,
    evidence: [
      proof(reset, 'RST that could not be verified'),
      ...(disproof === null ? [] : [proof(disproof, 'data that disproves it')]),
    ],
  };
};

/** Row 16: a TLS handshake that one side refused. */
export const tlsAlert: DiagnosisRule = (facts) => {
  const event = firstOf(facts, 'tls-alert');
  if (facts.tlsAlert === null || event === undefined) return null;
  const name = TLS_ALERT_REASONS.get(facts.tlsAlert.alert)?.name ?? `alert ${facts.tlsAlert.alert}`;
  return {
    text: `the ${side(event)} broke TLS off with the fatal alert ${name}`,
    evidence: [proof(event, `fatal TLS alert ${name}`)],
  };
};

/** Row 23: a question and no answer. */
export const noAnswer: DiagnosisRule = (facts) => {
  if (facts.tcp !== null || !isUnanswered(facts)) return null;
  const report = reportOfIcmp(facts);
  const first = proof(firstOf(facts, 'first') ?? facts.lastRefresh, 'first packet, without an answer');
  return {
    text:
      `${plural(facts.c2s.packets, 'packet')} to ${facts.dport > 0 && facts.proto === PROTO.UDP ? `port ${facts.dport}` : 'the other side'}, none back` +
      (report === null ? '' : `; ${report.text}`),
    evidence: [first, ...(report?.evidence ?? [])],
  };
};

/** Datagrams and pings that could have been answered: not to a group or a whole network. */
function isUnanswered(facts: SessionFacts): boolean {
  const asks =
    facts.proto === PROTO.UDP ||
    (facts.proto === PROTO.ICMP && facts.icmpType === 8) ||
    (facts.proto === PROTO.ICMPV6 && facts.icmpType === 128);
  return asks && facts.s2c.packets === 0 && !isGroup(facts);
}

/** Multicast (RFC 5771, RFC 4291 2.7) or the limited broadcast address (RFC 919). */
function isGroup({ version, dst }: SessionFacts): boolean {
  const word = dst[version === 4 ? 3 : 0]!;
  if (version === 6) return word >>> 24 === 0xff;
  return word >>> 28 === 0xe || word >>> 0 === 0xffff_ffff;
}
