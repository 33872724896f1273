/**
 * Sessions as numbers: a Map from string key to slot, the sessions' columns in typed arrays, free slots on a
 * FixedStack of mnemonist. A sweep runs over the columns.
 */

import { FixedStack } from 'mnemonist';
import type { Timeouts } from '../firewall/timeouts.ts';
import { CountingTable } from './counting-table.ts';
import { nextState, openingState, timersByState } from './plain-session.ts';
import { senderFirst, stringKey } from './string-key.ts';
import type { PacketColumns } from './table-under-test.ts';

export class ColumnsTable extends CountingTable {
  readonly #slots = new Map<string, number>();
  readonly #free: FixedStack<number>;
  readonly #keys: (string | null)[];
  readonly #clientFirst: Uint8Array;
  readonly #state: Uint8Array;
  readonly #last: Float64Array;
  readonly #packets: Uint32Array;
  readonly #timers: Float64Array;
  #used = 0;

  constructor(capacity: number, timeouts: Timeouts) {
    super();
    this.#free = new FixedStack<number>(Uint32Array, capacity);
    this.#keys = new Array(capacity).fill(null);
    this.#clientFirst = new Uint8Array(capacity);
    this.#state = new Uint8Array(capacity);
    this.#last = new Float64Array(capacity);
    this.#packets = new Uint32Array(capacity);
    this.#timers = timersByState(timeouts);
  }

  get live(): number {
    return this.#slots.size;
  }

  sweep(time: number): void {
    for (let slot = 0; slot < this.#used; slot += 1) {
      const key = this.#keys[slot];
      if (key !== null && this.#due(slot) <= time) this.#expire(key!, slot);
    }
  }

  protected take(packets: PacketColumns, i: number): void {
    const sender = senderFirst(packets, i);
    const key = stringKey(packets, i, sender);
    const time = packets.time[i]!;
    const flags = packets.tcpFlags[i]!;
    const slot = this.#slots.get(key);
    if (slot !== undefined) {
      const state =
        time < this.#due(slot)
          ? nextState(this.#state[slot]!, sender === (this.#clientFirst[slot] === 1), flags)
          : null;
      if (state !== null) {
        this.#state[slot] = state;
        this.#last[slot] = time;
        this.#packets[slot]! += 1;
        this.found += 1;
        return;
      }
      if (time >= this.#due(slot)) this.#expire(key, slot);
      else this.#remove(key, slot);
    }
    this.#open(key, sender, openingState(packets.proto[i]!, flags), time);
  }

  #open(key: string, clientFirst: boolean, state: number, time: number): void {
    const slot = this.#free.size > 0 ? this.#free.pop()! : this.#used++;
    this.#slots.set(key, slot);
    this.#keys[slot] = key;
    this.#clientFirst[slot] = clientFirst ? 1 : 0;
    this.#state[slot] = state;
    this.#last[slot] = time;
    this.#packets[slot] = 1;
    this.opened += 1;
  }

  #due(slot: number): number {
    return this.#last[slot]! + this.#timers[this.#state[slot]!]!;
  }

  #expire(key: string, slot: number): void {
    this.#remove(key, slot);
    this.ended += 1;
  }

  #remove(key: string, slot: number): void {
    this.#slots.delete(key);
    this.#keys[slot] = null;
    this.#free.push(slot);
  }
}
