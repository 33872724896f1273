/**
 * zstd (RFC 8878) as a stream: concatenated and skippable frames. The blocks are decoded by fzstd; the
 * framing is walked here, because fzstd says nothing of a cut stream until told that it is over, keeps
 * back what a frame of fewer than 18 bytes holds, ignores checksums, and would allocate any window.
 */
import { Decompress } from 'fzstd';
import { ByteWindow } from './byte-window.ts';
import { XxHash64 } from './xxhash64.ts';

const FRAME_MAGIC = 0xfd2fb528;
const MIN_HEADER_BYTES = 6;
/** what the zstd program itself accepts without --long (windowLog 27) */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;
/** RFC 8878 3.1.1.2: no block is larger, compressed or not */
const MAX_BLOCK_BYTES = 128 * 1024;
const BLOCK_TYPE = { RLE: 1, RESERVED: 3 } as const;
const CHECKSUM_BYTES = 4;
/** An empty last block: makes fzstd give what it kept back. */
const EMPTY_LAST_BLOCK = Uint8Array.of(1, 0, 0);

interface Frame {
  readonly decoder: Decompress;
  readonly hash: XxHash64 | null;
  /** what the header says that the frame holds, or null where it does not say */
  readonly contentBytes: number | null;
  /** what it has given so far */
  decodedBytes: number;
}

type Stage = 'magic' | 'skip' | 'block' | 'checksum';

export class ZstdDecoder {
  /** why nothing more can be decoded; null as long as all is well */
  failure: string | null = null;
  readonly #window = new ByteWindow();
  #stage: Stage = 'magic';
  #frame: Frame | null = null;
  #toSkip = 0;
  #out: Uint8Array[] = [];

