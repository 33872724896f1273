/** Addresses between the four words of a packet key and text (RFC 5952 for IPv6). */
import ipaddr from 'ipaddr.js';

/** Text of an address. `version` decides: only an IPv4 packet's mapped address is printed as IPv4. */
export function addressText(words: Uint32Array, version: number): string {
  if (version === 4) {
    const word = words[3]!;
    return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
  }
  const parts: number[] = [];
  for (const word of words) parts.push(word >>> 16, word & 0xffff);
  return new ipaddr.IPv6(parts).toRFC5952String();
}

const DOT = 46;
const ZERO = 48;

/** Of an IPv4 address in the one way in which it is printed, as a number from 0 on; -1 where the text is none. */
export function ipv4Word(text: string): number {
  let word = 0;
  let part = -1;
  let parts = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (part < 0 || parts === 4) return -1;
      word = word * 256 + part;
      part = -1;
      parts += 1;
      continue;
    }
    const digit = code - ZERO;
    // no number begins with a zero but zero itself
    if (digit < 0 || digit > 9 || part === 0) return -1;
    part = part < 0 ? digit : part * 10 + digit;
    if (part > 255) return -1;
  }
  return part < 0 || parts !== 4 ? -1 : word * 256 + part;
}

/** Words and version of an address in text, IPv4 mapped into ::ffff:0:0/96; null where it is no address. */
export function parseAddress(text: string): { words: Uint32Array; version: 4 | 6 } | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return { words: toWords(ipaddr.IPv4.parse(text).toIPv4MappedAddress()), version: 4 };
  }
  // A zone index (fe80::1%eth0) names an interface of one host; a packet does not carry it.
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  return { words: toWords(ipaddr.IPv6.parse(text)), version: 6 };
}

function toWords(address: ipaddr.IPv6): Uint32Array {
  const words = new Uint32Array(4);
  for (let word = 0; word < 4; word += 1) {
    words[word] = address.parts[word * 2]! * 0x10000 + address.parts[word * 2 + 1]!;
  }
  return words;
}
