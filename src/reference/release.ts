/**
 * Ended sessions on their way out: released in order of (`end`, id) once table time has passed `end`,
 * and held back while they collect packets that come too late (interface.md `after_end`).
 *
 * Everything behind a session that lingers waits with it, because the order is part of the contract;
 * the capacity bounds that queue, so memory does not grow with the capture.
 */
import { FixedDeque, Heap } from 'mnemonist';
import { addSeconds, compareTime, type Time } from '../capture/time.ts';
import type { EngineOptions } from '../session/options.ts';
import type { ReferenceSession } from './session.ts';
import { flowKey, reverseFlowKey, type ScopedKey } from './table.ts';

type Ended = ReferenceSession & { endedAt: Time };

export class ReleaseQueue {
  /** ended, but a session with an earlier `end` may still come */
  private readonly unordered: Heap<Ended> = new Heap<Ended>(
    (a, b) => compareTime(a.endedAt, b.endedAt) || a.id - b.id,
  );
  /** in final order, waiting for those ahead to stop lingering */
  private readonly ordered: FixedDeque<Ended>;
  private readonly lingering = new Map<string, Ended>();
  private readonly lingerSeconds: number;
  private readonly emit: (session: ReferenceSession) => void;

  constructor(
    options: Pick<EngineOptions, 'lingerSeconds' | 'lingerCapacity'>,
    emit: (session: ReferenceSession) => void,
  ) {
    this.ordered = new FixedDeque<Ended>(Array, options.lingerCapacity);
    this.lingerSeconds = options.lingerSeconds;
    this.emit = emit;
  }

  /** Takes a session that has just left the table. */
  add(session: ReferenceSession): void {
    const ended = session as Ended;
    this.unordered.push(ended);
    if (session.collectsLate() && this.lingerSeconds > 0) {
      this.lingering.set(flowKey(session), ended);
      this.lingering.set(reverseFlowKey(session), ended);
    }
  }

  /** The ended session that a packet of this tuple comes too late for, or null. */
  lateFor(key: ScopedKey, now: Time): ReferenceSession | null {
    const session = this.lingering.get(flowKey(key));
    if (session === undefined) return null;
    if (this.lingersAt(session, now)) return session;
    this.forget(session);
    return null;
  }

  /** The tuple has opened a new session: the one before has seen its last late packet. */
  reopened(session: ReferenceSession): void {
    const before = this.lingering.get(flowKey(session));
    if (before !== undefined) this.forget(before);
  }

  /** Lets go of what may go at `now`; every session that ended before `now` must have been added. */
  release(now: Time): void {
    for (let next = this.unordered.peek(); next !== undefined; next = this.unordered.peek()) {
      if (compareTime(next.endedAt, now) >= 0) break;
      this.queue(this.unordered.pop()!);
    }
    for (let head = this.ordered.peekFirst(); head !== undefined; head = this.ordered.peekFirst()) {
      if (this.isLingering(head) && this.lingersAt(head, now)) break;
      this.shift();
    }
  }

  /** Lets go of everything, in order: the capture is over. */
  flush(): void {
    while (this.unordered.size > 0) this.queue(this.unordered.pop()!);
    while (this.ordered.size > 0) this.shift();
  }

  private queue(session: Ended): void {
    if (this.ordered.size === this.ordered.capacity) this.shift();
    this.ordered.push(session);
  }

  private shift(): void {
    const session = this.ordered.shift()!;
    this.forget(session);
    this.emit(session);
  }

  private lingersAt(session: Ended, now: Time): boolean {
    return compareTime(now, addSeconds(session.endedAt, this.lingerSeconds)) < 0;
  }

  private isLingering(session: Ended): boolean {
    return this.lingering.get(flowKey(session)) === session;
  }

  private forget(session: Ended): void {
    for (const key of [flowKey(session), reverseFlowKey(session)]) {
      if (this.lingering.get(key) === session) this.lingering.delete(key);
    }
  }
}
