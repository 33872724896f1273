/** How a TCP connection opened, or did not (firewall-model 12, rows 2 to 4, 10 and 11). */
import type { SessionFacts } from '../../session/facts.ts';
import { proof } from '../evidence.ts';
import { plural } from '../plural.ts';
import { reportOfIcmp } from './icmp-reports.ts';
import { type DiagnosisRule, eventsOf, type Finding, firstOf, gap } from './rule.ts';

/** Opened by its own SYN: what came before it cannot be what is missing. */
function seenFromItsSyn(facts: SessionFacts): boolean {
  return facts.tcp !== null && facts.clientBasis === 'syn';
}

/** Row 2: SYNs without any packet of the server. */
export const serverNeverAnswered: DiagnosisRule = (facts) => {
  if (!seenFromItsSyn(facts) || facts.s2c.packets > 0 || facts.tcp!.handshakeComplete) return null;
  const syns = eventsOf(facts, 'syn', true);
  if (syns.length === 0) return null;
  const report = reportOfIcmp(facts);
  const why =
    report === null
      ? ': the SYN or the answer to it was lost on the way, or a host or filter behind the firewall drops it in silence'
      : `; ${report.text}`;
  return {
    text: `${plural(facts.c2s.packets, 'packet')} from the client, none from the server${why}`,
    evidence: [...syns.map((event) => proof(event, 'SYN without an answer')), ...(report?.evidence ?? [])],
  };
};

/** Row 2: the server answers, and its answer or the ACK of it does not get through. */
export const returnPathMissing: DiagnosisRule = (facts) => {
  if (!seenFromItsSyn(facts) || facts.tcp!.handshakeComplete || facts.tcp!.causes.length > 0) return null;
  const answers = eventsOf(facts, 'syn-ack', false);
  const syns = eventsOf(facts, 'syn', true);
  const others = facts.c2s.packets - syns.length;
  if (answers.length === 0 || others > 0) return null;
  return {
    text:
      `the server answered with ${plural(answers.length, 'SYN-ACK')} and the client never acknowledged one: ` +
      'the answer does not reach the client, or what it sends does not pass here',
    evidence: answers.map((event) => proof(event, 'SYN-ACK without an ACK')),
  };
};

/** Row 3: a connection that nobody used. */
export const handshakeWithoutData: DiagnosisRule = (facts) => {
  const { tcp } = facts;
  if (tcp === null || tcp.midstream || tcp.nonSynAccepted) return null;
  if (!tcp.handshakeComplete || facts.payloadSeen || facts.s2c.packets === 0) return null;
  const answer = firstOf(facts, 'syn-ack');
  if (answer === undefined) return null;
  return {
    text:
      `the handshake was finished and no payload followed in ${plural(facts.c2s.packets + facts.s2c.packets, 'packet')}: ` +
      'a health check, a port scan, or a connection kept in reserve',
    evidence: [proof(answer, 'the server answered')],
  };
};

/** Row 4: refused by a RST in answer to the SYN. */
export const portClosed: DiagnosisRule = (facts) => {
  if (facts.tcp === null || eventsOf(facts, 'syn-ack', false).length > 0) return null;
  const refusal = eventsOf(facts, 'rst', false).find(
    (event) => event.whileOpening && event.disposition !== 'dropped',
  );
  const syn = firstOf(facts, 'syn', true);
  if (refusal === undefined || syn === undefined) return null;
  return {
    text:
      `the server refused the connection with a RST ${gap(refusal.time, syn.time)} after the SYN: ` +
      `port ${facts.dport} is closed there, or its own filter rejects it; the firewall let both packets pass`,
    evidence: [proof(syn, 'SYN'), proof(refusal, 'RST in answer to it')],
  };
};

/** Row 10: an ACK of something else in answer to the SYN (RFC 5961 4). */
export const challengeAck: DiagnosisRule = (facts) => {
  const answer = firstOf(facts, 'challenge-ack');
  if (answer === undefined) return null;
  return {
    text:
      'the server answered the SYN with a bare ACK that does not fit it: it still holds an older connection on ' +
      'these ports; the firewall drops that ACK unless it may pass (challenge ACK), so the client sees a timeout',
    evidence: [proof(answer, 'ACK that does not fit the SYN')],
  };
};

/** Row 11: the same ports again while the firewall still closes the session before. */
export const portReuse: DiagnosisRule = (facts) => {
  const syn = firstOf(facts, 'reuse');
  if (facts.endedBy !== 'syn' || syn === undefined) return null;
  return {
    text:
      `a new SYN on the same ports came ${gap(syn.time, facts.lastRefresh.time)} after the last packet, before ` +
      `${facts.timerName} (${facts.timerSeconds} s) had expired: ${
        syn.fromClient
          ? 'the client reuses its ports early (few ports, or a small NAT pool)'
          : 'the server opens a connection of its own on the same ports'
      }`,
    evidence: [proof(syn, 'SYN of the next session')],
  };
};

/** First seen in the middle (firewall-model 3.5; 12, row 8). */
export const nonSynFirstPacket: DiagnosisRule = (facts): Finding | null => {
  const first = firstOf(facts, 'first');
  if (facts.tcp === null || first === undefined) return null;
  if (!facts.tcp.midstream && !facts.tcp.nonSynAccepted) return null;
  return {
    text:
      'its first packet here is no SYN: the connection is older than the capture, so its start, elapsed time ' +
      'and counts are those of what was captured',
    evidence: [proof(first, 'first packet, without SYN')],
  };
};

/** Row 21: which side is the client is an inference. */
export const swappedDirection: DiagnosisRule = (facts) => {
  const first = firstOf(facts, 'first');
  if (facts.tcp === null || first === undefined) return null;
  if (facts.clientBasis !== 'port' && facts.clientBasis !== 'first-packet') return null;
  const basis = facts.clientBasis === 'port' ? `its port ${facts.dport}` : 'having received the first packet';
  return {
    text: `no SYN or SYN-ACK tells who opened the connection; the server was told by ${basis}, and the firewall's log may have the sides the other way round`,
    evidence: [proof(first, 'first packet')],
  };
};
