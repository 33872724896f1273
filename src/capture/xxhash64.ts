/**
 * XXH64, the checksum at the end of a zstd frame (RFC 8878 3.1.1), over a stream. 64-bit words as two
 * 32-bit halves, because a BigInt per word is some fifty times slower. Only the low half of the digest
 * is ever stored in a frame.
 */

/** A 64-bit word, changed in place. */
interface Word {
  hi: number;
  lo: number;
}

/** Both halves as signed 32-bit integers, which is what the bit operators give. */
const word = (hi: number, lo: number): Word => ({ hi: hi | 0, lo: lo | 0 });

const P1: Word = word(0x9e3779b1, 0x85ebca87);
const P2: Word = word(0xc2b2ae3d, 0x27d4eb4f);
const P3: Word = word(0x165667b1, 0x9e3779f9);
const P4: Word = word(0x85ebca77, 0xc2b2ae63);
const P5: Word = word(0x27d4eb2f, 0x165667c5);

const STRIPE_BYTES = 32;

function add(a: Word, hi: number, lo: number): void {
  const sum = (a.lo >>> 0) + (lo >>> 0);
  a.lo = sum | 0;
  a.hi = (a.hi + hi + (sum > 0xffffffff ? 1 : 0)) | 0;
}

/** Long multiplication by 16-bit digits: (2^16 - 1)^2 + 2^16 - 1 < 2^32, so no partial sum loses a carry. */
function multiply(a: Word, b: Word): void {
  const al = a.lo & 0xffff;
  const ah = a.lo >>> 16;
  const bl = b.lo & 0xffff;
  const bh = b.lo >>> 16;
  const low = Math.imul(al, bl);
  const first = (Math.imul(ah, bl) + (low >>> 16)) | 0;
  const second = (Math.imul(al, bh) + (first & 0xffff)) | 0;
  const high = (Math.imul(ah, bh) + (first >>> 16) + (second >>> 16)) | 0;
  a.hi = (high + Math.imul(a.hi, b.lo) + Math.imul(a.lo, b.hi)) | 0;
  a.lo = (second << 16) | (low & 0xffff);
}

function rotateLeft(a: Word, by: number): void {
  const { hi, lo } = by < 32 ? a : { hi: a.lo, lo: a.hi };
  const n = by & 31;
  a.hi = (hi << n) | (lo >>> (32 - n));
  a.lo = (lo << n) | (hi >>> (32 - n));
}

/** a ^= a >>> by */
function foldRight(a: Word, by: number): void {
  const { hi, lo } = a;
  if (by >= 32) {
    a.lo = lo ^ (hi >>> (by - 32));
  } else {
    a.lo = lo ^ ((lo >>> by) | (hi << (32 - by)));
    a.hi = hi ^ (hi >>> by);
  }
}

/**
 * lane = rotl(lane + input * P2, 31) * P1, written out over plain numbers: this is the whole cost of the
 * checksum, and objects make it twice as slow.
 */
function round(lane: Word, hi: number, lo: number): void {
  const ll = lo & 0xffff;
  const lh = lo >>> 16;
  let low = Math.imul(ll, 0xeb4f);
  let first = (Math.imul(lh, 0xeb4f) + (low >>> 16)) | 0;
  let second = (Math.imul(ll, 0x27d4) + (first & 0xffff)) | 0;
  const productHi =
    (Math.imul(lh, 0x27d4) +
      (first >>> 16) +
      (second >>> 16) +
      Math.imul(hi, 0x27d4eb4f) +
      Math.imul(lo, 0xc2b2ae3d)) |
    0;
  const sum = (lane.lo >>> 0) + (((second << 16) | (low & 0xffff)) >>> 0);
  const sumLo = sum | 0;
  const sumHi = (lane.hi + productHi + (sum > 0xffffffff ? 1 : 0)) | 0;
  const turnedHi = (sumHi << 31) | (sumLo >>> 1);
  const turnedLo = (sumLo << 31) | (sumHi >>> 1);
  const tl = turnedLo & 0xffff;
  const th = turnedLo >>> 16;
  low = Math.imul(tl, 0xca87);
  first = (Math.imul(th, 0xca87) + (low >>> 16)) | 0;
  second = (Math.imul(tl, 0x85eb) + (first & 0xffff)) | 0;
  lane.hi =
    (Math.imul(th, 0x85eb) +
      (first >>> 16) +
      (second >>> 16) +
      Math.imul(turnedHi, 0x85ebca87) +
      Math.imul(turnedLo, 0x9e3779b1)) |
    0;
  lane.lo = (second << 16) | (low & 0xffff);
}

