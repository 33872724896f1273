/**
 * The chain of IPv6 extension headers (RFC 8200 4): hop-by-hop, routing, fragment and destination
 * options are walked through. AH, ESP and no-next-header end the chain: they are sessions of their own.
 */
import { readU16 } from './bytes.ts';

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION = 60;

const OPTION_PAD1 = 0;
const OPTION_JUMBO = 0xc2;
const OPTION_HOME_ADDRESS = 0xc9;

export interface ExtensionWalk {
  /** protocol behind the chain, or the one that stopped it */
  proto: number;
  /** offset of what stands behind the chain */
  offset: number;
  /** false: a header ends beyond `end`, or beyond what was captured */
  complete: boolean;
  /** the header that is not complete lies beyond `end`: truncated, not merely not captured */
  truncated: boolean;
  /** a hop-by-hop header holds a jumbo payload option (RFC 2675) */
  jumbogram: boolean;
  /**
   * the checksum of layer 4 is over other addresses than the header's: a routing header has segments
   * left to visit (RFC 8200 8.1), or there is a home address option (RFC 6275 11.3.1)
   */
  otherAddresses: boolean;
  /** a fragment header that is not atomic (RFC 6946) ended the walk, or was walked through */
  fragment: boolean;
  /** of that fragment, in bytes */
  fragmentOffset: number;
  /** where its header stands, and which byte in front of it names it; -1: the IPv6 header does */
  fragmentAt: number;
  fragmentNamedAt: number;
}

export function makeExtensionWalk(): ExtensionWalk {
  return {
    proto: 0,
    offset: 0,
    complete: true,
    truncated: false,
    jumbogram: false,
    otherAddresses: false,
    fragment: false,
    fragmentOffset: 0,
    fragmentAt: -1,
    fragmentNamedAt: -1,
  };
}

/**
 * Walks from `offset`, where a header of type `nextHeader` stands, to the first protocol that is no
 * extension header, or to a fragment (a first fragment is walked through when `throughFirstFragment`).
 * `end` is the offset behind the packet.
 */
export function walkExtensions(
  walk: ExtensionWalk,
  data: Uint8Array,
  nextHeader: number,
  offset: number,
  end: number,
  throughFirstFragment: boolean,
): void {
  walk.proto = nextHeader;
  walk.offset = offset;
  walk.complete = true;
  walk.truncated = false;
  walk.jumbogram = false;
  walk.otherAddresses = false;
  walk.fragment = false;
  walk.fragmentOffset = 0;
  walk.fragmentAt = -1;
  walk.fragmentNamedAt = -1;
  let namedAt = -1;
  while (isExtension(walk.proto)) {
    const at = walk.offset;
    // Every extension header is a multiple of 8 bytes; the fragment header's second byte is reserved.
    const lengthKnown = at + 2 <= Math.min(end, data.length);
    const bytes = lengthKnown && walk.proto !== FRAGMENT ? (data[at + 1]! + 1) * 8 : 8;
    if (at + bytes > end || at + bytes > data.length) {
      walk.complete = false;
      walk.truncated = at + bytes > end;
      return;
    }
    const headerEnd = at + bytes;
    if (walk.proto === HOP_BY_HOP && hasOption(data, at + 2, headerEnd, OPTION_JUMBO)) walk.jumbogram = true;
    if (walk.proto === ROUTING && data[at + 3] !== 0) walk.otherAddresses = true;
    if (walk.proto === DESTINATION && hasOption(data, at + 2, headerEnd, OPTION_HOME_ADDRESS)) {
      walk.otherAddresses = true;
    }
    const isFragment = walk.proto === FRAGMENT && !isWholeDatagram(data, at);
    walk.proto = data[at]!;
    walk.offset = headerEnd;
    if (isFragment) {
      walk.fragment = true;
      walk.fragmentOffset = readU16(data, at + 2) & 0xfff8;
      walk.fragmentAt = at;
      walk.fragmentNamedAt = namedAt;
      if (walk.fragmentOffset !== 0 || !throughFirstFragment) return;
    }
    namedAt = at;
  }
}

function isExtension(proto: number): boolean {
  return proto === HOP_BY_HOP || proto === ROUTING || proto === FRAGMENT || proto === DESTINATION;
}

/** An atomic fragment: offset 0, no more to come; to be processed as a whole packet (RFC 8200 4.5). */
function isWholeDatagram(data: Uint8Array, at: number): boolean {
  return (readU16(data, at + 2) & 0xfff9) === 0;
}

function hasOption(data: Uint8Array, start: number, end: number, type: number): boolean {
  let at = start;
  while (at < end) {
    if (data[at] === type) return true;
    at += data[at] === OPTION_PAD1 || at + 1 >= end ? 1 : 2 + data[at + 1]!;
  }
  return false;
}
