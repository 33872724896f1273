/** One frame through the decoder, for tests that look at one packet. */
import type { PacketRecord } from '../../src/capture/record.ts';
import { ZERO_TIME } from '../../src/capture/time.ts';
import { addressText } from '../../src/decode/address.ts';
import { decodePacket, makeDecodedPacket } from '../../src/decode/decode.ts';
import type { DecodedPacket, PacketKey } from '../../src/decode/packet.ts';

export const ETHERNET = 1;
export const RAW = 101;

export function packetRecord(
  linkType: number,
  data: Uint8Array,
  originalLength: number = data.length,
): PacketRecord {
  return { time: ZERO_TIME, linkType, interfaceId: 0, originalLength, data, file: 0, filePacket: 1 };
}

export interface FrameOptions {
  readonly linkType?: number;
  readonly originalLength?: number;
  readonly verifyChecksums?: boolean;
}

/** Decodes into a packet of its own. */
export function decodeFrame(data: Uint8Array, options: FrameOptions = {}): DecodedPacket {
  const { linkType = ETHERNET, originalLength = data.length, verifyChecksums = false } = options;
  const packet = makeDecodedPacket();
  decodePacket(packetRecord(linkType, data, originalLength), packet, { verifyChecksums });
  return packet;
}

/** `10.0.0.1[40000] > 10.0.0.2[80] 6`, or null. */
export function keyText(key: PacketKey | null): string | null {
  if (key === null) return null;
  const src = `${addressText(key.src, key.version)}[${key.sport}]`;
  return `${src} > ${addressText(key.dst, key.version)}[${key.dport}] ${key.proto}`;
}
