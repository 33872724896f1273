/**
 * Zones by network: the longest prefix that covers an address names its zone (interface.md, `zones`).
 * Looked up once a session and direction, on addresses as four 32-bit words (IPv4 mapped into
 * ::ffff:0:0/96). IPv4 and IPv6 are kept apart, so that `::/0` never covers an IPv4 address.
 */
import ipaddr from 'ipaddr.js';
import type { OptionError } from './timeout-option.ts';

/** A network as compiled: host bits cleared, prefix length on 128 bits. */
interface Network {
  readonly words: Uint32Array;
  readonly prefixLength: number;
  readonly isMapped: boolean;
}

/** One `network -> zone` line of the configuration or of `--zone`. */
export interface ZoneNetwork {
  /** CIDR or a single address, as written */
  readonly network: string;
  readonly zone: string;
}

/** Compiled zones: the zone of an address as four 32-bit words, or null where none covers it. */
export type ZoneLookup = (address: Uint32Array) => string | null;

/** A zone name as PAN-OS takes it; `any` would match every zone in a rule. */
export const ZONE_NAME: RegExp = /^(?!any$)[a-z0-9][a-z0-9 ._-]{0,30}$/i;

export const ZONE_NAME_RULE =
  'a zone name has 1 to 31 letters, digits, spaces, dots, dashes or underscores, begins with a letter or digit, and is not "any"';

/** What a network may look like, for error lines. */
export const NETWORK_RULE = 'give an IPv4 or IPv6 network such as 10.0.0.0/8 or fd00::/8';

const MAPPED_PREFIX = 96;

/** Four 32-bit words of an address in text, IPv4 mapped; null if it is none. */
export function parseAddress(text: string): Uint32Array | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return toWords(ipaddr.IPv4.parse(text).toIPv4MappedAddress().toByteArray());
  }
  if (!text.includes('%') && ipaddr.IPv6.isValid(text)) return toWords(ipaddr.IPv6.parse(text).toByteArray());
  return null;
}

/** True if the network can be compiled. Host bits may be set: the firewall ignores them, and so do we. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== null;
}

/** Reads the value of one `--zone CIDR=NAME` option. */
export function parseZoneOption(text: string): ZoneNetwork | OptionError {
  const equals = text.indexOf('=');
  const network = text.slice(0, Math.max(equals, 0));
  const zone = text.slice(equals + 1);
  if (equals < 1) return { error: `--zone ${text}: give CIDR=NAME, e.g. 10.0.0.0/8=trust` };
  if (!isNetwork(network)) return { error: `--zone ${text}: "${network}" is no network; ${NETWORK_RULE}` };
  if (!ZONE_NAME.test(zone)) return { error: `--zone ${text}: "${zone}" is no zone name; ${ZONE_NAME_RULE}` };
  return { network, zone };
}

/**
 * Compiles networks in order; of two equal networks the later one wins, so that `--zone` laid behind the
 * configuration overrides it. Two zones for one network within a single source are `findZoneClash`'s affair.
 * @throws RangeError for a network that `isNetwork` refuses
 */
export function compileZones(networks: readonly ZoneNetwork[]): ZoneLookup {
  const families = {
    mapped: new Map<number, Map<string, string>>(),
    ipv6: new Map<number, Map<string, string>>(),
  };
  for (const { network, zone } of networks) {
    const parsed = parseNetwork(network);
    if (parsed === null) throw new RangeError(`"${network}" is no network`);
    const family = parsed.isMapped ? families.mapped : families.ipv6;
    const byPrefix = family.get(parsed.prefixLength) ?? new Map<string, string>();
    family.set(parsed.prefixLength, byPrefix.set(keyOf(parsed.words, parsed.prefixLength), zone));
  }
  const mapped = longestFirst(families.mapped);
  const ipv6 = longestFirst(families.ipv6);
  return (address) => {
    for (const [prefixLength, zones] of isMapped(address) ? mapped : ipv6) {
      const zone = zones.get(keyOf(address, prefixLength));
      if (zone !== undefined) return zone;
    }
    return null;
  };
}

/** The first network that is given to two zones, with the index of its second line; null if there is none. */
export function findZoneClash(
  networks: readonly ZoneNetwork[],
): { readonly network: string; readonly zones: readonly [string, string]; readonly index: number } | null {
  const seen = new Map<string, string>();
  for (const [index, { network, zone }] of networks.entries()) {
    const parsed = parseNetwork(network);
    if (parsed === null) continue;
    const key = `${keyOf(parsed.words, parsed.prefixLength)}/${parsed.prefixLength}`;
    const earlier = seen.get(key);
    if (earlier !== undefined && earlier !== zone) return { network, zones: [earlier, zone], index };
    seen.set(key, zone);
  }
  return null;
}

function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  const words = parseAddress(address);
  if (words === null) return null;
  const widest = address.includes(':') ? 128 : 32;
  const length = slash === -1 ? String(widest) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length) || Number(length) > widest) return null;
  const prefixLength = Number(length) + 128 - widest;
  return { words, prefixLength, isMapped: isMapped(words) && prefixLength >= MAPPED_PREFIX };
}

function isMapped(words: Uint32Array): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

function longestFirst(
  byPrefix: Map<number, Map<string, string>>,
): (readonly [number, Map<string, string>])[] {
  return [...byPrefix].sort(([a], [b]) => b - a);
}

function keyOf(words: Uint32Array, prefixLength: number): string {
  let key = '';
  for (let word = 0; word < 4; word++) {
    const bits = Math.min(32, Math.max(0, prefixLength - word * 32));
    // a shift by 32 would be a shift by 0
    const kept = bits === 0 ? 0 : (words[word]! & (0xffffffff << (32 - bits))) >>> 0;
    key += `${kept.toString(36)}.`;
  }
  return key;
}

function toWords(bytes: readonly number[]): Uint32Array {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  return Uint32Array.from([0, 4, 8, 12], (offset) => view.getUint32(offset));
}
