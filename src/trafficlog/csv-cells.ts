/** One line of comma-separated values. A line at a time, so that a quote left open never takes in the next one. */
import Papa from 'papaparse';

const DOUBLED = new Papa.Parser({ delimiter: ',', newline: '\n', quoteChar: '"', escapeChar: '"' });
const BACKSLASH = new Papa.Parser({ delimiter: ',', newline: '\n', quoteChar: '"', escapeChar: '\\' });

/**
 * All readings of a line, the likelier first: quotes within quotes are doubled (RFC 4180), or escaped by a
 * backslash where the syslog profile says so, and a quoted field may also end in a backslash (`"CORP\"`).
 * None where a quote stays open.
 */
export function csvReadings(line: string): readonly (readonly string[])[] {
  if (!line.includes('"')) return [line.split(',')];
  const parsers = line.includes('\\"') ? [DOUBLED, BACKSLASH] : [DOUBLED];
  const results = parsers.map((parser) => parser.parse(line, 0, false));
  return results.filter(({ errors }) => errors.length === 0).map(({ data }) => data[0] ?? []);
}
