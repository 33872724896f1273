/**
 * pcapng as a pull parser: sections of either byte order, interfaces with their own link type, snapshot
 * length, time resolution and offset; enhanced, simple and old packet blocks; everything else skipped.
 */
import { type ByteWindow, earlyEnd, shortage } from './byte-window.ts';
import {
  BLOCK,
  BYTE_ORDER_MAGIC,
  fcsBytesOfFlags,
  findOption,
  INTERFACE,
  MIN_BLOCK_BYTES,
  OPTION,
  PACKET,
  SECTION,
  SIMPLE,
} from './pcapng-blocks.ts';
import { type TimestampReader, timestampReader } from './pcapng-time.ts';
import { CaptureError, type Damage, type PacketRecord, type StrangeTimes } from './record.ts';
import {
  MAX_RECORD_BYTES,
  maxCapturedBytes,
  type ParseSignal,
  type RecordParser,
  wireLength,
  withoutFcs,
} from './record-parser.ts';
import { nearestTime, type Time, ZERO_TIME } from './time.ts';

interface Interface {
  readonly linkType: number;
  readonly snaplen: number;
  readonly maxCaptured: number;
  readonly readTime: TimestampReader;
  /** if_tsoffset in seconds */
  readonly timeOffset: number;
  readonly fcsBytes: number;
}

const MICROSECONDS = 6;

export class PcapngParser implements RecordParser {
  readonly format = 'pcapng';
  readonly linkTypes: number[] = [];
  file = 0;
  damage: Damage | null = null;
  strangeTimes: StrangeTimes | null = null;

  readonly #window: ByteWindow;
  #littleEndian = true;
  #sections = 0;
  /** of the section being read; ids outside count on from `#idBase` over all sections */
  #interfaces: Interface[] = [];
  #idBase = 0;
  #packets = 0;
  #lastTime: Time = ZERO_TIME;
  #done: 'end' | 'damage' | null = null;

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  next(): PacketRecord | ParseSignal {
    const window = this.#window;
    while (this.#done === null) {
      const available = window.end - window.start;
      if (available < MIN_BLOCK_BYTES) {
        if (!window.ended) return 'starved';
        if (available > 0) return this.#finish(shortage(window, 'the block header', MIN_BLOCK_BYTES));
        return this.#finish(earlyEnd(window));
      }
      const { view, start } = window;
      const isSection = view.getUint32(start, true) === BLOCK.SECTION_HEADER;
      if (isSection) {
        const byteOrder = this.#byteOrder(view.getUint32(start + SECTION.BYTE_ORDER, true));
        if (byteOrder === null) return this.#refuse('a section header without a byte-order magic');
        this.#littleEndian = byteOrder;
      } else if (this.#sections === 0) {
        return this.#refuse('no section header at its start');
      }
      const le = this.#littleEndian;
      const length = view.getUint32(start + 4, le);
      if (length % 4 !== 0) return this.#broken(`the block says ${length} bytes, which is no multiple of 4`);
      if (length < MIN_BLOCK_BYTES) {
        return this.#broken(`the block says ${length} bytes and ${MIN_BLOCK_BYTES} is the least it can be`);
      }
      if (length > MAX_RECORD_BYTES) {
        return this.#broken(`the block says ${length} bytes and ${MAX_RECORD_BYTES} is the most it can be`);
      }
      if (available < length) {
        return window.ended ? this.#finish(shortage(window, 'the block', length)) : 'starved';
      }
      const again = view.getUint32(start + length - 4, le);
      if (again !== length) {
        return this.#broken(`the block says ${length} bytes at its start and ${again} at its end`);
      }
      const result = isSection ? this.#section(length) : this.#block(view.getUint32(start, le), length);
      if (typeof result === 'string') return this.#broken(result);
      window.consume(length);
      if (result !== null) return result;
    }
    return this.#done;
  }

