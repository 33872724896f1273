/**
 * Values by addresses and ports, of those that were asked for or set last: a map that forgets what has not been heard
 * of for longest. Sessions that need it come by the hundred thousand, so a tuple is ten numbers in a row, not a text.
 */
import type { SessionKey } from '../session/facts.ts';

/** Addresses, ports, version. */
const WORDS = 10;
/** 0: no slot; slots count from 1 */
const NONE = 0;
const MOST_SLOTS = 0xffff;

export class RecentTuples<V> {
  readonly #capacity: number;
  #size = 0;
  readonly #values: V[] = [];
  readonly #tuples: Uint32Array;
  readonly #wanted: Uint32Array = new Uint32Array(WORDS);
  /** slot that heads the chain of a hash, and the next of each slot's chain */
  readonly #heads: Uint16Array;
  readonly #chained: Uint16Array;
  /** neighbours in the order in which slots were heard of; those of NONE are the last and the first heard of */
  readonly #older: Uint16Array;
  readonly #newer: Uint16Array;

  /** @param capacity tuples that are remembered, a power of two, at most 32768 */
  constructor(capacity: number) {
    if (capacity > MOST_SLOTS) throw new RangeError(`${capacity} tuples: there is room for ${MOST_SLOTS}`);
    this.#capacity = capacity;
    this.#tuples = new Uint32Array((capacity + 1) * WORDS);
    this.#heads = new Uint16Array(capacity);
    this.#chained = new Uint16Array(capacity + 1);
    this.#older = new Uint16Array(capacity + 1);
    this.#newer = new Uint16Array(capacity + 1);
  }

  /** @param ports what of the ports counts, as one number of 32 bits */
  get(key: Tuple, ports: number): V | undefined {
    const slot = this.#find(this.#hash(key, ports));
    if (slot === NONE) return undefined;
    this.#renew(slot);
    return this.#values[slot];
  }

  set(key: Tuple, ports: number, value: V): void {
    const hash = this.#hash(key, ports);
    let slot = this.#find(hash);
    if (slot === NONE) slot = this.#add(hash);
    else this.#renew(slot);
    this.#values[slot] = value;
  }

  /** Puts the tuple into `#wanted`. @returns the place of its chain's head */
  #hash({ version, src, dst }: Tuple, ports: number): number {
    const wanted = this.#wanted;
    for (let i = 0; i < 4; i += 1) {
      wanted[i] = src[i]!;
      wanted[4 + i] = dst[i]!;
    }
    wanted[8] = ports;
    wanted[9] = version;
    return hashOf(wanted, 0) & (this.#capacity - 1);
  }

  #find(hash: number): number {
    const wanted = this.#wanted;
    const tuples = this.#tuples;
    let slot = this.#heads[hash]!;
    for (; slot !== NONE; slot = this.#chained[slot]!) {
      const from = slot * WORDS;
      let i = 0;
      while (i < WORDS && tuples[from + i] === wanted[i]) i += 1;
      if (i === WORDS) return slot;
    }
    return NONE;
  }

  /** The wanted tuple, in the place of the one that has not been heard of for longest where there is no other. */
  #add(hash: number): number {
    let slot: number;
    if (this.#size < this.#capacity) {
      this.#size += 1;
      slot = this.#size;
    } else {
      slot = this.#newer[NONE]!;
      this.#unlink(slot);
      this.#unchain(slot);
    }
    this.#tuples.set(this.#wanted, slot * WORDS);
    this.#chained[slot] = this.#heads[hash]!;
    this.#heads[hash] = slot;
    this.#link(slot);
    return slot;
  }

  #unchain(slot: number): void {
    const hash = hashOf(this.#tuples, slot * WORDS) & (this.#capacity - 1);
    const behind = this.#chained[slot]!;
    let each = this.#heads[hash]!;
    if (each === slot) {
      this.#heads[hash] = behind;
      return;
    }
    while (this.#chained[each] !== slot) each = this.#chained[each]!;
    this.#chained[each] = behind;
  }

  #renew(slot: number): void {
    if (this.#older[NONE] === slot) return;
    this.#unlink(slot);
    this.#link(slot);
  }

  #unlink(slot: number): void {
    const older = this.#older[slot]!;
    const newer = this.#newer[slot]!;
    this.#newer[older] = newer;
    this.#older[newer] = older;
  }

  #link(slot: number): void {
    const last = this.#older[NONE]!;
    this.#newer[last] = slot;
    this.#older[slot] = last;
    this.#newer[slot] = NONE;
    this.#older[NONE] = slot;
  }
}

type Tuple = Pick<SessionKey, 'version' | 'src' | 'dst'>;

/** Of one tuple's words, every bit of which moves the lowest bits of the result. */
function hashOf(words: Uint32Array, from: number): number {
  let hash = 0;
  for (let i = from; i < from + WORDS; i += 1) {
    hash = Math.imul(hash ^ words[i]!, 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
