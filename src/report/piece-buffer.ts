/** Bytes on their way out, in pieces large enough that writing them costs little; the pieces are used again. */

/** few enough to stay in a cache of the second level until they are written */
const PIECE_BYTES = 262_144;
/** written pieces that are kept for what comes */
const SPARE_PIECES = 4;

export class PieceBuffer {
  /** where the next byte of `room` goes; set by whoever writes there */
  end = 0;
  #bytes: Uint8Array = new Uint8Array(PIECE_BYTES);
  #full: Uint8Array[] = [];
  readonly #spare: Uint8Array[] = [];

  /** The bytes to write to from `end` on, at least `most` of them. */
  room(most: number): Uint8Array {
    if (this.end + most > this.#bytes.length) {
      if (this.end > 0) this.#full.push(this.#bytes.subarray(0, this.end));
      this.end = 0;
      this.#bytes = most > PIECE_BYTES ? new Uint8Array(most) : this.#next();
    }
    return this.#bytes;
  }

  /** What can be written; a piece may be written over as soon as the next is asked for. @param all also what does not fill a piece */
  *pieces(all: boolean): Generator<Uint8Array> {
    const full = this.#full;
    this.#full = [];
    for (const piece of full) {
      yield piece;
      if (this.#spare.length < SPARE_PIECES) this.#spare.push(new Uint8Array(piece.buffer));
    }
    if (!all || this.end === 0) return;
    const { end } = this;
    yield this.#bytes.subarray(0, end);
    this.end = 0;
  }

  #next(): Uint8Array {
    return this.#spare.pop() ?? new Uint8Array(PIECE_BYTES);
  }
}
