/** Keepalives that come too late (firewall-model 12, row 7). */
import { proof } from '../evidence.ts';
import { keepaliveInterval, keepalivesOf, looksLikeKeepalive } from '../keepalives.ts';
import { agedOut, type DiagnosisRule, firstOf, gap, timerOf } from './rule.ts';

/** Row 7: the first packet into the dead session is a keepalive. */
export const keepaliveLongerThanTimeout: DiagnosisRule = (facts) => {
  const late = firstOf(facts, 'late');
  if (facts.tcp === null || !agedOut(facts) || late === undefined || !looksLikeKeepalive(late)) return null;
  const who = late.fromClient ? 'client' : 'server';
  const own = keepalivesOf(facts).find(({ fromClient }) => fromClient === late.fromClient);
  const interval = own === undefined ? null : keepaliveInterval(own);
  const measured = interval === null ? '' : ` (its keepalives come every ${interval.toFixed(3)} s)`;
  return {
    text:
      `what looks like a keepalive of the ${who} came ${gap(late.time, facts.lastRefresh.time)} after the last ` +
      `packet${measured}, and ${timerOf(facts)} had expired: the host kept the socket for ` +
      `${gap(late.time, facts.endTime)} after the firewall had expired it; set keepalive below ` +
      `${facts.timerSeconds} s or raise the timeout`,
    evidence: [
      proof(facts.lastRefresh, 'last packet that restarted the timer'),
      proof(late, 'first keepalive that came too late'),
    ],
  };
};
