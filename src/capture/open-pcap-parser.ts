/**
 * Classic microsecond captures through the package pcap-parser, behind the same interface. The package
 * decodes the records; what it gets is a stream that our framing has checked, so that its quirks stay
 * outside (dependencies.md 2): a cut or a false length never reaches it, the old order of the lengths is
 * put right, and its buffer is emptied before each record, or it would copy all with the deprecated
 * `new Buffer`. Link type and frame check sequence, which it ignores, are applied as for our own reader.
 */
import { EventEmitter } from 'node:events';
import { type Packet, type Parser, parse } from 'pcap-parser';
import type { ByteWindow } from './byte-window.ts';
import { ClassicParser } from './classic.ts';
import { CaptureError, type Damage, type PacketRecord } from './record.ts';
import type { ParseSignal, RecordParser } from './record-parser.ts';

/** What pcap-parser expects of a stream, driven by hand. */
class CheckedStream extends EventEmitter {
  pause(): void {}
  resume(): void {}
}

export class PcapParserReader implements RecordParser {
  readonly #window: ByteWindow;
  readonly #framing: ClassicParser;
  readonly #stream = new CheckedStream();
  readonly #parser: Parser;
  #packet: Packet | null = null;
  #started = false;

  /** @throws CaptureError (without the file's name) where pcap-parser cannot read this kind of capture */
  constructor(window: ByteWindow, parser: RecordParser) {
    if (!(parser instanceof ClassicParser) || parser.format !== 'pcap') throw unreadable(parser.format);
    this.#window = window;
    this.#framing = parser;
    this.#parser = parse(this.#stream);
    this.#parser.on('packet', (packet) => {
      this.#packet = packet;
    });
    this.#parser.on('error', (error) => {
      throw new Error(`pcap-parser refuses a header that was written for it: ${error.message}`);
    });
  }

  get format(): string {
    return this.#framing.format;
  }

  get linkTypes(): number[] {
    return this.#framing.linkTypes;
  }

  get damage(): Damage | null {
    return this.#framing.damage;
  }

  get strangeTimes(): null {
    return this.#framing.strangeTimes;
  }

  get file(): number {
    return this.#framing.file;
  }

  set file(index: number) {
    this.#framing.file = index;
  }

  next(): PacketRecord | ParseSignal {
    const signal = this.#framing.frame();
    if (signal !== 'frame') return signal;
    if (!this.#started) this.#start();
    const { capturedLength, originalLength } = this.#framing;
    const { bytes, start } = this.#window;
    const record = Buffer.alloc(16 + capturedLength);
    record.set(bytes.subarray(start, start + 16 + capturedLength));
    const littleEndian = this.#framing.header!.littleEndian;
    const view = new DataView(record.buffer, record.byteOffset);
    view.setUint32(8, capturedLength, littleEndian);
    view.setUint32(12, originalLength, littleEndian);
    this.#feed(record);
    this.#window.consume(record.length);
    const { header, data } = this.#packet!;
    return this.#framing.record(
      header.timestampSeconds,
      header.timestampMicroseconds,
      header.originalLength,
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  }

  /** A file header of version 2.4 in the file's byte order: the records that follow have that form. */
  #start(): void {
    this.#started = true;
    const { header, layout } = this.#framing;
    if (layout!.name !== 'standard') throw unreadable(`pcap (${layout!.name})`);
    if (header!.nanoseconds) throw unreadable('pcap (nanoseconds)');
    const bytes = Buffer.alloc(24);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    view.setUint32(0, 0xa1b2c3d4, header!.littleEndian);
    view.setUint16(4, 2, header!.littleEndian);
    view.setUint16(6, 4, header!.littleEndian);
    view.setUint32(16, header!.snaplen, header!.littleEndian);
    view.setUint32(20, header!.linkType, header!.littleEndian);
    this.#feed(bytes);
  }

  #feed(bytes: Buffer): void {
    this.#packet = null;
    this.#parser.buffer = null;
    this.#stream.emit('data', bytes);
  }
}

function unreadable(format: string): CaptureError {
  return new CaptureError(
    `a ${format} capture, which pcap-parser cannot read (classic pcap in microseconds only): leave out --reader pcap-parser`,
  );
}
