/**
 * A classic pcap file (microseconds, Ethernet, little-endian) as a row of chunks of bytes: packets go
 * in one by one, chunks come out as they fill, and nothing else is kept. Where a chunk ends never
 * changes a byte of the whole.
 */

/** Longest frame that may be written. */
export const MAX_FRAME_BYTES = 2048;

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** pads an Ethernet frame; no frame check sequence */
const LEAST_FRAME_BYTES = 60;

/** Where the capture stops; Infinity where nothing is said. */
export interface CaptureLimits {
  readonly packets: number;
  /** of the whole file */
  readonly bytes: number;
}

export class CaptureChunks {
  packets = 0;
  /** of the whole file so far */
  bytes = 0;
  /** a limit has been reached: nothing more is taken */
  closed = false;
  /** frames are laid out here, from `frameAt` on */
  frame: Uint8Array;
  frameAt = 0;
  readonly #snaplen: number;
  readonly #limits: CaptureLimits;
  readonly #chunkBytes: number;
  #view: DataView;
  #end = 0;

  /**
   * @param snaplen bytes of a frame that are written at most
   * @param chunkBytes a chunk is given as soon as it holds as many
   */
  constructor(snaplen: number, limits: CaptureLimits, chunkBytes: number) {
    this.#snaplen = snaplen;
    this.#limits = limits;
    this.#chunkBytes = chunkBytes;
    this.frame = this.#newBuffer();
    this.#view = new DataView(this.frame.buffer);
    this.#writeFileHeader();
    this.closed = limits.packets === 0;
  }

  /** whether `take` should be called before the next frame */
  get full(): boolean {
    return this.#end >= this.#chunkBytes;
  }

  /** What has been written since the last call. The caller owns it. */
  take(): Uint8Array {
    const chunk = this.frame.subarray(0, this.#end);
    this.frame = this.#newBuffer();
    this.#view = new DataView(this.frame.buffer);
    this.#startAt(0);
    return chunk;
  }

  /**
   * Ends the frame that has been laid out; it must not have been begun with the capture closed.
   * @param length bytes of the frame, at most MAX_FRAME_BYTES
   * @param sec whole seconds since 1970
   * @param usec microseconds within the second
   */
  commit(length: number, sec: number, usec: number): void {
    const at = this.frameAt;
    const wire = Math.max(length, LEAST_FRAME_BYTES);
    this.frame.fill(0, at + length, at + wire);
    const captured = Math.min(wire, this.#snaplen);
    const size = RECORD_HEADER_BYTES + captured;
    if (this.bytes + size > this.#limits.bytes) {
      this.closed = true;
      return;
    }
    const header = at - RECORD_HEADER_BYTES;
    this.#view.setUint32(header, sec, true);
    this.#view.setUint32(header + 4, usec, true);
    this.#view.setUint32(header + 8, captured, true);
    this.#view.setUint32(header + 12, wire, true);
    this.packets += 1;
    this.bytes += size;
    this.#startAt(at + captured);
    if (this.packets >= this.#limits.packets) this.closed = true;
  }

  #writeFileHeader(): void {
    this.#view.setUint32(0, 0xa1b2c3d4, true);
    this.#view.setUint16(4, 2, true);
    this.#view.setUint16(6, 4, true);
    this.#view.setUint32(16, this.#snaplen, true);
    this.#view.setUint32(20, 1, true);
    this.bytes = FILE_HEADER_BYTES;
    this.#startAt(FILE_HEADER_BYTES);
  }

  #startAt(end: number): void {
    this.#end = end;
    this.frameAt = end + RECORD_HEADER_BYTES;
  }

  #newBuffer(): Uint8Array {
    return new Uint8Array(FILE_HEADER_BYTES + this.#chunkBytes + RECORD_HEADER_BYTES + MAX_FRAME_BYTES);
  }
}
