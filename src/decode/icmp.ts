/** ICMP (RFC 792) and ICMPv6 (RFC 4443): echo keys, and the packet that an error quotes. */
import { isChecksumRight, isPseudoChecksumRight } from './checksum.ts';
import { icmpTypesOf, readKeyPorts } from './key-ports.ts';
import { setPayload, type TransportDecoder } from './layer.ts';
import { missingBytes } from './malformed.ts';
import { readQuotedKey, redirectedHeaderAt } from './quoted.ts';

/** type, code, checksum */
const HEADER_BYTES = 4;
/** with the word that holds identifier and sequence number, or what an error has to say */
const FULL_HEADER_BYTES = 8;

export const decodeIcmp: TransportDecoder = (packet, offset, end, wireEnd, options) => {
  const types = icmpTypesOf(packet)!;
  const { data } = packet;
  const messageEnd = Math.min(end, wireEnd);
  if (offset + HEADER_BYTES > messageEnd) return 'icmpHeader';
  const noType = missingBytes(packet, offset, 2, messageEnd, 'icmpHeader');
  if (noType !== null) return noType;
  const type = data[offset]!;
  packet.icmpType = type;
  packet.icmpCode = data[offset + 1]!;
  const isEcho = type === types.echoRequest || type === types.echoReply;
  const noEcho = missingBytes(packet, offset, FULL_HEADER_BYTES, messageEnd, 'icmpHeader');
  if (isEcho && noEcho !== null) return noEcho;
  readKeyPorts(packet, data, offset);
  setPayload(packet, offset + FULL_HEADER_BYTES, end);

  if (options.verifyChecksums && end <= data.length) {
    const right =
      packet.version === 4 ? isChecksumRight(data, offset, end) : isPseudoChecksumRight(packet, offset, end);
    if (!right) return 'layer4Checksum';
  }

  const quoteAfter = types.errors.get(type);
  if (quoteAfter === undefined) return null;
  const quoteEnd = Math.min(messageEnd, data.length);
  const after = offset + quoteAfter;
  const quoteAt = type === types.redirectByOption ? redirectedHeaderAt(data, after, quoteEnd) : after;
  if (readQuotedKey(packet.embeddedKey, data, quoteAt, quoteEnd)) packet.embedded = packet.embeddedKey;
  return null;
};
