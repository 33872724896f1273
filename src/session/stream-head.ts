/**
 * The first bytes of one direction of a TCP connection, put together for App-ID: which sequence
 * ranges have been seen (each counts once, firewall-model 5) and which bytes are there without a
 * hole. Bounded: bytes beyond HEAD_BYTES and ranges beyond MAX_RANGES are not kept.
 */
import { sequenceDistance } from './sequence.ts';

/** Bytes kept of one direction: a ClientHello with post-quantum key shares has under 2000. */
export const HEAD_BYTES = 4096;
/** A buffer serves many streams, one after the other; small ones are cheap to make. */
const LEAST_BYTES = 64;
const MAX_RANGES = 64;
const SHORT_COPY_BYTES = 64;

/** What a stream is made of before it has payload; never written to. */
const NO_BYTES = new Uint8Array(0);
const NO_RANGES: readonly [number, number][] = [];

export class StreamHead {
  /** sequence number of byte 0 */
  private base: number;
  private head: Uint8Array = NO_BYTES;
  /**
   * Bytes from the start on that were seen on the wire and, of those, captured. While a stream comes in
   * order nothing else is needed: `seen` and `captured` are made where it does not.
   */
  private seenTo = 0;
  private capturedTo = 0;
  /** disjoint [start, end) of wire bytes seen, relative to base, ascending; null: [0, seenTo) */
  private seen: readonly [number, number][] | null = null;
  /** the same for bytes that were captured: a snapshot length leaves holes */
  private captured: readonly [number, number][] | null = null;

  constructor(base: number) {
    this.base = base;
  }

  /** As new, for another stream; the buffer is kept. */
  begin(base: number): void {
    this.base = base;
    this.seenTo = 0;
    this.capturedTo = 0;
    this.seen = null;
    this.captured = null;
  }

  /** As it was while the kernel kept it: a stream that has come without a hole. */
  resume(base: number, seenTo: number, head: Uint8Array): void {
    this.begin(base);
    this.seenTo = seenTo;
    this.capturedTo = head.length;
    this.reserve(head.length);
    this.head.set(head);
  }

  /** Takes a segment's payload; returns how many of its wire bytes are new. */
  add(seq: number, wireLength: number, payload: Uint8Array, counts: boolean): number {
    const start = sequenceDistance(seq, this.base);
    const end = start + wireLength;
    const from = Math.max(0, start);
    const to = Math.min(HEAD_BYTES, start + payload.length);
    if (to > from) {
      this.reserve(to);
      this.copy(payload, from - start, to - start, from);
      this.addCaptured(from, to);
    }
    return counts && end > from ? this.addSeen(from, end) : 0;
  }

  /** A short copy is done sooner by hand than by a call that must look at both arrays first. */
  private copy(payload: Uint8Array, from: number, to: number, place: number): void {
    if (to - from > SHORT_COPY_BYTES) {
      const some = from === 0 && to === payload.length ? payload : payload.subarray(from, to);
      this.head.set(some, place);
      return;
    }
    for (let i = from; i < to; i += 1) this.head[place + i - from] = payload[i]!;
  }

  private addCaptured(from: number, to: number): void {
    if (this.captured === null && from <= this.capturedTo) {
      this.capturedTo = Math.max(this.capturedTo, to);
      return;
    }
    this.captured = addRange(this.captured ?? asRanges(this.capturedTo), from, to);
  }

  private addSeen(from: number, end: number): number {
    if (this.seen === null && from <= this.seenTo) {
      const fresh = Math.max(0, end - this.seenTo);
      this.seenTo += fresh;
      return fresh;
    }
    const ranges = this.seen ?? asRanges(this.seenTo);
    this.seen = addRange(ranges, from, end);
    return total(this.seen) - total(ranges);
  }

  /** Grows by doubling: most sessions are decided within their first few hundred bytes. */
  private reserve(bytes: number): void {
    if (bytes <= this.head.length) return;
    const grown = new Uint8Array(Math.min(HEAD_BYTES, Math.max(bytes, this.head.length * 2, LEAST_BYTES)));
    grown.set(this.head);
    this.head = grown;
  }

  /** What `contiguous` is a view of. */
  get bytes(): Uint8Array {
    return this.head;
  }

  /** How many captured bytes there are from the start up to the first hole. */
  get contiguousBytes(): number {
    if (this.captured === null) return this.capturedTo;
    const first = this.captured[0];
    return first !== undefined && first[0] === 0 ? first[1] : 0;
  }

  /** Captured bytes from the start up to the first hole. */
  contiguous(): Uint8Array {
    return this.head.subarray(0, this.contiguousBytes);
  }
}

function asRanges(to: number): readonly [number, number][] {
  return to === 0 ? NO_RANGES : [[0, to]];
}

function total(ranges: readonly [number, number][]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** Union of disjoint ascending ranges with one more; the farthest range is let go beyond the bound. */
function addRange(ranges: readonly [number, number][], from: number, to: number): [number, number][] {
  const result: [number, number][] = [];
  let start = from;
  let end = to;
  for (const [otherFrom, otherTo] of ranges) {
    if (otherTo < start || otherFrom > end) {
      result.push([otherFrom, otherTo]);
    } else {
      start = Math.min(start, otherFrom);
      end = Math.max(end, otherTo);
    }
  }
  result.push([start, end]);
  result.sort((a, b) => a[0] - b[0]);
  return result.slice(0, MAX_RANGES);
}
