/** Sessions that belong to sessions before them (firewall-model 12, rows 3 and 13). */
import { secondsBetween } from '../../capture/time.ts';
import { proof } from '../evidence.ts';
import { type DiagnosisRule, firstOf, gap } from './rule.ts';

/** Row 3: connections without payload from one source to one port, in a fixed rhythm. */
export const periodicProbe: DiagnosisRule = (facts, { earlier: { series } }) => {
  const first = firstOf(facts, 'first');
  if (series === null || first === undefined) return null;
  const { sessions, firstId, previousId, period, shortest, longest } = series;
  const meaning = facts.tcp?.handshakeComplete
    ? 'a health check or a connection that is kept ready, not a failure'
    : 'a program tries again at a fixed distance';
  return {
    text:
      `connection ${sessions} of a series without payload from this client to port ${facts.dport} of this server, one ` +
      `about every ${period.toFixed(1)} s (${shortest.toFixed(1)} to ${longest.toFixed(1)} s) since session ${firstId}, ` +
      `the one before is session ${previousId}: ${meaning}`,
    evidence: [proof(first, 'first packet of this connection')],
  };
};

/** Row 13: the client sends its SYN again after the firewall has forgotten the first. */
export const retransmissionSplit: DiagnosisRule = (facts, { earlier: { attempt } }) => {
  const first = firstOf(facts, 'first');
  if (attempt === null || first === undefined) return null;
  const { previousId, timerName, timerSeconds, lastPacket } = attempt;
  const shortened = secondsBetween(first.time, lastPacket) < timerSeconds;
  const timer = `${timerSeconds} s${shortened ? ', shortened by accelerated aging' : ''}`;
  return {
    text:
      `a SYN on the ports of session ${previousId}, ${gap(first.time, lastPacket)} after its last packet: most likely the ` +
      `same attempt, sent again after ${timerName} (${timer}) had expired; the host has one connection ` +
      'where the firewall logs several',
    evidence: [proof(first, 'SYN that opened this session')],
  };
};
