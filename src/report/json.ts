/** JSON as text, a session a line, in pieces: a million sessions never become one string. */
import type { RowLayout } from './row-template.ts';
import type { SessionRow } from './session-row.ts';

/** One line of `--format ndjson`, and of the `sessions` of `--format json`. */
export function sessionJson(row: SessionRow): string {
  return JSON.stringify(row);
}

/** Lines of `--format ndjson`. */
export const NDJSON_LAYOUT: RowLayout = {
  before: '{',
  between: ',',
  behind: '}\n',
  name: (column) => `${JSON.stringify(column)}:`,
  quote: '"',
  cell: (_, value) => JSON.stringify(value),
  proof: { around: '', inside: (json) => json },
};

/**
 * A document with a long list: `heads` in their order, then `listName` with one item a line, then `tails`.
 * @param heads keys with their values
 * @param tails likewise, asked for when the list has been gone through
 */
export function* jsonDocument(
  heads: Readonly<Record<string, unknown>>,
  listName: string,
  items: Iterable<string>,
  tails: () => Readonly<Record<string, unknown>> = () => ({}),
): Generator<string> {
  yield '{\n';
  for (const [key, value] of Object.entries(heads))
    yield `${JSON.stringify(key)}:${JSON.stringify(value)},\n`;
  yield `${JSON.stringify(listName)}:[`;
  let separator = '\n';
  for (const item of items) {
    yield separator + item;
    separator = ',\n';
  }
  yield '\n]';
  for (const [key, value] of Object.entries(tails())) {
    yield `,\n${JSON.stringify(key)}:${JSON.stringify(value)}`;
  }
  yield '\n}\n';
}
