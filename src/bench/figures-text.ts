/** Figures as text: three significant digits, columns that line up. */

/** `0.0123`, `1.23`, `12.3`, `123`; without an exponent. */
export function threeDigits(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

const PREFIXES: readonly (readonly [number, string])[] = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** `13.1 M packets/s`, `1.2 GB/s`, `950 sessions/s` */
export function scaled(value: number, unit: string): string {
  const prefix = PREFIXES.find(([size]) => value >= size);
  if (prefix === undefined) return `${threeDigits(value)} ${unit}`;
  const space = unit.startsWith('B') ? '' : ' ';
  return `${threeDigits(value / prefix[0])} ${prefix[1]}${space}${unit}`;
}

/**
 * Lines of cells; no line ends in a space.
 * @param left columns that begin at their left, from the first on; the others end at their right
 */
export function aligned(rows: readonly (readonly string[])[], left = 1): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column < left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
