/**
 * Times between the files of one input. Whether anything was captured then the files do not say: a capture that goes on
 * in another file while all is quiet looks like two captures on two days.
 */
import { addSeconds, compareTime, type Time } from '../../capture/time.ts';
import { wasEstablished } from './decided.ts';
import type { SessionTimeout } from './session.ts';

export interface Span {
  readonly first: Time | null;
  readonly last: Time | null;
}

/** From the last packet before it to the first packet behind it. */
interface Pause {
  readonly from: Time;
  readonly to: Time;
}

export interface Uncovered extends Pause {
  /** connections that expired, and might not have if packets of them were missed then; in the order of `sessions` */
  readonly sessions: readonly number[];
}

/** Those on which the expiry of a connection rests, in order. */
export function uncovered(files: readonly Span[], sessions: readonly SessionTimeout[]): readonly Uncovered[] {
  const expired = sessions.filter(({ verdict, facts }) => verdict === 'expired' && wasEstablished(facts));
  return pausesOf(files)
    .map((pause) => ({
      ...pause,
      sessions: expired.filter((session) => reachesInto(session, pause)).map(({ facts }) => facts.id),
    }))
    .filter((each) => each.sessions.length > 0);
}

/** A packet in that time would have restarted the timer before it fired. */
function reachesInto({ facts }: SessionTimeout, { from, to }: Pause): boolean {
  const started = addSeconds(facts.endTime, -facts.timerSeconds);
  return compareTime(from, facts.endTime) < 0 && compareTime(to, started) > 0;
}

function pausesOf(files: readonly Span[]): readonly Pause[] {
  const spans = files
    .flatMap(({ first, last }) => (first === null || last === null ? [] : [{ first, last }]))
    .sort((a, b) => compareTime(a.first, b.first));
  const pauses: Pause[] = [];
  let reached: Time | null = null;
  for (const { first, last } of spans) {
    if (reached !== null && compareTime(first, reached) > 0) pauses.push({ from: reached, to: first });
    if (reached === null || compareTime(last, reached) > 0) reached = last;
  }
  return pauses;
}
