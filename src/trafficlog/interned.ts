/** Text of log fields, each value once. */
import { addressText, parseAddress } from '../decode/address.ts';
import { protocolName } from '../decode/protocol-names.ts';

/** Values remembered at once. Those of rows stay alive without it, so a run of new ones costs only their second copy. */
const REMEMBERED = 65_536;

/** Remembers what each of the texts that come again and again became. */
class Memory<V> {
  readonly #known = new Map<string, V>();
  readonly #make: (text: string) => V;

  constructor(make: (text: string) => V) {
    this.#make = make;
  }

  get(text: string): V {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    const own = ownText(text);
    const value = this.#make(own);
    this.#known.set(own, value);
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

/** The values of one input's rows. */
export class InternedText {
  readonly #texts = new Memory<string>((text) => text);
  readonly #addresses = new Memory<string | false>((text) => {
    const address = parseAddress(text);
    return address === null ? false : addressText(address.words, address.version);
  });
  readonly #protocols = new Memory<string>((text) => {
    const name = text.toLowerCase();
    return /^\d+$/.test(name) ? protocolName(Number(name)) : (PROTOCOLS.get(name) ?? name);
  });
  readonly #actions = new Memory<string>((text) => text.toLowerCase().replaceAll(' ', '-'));
  readonly #words = new Memory<string>((text) => text.toLowerCase());
  readonly #reasons = new Memory<string>((text) => REASONS.get(text) ?? text);

  text = (text: string): string => this.#texts.get(text);
  /** in its usual spelling, or false where it is no address */
  address = (text: string): string | false => this.#addresses.get(text);
  protocol = (text: string): string => this.#protocols.get(text);
  /** `drop ICMP` of the web interface is `drop-icmp` */
  action = (text: string): string => this.#actions.get(text);
  word = (text: string): string => this.#words.get(text);
  endReason = (text: string): string => this.#reasons.get(text);
}
