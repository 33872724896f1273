/**
 * The way through the headers in front of IP. A layer reads its own header and says what stands behind
 * it; the loop in decode-link.ts goes on from there. No layer calls the loop, so no nesting, however
 * deep, can exhaust the stack, and a layer needs to know no other.
 */
import { type Drop, missingBytes } from '../malformed.ts';
import type { DecodedPacket } from '../packet.ts';

/** Added to a link type, so that ethertypes and link types are one space of numbers. */
export const LINK = 0x1_0000;

/** Below this an ethertype field is the length of an 802.3 frame, and LLC follows. */
export const FIRST_ETHERTYPE = 0x600;

/** What stands at `at` where LLC follows without a length field. */
export const LLC = 0;

/** The layers that others lead to, in that space. */
export const ETHERTYPE = {
  IPV4: 0x0800,
  IPV6: 0x86dd,
  ETHERNET: 0x6558,
  PPP: 0x880b,
  MPLS: 0x8847,
  MPLS_MULTICAST: 0x8848,
  NSH: 0x894f,
} as const;

export const LINK_TYPE = {
  ETHERNET: 0x1_0001,
  PPP: 0x1_0009,
  RAW: 0x1_0065,
  CISCO_HDLC: 0x1_0068,
  IEEE802_11: 0x1_0069,
  FRAME_RELAY: 0x1_006b,
  RADIOTAP: 0x1_007f,
} as const;

export interface LayerWalk {
  /** what stands at `at`: an ethertype, the length field of an 802.3 frame, or LINK + a link type */
  next: number;
  /** offset in the packet's data */
  at: number;
  /** offset behind the last byte that was on the wire; it may lie beyond what was captured */
  end: number;
}

/**
 * Reads the header at `walk.at` and moves the walk behind it, or says why the packet goes no further.
 * A layer moves forward, or hands over at the same place to one that does.
 */
export type LinkLayer = (walk: LayerWalk, packet: DecodedPacket) => Drop | null;

/** Null when the next `bytes` bytes were captured. */
export function missingHeader(walk: LayerWalk, packet: DecodedPacket, bytes: number): Drop | null {
  return missingBytes(packet, walk.at, bytes, walk.end, 'linkHeader');
}

/** Moves the walk `bytes` forward to `next`. */
export function advance(walk: LayerWalk, bytes: number, next: number): null {
  walk.at += bytes;
  walk.next = next;
  return null;
}

/** A header of `bytes` bytes that holds nothing of interest, and always the same behind it. */
export function headerThen(bytes: number, next: number): LinkLayer {
  return (walk, packet) => missingHeader(walk, packet, bytes) ?? advance(walk, bytes, next);
}

/** A number that is an ethertype and never a length: below FIRST_ETHERTYPE it means nothing here. */
export function advanceToEthertype(walk: LayerWalk, bytes: number, ethertype: number): Drop | null {
  return ethertype < FIRST_ETHERTYPE ? 'non_ip' : advance(walk, bytes, ethertype);
}
