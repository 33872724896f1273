/** A packet that the host has decoded, written into the kernel's columns. */
import { type DecodedPacket, type PacketKey, PROTO } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import { optionsOf } from './segment-shape.ts';

export function writeSlot(kernel: Kernel, slot: number, packet: Readonly<DecodedPacket>): void {
  const { view } = kernel;
  const place = at.SLOTS + slot * at.SLOT_BYTES;
  writeKey(view, place, packet, packet.level, packet.network);
  const word = (offset: number, value: number): void => view.setUint32(place + offset, value, true);
  word(at.SLOT_FRAME_BYTES, packet.frameBytes);
  word(at.SLOT_FRAMES, packet.frames);
  word(at.SLOT_SEQ, packet.seq);
  word(at.SLOT_ACK, packet.ack);
  word(at.SLOT_PAYLOAD_LENGTH, packet.payloadLength);
  word(at.SLOT_PAYLOAD_OFFSET, packet.payloadOffset);
  word(at.SLOT_PAYLOAD_CAPTURED, packet.payloadCaptured);
  word(at.SLOT_SCTP_CHUNKS, packet.sctpChunks);
  view.setUint8(place + at.SLOT_TCP_FLAGS, packet.tcpFlags);
  view.setUint8(place + at.SLOT_SHIFT, packet.windowShift + 1);
  view.setUint16(place + at.SLOT_WINDOW, packet.window, true);
  view.setUint8(place + at.SLOT_ICMP_TYPE, Math.max(packet.icmpType, 0));
  view.setUint8(place + at.SLOT_TTL, packet.ttl);
  view.setUint16(place + at.SLOT_IP_ID, packet.ipId, true);
  const first = packet.payloadCaptured > 0 ? packet.data[packet.payloadOffset]! : 0;
  view.setUint8(place + at.SLOT_FIRST_BYTE, first);
}

/** The TCP options of a packet that the host has decoded, for whoever notes it. @param offset in the kernel's configuration */
export function writeOptions({ bytes }: Kernel, offset: number, packet: Readonly<DecodedPacket>): void {
  if (packet.proto !== PROTO.TCP) return;
  const kinds = optionsOf(packet);
  bytes[at.CONFIG + offset] = kinds === null ? at.OPTIONS_UNKNOWN : kinds.length;
  bytes.set(kinds ?? [], at.CONFIG + offset + 1);
}

/** The key that an ICMP error quotes, in its own slot. */
export function writeQuotedKey(kernel: Kernel, key: PacketKey, level: number, network: number): void {
  writeKey(kernel.view, at.SLOTS + at.QUOTED_SLOT * at.SLOT_BYTES, key, level, network);
}

function writeKey(view: DataView, place: number, key: PacketKey, level: number, network: number): void {
  if (key.version === 4) {
    view.setUint32(place + at.SLOT_ADDRESSES, key.src[3]!, true);
    view.setUint32(place + at.SLOT_ADDRESSES + 4, key.dst[3]!, true);
  } else {
    for (let word = 0; word < 4; word += 1) {
      view.setUint32(place + at.SLOT_ADDRESSES6 + word * 4, key.src[word]!, false);
      view.setUint32(place + at.SLOT_ADDRESSES6 + 16 + word * 4, key.dst[word]!, false);
    }
  }
  view.setUint32(place + at.SLOT_PORTS, ((key.dport << 16) | key.sport) >>> 0, true);
  view.setUint32(place + at.SLOT_KIND, key.proto | (key.version === 6 ? 0x100 : 0) | (level << 12), true);
  view.setInt32(place + at.SLOT_NETWORK, network, true);
}
