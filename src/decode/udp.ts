/** UDP (RFC 768). */
import { readU16 } from './bytes.ts';
import { isPseudoChecksumRight } from './checksum.ts';
import { readKeyPorts } from './key-ports.ts';
import { setPayload, type TransportDecoder } from './layer.ts';
import { missingBytes } from './malformed.ts';

const PORT_BYTES = 4;
const LENGTH = 4;
const CHECKSUM = 6;
const HEADER_BYTES = 8;

/** Port 0 is allowed: the parser drops it for TCP only. */
export const decodeUdp: TransportDecoder = (packet, offset, end, wireEnd, options) => {
  const { data } = packet;
  const datagramEnd = Math.min(end, wireEnd);
  if (offset + HEADER_BYTES > datagramEnd) return 'layer4Header';
  const missing = missingBytes(packet, offset, PORT_BYTES, datagramEnd, 'layer4Header');
  if (missing !== null) return missing;
  readKeyPorts(packet, data, offset);
  if (offset + LENGTH + 2 > data.length) {
    setPayload(packet, offset + HEADER_BYTES, end);
    return null;
  }

  const length = readU16(data, offset + LENGTH);
  if (length < HEADER_BYTES || offset + length > datagramEnd) return 'layer4Length';
  // Bytes between the UDP length and the IP length are not payload (RFC 9868 puts options there).
  setPayload(packet, offset + HEADER_BYTES, offset + length);

  // Over IPv4 a stored 0 says that there is no checksum; over IPv6 one is required (RFC 8200 8.1).
  if (!options.verifyChecksums || offset + length > data.length) return null;
  const unused = packet.version === 4 && readU16(data, offset + CHECKSUM) === 0;
  return unused || isPseudoChecksumRight(packet, offset, offset + length) ? null : 'layer4Checksum';
};
