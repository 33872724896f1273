/**
 * The bytes of one capture that have arrived and are not parsed yet, as a window over the (decompressed)
 * stream. Parsers read `bytes`/`view` between `start` and `end`; the caller appends what it reads.
 *
 * A parsed byte is never overwritten: when the buffer is full, what is left moves to a new one. So a
 * record may keep a view of its data for as long as it likes, and memory is bounded by the largest
 * record, because buffers grow only as bytes really arrive.
 */
import type { Damage } from './record.ts';

const EMPTY = new Uint8Array(0);

export class ByteWindow {
  bytes: Uint8Array = EMPTY;
  view: DataView = new DataView(EMPTY.buffer);
  /** first byte that is not parsed yet */
  start = 0;
  /** one past the last byte that has arrived */
  end = 0;
  /** true once no more bytes will come */
  ended = false;
  /** why the stream ended early (a cut compressed file, a read error); null for an ordinary end */
  failure: string | null = null;
  /** stream offset of `bytes[0]`: a double, exact far beyond 4 GiB */
  #base: number;

  /** @param base stream offset of the first byte that will be appended */
  constructor(base: number = 0) {
    this.#base = base;
  }

  /** stream offset of the first byte that is not parsed yet */
  get offset(): number {
    return this.#base + this.start;
  }

  get available(): number {
    return this.end - this.start;
  }

  consume(count: number): void {
    this.start += count;
  }

  append(chunk: Uint8Array): void {
    const left = this.end - this.start;
    if (left === 0) {
      this.#replace(chunk, chunk.length);
      return;
    }
    if (this.end + chunk.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(left + chunk.length, 2 * left));
      grown.set(this.bytes.subarray(this.start, this.end));
      this.#replace(grown, left);
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** No more bytes will come; `failure` says why where that is not the ordinary end of the file. */
  finish(failure: string | null = null): void {
    this.ended = true;
    this.failure = failure;
  }

  #replace(bytes: Uint8Array, end: number): void {
    this.#base += this.start;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.start = 0;
    this.end = end;
  }
}

/** The damage of a stream that ends inside `thing`, which would need `needed` bytes from the window's start. */
export function shortage(window: ByteWindow, thing: string, needed: number): Damage {
  const left = window.available;
  const what = `${thing} needs ${needed} bytes and ${left} ${left === 1 ? 'is' : 'are'} left`;
  return { offset: window.offset, what: window.failure === null ? what : `${what}: ${window.failure}` };
}

/** The damage of a stream that ended early, but behind a whole record; null where the end is an ordinary one. */
export function earlyEnd(window: ByteWindow): Damage | null {
  return window.failure === null ? null : { offset: window.offset, what: window.failure };
}
