/** The header of an exported CSV (firewall-model 7.3): columns are found by name, never by position. */
import { csvReadings } from './csv-cells.ts';
import { type Columns, columnsOf, fieldNamed, type RowField } from './row-fields.ts';

export interface CsvHeader {
  readonly columns: Columns;
  /** how many columns there are */
  readonly width: number;
  /** the column of the log type, or -1: all rows are traffic */
  readonly type: number;
}

/** A session without these cannot be found in a capture. */
const NEEDED: readonly RowField[] = ['src', 'dst'];
const ONE_NEEDED: readonly RowField[] = ['receive_time', 'time_generated', 'start'];
/** Fewer names than this also stand in other lines. */
const FEWEST_NAMES = 5;

/** Null where a line is no header of a log. */
export function parseCsvHeader(line: string): CsvHeader | null {
  // cheap: a row holds numbers long before it holds a name
  if (!/^[\s"]*[a-z#]/i.test(line) || !line.includes(',')) return null;
  const [names] = csvReadings(line);
  if (names === undefined) return null;
  const fields = names.map((name) => fieldNamed(name));
  const known = new Set(fields);
  known.delete(null);
  const whole = NEEDED.every((field) => known.has(field)) && ONE_NEEDED.some((field) => known.has(field));
  if (!whole || known.size < FEWEST_NAMES) return null;
  return { columns: columnsOf(fields), width: names.length, type: fields.indexOf('type') };
}
