/** The shape of a row in the dispatch tables: what every decoder of one layer takes. */
import type { FragmentStore } from './fragment/store.ts';
import type { Drop } from './malformed.ts';
import type { DecodedPacket } from './packet.ts';

export interface DecodeOptions {
  /** verify IP, TCP, UDP and ICMP checksums; off by default, since offload makes captured ones wrong */
  readonly verifyChecksums: boolean;
}

/** What all layers are handed: the options, and where fragments go; without a store no fragment is reassembled. */
export interface DecodeContext extends DecodeOptions {
  readonly fragments?: FragmentStore;
}

/** For what cannot be verified: offloaded segments, and checksums over other addresses than the header's. */
export const WITHOUT_CHECKSUMS: DecodeOptions = { verifyChecksums: false };

/**
 * Decodes from `offset` in `packet.data` and hands on to the next layer. Gives null, or why the packet
 * may not look for a session.
 * `wireEnd` is the offset behind the last byte that was on the wire, which may lie beyond what was
 * captured; it, not the captured length, says whether a packet is truncated.
 */
export type LayerDecoder = (
  packet: DecodedPacket,
  offset: number,
  wireEnd: number,
  context: DecodeContext,
) => Drop | null;

/**
 * Decodes layer 4 at `offset`. `end` is where the IP length says that it ends (it may lie beyond
 * `wireEnd` in IPv4, and before it where the frame is padded).
 */
export type TransportDecoder = (
  packet: DecodedPacket,
  offset: number,
  end: number,
  wireEnd: number,
  options: DecodeOptions,
) => Drop | null;

/** Payload from `offset` to `end` (wire offsets); what was captured of it may be less. */
export function setPayload(packet: DecodedPacket, offset: number, end: number): void {
  const captured = packet.data.length;
  packet.payloadOffset = Math.min(offset, captured);
  packet.payloadLength = Math.max(0, end - offset);
  packet.payloadCaptured = Math.max(0, Math.min(end, captured) - offset);
}
