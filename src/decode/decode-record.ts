/** One record from its first byte on: what decodePacket and Decoder have in common. */
import type { PacketRecord } from '../capture/record.ts';
import type { DecodeContext } from './layer.ts';
import { decodeFrom } from './link/decode-link.ts';
import { LINK } from './link/walk.ts';
import type { Drop } from './malformed.ts';
import { type DecodedPacket, resetPacket } from './packet.ts';

export function decodeRecord(record: PacketRecord, out: DecodedPacket, context: DecodeContext): Drop | null {
  resetPacket(out, record.data, record.originalLength);
  // A broken writer may store an original length below the captured one; the captured bytes were there.
  const wireEnd = Math.max(record.originalLength, record.data.length);
  return decodeFrom(out, LINK + record.linkType, 0, wireEnd, context);
}
