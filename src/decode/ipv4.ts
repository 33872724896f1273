/** IPv4 (RFC 791). Options are skipped; fragments go to the store, if there is one. */
import { readU16 } from './bytes.ts';
import { isChecksumRight } from './checksum.ts';
import type { Fragment } from './fragment/store.ts';
import { IPV4, readIpv4Key } from './ip-headers.ts';
import { type DecodeContext, WITHOUT_CHECKSUMS } from './layer.ts';
import { type Drop, missingBytes } from './malformed.ts';
import { type DecodedPacket, PROTO } from './packet.ts';
import { isMartian } from './sanity.ts';
import { decodeTransport } from './transport.ts';

const LONGEST_DATAGRAM = 0xffff;

export function decodeIpv4(
  packet: DecodedPacket,
  offset: number,
  wireEnd: number,
  context: DecodeContext,
): Drop | null {
  const { data } = packet;
  packet.ipOffset = offset;
  const noVersion = missingBytes(packet, offset, 1, wireEnd, 'ipHeader');
  if (noVersion !== null) return noVersion;
  if (data[offset]! >> 4 !== 4) return 'ipVersion';
  const missing = missingBytes(packet, offset, IPV4.HEADER_BYTES, wireEnd, 'ipHeader');
  if (missing !== null) return missing;

  readIpv4Key(packet, data, offset);
  packet.ttl = data[offset + IPV4.TTL]!;
  packet.ipId = readU16(data, offset + IPV4.ID);

  const headerBytes = (data[offset]! & 0xf) * 4;
  const storedLength = readU16(data, offset + IPV4.TOTAL_LENGTH);
  // Segmentation offload hands the capture a segment above 64 KiB, or one whose length is not filled in
  // yet: 0. The frame knows better. Its checksums are not filled in either.
  const offload = storedLength === 0 && (packet.proto === PROTO.TCP || packet.proto === PROTO.UDP);
  const totalLength = offload ? wireEnd - offset : storedLength;
  if (headerBytes < IPV4.HEADER_BYTES || headerBytes > totalLength || offset + headerBytes > wireEnd) {
    return 'ipHeader';
  }
  if (packet.proto === 0) return 'ipProtocolZero';
  if (packet.ttl === 0) return 'ipTtlZero';
  const fragment = readU16(data, offset + IPV4.FRAGMENT);
  const fragmentOffset = (fragment & IPV4.FRAGMENT_OFFSET) * 8;
  const isFragment = fragmentOffset !== 0 || (fragment & IPV4.MORE_FRAGMENTS) !== 0;
  if (isMartian(packet)) return 'martian';
  const verify = context.verifyChecksums && !offload;
  if (verify && offset + headerBytes <= data.length && !isChecksumRight(data, offset, offset + headerBytes)) {
    return 'ipChecksum';
  }
  if (isFragment) {
    if (fragmentOffset + totalLength > LONGEST_DATAGRAM) return 'pingOfDeath';
    if (context.fragments === undefined) return 'fragment_unassembled';
    return context.fragments.take(packet, {
      identification: packet.ipId,
      offset: fragmentOffset,
      more: (fragment & IPV4.MORE_FRAGMENTS) !== 0,
      dataAt: offset + headerBytes,
      dataEnd: offset + totalLength,
      cut: offset + totalLength > wireEnd,
      headersEnd: offset + headerBytes,
      protocolAt: -1,
    } satisfies Fragment);
  }
  return decodeTransport(
    packet,
    offset + headerBytes,
    offset + totalLength,
    wireEnd,
    offload ? WITHOUT_CHECKSUMS : context,
  );
}
