/** Sessions as objects in a store with string keys: a plain Map, or a structure of mnemonist in its place. */

import { Heap } from 'mnemonist';
import type { Timeouts } from '../firewall/timeouts.ts';
import { CountingTable } from './counting-table.ts';
import { nextState, openingState, timersByState } from './plain-session.ts';
import { senderFirst, stringKey } from './string-key.ts';
import type { PacketColumns } from './table-under-test.ts';

export interface PlainSession {
  readonly key: string;
  /** the client is the end that the key names first */
  readonly clientFirst: boolean;
  state: number;
  /** microseconds */
  last: number;
  packets: number;
}

/** What Map has and others have as well. */
export interface KeyedStore {
  readonly size: number;
  get(key: string): PlainSession | undefined;
  set(key: string, session: PlainSession): unknown;
  delete(key: string): boolean;
  values(): Iterable<PlainSession>;
}

type DueHeap = Heap<{ readonly session: PlainSession; readonly at: number }>;

export class StringKeyedTable extends CountingTable {
  readonly #store: KeyedStore;
  readonly #timers: Float64Array;
  /** sessions by a time at which they may be due, or null where every sweep looks at all */
  readonly #agenda: DueHeap | null;

  /** @param expiry `scan`: a sweep looks at every session; `heap`: at those that a heap says may be due */
  constructor(store: KeyedStore, timeouts: Timeouts, expiry: 'scan' | 'heap') {
    super();
    this.#store = store;
    this.#timers = timersByState(timeouts);
    this.#agenda = expiry === 'scan' ? null : new Heap((a, b) => a.at - b.at);
  }

  get live(): number {
    return this.#store.size;
  }

  sweep(time: number): void {
    if (this.#agenda === null) this.#scan(time);
    else this.#sweepHeap(this.#agenda, time);
  }

  protected take(packets: PacketColumns, i: number): void {
    const sender = senderFirst(packets, i);
    const key = stringKey(packets, i, sender);
    const time = packets.time[i]!;
    const flags = packets.tcpFlags[i]!;
    const session = this.#store.get(key);
    if (session !== undefined) {
      if (time < this.#due(session)) {
        const state = nextState(session.state, sender === session.clientFirst, flags);
        if (state !== null) {
          this.#touch(session, state, time);
          return;
        }
      } else this.ended += 1;
      this.#store.delete(key);
    }
    const opened = {
      key,
      clientFirst: sender,
      state: openingState(packets.proto[i]!, flags),
      last: time,
      packets: 1,
    };
    this.#store.set(key, opened);
    this.#agenda?.push({ session: opened, at: this.#due(opened) });
    this.opened += 1;
  }

  #touch(session: PlainSession, state: number, time: number): void {
    const dueBefore = this.#due(session);
    session.state = state;
    session.last = time;
    session.packets += 1;
    this.found += 1;
    const due = this.#due(session);
    if (due < dueBefore) this.#agenda?.push({ session, at: due });
  }

  #due(session: PlainSession): number {
    return session.last + this.#timers[session.state]!;
  }

  #scan(time: number): void {
    const due: PlainSession[] = [];
    for (const session of this.#store.values()) if (this.#due(session) <= time) due.push(session);
    for (const session of due) this.#expire(session);
  }

  /** A session whose timer was restarted is put back to when it is due now; a packet costs the heap nothing. */
  #sweepHeap(agenda: DueHeap, time: number): void {
    for (let next = agenda.peek(); next !== undefined && next.at <= time; next = agenda.peek()) {
      const { session } = next;
      const due = this.#due(session);
      if (this.#store.get(session.key) !== session) agenda.pop();
      else if (due > time) agenda.replace({ session, at: due });
      else {
        agenda.pop();
        this.#expire(session);
      }
    }
  }

  #expire(session: PlainSession): void {
    this.#store.delete(session.key);
    this.ended += 1;
  }
}
