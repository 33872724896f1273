/**
 * One log, from lines to rows. Each line is told by what it holds; only a header row and the header of
 * `show log traffic` say what the lines behind them are.
 */
import { parseCef } from './cef.ts';
import { csvReadings } from './csv-cells.ts';
import { type CsvHeader, parseCsvHeader } from './csv-header.ts';
import { readJson } from './json-line.ts';
import { type JsonObject, JsonRecords } from './json-records.ts';
import { parseLeef } from './leef.ts';
import { countOne, type LogFile, type LogForm } from './log-counts.ts';
import type { LogLine } from './log-lines.ts';
import type { LogRow } from './log-row.ts';
import type { NamedLine } from './named-line.ts';
import { fieldNamed, NAMED_COLUMNS } from './row-fields.ts';
import { quoted, RowMaker } from './row-maker.ts';
import { isShowLogHeader, ShowLog } from './show-log.ts';
import { findSyslogCsv, type SyslogCsv } from './syslog-csv.ts';
import { FEWEST_FIELDS, LAYOUTS } from './traffic-fields.ts';

/** Told of every line that is left out: one clause, without the file's name. */
export type OnMalformed = (line: number, why: string) => void;

const NO_LOG = 'no line of a traffic log';
/** Prompts and pagers of a terminal session that was saved. */
const TERMINAL = /^(\S+@\S+[>#]|lines \d+-\d+)/;
/** No terminal shows a line of `show log traffic` as long. */
const LONGEST_SHOWN = 1000;
/** Other programs begin lines with brackets, too. */
const JSON_START = /^\s*(\{|\[\s*([{\]]|$))/;
/** Wrappers within wrappers, or a log line in JSON in JSON, are read this deep. */
const DEEPEST = 4;

export class LogReader {
  readonly #file: LogFile;
  readonly #malformed: OnMalformed;
  readonly #maker: RowMaker;
  readonly #json = new JsonRecords();
  readonly #shown: ShowLog;
  #header: CsvHeader | null = null;
  #isShown = false;
  #inLongLine = false;
  #rows: LogRow[] = [];

  /** @param index of the file, for its rows */
  constructor(file: LogFile, index: number, malformed: OnMalformed) {
    this.#file = file;
    this.#malformed = malformed;
    this.#maker = new RowMaker(index);
    this.#shown = new ShowLog({
      entry: ({ line, cells }) => this.#make(cells, line),
      broken: (line, text) => this.#refuse(line, `${quoted(text)} is no whole entry`),
    });
  }

  /** Whether anything in it was a log line or a header of one. */
  get recognized(): boolean {
    const { rows, otherTypes, forms } = this.#file;
    return rows > 0 || otherTypes.size > 0 || forms.length > 0;
  }

  /** The rows that are complete with these lines. */
  push(lines: readonly LogLine[]): LogRow[] {
    for (const line of lines) this.#take(line);
    return this.#given();
  }

  finish(): LogRow[] {
    this.#takeJson(this.#json.finish());
    this.#shown.finish();
    return this.#given();
  }

  #given(): LogRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #take(line: LogLine): void {
    const { text, number } = line;
    if (line.first && !this.#json.mayContinue(text)) this.#takeJson(this.#json.finish());
    if (this.#json.open || (line.first && JSON_START.test(text))) {
      this.#takeJson(this.#json.push(line));
      return;
    }
    if (!line.first || !line.last) {
      if (line.first) this.#refuse(number, 'it is too long');
      this.#inLongLine = !line.last;
      return;
    }
    if (this.#inLongLine || text.trim() === '') return;
    this.#takeLine(text.trimEnd(), number, 0);
  }

  #takeLine(text: string, number: number, depth: number): void {
    if (this.#header !== null) {
      this.#takeRow(text, number, this.#header);
      return;
    }
    const csv = findSyslogCsv(text);
    if (csv !== null) {
      this.#takeSyslog(csv, number);
      return;
    }
    if (this.#isShown) {
      if (text.length > LONGEST_SHOWN) this.#refuse(number, 'it is too long');
      else if (!TERMINAL.test(text)) this.#shown.push(text, number);
      return;
    }
    const named = text.includes('LEEF:') ? parseLeef(text) : text.includes('CEF:') ? parseCef(text) : null;
    if (named !== null) {
      this.#takeNamed(named, number, text.includes('LEEF:') ? 'leef' : 'cef');
      return;
    }
    this.#takeRest(text, number, depth);
  }

  #takeRest(text: string, number: number, depth: number): void {
    const brace = text.indexOf('{');
    if (isShowLogHeader(text)) {
      this.#isShown = true;
      this.#formed('show-log');
      this.#shown.push(text, number);
    } else if (depth < DEEPEST && brace > 0 && text.endsWith('}')) {
      // behind a syslog header
      this.#takeJson(
        new JsonRecords().push({ text: text.slice(brace), number, first: true, last: true }),
        depth + 1,
      );
    } else {
      this.#header = parseCsvHeader(text);
      if (this.#header !== null) this.#formed('csv');
      else if (!TERMINAL.test(text)) this.#refuse(number, `${quoted(text)} is ${NO_LOG}`);
    }
  }

  #takeSyslog({ type, csv, columns }: SyslogCsv, number: number): void {
    this.#formed('syslog-csv');
    if (type !== 'TRAFFIC') {
      countOne(this.#file.otherTypes, type);
      return;
    }
    const readings = csvReadings(csv);
    let why = 'a quote in it is left open';
    for (const cells of readings) {
      if (cells.length < FEWEST_FIELDS) {
        why = `it ends after ${cells.length} fields, and none has fewer than ${FEWEST_FIELDS}`;
        continue;
      }
      const row = this.#maker.make(withoutCut(cells), columns, number);
      if (row !== null) {
        this.#add(row);
        return;
      }
      why = this.#maker.misfit;
    }
    this.#refuse(number, why);
  }

  #takeRow(text: string, number: number, header: CsvHeader): void {
    const readings = csvReadings(text);
    let why = 'a quote in it is left open';
    for (const cells of readings) {
      if (cells.length < header.width || cells.slice(header.width).some((cell) => cell !== '')) {
        why = `it has ${cells.length} fields under a header of ${header.width}`;
        continue;
      }
      const type = header.type < 0 ? 'TRAFFIC' : cells[header.type]!.toUpperCase();
      if (/^[A-Z][A-Z0-9_-]*$/.test(type) && type !== 'TRAFFIC' && fieldNamed(type) !== 'type') {
        countOne(this.#file.otherTypes, type);
        return;
      }
      const row = this.#maker.make(cells, header.columns, number);
      if (row !== null) {
        this.#add(row);
        return;
      }
      why = this.#maker.misfit;
    }
    // logs that were put together repeat their header, or change it
    const next = parseCsvHeader(text);
    if (next !== null) this.#header = next;
    else this.#refuse(number, why);
  }

  #takeNamed({ type, cells }: NamedLine, number: number, form: LogForm): void {
    this.#formed(form);
    if (type !== '' && type !== 'TRAFFIC') countOne(this.#file.otherTypes, type);
    else this.#make(cells, number);
  }

  #takeJson(records: readonly { value: JsonObject | null; line: number }[], depth: number = 0): void {
    for (const { value, line } of records) {
      if (value === null) this.#refuse(line, 'what begins there is not JSON');
      else this.#takeObject(value, line, depth);
    }
  }

  #takeObject(value: JsonObject, line: number, depth: number): void {
    const content = readJson(value);
    if (content.kind === 'line') this.#takeNamed(content.line, line, 'json');
    else if (depth >= DEEPEST || content.kind === 'none') this.#refuse(line, `the JSON object is ${NO_LOG}`);
    else if (content.kind === 'raw') this.#takeLine(content.text, line, depth + 1);
    else for (const object of content.objects) this.#takeObject(object, line, depth + 1);
  }

  #make(cells: readonly (string | undefined)[], line: number): void {
    const row = this.#maker.make(cells, NAMED_COLUMNS, line);
    if (row === null) this.#refuse(line, this.#maker.misfit);
    else this.#add(row);
  }

  #add(row: LogRow): void {
    this.#file.rows += 1;
    countOne(this.#file.subtypes, row.subtype);
    this.#rows.push(row);
  }

  #refuse(line: number, why: string): void {
    this.#file.malformed += 1;
    this.#malformed(line, why);
  }

  #formed(form: LogForm): void {
    if (!this.#file.forms.includes(form)) this.#file.forms.push(form);
  }
}

const MOST_FIELDS = Math.max(...LAYOUTS.keys());

/** Where a line ends at no release's last field, its last one may be cut in the middle. */
function withoutCut(cells: readonly string[]): readonly string[] {
  const whole = LAYOUTS.has(cells.length) || cells.length > MOST_FIELDS;
  return whole ? cells : cells.slice(0, -1);
}
