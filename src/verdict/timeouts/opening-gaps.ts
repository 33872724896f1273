/**
 * Gaps between the packets of a handshake. A session knows its longest gap only, and once it is open it is silent for
 * longer than its SYNs were apart; but each of those is an event.
 */
import { compareTime, subtractTime, type Time, ZERO_TIME } from '../../capture/time.ts';
import type { EventKind, SessionFacts } from '../../session/facts.ts';

export interface OpeningGap {
  readonly timerName: 'tcp-init' | 'tcp-handshake';
  readonly length: Time;
}

const OF_OPENING: ReadonlySet<EventKind> = new Set(['syn', 'syn-ack', 'handshake']);

/** Of a session that began with its SYN, up to the packet that completed the handshake or a RST. */
export function openingGaps({ events, clientBasis }: SessionFacts): readonly OpeningGap[] {
  if (clientBasis !== 'syn') return [];
  const gaps: OpeningGap[] = [];
  let last: Time | null = null;
  let isAnswered = false;
  for (const { kind, time } of events) {
    if (kind === 'rst') break;
    if (!OF_OPENING.has(kind)) continue;
    const length: Time = last === null ? ZERO_TIME : subtractTime(time, last);
    if (compareTime(length, ZERO_TIME) > 0) {
      gaps.push({ timerName: isAnswered ? 'tcp-handshake' : 'tcp-init', length });
    }
    if (kind === 'handshake') break;
    isAnswered ||= kind === 'syn-ack';
    last = time;
  }
  return gaps;
}
