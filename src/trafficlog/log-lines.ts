/** Bytes to lines, whatever the pieces they come in. Memory is bounded by the longest line that is taken. */

export interface LogLine {
  readonly text: string;
  /** 1-based */
  readonly number: number;
  /** where it stands in its line: a line beyond MAX_LINE comes in pieces */
  readonly first: boolean;
  readonly last: boolean;
}

/** Characters. No line of a log is as long, but all of a JSON array may stand on one. */
export const MAX_LINE = 1_048_576;

/** Byte order marks of text that was saved in another encoding than UTF-8, as a spreadsheet does. */
function encodingOf(start: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

export class LineSplitter {
  #decoder: InstanceType<typeof TextDecoder> | null = null;
  #held: Uint8Array | null = null;
  #rest = '';
  #number = 1;
  #first = true;

  /** The lines that end in these bytes, without their ends. */
  push(bytes: Uint8Array): LogLine[] {
    let chunk = bytes;
    if (this.#decoder === null) {
      // one byte does not tell the encoding
      if (this.#held !== null) {
        chunk = new Uint8Array(this.#held.length + bytes.length);
        chunk.set(this.#held);
        chunk.set(bytes, this.#held.length);
      }
      if (chunk.length < 2) {
        this.#held = chunk.slice();
        return [];
      }
      this.#held = null;
      this.#decoder = new TextDecoder(encodingOf(chunk));
    }
    return this.#split(this.#decoder.decode(chunk, { stream: true }));
  }

  /** What stands behind the last line end. */
  finish(): LogLine[] {
    const decoder = this.#decoder ?? new TextDecoder();
    const held = this.#held ?? new Uint8Array(0);
    const lines = this.#split(decoder.decode(held, { stream: true }) + decoder.decode());
    const rest = this.#rest;
    this.#rest = '';
    if (rest !== '' || !this.#first) lines.push(this.#line(rest, true));
    return lines;
  }

  #split(text: string): LogLine[] {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop()!;
    const lines = parts.map((part) => this.#line(part, true));
    if (this.#rest.length > MAX_LINE) {
      lines.push(this.#line(this.#rest, false));
      this.#rest = '';
    }
    return lines;
  }

  #line(part: string, last: boolean): LogLine {
    const text = last && part.endsWith('\r') ? part.slice(0, -1) : part;
    const line = { text, number: this.#number, first: this.#first, last };
    if (last) this.#number += 1;
    this.#first = last;
    return line;
  }
}