export class XxHash64 {
  readonly #lanes: readonly [Word, Word, Word, Word];
  readonly #tail: Uint8Array = new Uint8Array(STRIPE_BYTES);
  #tailLength = 0;
  #length = 0;

  constructor() {
    const v1: Word = { ...P1 };
    add(v1, P2.hi, P2.lo);
    this.#lanes = [v1, { ...P2 }, { hi: 0, lo: 0 }, { hi: ~P1.hi, lo: -P1.lo | 0 }];
  }

  update(bytes: Uint8Array): void {
    let at = 0;
    this.#length += bytes.length;
    if (this.#tailLength > 0) {
      at = Math.min(bytes.length, STRIPE_BYTES - this.#tailLength);
      this.#tail.set(bytes.subarray(0, at), this.#tailLength);
      this.#tailLength += at;
      if (this.#tailLength < STRIPE_BYTES) return;
      this.#stripes(this.#tail, 0, STRIPE_BYTES);
      this.#tailLength = 0;
    }
    const whole = at + Math.floor((bytes.length - at) / STRIPE_BYTES) * STRIPE_BYTES;
    this.#stripes(bytes, at, whole);
    this.#tail.set(bytes.subarray(whole));
    this.#tailLength = bytes.length - whole;
  }

  /** The low 32 bits of the digest, unsigned. */
  digestLow(): number {
    const hash = this.#length >= STRIPE_BYTES ? this.#converged() : { ...P5 };
    add(hash, Math.floor(this.#length / 0x1_0000_0000), this.#length | 0);
    const view = new DataView(this.#tail.buffer);
    const end = this.#tailLength;
    let at = 0;
    for (; at + 8 <= end; at += 8) {
      const lane: Word = { hi: 0, lo: 0 };
      round(lane, view.getInt32(at + 4, true), view.getInt32(at, true));
      mix(hash, lane, 27, P1, P4);
    }
    if (at + 4 <= end) {
      const lane: Word = { hi: 0, lo: view.getInt32(at, true) };
      multiply(lane, P1);
      mix(hash, lane, 23, P2, P3);
      at += 4;
    }
    for (; at < end; at++) {
      const lane: Word = { hi: 0, lo: this.#tail[at]! };
      multiply(lane, P5);
      mix(hash, lane, 11, P1, null);
    }
    foldRight(hash, 33);
    multiply(hash, P2);
    foldRight(hash, 29);
    multiply(hash, P3);
    foldRight(hash, 32);
    return hash.lo >>> 0;
  }

  #stripes(bytes: Uint8Array, from: number, to: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [a, b, c, d] = this.#lanes;
    for (let at = from; at < to; at += STRIPE_BYTES) {
      round(a, view.getInt32(at + 4, true), view.getInt32(at, true));
      round(b, view.getInt32(at + 12, true), view.getInt32(at + 8, true));
      round(c, view.getInt32(at + 20, true), view.getInt32(at + 16, true));
      round(d, view.getInt32(at + 28, true), view.getInt32(at + 24, true));
    }
  }

  #converged(): Word {
    const hash: Word = { hi: 0, lo: 0 };
    for (const [i, by] of [1, 7, 12, 18].entries()) {
      const lane = { ...this.#lanes[i]! };
      rotateLeft(lane, by);
      add(hash, lane.hi, lane.lo);
    }
    for (const lane of this.#lanes) {
      const merged: Word = { hi: 0, lo: 0 };
      round(merged, lane.hi, lane.lo);
      hash.hi ^= merged.hi;
      hash.lo ^= merged.lo;
      multiply(hash, P1);
      add(hash, P4.hi, P4.lo);
    }
    return hash;
  }
}

/** One step of the finish: hash = rotl(hash ^ lane, by) * factor + term. */
function mix(hash: Word, lane: Word, by: number, factor: Word, term: Word | null): void {
  hash.hi ^= lane.hi;
  hash.lo ^= lane.lo;
  rotateLeft(hash, by);
  multiply(hash, factor);
  if (term !== null) add(hash, term.hi, term.lo);
}
