/** Lines of text within a width. Nothing is ever cut: what is longer than a line stands alone on one. */

/** Bytes that a capture or a file name holds must not drive the terminal: control characters as \xNN. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.codePointAt(0)!;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/**
 * Puts words on lines of at most `width` characters.
 * @param first what stands before the first line; the others are indented as far
 */
export function wrapWords(words: readonly string[], width: number, first = ''): string[] {
  const indent = ' '.repeat(first.length);
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of words) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line.trimEnd());
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(line.trimEnd());
  return lines;
}

export function wrapText(text: string, width: number, first = ''): string[] {
  return wrapWords(text.split(' '), width, first);
}