  /** Takes compressed bytes, gives what they add to the content. */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.failure !== null) return [];
    this.#window.append(chunk);
    try {
      while (this.failure === null && this.#step());
    } catch (error) {
      // fzstd throws plain errors, RangeErrors among them, on garbage
      this.failure = `the zstd data is corrupt (${(error as Error).message})`;
    }
    return this.#take();
  }

  /** The compressed stream is over: gives what is left, and sets `failure` where it ends inside a frame. */
  finish(): Uint8Array[] {
    const whole = this.#stage === 'magic' && this.#window.available === 0;
    if (this.failure === null && !whole) {
      this.failure = 'the zstd data is cut off';
      try {
        if (this.#stage === 'block') this.#feed(EMPTY_LAST_BLOCK, true);
      } catch {
        // what fzstd kept back was corrupt besides; that it is cut off is said already
      }
    }
    return this.#take();
  }

  #take(): Uint8Array[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** false: more bytes are needed. */
  #step(): boolean {
    switch (this.#stage) {
      case 'magic':
        return this.#magic();
      case 'skip':
        return this.#skip();
      case 'block':
        return this.#block();
      case 'checksum':
        return this.#checksum();
    }
  }

  #magic(): boolean {
    const { view, start, available } = this.#window;
    if (available < 4) return false;
    const magic = view.getUint32(start, true);
    if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
      if (available < 8) return false;
      this.#toSkip = view.getUint32(start + 4, true);
      this.#window.consume(8);
      this.#stage = 'skip';
      return true;
    }
    if (magic === FRAME_MAGIC) return this.#header();
    this.failure = 'what follows the zstd data is no zstd';
    return false;
  }

  /** RFC 8878 3.1.1.1 */
  #header(): boolean {
    const { view, bytes, start, available } = this.#window;
    if (available < MIN_HEADER_BYTES) return false;
    const descriptor = view.getUint8(start + 4);
    const singleSegment = (descriptor & 0x20) !== 0;
    const sizeFlag = descriptor >> 6;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
    const sizeBytes = sizeFlag === 0 ? Number(singleSegment) : 1 << sizeFlag;
    const windowByte = singleSegment ? 0 : 1;
    const headerBytes = 5 + windowByte + dictionaryBytes + sizeBytes;
    if (available < headerBytes) return false;
    const dictionaryAt = start + 5 + windowByte;
    let dictionary = 0;
    for (let i = 0; i < dictionaryBytes; i++) dictionary |= view.getUint8(dictionaryAt + i);
    const contentBytes =
      sizeBytes === 0 ? null : contentSize(view, dictionaryAt + dictionaryBytes, sizeBytes);
    const windowBytes = singleSegment ? contentBytes! : windowSize(view.getUint8(start + 5));
    if ((descriptor & 8) !== 0) {
      this.failure = 'the zstd data is corrupt (reserved bit in a frame header)';
    } else if (dictionary !== 0) {
      this.failure = 'the zstd data needs a dictionary: decompress it with zstd -dc -D DICTIONARY';
    } else if (windowBytes > MAX_WINDOW_BYTES) {
      this.failure = `the zstd data needs a window of ${windowBytes} bytes: decompress it with zstd -dc --long=31`;
    }
    if (this.failure !== null) return false;
    const hash = (descriptor & 4) !== 0 ? new XxHash64() : null;
    const decoder = new Decompress((data) => {
      if (data.length === 0) return;
      frame.decodedBytes += data.length;
      hash?.update(data);
      this.#out.push(data);
    });
    const frame: Frame = { decoder, hash, contentBytes, decodedBytes: 0 };
    decoder.push(bytes.slice(start, start + headerBytes));
    this.#frame = frame;
    this.#window.consume(headerBytes);
    this.#stage = 'block';
    return true;
  }

  #skip(): boolean {
    const count = Math.min(this.#toSkip, this.#window.available);
    this.#window.consume(count);
    this.#toSkip -= count;
    if (this.#toSkip > 0) return false;
    this.#stage = 'magic';
    return true;
  }

  #block(): boolean {
    const { bytes, start, available } = this.#window;
    if (available < 3) return false;
    const header = bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16);
    const last = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === BLOCK_TYPE.RESERVED || size > MAX_BLOCK_BYTES) {
      this.failure = `the zstd data is corrupt (a block of type ${type} and ${size} bytes)`;
      return false;
    }
    const blockBytes = 3 + (type === BLOCK_TYPE.RLE ? 1 : size);
    if (available < blockBytes) return false;
    this.#feed(bytes.subarray(start, start + blockBytes), last);
    this.#window.consume(blockBytes);
    if (last) this.#lastBlock();
    return true;
  }

  /** fzstd keeps what it is given, and expects a checksum that is checked here instead: it gets four zeros. */
  #feed(block: Uint8Array, last: boolean): void {
    const { decoder, hash } = this.#frame!;
    const copy = new Uint8Array(block.length + (last && hash !== null ? CHECKSUM_BYTES : 0));
    copy.set(block);
    decoder.push(copy, last);
  }

  #lastBlock(): void {
    const { hash, contentBytes, decodedBytes } = this.#frame!;
    this.#stage = hash === null ? 'magic' : 'checksum';
    if (contentBytes === null || contentBytes === decodedBytes) return;
    this.failure = `the zstd data is corrupt (a frame of ${contentBytes} bytes holds ${decodedBytes})`;
  }

  #checksum(): boolean {
    const { view, start, available } = this.#window;
    if (available < CHECKSUM_BYTES) return false;
    if (view.getUint32(start, true) !== this.#frame!.hash!.digestLow()) {
      this.failure = 'the zstd data is corrupt (its checksum is another)';
      return false;
    }
    this.#window.consume(CHECKSUM_BYTES);
    this.#stage = 'magic';
    return true;
  }
}

/** RFC 8878 3.1.1.1.2 */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** RFC 8878 3.1.1.1.4; two bytes count from 256. */
function contentSize(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  if (bytes === 4) return view.getUint32(at, true);
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}
