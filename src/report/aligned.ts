/** A small table of a text view: headings and rows, each column as wide as its longest cell. */
import { wrapWords } from './wrap.ts';

export interface AlignedColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
}

/**
 * @param rows cells in the order of the columns
 * @returns the heading line, then a line a row; a row that is longer than `width` goes on below
 */
export function alignedLines(
  columns: readonly AlignedColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): { readonly heading: readonly string[]; readonly lines: readonly string[] } {
  const widths = columns.map(({ head }, i) => Math.max(head.length, ...rows.map((row) => row[i]!.length)));
  const lineOf = (cells: readonly string[]): readonly string[] => {
    const line = columns
      .map(({ align }, i) =>
        align === 'right' ? cells[i]!.padStart(widths[i]!) : cells[i]!.padEnd(widths[i]!),
      )
      .join('  ')
      .trimEnd();
    return line.length <= width ? [line] : wrapWords(cells, width);
  };
  return { heading: lineOf(columns.map(({ head }) => head)), lines: rows.flatMap(lineOf) };
}
