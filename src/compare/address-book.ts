/** Addresses by number, so that keys of sessions and of log rows are compared as integers. */
import { addressText, ipv4Word, parseAddress } from '../decode/address.ts';

const IPV4 = 4;
const NONE = -1;

/** All of a book, to be handed from one thread to another. */
export interface AddressData {
  readonly count: number;
  /** four a number */
  readonly words: Uint32Array;
  readonly versions: Uint8Array;
}

export class AddressBook {
  #words = new Uint32Array(4096);
  #versions = new Uint8Array(1024);
  #count = 0;
  /** IPv4 addresses by hash, each with its number behind it: open addressing, at most half full */
  #slots = new Int32Array(8192).fill(NONE);
  #inSlots = 0;
  readonly #v6 = new Map<string, number>();

  /** @param words as a packet key holds them; they are copied */
  idOf(words: Uint32Array, version: number): number {
    if (version === IPV4) return this.#idOfIpv4(words[3]!);
    const key = words.join();
    let id = this.#v6.get(key);
    if (id === undefined) {
      id = this.#add(words[0]!, words[1]!, words[2]!, words[3]!, version);
      this.#v6.set(key, id);
    }
    return id;
  }

  /** Of an address in its usual spelling; NONE where the text is none. */
  idOfText(text: string): number {
    const word = ipv4Word(text);
    if (word >= 0) return this.#idOfIpv4(word);
    const address = parseAddress(text);
    return address === null ? NONE : this.idOf(address.words, address.version);
  }

  text(id: number): string {
    return addressText(this.#words.subarray(id * 4, id * 4 + 4), this.#versions[id]!);
  }

  /** Numbers that the addresses of another book have in this one, by their numbers there; NONE where there is none. */
  numbersOf({ count, words, versions }: AddressData): Int32Array {
    return Int32Array.from({ length: count }, (_, id) => {
      const own = words.subarray(id * 4, id * 4 + 4);
      return versions[id] === IPV4 ? this.#findIpv4(own[3]!) : (this.#v6.get(own.join()) ?? NONE);
    });
  }

  data(): AddressData {
    return { count: this.#count, words: this.#words, versions: this.#versions };
  }

  #idOfIpv4(word: number): number {
    const found = this.#findIpv4(word);
    if (found !== NONE) return found;
    if (this.#inSlots * 4 >= this.#slots.length) this.#rehash();
    const id = this.#add(0, 0, 0xffff, word, IPV4);
    this.#seat(word, id);
    this.#inSlots += 1;
    return id;
  }

  #findIpv4(word: number): number {
    const slots = this.#slots;
    const own = word | 0;
    const mask = slots.length - 1;
    for (let slot = (hash(word) << 1) & mask; ; slot = (slot + 2) & mask) {
      const id = slots[slot + 1]!;
      if (id === NONE || slots[slot] === own) return id;
    }
  }

  #seat(word: number, id: number): void {
    const mask = this.#slots.length - 1;
    let slot = (hash(word) << 1) & mask;
    while (this.#slots[slot + 1] !== NONE) slot = (slot + 2) & mask;
    this.#slots[slot] = word;
    this.#slots[slot + 1] = id;
  }

  #rehash(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 4).fill(NONE);
    for (let slot = 0; slot < before.length; slot += 2) {
      if (before[slot + 1] !== NONE) this.#seat(before[slot]!, before[slot + 1]!);
    }
  }

  #add(a: number, b: number, c: number, d: number, version: number): number {
    const id = this.#count;
    if (id === this.#versions.length) {
      const versions = new Uint8Array(id * 2);
      versions.set(this.#versions);
      this.#versions = versions;
      const words = new Uint32Array(id * 8);
      words.set(this.#words);
      this.#words = words;
    }
    this.#words[id * 4] = a;
    this.#words[id * 4 + 1] = b;
    this.#words[id * 4 + 2] = c;
    this.#words[id * 4 + 3] = d;
    this.#versions[id] = version;
    this.#count = id + 1;
    return id;
  }
}

function hash(word: number): number {
  const mixed = Math.imul(word ^ (word >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** An address of another book's data as text. */
export function addressOf({ words, versions }: AddressData, id: number): string {
  return addressText(words.subarray(id * 4, id * 4 + 4), versions[id]!);
}
