/** The noteworthy packets of one session: what evidence and diagnosis are made of, and nothing else reads. */
import { type EventKind, MOST_EVENTS, type SessionEvent } from '../session/facts.ts';
import { TCP_CLASS } from '../session/tcp-states.ts';
import type { Arrival } from './session.ts';
import type { Step } from './tcp-walk.ts';

/** What an event has beside its packet; most kinds need none of it. */
type EventDetail = Partial<
  Pick<SessionEvent, 'disposition' | 'whileOpening' | 'whileTimeWait' | 'value' | 'text'>
>;

export class SessionNotes {
  readonly events: SessionEvent[] = [];
  private readonly wanted: boolean;
  /** events so far of the kinds that are bounded, by kind and side */
  private readonly bounded: Record<string, number> = {};

  /** @param wanted false where no output will show them: then nothing is kept */
  constructor(wanted: boolean) {
    this.wanted = wanted;
  }

  add(kind: EventKind, arrival: Arrival, fromClient: boolean, detail: EventDetail = {}): void {
    if (!this.wanted || this.isFull(kind, fromClient)) return;
    const { decoded, ref } = arrival;
    this.events.push({
      ...ref,
      kind,
      fromClient,
      tcpFlags: decoded.tcpFlags,
      ttl: decoded.ttl,
      ipId: decoded.ipId,
      disposition: null,
      whileOpening: false,
      whileTimeWait: false,
      value: 0,
      text: null,
      ...detail,
    });
  }

  private isFull(kind: EventKind, fromClient: boolean): boolean {
    const most = MOST_EVENTS.get(kind);
    if (most === undefined) return false;
    const key = `${kind} ${fromClient}`;
    const count = this.bounded[key] ?? 0;
    this.bounded[key] = count + 1;
    return count >= most;
  }

  /** Takes down what a TCP segment meant to the walk. */
  segment(step: Step, arrival: Arrival, fromClient: boolean): void {
    const { rst, whileOpening, whileTimeWait } = step;
    if (rst !== null) this.add('rst', arrival, fromClient, { disposition: rst, whileOpening, whileTimeWait });
    if (step.packetClass === TCP_CLASS.SYN) this.add('syn', arrival, fromClient);
    if (step.packetClass === TCP_CLASS.SYN_ACK) this.add('syn-ack', arrival, fromClient);
    if (step.disproof) this.add('disproof', arrival, fromClient);
    if (step.firstFin) this.add('fin', arrival, fromClient);
    if (step.challenge) this.add('challenge-ack', arrival, fromClient);
  }
}
