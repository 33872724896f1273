/** LEEF 1.0 and 2.0 of the firewall's custom log format and of Strata Logging Service (firewall-model 7.8). */
import { NamedCells, type NamedLine, splitBySpaces } from './named-line.ts';
import { fieldNamed } from './row-fields.ts';

const START = /LEEF:([12])(?:\.0)?\|/;
/** fields between the version and the attributes: vendor, product, its version, event, and in 2.0 the delimiter */
const HEADER_FIELDS = { '1': 4, '2': 5 } as const;
/** Every key=value of an attribute list that is divided by pipes, as the vendor's template for 1.0 has it. */
const PIPED = /^[A-Za-z][\w.]*=[^\t]*\|[A-Za-z][\w. ]*=/;

/** Null where a line holds no LEEF. */
export function parseLeef(line: string): NamedLine | null {
  const start = START.exec(line);
  if (start === null) return null;
  const version = start[1] as '1' | '2';
  const parts = line.slice(start.index + start[0].length).split('|');
  const header = parts.slice(0, HEADER_FIELDS[version]);
  if (header.length < HEADER_FIELDS[version]) return null;
  // 2.0 may go without its delimiter field; an attribute stands there then
  const bare = version === '2' && header[4]!.includes('=');
  const attributes = parts.slice(bare ? 4 : HEADER_FIELDS[version]).join('|');
  const fromDevice = !header[1]!.startsWith('Next Generation');
  const cells = new NamedCells();
  for (const [key, value] of split(attributes, version === '2' && !bare ? header[4]! : '')) {
    // the device's own is its receive time, the cloud's the time when the log was generated
    if (key === 'devTime') cells.set(fromDevice ? 'receive_instant' : 'time_generated', value);
    else {
      const field = fieldNamed(key);
      if (field !== null) cells.set(field, value);
    }
  }
  if (fromDevice && cells.get('receive_time') === undefined) {
    const instant = cells.get('receive_instant');
    if (instant !== undefined) cells.set('receive_time', instant);
  }
  // the cloud puts the action there and nowhere else
  if (!fromDevice) cells.set('action', header[3]!);
  return cells.line(undefined);
}

function split(attributes: string, named: string): (readonly [key: string, value: string])[] {
  const delimiter = delimiterOf(attributes, named);
  if (delimiter === ' ') return splitBySpaces(attributes);
  return attributes.split(delimiter).flatMap((attribute) => {
    const equals = attribute.indexOf('=');
    return equals < 1
      ? []
      : [[attribute.slice(0, equals).trim(), attribute.slice(equals + 1).trim()] as const];
  });
}

/** As the header names it (a character, or `x7C`, `0x7C`), else as the attributes show. */
function delimiterOf(attributes: string, named: string): string {
  const hex = /^0?x([0-9a-f]{2,4})$/i.exec(named);
  if (hex !== null) return String.fromCharCode(Number.parseInt(hex[1]!, 16));
  // a tab that was printed as a space comes as one
  if (named.length === 1 && named !== ' ') return named;
  if (attributes.includes('\t')) return '\t';
  return PIPED.test(attributes) ? '|' : ' ';
}
