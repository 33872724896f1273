/** Bytes to lines, whatever the pieces they come in. Memory is bounded by the longest line that is taken. */

export interface LogLine {
  readonly text: string;
  /** 1-based */
  readonly number: number;
  /** where it stands in its line: a line beyond MAX_LINE comes in pieces */
  readonly first: boolean;
  readonly last: boolean;
}

/** Bytes. No line of a log is as long, but all of a JSON array may stand on one. */
export const MAX_LINE = 1_048_576;

const NEWLINE = 10;
const NOTHING = new Uint8Array(0);

const decoder = new TextDecoder();

export class LineSplitter {
  readonly #utf8: LineText;
  #text: LineText | null = null;
  #rest: Uint8Array = NOTHING;
  #number = 1;
  #first = true;

  /** @param decode UTF-8 that begins and ends with a whole letter */
  constructor(decode: (bytes: Uint8Array) => string = (bytes) => decoder.decode(bytes)) {
    this.#utf8 = utf8(decode);
  }

  /** The lines that end in these bytes, without their ends. */
  push(bytes: Uint8Array): LogLine[] {
    const all = joined(this.#rest, bytes);
    // the first two bytes tell the encoding
    if (all.length < 2) {
      this.#rest = all.slice();
      return [];
    }
    this.#text ??= this.#encodingOf(all);
    const end = this.#text.endOfLines(all);
    const lines = end === 0 ? [] : this.#lines(this.#text.decode(all.subarray(0, end)), true);
    let rest = all.subarray(end);
    if (rest.length > MAX_LINE) {
      const cut = this.#text.endOfLetters(rest);
      lines.push(...this.#lines(this.#text.decode(rest.subarray(0, cut)), false));
      rest = rest.subarray(cut);
    }
    this.#rest = rest;
    return lines;
  }

  /** What stands behind the last line end so far, as a piece of its line; it is not taken. */
  unfinished(): LogLine[] {
    if (this.#rest.length === 0) return [];
    const text = (this.#text ?? this.#utf8).decode(this.#rest);
    return [{ text, number: this.#number, first: this.#first, last: false }];
  }

  /** What stands behind the last line end. */
  finish(): LogLine[] {
    const rest = this.#rest;
    this.#rest = NOTHING;
    if (rest.length === 0 && this.#first) return [];
    return this.#lines(`${(this.#text ?? this.#utf8).decode(rest)}\n`, true);
  }

  /** What a byte order mark says. */
  #encodingOf(start: Uint8Array): LineText {
    if (start[0] === 0xff && start[1] === 0xfe) return utf16('utf-16le');
    if (start[0] === 0xfe && start[1] === 0xff) return utf16('utf-16be');
    return this.#utf8;
  }

  /** @param whole the text ends with a line end; else it is a piece without any */
  #lines(text: string, whole: boolean): LogLine[] {
    if (!whole) return [this.#line(text, false)];
    const parts = text.split('\n');
    parts.pop();
    return parts.map((part) => this.#line(part, true));
  }

  #line(part: string, last: boolean): LogLine {
    const text = last && part.endsWith('\r') ? part.slice(0, -1) : part;
    const line = { text, number: this.#number, first: this.#first, last };
    if (last) this.#number += 1;
    this.#first = last;
    return line;
  }
}

function joined(rest: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (rest.length === 0) return bytes;
  const all = new Uint8Array(rest.length + bytes.length);
  all.set(rest);
  all.set(bytes, rest.length);
  return all;
}

/** Text in one encoding, cut where no letter is. Whole lines are decoded at once, which is what decoders do fast. */
interface LineText {
  /** one past the last line end, or 0 */
  endOfLines(bytes: Uint8Array): number;
  /** one past the last letter that is whole */
  endOfLetters(bytes: Uint8Array): number;
  decode(bytes: Uint8Array): string;
}

function utf8(decode: (bytes: Uint8Array) => string): LineText {
  return {
    endOfLines: (bytes) => bytes.lastIndexOf(NEWLINE) + 1,
    endOfLetters(bytes) {
      let end = bytes.length;
      while (end > bytes.length - 4 && (bytes[end - 1]! & 0xc0) === 0x80) end -= 1;
      return bytes[end - 1]! >= 0xc0 ? end - 1 : bytes.length;
    },
    decode,
  };
}

/** What a spreadsheet saves as Unicode text. */
function utf16(encoding: 'utf-16le' | 'utf-16be'): LineText {
  const decoder = new TextDecoder(encoding);
  const low = encoding === 'utf-16le' ? 0 : 1;
  return {
    endOfLines(bytes) {
      for (let at = bytes.length - (bytes.length % 2) - 2; at >= 0; at -= 2) {
        if (bytes[at + low] === NEWLINE && bytes[at + 1 - low] === 0) return at + 2;
      }
      return 0;
    },
    // a letter of two halves may be cut, which spoils that letter
    endOfLetters: (bytes) => bytes.length - (bytes.length % 2),
    decode: (bytes) => decoder.decode(bytes),
  };
}
