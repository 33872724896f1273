/**
 * The packets that the kernel is looking at, for whoever is asked about one of them by its slot: records
 * that were described to it, or bytes of a file in its own memory.
 */
import type { PacketRecord } from '../capture/record.ts';
import { makeDecodedPacket } from '../decode/decode.ts';
import type { DecodedPacket } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { PacketRef } from './facts.ts';
import { readTime } from './kernel-time.ts';

export class PacketFeed {
  /** packets before those of the records at hand */
  before = 0;
  /** link type of the file that is read straight into the kernel; null while records are given */
  rawLinkType: number | null = null;
  /** the packet that the host has decoded last */
  readonly decoded: DecodedPacket = makeDecodedPacket();
  /** the packet in INNER_SLOT, and the slot of the one around it */
  inside: DecodedPacket | null = null;
  outerSlot = 0;
  readonly #kernel: Kernel;
  #records: readonly PacketRecord[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Writes records as descriptors and heads, where the kernel reads them. At most MAX_RECORDS. */
  describe(records: readonly PacketRecord[]): void {
    this.#records = records;
    const { bytes, view } = this.#kernel;
    for (let i = 0; i < records.length; i += 1) {
      const { time, data, originalLength, linkType, file, filePacket } = records[i]!;
      const place = at.INPUT + i * at.RECORD_BYTES;
      view.setFloat64(place + at.RECORD_SECONDS, time.sec, true);
      view.setUint32(place + at.RECORD_NANOSECONDS, time.nsec, true);
      view.setUint32(place + at.RECORD_CAPTURED, data.length, true);
      view.setUint32(place + at.RECORD_ORIGINAL, originalLength, true);
      view.setUint32(place + at.RECORD_LINK_TYPE, linkType, true);
      view.setUint32(place + at.RECORD_FILE, file, true);
      view.setUint32(place + at.RECORD_FILE_PACKET, filePacket, true);
      const head = data.length > at.HEAD_BYTES ? data.subarray(0, at.HEAD_BYTES) : data;
      bytes.set(head, at.HEADS + i * at.HEAD_BYTES);
    }
  }

  /** The records have been taken. */
  done(): void {
    this.before += this.#records.length;
    this.#records = [];
  }

  record(slot: number): PacketRecord {
    if (this.rawLinkType === null) return this.#records[this.#word(slot, at.SLOT_RECORD)]!;
    const { file, filePacket, time } = this.ref(slot);
    const frame = this.#word(slot, at.SLOT_FRAME);
    return {
      file,
      filePacket,
      time,
      linkType: this.rawLinkType,
      interfaceId: 0,
      originalLength: this.#word(slot, at.SLOT_FRAME_BYTES),
      // a copy: whoever holds a record may hold its bytes
      data: this.#kernel.bytes.slice(frame, frame + this.#word(slot, at.SLOT_CAPTURED)),
    };
  }

  ref(slot: number): PacketRef {
    const outer = slot === at.INNER_SLOT ? this.outerSlot : slot;
    if (this.rawLinkType !== null) {
      // one packet after the other: the one being looked at is the last that has been counted
      const packet = this.#kernel.doors.packetNow();
      const time = readTime(this.#kernel, at.SLOTS + outer * at.SLOT_BYTES + at.SLOT_TIME);
      return { packet, file: 0, filePacket: packet, time };
    }
    const index = this.#word(outer, at.SLOT_RECORD);
    const { file, filePacket, time } = this.#records[index]!;
    return { packet: this.before + index + 1, file, filePacket, time };
  }

  /** The captured payload of a slot's packet; it holds until the next packet is looked at. */
  payload(slot: number): Uint8Array {
    const from = this.#word(slot, at.SLOT_PAYLOAD_OFFSET);
    const to = from + this.#word(slot, at.SLOT_PAYLOAD_CAPTURED);
    if (slot === at.INNER_SLOT) return this.inside!.data.subarray(from, to);
    const { bytes } = this.#kernel;
    if (bytes[at.SLOTS + slot * at.SLOT_BYTES + at.SLOT_STATUS] === at.STATUS_SLOW) {
      return this.decoded.data.subarray(from, to);
    }
    if (this.rawLinkType === null) return this.record(slot).data.subarray(from, to);
    const frame = this.#word(slot, at.SLOT_FRAME);
    return bytes.subarray(frame + from, frame + to);
  }

  #word(slot: number, offset: number): number {
    return this.#kernel.words[(at.SLOTS + slot * at.SLOT_BYTES + offset) / 4]!;
  }
}
