/**
 * Conversations by the time of their next packet. A calendar queue (Brown, 1988): one list for each
 * thousandth of a second, sorted when its turn comes. With tens of thousands of conversations under way it
 * touches far less memory than a heap.
 */
import type { Flow } from './flow.ts';

const LISTS_PER_SECOND = 1000;

export class Agenda {
  size = 0;
  readonly #lists = new Map<number, Flow[]>();
  /** the list whose turn it is, sorted, and how far it has been taken */
  #current: Flow[] = [];
  #taken = 0;
  #number = -1;

  /** Adds a conversation; its time must not lie before that of the last one taken. */
  add(flow: Flow): void {
    this.size += 1;
    const number = Math.floor(flow.at * LISTS_PER_SECOND);
    if (number <= this.#number) {
      this.#insert(flow);
      return;
    }
    const list = this.#lists.get(number);
    if (list === undefined) this.#lists.set(number, [flow]);
    else list.push(flow);
  }

  /** The conversation whose packet is next; of two at the same time the one that was added first. */
  peek(): Flow | undefined {
    if (this.size === 0) return undefined;
    while (this.#taken === this.#current.length) {
      this.#number += 1;
      const list = this.#lists.get(this.#number);
      if (list === undefined) continue;
      this.#lists.delete(this.#number);
      this.#current = list.sort((a, b) => a.at - b.at);
      this.#taken = 0;
    }
    return this.#current[this.#taken];
  }

  /** Takes away what `peek` gave. */
  pop(): void {
    this.#taken += 1;
    this.size -= 1;
  }

  #insert(flow: Flow): void {
    let at = this.#current.length;
    while (at > this.#taken && this.#current[at - 1]!.at > flow.at) at -= 1;
    this.#current.splice(at, 0, flow);
  }
}
