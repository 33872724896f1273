/**
 * A plain DNS query: no other section than the question and one additional record (EDNS), the name in ASCII,
 * a type that there is. Of what firewall/app-id/dns.ts takes for DNS this is nearly all; the rest is for the host.
 */
import { DNS_QUERY, DNS_TYPES, MOST_DNS_TYPES } from '../layout';
import { hasBit } from './bits';
import { holds } from './slots';

const HEADER_BYTES: u32 = 12;
const RECORD_BYTES: u32 = 11;
const LONGEST_NAME: u32 = 255;
const LONGEST_LABEL: u32 = 63;
const LONGEST_QUERY: u32 = HEADER_BYTES + LONGEST_NAME + 1 + 4;
/** RFC 1035 4.1.1, RFC 4035: a query sets RD, AD and CD at most */
const NOT_IN_QUERY: u32 = 0xfecf;
const INTERNET: u32 = 1;

function word(payload: usize, offset: u32): u32 {
  return <u32>bswap<u16>(load<u16>(payload + offset));
}

/** @param length bytes of the payload on the wire, of which `captured` are there */
export function isQuery(slot: usize, payload: usize, captured: u32, length: u32): bool {
  const size = min<u32>(captured, LONGEST_QUERY);
  if (size <= HEADER_BYTES || !holds(slot, size)) return false;
  if ((word(payload, 2) & NOT_IN_QUERY) != 0 || word(payload, 4) != 1) return false;
  const additional = word(payload, 10);
  if (load<u32>(payload, 6) != 0 || additional > 1) return false;
  if (HEADER_BYTES + additional * RECORD_BYTES > length) return false;
  const end = endOfName(payload, size);
  if (end == 0 || end + 4 > size) return false;
  const type = word(payload, end);
  if (type >= <u32>MOST_DNS_TYPES || word(payload, end + 2) != INTERNET) return false;
  return hasBit(DNS_QUERY + DNS_TYPES, type);
}

/** Where the name ends that begins behind the header; 0 where it does not, or is no text. */
function endOfName(payload: usize, size: u32): u32 {
  let at = HEADER_BYTES;
  while (at < size && at - HEADER_BYTES <= LONGEST_NAME) {
    const label: u32 = load<u8>(payload + at);
    at += 1;
    if (label == 0) return at;
    const next = at + label;
    if (label > LONGEST_LABEL || next > size) return 0;
    for (; at < next; at++) {
      const letter: u32 = load<u8>(payload + at);
      if (letter < 0x20 || letter > 0x7e) return 0;
    }
  }
  return 0;
}
