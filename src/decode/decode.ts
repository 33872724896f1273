/**
 * The front door of the room: one packet record in, the columns of a packet out, or the cause why it
 * may not look for a session. Link layers, transport protocols and tunnels are tables (link/, transport.ts,
 * tunnel/); another one is another row.
 *
 * `decodePacket` has no memory: a fragment ends there. `Decoder` reassembles, and finds what a packet
 * carries. Neither throws, whatever the bytes.
 */
import type { PacketRecord } from '../capture/record.ts';
import { decodeRecord } from './decode-record.ts';
import type { DecodeOptions } from './layer.ts';
import { recordDrop } from './malformed.ts';
import type { DecodedPacket } from './packet.ts';

export { Decoder, type DecoderOptions, MAX_TUNNEL_LEVELS } from './decoder.ts';
export type { LossReason, LostFragments } from './fragment/loss.ts';
export type { FragmentLimits, FragmentReport } from './fragment/store.ts';
export type { DecodeOptions } from './layer.ts';
export { linkTypeSupport } from './link/decode-link.ts';
export { makeDecodedPacket } from './packet.ts';

/** Decodes `record` into `out`; every field of `out` is set, none is left from the packet before. */
export function decodePacket(record: PacketRecord, out: DecodedPacket, options: DecodeOptions): void {
  const drop = decodeRecord(record, out, options);
  if (drop !== null) recordDrop(out, drop);
}
