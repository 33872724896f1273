/** What was lost, or not captured (firewall-model 12, rows 9 and 17). */
import { MOST_EVENTS } from '../../session/facts.ts';
import { proof, side } from '../evidence.ts';
import { plural } from '../plural.ts';
import { type DiagnosisRule, eventsOf, firstOf } from './rule.ts';

/** Row 17: segments that wait behind a hole fill the firewall's queue. */
export const outOfOrderLimit: DiagnosisRule = (facts, { outOfOrderLimit: limit }) => {
  const segments = facts.tcp?.segments ?? null;
  if (segments === null) return null;
  const most = Math.max(segments.c2s.mostQueued, segments.s2c.mostQueued);
  if (most <= limit) return null;
  const who = segments.c2s.mostQueued === most ? 'client' : 'server';
  return {
    text:
      `${plural(most, 'segment')} of the ${who} came behind one hole before it was filled, and the firewall queues ` +
      `${limit}: it drops what is beyond that, and may end the session as resources-unavailable; look for ` +
      'reordering before the firewall (links that share one connection)',
    evidence: [proof(firstOf(facts, 'first') ?? facts.lastRefresh, 'first packet of the session')],
  };
};

/** Row 9: an ACK proves what the capture does not hold. */
export const captureIncomplete: DiagnosisRule = (facts) => {
  const unseen = eventsOf(facts, 'unseen');
  const [first] = unseen;
  if (first === undefined) return null;
  const bounded = [true, false].some(
    (fromClient) => eventsOf(facts, 'unseen', fromClient).length === MOST_EVENTS.get('unseen'),
  );
  return {
    text:
      `${bounded ? 'at least ' : ''}${plural(unseen.length, 'ACK')} ${unseen.length === 1 && !bounded ? 'covers' : 'cover'} bytes that ` +
      `the capture does not hold, the first in packet ${first.packet} from the ${side(first)}: packets were not ` +
      'captured, so every verdict on this session is less certain',
    evidence: unseen.map((event) => proof(event, `ACK from ${side(event)} of bytes that were not captured`)),
  };
};
