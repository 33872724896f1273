/**
 * A classic capture whose records stand in the file as the fast engine reads them: its bytes go straight
 * into the engine's memory. Where something odd comes, or the file ends inside a record, the ordinary parser
 * takes over from that byte, so that every record and every word about damage is its own.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { ByteWindow } from './byte-window.ts';
import { ClassicParser } from './classic.ts';
import type { Target } from './open-bytes.ts';
import { describeError, type OnRead } from './open-source.ts';
import { closeFile, countRecord } from './parse-content.ts';
import type { RawCapture, RawForm, RawTaken } from './raw-capture.ts';
import type { CaptureFile, PacketRecord } from './record.ts';
import { compareTime } from './time.ts';

const BATCH_RECORDS = 256;

/** Whether the records of this parser's file have the layout that `RawCapture` gives. */
export function isPlain(parser: unknown): parser is ClassicParser {
  if (!(parser instanceof ClassicParser) || parser.header === null || parser.layout === null) return false;
  const { lengths, fcsBytes, framePadding } = parser.header;
  return parser.layout.name === 'standard' && lengths === 'plain' && fcsBytes === 0 && framePadding === 0;
}

export class RawFile implements RawCapture {
  readonly form: RawForm;
  readonly #parser: ClassicParser;
  readonly #file: CaptureFile;
  readonly #onRead: OnRead;
  #fd: number | null;
  #position: number;
  #taken = 0;
  #failure: string | null = null;

  /**
   * @param parser one that has read the file's header and found the layout (`isPlain`)
   * @throws the file system's error
   */
  constructor(target: Target, parser: ClassicParser, file: CaptureFile, onRead: OnRead) {
    const header = parser.header!;
    this.form = {
      bigEndian: !header.littleEndian,
      fractionNs: header.nanoseconds ? 1 : 1000,
      maxCaptured: header.maxCaptured,
      linkType: header.linkType,
    };
    this.#parser = parser;
    this.#file = file;
    this.#onRead = onRead;
    this.#fd = openSync(target.path!, 'r');
    this.#position = header.headerBytes;
    onRead(header.headerBytes);
  }

  read(into: Uint8Array): number {
    if (this.#fd === null) return 0;
    try {
      const bytes = readSync(this.#fd, into, 0, into.length, this.#position);
      this.#position += bytes;
      this.#onRead(bytes);
      return bytes;
    } catch (error) {
      this.#failure = `it could not be read any further (${describeError(error)})`;
      return 0;
    }
  }

  count({ packets, bytes, first, last }: RawTaken): void {
    const file = this.#file;
    this.#taken += packets;
    file.packets += packets;
    file.bytes += bytes;
    if (file.first === null || compareTime(first, file.first) < 0) file.first = first;
    if (file.last === null || compareTime(last, file.last) > 0) file.last = last;
  }

  *remaining(rest: Uint8Array): Generator<PacketRecord[]> {
    const window = new ByteWindow(this.#position - rest.length);
    if (rest.length > 0) window.append(rest.slice());
    const parser = this.#parser.resumed(window, this.#taken);
    let batch: PacketRecord[] = [];
    for (;;) {
      const step = parser.next();
      if (step === 'starved') {
        const chunk = new Uint8Array(262_144);
        const bytes = this.read(chunk);
        if (bytes === 0) window.finish(this.#failure);
        else window.append(chunk.subarray(0, bytes));
        continue;
      }
      if (typeof step === 'string') break;
      countRecord(this.#file, step);
      batch.push(step);
      if (batch.length < BATCH_RECORDS) continue;
      yield batch;
      batch = [];
    }
    closeFile(this.#file, parser);
    this.close();
    if (batch.length > 0) yield batch;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}
