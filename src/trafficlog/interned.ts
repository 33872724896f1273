/** Text of log fields, each value once. */
import { addressText, parseAddress } from '../decode/address.ts';
import { protocolName } from '../decode/protocol-names.ts';

/** Values remembered at once. Those of rows stay alive without it, so a run of new ones costs only their second copy. */
const REMEMBERED = 65_536;

/** Remembers what the texts of one field became: most rows repeat the one before, nearly all an earlier one. */
export class Interned<V extends string | false = string> {
  readonly #known = new Map<string, V>();
  readonly #make: (text: string) => V;
  #lastText: string | null = null;
  #lastValue: V | null = null;

  /** @param make the value of a text */
  constructor(make: (text: string) => V) {
    this.#make = make;
  }

  get(text: string): V {
    if (text === this.#lastText) return this.#lastValue!;
    let value = this.#known.get(text);
    if (value === undefined) {
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      const own = ownText(text);
      value = this.#make(own);
      this.#known.set(own, value);
    }
    this.#lastText = text;
    this.#lastValue = value;
    return value;
  }
}

/** A cell is a view of the whole text that it was cut from and would keep that alive. */
function ownText(text: string): string {
  return ` ${text}`.slice(1);
}

/** The vendor's cloud writes some words with other punctuation (firewall-model 4). */
const REASONS: ReadonlyMap<string, string> = new Map([['n-a', 'n/a']]);

/** Protocols by names that are not those of protocol-names.ts. */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['icmp6', 'ipv6-icmp'],
  ['icmpv6', 'ipv6-icmp'],
  ['ospfigp', 'ospf'],
  ['ipencap', 'ipip'],
]);

/** What the text of a field stands for. */
export const MEANING = {
  text: (text: string): string => text,
  word: (text: string): string => text.toLowerCase(),
  /** in its usual spelling, or false where it is no address */
  address(text: string): string | false {
    const address = parseAddress(text);
    return address === null ? false : addressText(address.words, address.version);
  },
  protocol(text: string): string {
    const name = text.toLowerCase();
    return /^\d+$/.test(name) ? protocolName(Number(name)) : (PROTOCOLS.get(name) ?? name);
  },
  /** `drop ICMP` of the web interface is `drop-icmp` */
  action: (text: string): string => text.toLowerCase().replaceAll(' ', '-'),
  endReason: (text: string): string => REASONS.get(text) ?? text,
} as const;
