/** Addresses by number, so that keys of sessions and of log rows are compared as integers. */
import { addressText, parseAddress } from '../decode/address.ts';
import { naturals } from './column.ts';

const IPV4 = 4;

export class AddressBook {
  readonly #v4 = new Map<number, number>();
  readonly #v6 = new Map<string, number>();
  /** four a number */
  readonly #words = naturals();
  readonly #versions = naturals();

  /** @param words as a packet key holds them; they are copied */
  idOf(words: Uint32Array, version: number): number {
    const known = this.#find(words, version);
    if (known !== undefined) return known;
    const id = this.#versions.length;
    if (version === IPV4) this.#v4.set(words[3]!, id);
    else this.#v6.set(words.join(), id);
    for (const word of words) this.#words.push(word);
    this.#versions.push(version);
    return id;
  }

  /** -1 where it is none of these. */
  find(text: string): number {
    const word = ipv4Word(text);
    if (word !== null) return this.#v4.get(word) ?? -1;
    const address = parseAddress(text);
    return address === null ? -1 : (this.#find(address.words, address.version) ?? -1);
  }

  text(id: number): string {
    return addressText(this.#words.cells.subarray(id * 4, id * 4 + 4), this.#versions.cells[id]!);
  }

  #find(words: Uint32Array, version: number): number | undefined {
    return version === IPV4 ? this.#v4.get(words[3]!) : this.#v6.get(words.join());
  }
}

const DOT = 46;
const ZERO = 48;

/** Of an address in its usual spelling; null where it is no IPv4 address. */
function ipv4Word(text: string): number | null {
  let word = 0;
  let part = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      word = word * 256 + part;
      part = 0;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return null;
    part = part * 10 + digit;
  }
  return word * 256 + part;
}
