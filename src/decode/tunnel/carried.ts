/** What a tunnel's reader says about the packet inside. */
import type { DecodedPacket } from '../packet.ts';

export interface Carried {
  /** offset in the outer packet's data at which it begins, and behind its last byte on the wire */
  at: number;
  end: number;
  /** what stands there: an ethertype, or LINK + a link type (link/walk.ts) */
  next: number;
  /** as DecodedPacket.network */
  network: number;
}

export function makeCarried(): Carried {
  return { at: 0, end: 0, next: 0, network: -1 };
}

/**
 * Reads the tunnel's header, at `carried.at`, and moves `carried` to what stands behind it. False where
 * the bytes cannot be this tunnel's, or it carries no packet (control messages, keepalives).
 */
export type TunnelReader = (outer: DecodedPacket, carried: Carried) => boolean;

/** Whether the next `bytes` bytes were captured and belong to the outer packet's payload. */
export function has(outer: DecodedPacket, carried: Carried, bytes: number): boolean {
  return carried.at + bytes <= Math.min(carried.end, outer.data.length);
}

/** Moves behind `bytes` bytes of header, where `next` stands; false where nothing is left there. */
export function carry(outer: DecodedPacket, carried: Carried, bytes: number, next: number): boolean {
  if (!has(outer, carried, bytes + 1)) return false;
  carried.at += bytes;
  carried.next = next;
  return true;
}