  #byteOrder(littleEndianMagic: number): boolean | null {
    if (littleEndianMagic === BYTE_ORDER_MAGIC) return true;
    return littleEndianMagic === 0x4d3c2b1a ? false : null;
  }

  /** A record, null for a block without one, or what is wrong with the block. */
  #block(type: number, length: number): PacketRecord | string | null {
    switch (type) {
      case BLOCK.ENHANCED_PACKET:
      case BLOCK.OLD_PACKET:
        return this.#packet(type, length);
      case BLOCK.SIMPLE_PACKET:
        return this.#simplePacket(length);
      case BLOCK.INTERFACE:
        return this.#interface(length);
      default:
        return null;
    }
  }

  #section(length: number): string | null {
    if (length < SECTION.MIN_BYTES) return tooShort('section header', length, SECTION.MIN_BYTES);
    const { view, start } = this.#window;
    const major = view.getUint16(start + SECTION.MAJOR, this.#littleEndian);
    const minor = view.getUint16(start + SECTION.MINOR, this.#littleEndian);
    // 1.2 was written by some programs and means 1.0
    if (major !== 1 || (minor !== 0 && minor !== 2)) {
      const what = `pcapng version ${major}.${minor}`;
      if (this.#sections > 0) return `a section of ${what}, which no program defines`;
      throw new CaptureError(
        `${what} (byte ${SECTION.MAJOR}), which no program defines: 1.0 is the only one; write the capture again`,
      );
    }
    this.#sections++;
    this.#idBase += this.#interfaces.length;
    this.#interfaces = [];
    return null;
  }

  #interface(length: number): string | null {
    if (length < INTERFACE.MIN_BYTES) return tooShort('interface description', length, INTERFACE.MIN_BYTES);
    const { view, start } = this.#window;
    const le = this.#littleEndian;
    const linkType = view.getUint16(start + INTERFACE.LINK_TYPE, le);
    const snaplen = view.getUint32(start + INTERFACE.SNAPLEN, le);
    const option = (code: number, bytes: number) =>
      findOption(view, start + INTERFACE.OPTIONS, start + length - 4, le, code, bytes);
    const tsresolAt = option(OPTION.TSRESOL, 1);
    const offsetAt = option(OPTION.TSOFFSET, 8);
    const fcsAt = option(OPTION.FCSLEN, 1);
    const high = offsetAt + (le ? 4 : 0);
    const low = offsetAt + (le ? 0 : 4);
    // bytes, though an early draft said bits: no link has a check sequence of 16 or 32 bytes
    const fcs = fcsAt < 0 ? 0 : view.getUint8(fcsAt);
    this.#interfaces.push({
      linkType,
      snaplen,
      maxCaptured: maxCapturedBytes(snaplen),
      readTime: timestampReader(tsresolAt < 0 ? MICROSECONDS : view.getUint8(tsresolAt)),
      timeOffset: offsetAt < 0 ? 0 : view.getInt32(high, le) * 0x1_0000_0000 + view.getUint32(low, le),
      fcsBytes: fcs === 16 || fcs === 32 ? fcs / 8 : fcs,
    });
    if (!this.linkTypes.includes(linkType)) this.linkTypes.push(linkType);
    return null;
  }

  #packet(type: number, length: number): PacketRecord | string {
    if (length < PACKET.MIN_BYTES) return tooShort('packet block', length, PACKET.MIN_BYTES);
    const { view, bytes, start } = this.#window;
    const le = this.#littleEndian;
    const at = start + PACKET.INTERFACE_ID;
    const id = type === BLOCK.ENHANCED_PACKET ? view.getUint32(at, le) : view.getUint16(at, le);
    const from = this.#interfaces[id];
    if (from === undefined) return this.#noInterface(id);
    const captured = view.getUint32(start + PACKET.CAPTURED, le);
    if (captured > from.maxCaptured) {
      return `the packet says ${captured} captured bytes and ${from.maxCaptured} is the most it can be`;
    }
    const dataStart = start + PACKET.DATA;
    const dataEnd = dataStart + captured;
    const blockEnd = start + length - 4;
    if (dataEnd > blockEnd) {
      return `the packet says ${captured} captured bytes and its block holds ${blockEnd - dataStart}`;
    }
    const optionsAt = dataStart + ((captured + 3) & ~3);
    let fcsBytes = from.fcsBytes;
    if (optionsAt + 8 <= blockEnd) {
      const flagsAt = findOption(view, optionsAt, blockEnd, le, OPTION.PACKET_FLAGS, 4);
      if (flagsAt >= 0) fcsBytes = fcsBytesOfFlags(view.getUint32(flagsAt, le)) || fcsBytes;
    }
    this.#lastTime = this.#credible(
      from.readTime(
        view.getUint32(start + PACKET.TIME_HIGH, le),
        view.getUint32(start + PACKET.TIME_LOW, le),
        from.timeOffset,
      ),
    );
    const stated = view.getUint32(start + PACKET.ORIGINAL, le);
    return this.#record(from, id, stated, bytes.subarray(dataStart, dataEnd), fcsBytes);
  }

  #credible(time: Time): Time {
    const nearest = nearestTime(time);
    if (nearest !== time) {
      const { offset, packets } = this.strangeTimes ?? { offset: this.#window.offset, packets: 0 };
      this.strangeTimes = { offset, packets: packets + 1 };
    }
    return nearest;
  }

  /** No time of its own: it takes that of the packet before it. Its captured length is what the block and the snapshot length leave. */
  #simplePacket(length: number): PacketRecord | string {
    if (length < SIMPLE.MIN_BYTES) return tooShort('simple packet block', length, SIMPLE.MIN_BYTES);
    const from = this.#interfaces[0];
    if (from === undefined) return this.#noInterface(0);
    const { view, bytes, start } = this.#window;
    const stated = view.getUint32(start + SIMPLE.ORIGINAL, this.#littleEndian);
    const limit = Math.min(stated, length - SIMPLE.MIN_BYTES, from.snaplen || Number.POSITIVE_INFINITY);
    if (limit > from.maxCaptured) {
      return `the packet holds ${limit} bytes and ${from.maxCaptured} is the most it can be`;
    }
    const dataStart = start + SIMPLE.DATA;
    return this.#record(from, 0, stated, bytes.subarray(dataStart, dataStart + limit), from.fcsBytes);
  }

  #record(from: Interface, id: number, stated: number, captured: Uint8Array, fcsBytes: number): PacketRecord {
    const wireBytes = wireLength(stated, captured.length, fcsBytes);
    return {
      time: this.#lastTime,
      linkType: from.linkType,
      interfaceId: this.#idBase + id,
      originalLength: wireBytes,
      data: withoutFcs(captured, wireBytes, fcsBytes),
      file: this.file,
      filePacket: ++this.#packets,
    };
  }

  #noInterface(id: number): string {
    return `the packet names interface ${id} and the section has described ${this.#interfaces.length}`;
  }

  /** A file whose first block is no section header is no capture; further on it is damage. */
  #refuse(what: string): 'damage' {
    if (this.#sections === 0) throw new CaptureError(what);
    return this.#broken(what);
  }

  #broken(what: string): 'damage' {
    this.#finish({ offset: this.#window.offset, what });
    return 'damage';
  }

  #finish(damage: Damage | null): 'end' | 'damage' {
    this.damage = damage;
    this.#done = damage === null ? 'end' : 'damage';
    return this.#done;
  }
}

function tooShort(thing: string, length: number, least: number): string {
  return `the ${thing} says ${length} bytes and ${least} is the least it can be`;
}
