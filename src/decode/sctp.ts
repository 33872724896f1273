/** SCTP (RFC 9260): ports and which chunks are in the packet. */
import { readU16 } from './bytes.ts';
import { readKeyPorts } from './key-ports.ts';
import { setPayload, type TransportDecoder } from './layer.ts';
import { missingBytes } from './malformed.ts';

const PORT_BYTES = 4;
const COMMON_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 4;

export const decodeSctp: TransportDecoder = (packet, offset, end, wireEnd) => {
  const { data } = packet;
  const packetEnd = Math.min(end, wireEnd);
  if (offset + COMMON_HEADER_BYTES > packetEnd) return 'layer4Header';
  const missing = missingBytes(packet, offset, PORT_BYTES, packetEnd, 'layer4Header');
  if (missing !== null) return missing;
  readKeyPorts(packet, data, offset);
  setPayload(packet, offset + COMMON_HEADER_BYTES, end);

  const lastCaptured = Math.min(packetEnd, data.length);
  let at = offset + COMMON_HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= lastCaptured) {
    const type = data[at]!;
    const length = readU16(data, at + 2);
    if (length < CHUNK_HEADER_BYTES) break;
    if (type < 32) packet.sctpChunks = (packet.sctpChunks | (1 << type)) >>> 0;
    at += (length + 3) & ~3;
  }
  return null;
};
