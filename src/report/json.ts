/** JSON as text, a session a line, in pieces: a million sessions never become one string. */
import type { SessionRow } from './session-row.ts';

/** One line of `--format ndjson`, and of the `sessions` of `--format json`. */
export function sessionJson(row: SessionRow): string {
  return JSON.stringify(row);
}

/**
 * A document whose last key is a list: `heads` in their order, then `listName` with one item a line.
 * @param heads keys with their values
 */
export function* jsonDocument(
  heads: Readonly<Record<string, unknown>>,
  listName: string,
  items: Iterable<string>,
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
  yield '\n]\n}\n';
}
