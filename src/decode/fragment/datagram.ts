/** One datagram on its way to being whole: the pieces that are there, in order of their offset. */
import { compareTime, type Time } from '../../capture/time.ts';
import type { LossReason } from './loss.ts';

/** Where a frame was captured: the same packet may be in the input from several places. */
export interface Place {
  readonly file: number;
  readonly interfaceId: number;
  readonly ttl: number;
}

export interface Piece extends Place {
  /** in bytes of the datagram's data, and how many of them the piece has */
  readonly offset: number;
  readonly length: number;
  /** false on the last piece */
  readonly more: boolean;
  /** what was captured of it; at most `length` bytes */
  readonly captured: Uint8Array;
}

/** How a new piece relates to those that are there; `elsewhere` where the piece it meets was captured at another place. */
export type Fit = 'fits' | 'copy' | 'copy-elsewhere' | 'conflict' | 'conflict-elsewhere';

export class Datagram {
  readonly key: string;
  readonly version: number;
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
  readonly proto: number;
  readonly expires: Time;
  /** frames held for it */
  frames = 0;
  frameBytes = 0;
  /** headers in front of the data, from the fragment at offset 0; null until it has come */
  header: Uint8Array | null = null;
  /** bytes on the wire of these headers; more than were captured where the snapshot length cut them */
  headerLength = 0;
  /** set once it is given up: what still comes of it is lost for the same reason */
  lostFor: LossReason | null = null;
  /** where the piece was captured that spoilt it */
  spoiltAt: Place | null = null;
  /** the next datagram of the same key: a copy of this one from another place */
  nextCopy: Datagram | null = null;
  /** neighbours in order of age */
  older: Datagram | null = null;
  younger: Datagram | null = null;
  /** memory that its pieces take, overhead included */
  storedBytes = 0;
  pieces: Piece[] = [];
  private received = 0;
  /** length of all data; -1 until the last piece has come */
  private total = -1;

  constructor(
    key: string,
    version: number,
    src: Uint32Array,
    dst: Uint32Array,
    proto: number,
    expires: Time,
  ) {
    this.key = key;
    this.version = version;
    this.src = Uint32Array.from(src);
    this.dst = Uint32Array.from(dst);
    this.proto = proto;
    this.expires = expires;
  }

  isDue(now: Time): boolean {
    return compareTime(this.expires, now) <= 0;
  }

  fit(piece: Piece): Fit {
    const at = this.indexFor(piece.offset);
    const before = this.pieces[at - 1];
    const after = this.pieces[at];
    if (after !== undefined && isCopy(after, piece)) {
      return isSamePlace(after, piece) ? 'copy' : 'copy-elsewhere';
    }
    const end = piece.offset + piece.length;
    let met: Piece | undefined;
    if (before !== undefined && before.offset + before.length > piece.offset) met = before;
    else if (after !== undefined && after.offset < end) met = after;
    else if (this.disagreesAboutEnd(piece)) met = this.pieces.at(-1);
    if (met === undefined) return 'fits';
    return isSameInterface(met, piece) ? 'conflict' : 'conflict-elsewhere';
  }

  /** Adds a piece that fits. */
  add(piece: Piece): void {
    if (this.pieces.length === 0 || piece.offset > this.pieces.at(-1)!.offset) this.pieces.push(piece);
    else this.pieces.splice(this.indexFor(piece.offset), 0, piece);
    this.received += piece.length;
    if (!piece.more) this.total = piece.offset + piece.length;
  }

  get isWhole(): boolean {
    return this.total >= 0 && this.received === this.total;
  }

  /** Bytes of all data; only once it is whole. */
  get length(): number {
    return this.total;
  }

  private disagreesAboutEnd(piece: Piece): boolean {
    const end = piece.offset + piece.length;
    if (this.total >= 0) return end > this.total || !piece.more;
    const last = this.pieces.at(-1);
    return !piece.more && last !== undefined && last.offset + last.length > end;
  }

  /** Index of the first piece at `offset` or behind it. */
  private indexFor(offset: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.pieces[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isSameInterface(a: Place, b: Place): boolean {
  return a.file === b.file && a.interfaceId === b.interfaceId;
}

/** A hop further on, the same fragment is another packet, even where one interface shows both. */
function isSamePlace(a: Place, b: Place): boolean {
  return isSameInterface(a, b) && a.ttl === b.ttl;
}

/** Same range and same bytes, as far as both were captured. */
function isCopy(a: Piece, b: Piece): boolean {
  if (a.offset !== b.offset || a.length !== b.length || a.more !== b.more) return false;
  const compared = Math.min(a.captured.length, b.captured.length);
  for (let at = 0; at < compared; at += 1) if (a.captured[at] !== b.captured[at]) return false;
  return true;
}

/** Whether `place` is the one at which a datagram was spoilt. */
export function isSpoiltHere(datagram: Datagram, place: Place): boolean {
  return datagram.spoiltAt !== null && isSameInterface(datagram.spoiltAt, place);
}
