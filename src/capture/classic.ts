/**
 * Classic pcap as a pull parser: the framing (`frame`) and the record made of a frame (`record`) are
 * apart, so that another decoder of the record fields (open-pcap-parser.ts) stands on the same framing.
 */
import { type ByteWindow, earlyEnd, shortage } from './byte-window.ts';
import { type ClassicHeader, findMagic, readClassicHeader } from './classic-header.ts';
import { findLayout, type RecordLayout } from './classic-layouts.ts';
import type { Damage, PacketRecord } from './record.ts';
import { type ParseSignal, type RecordParser, wireLength, withoutFcs } from './record-parser.ts';
import { makeTime } from './time.ts';

export class ClassicParser implements RecordParser {
  readonly linkTypes: number[] = [];
  readonly format: string;
  file = 0;
  damage: Damage | null = null;
  /** 32-bit seconds end in 2106 */
  readonly strangeTimes = null;
  header: ClassicHeader | null = null;
  layout: RecordLayout | null = null;
  /** of the frame that `frame()` found last, and in the order that version 2.4 has */
  capturedLength = 0;
  originalLength = 0;

  readonly #window: ByteWindow;
  readonly #found: NonNullable<ReturnType<typeof findMagic>>;
  #packets = 0;
  #done: 'end' | 'damage' | null = null;

  /** The window's first four bytes must be there and a classic magic number. */
  constructor(
    window: ByteWindow,
    found: ReturnType<typeof findMagic> = findMagic(window.view, window.start),
  ) {
    if (found === null) throw new Error('a ClassicParser was given no classic pcap');
    this.#window = window;
    this.#found = found;
    this.format = found.magic.format;
  }

  /** A parser of the same file that goes on in another window, behind `packets` records. */
  resumed(window: ByteWindow, packets: number): ClassicParser {
    const parser = new ClassicParser(window, this.#found);
    parser.header = this.header;
    parser.layout = this.layout;
    parser.linkTypes.push(...this.linkTypes);
    parser.#packets = packets;
    return parser;
  }

  next(): PacketRecord | ParseSignal {
    const signal = this.frame();
    if (signal !== 'frame') return signal;
    const header = this.header!;
    const layoutBytes = this.layout!.headerBytes;
    const { view, bytes, start } = this.#window;
    const dataStart = start + layoutBytes;
    const record = this.record(
      view.getUint32(start, header.littleEndian),
      view.getUint32(start + 4, header.littleEndian),
      this.originalLength,
      bytes.subarray(dataStart, dataStart + this.capturedLength),
    );
    this.#window.consume(layoutBytes + this.capturedLength);
    return record;
  }

  /** `frame`: a whole and believable record stands at the window's start; it is not consumed. */
  frame(): 'frame' | ParseSignal {
    if (this.#done !== null) return this.#done;
    if (this.header === null && !this.#readHeader())
      return this.#starvedOr('the file header', this.#headerBytes);
    const header = this.header!;
    this.layout ??= findLayout(this.#window, header);
    if (this.layout === null) return 'starved';
    const window = this.#window;
    const available = window.end - window.start;
    const layoutBytes = this.layout.headerBytes;
    if (available < layoutBytes) {
      if (available === 0 && window.ended) return this.#finish(earlyEnd(window));
      return this.#starvedOr('the record header', layoutBytes);
    }
    const third = window.view.getUint32(window.start + 8, header.littleEndian);
    const fourth = window.view.getUint32(window.start + 12, header.littleEndian);
    const swap = header.lengths === 'swapped' || (header.lengths === 'swapped-if-larger' && third > fourth);
    const captured = swap ? fourth : third;
    if (captured > header.maxCaptured) {
      return this.#finish({
        offset: window.offset,
        what: `the record says ${captured} captured bytes and ${header.maxCaptured} is the most it can be`,
      });
    }
    if (available < layoutBytes + captured) return this.#starvedOr('the record', layoutBytes + captured);
    this.capturedLength = captured;
    this.originalLength = swap ? third : fourth;
    return 'frame';
  }

  /** A record of the fields as they stand in the file; `fraction` in the file's resolution. */
  record(seconds: number, fraction: number, originalLength: number, captured: Uint8Array): PacketRecord {
    const { nanoseconds, linkType, fcsBytes, framePadding } = this.header!;
    const padding = Math.min(framePadding, captured.length);
    const stated = Math.max(0, originalLength - padding);
    const frame = padding === 0 ? captured : captured.subarray(padding);
    const wireBytes = wireLength(stated, frame.length, fcsBytes);
    return {
      time: makeTime(seconds, nanoseconds ? fraction : fraction * 1000),
      linkType,
      interfaceId: 0,
      originalLength: wireBytes,
      data: withoutFcs(frame, wireBytes, fcsBytes),
      file: this.file,
      filePacket: ++this.#packets,
    };
  }

  get #headerBytes(): number {
    return this.#found.magic.headerBytes;
  }

  #readHeader(): boolean {
    const window = this.#window;
    if (window.available < this.#headerBytes) return false;
    this.header = readClassicHeader(window.view, window.start, this.#found);
    this.linkTypes.push(this.header.linkType);
    window.consume(this.#headerBytes);
    return true;
  }

  #starvedOr(thing: string, needed: number): ParseSignal {
    return this.#window.ended ? this.#finish(shortage(this.#window, thing, needed)) : 'starved';
  }

  #finish(damage: Damage | null): 'end' | 'damage' {
    this.damage = damage;
    this.#done = damage === null ? 'end' : 'damage';
    return this.#done;
  }
}
