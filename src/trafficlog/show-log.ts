/**
 * The text of `show log traffic` (firewall-model 7.4): entries of two lines, with a third for users and a
 * third or fourth for the tracker stage, under a header that shows where the columns stand.
 */
import { NamedCells } from './named-line.ts';
import { TRACKER_STAGES } from './tracker-code.ts';

/** An entry whose lines are all there. */
export interface ShownEntry {
  /** of its first line */
  readonly line: number;
  readonly cells: readonly (string | undefined)[];
}

const HEADER = /^\s*Time\s+App\s+From\s+Src Port\s+Source\s*$/;
const HEADER_REST =
  /^\s*(?:Rule\s+Action\s+To\s+Dst Port\s+Destination|Src User\s+Dst User\s+Session Info|=+)\s*$/;
/** An application holds no space, a zone may. */
const FIRST = /^\s*(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d)\s+(\S+)\s+(?:(\S.*?)\s+)?(\d+)\s+([0-9A-Fa-f:.]+)\s*$/;
const ACTIONS = 'allow|deny|drop ICMP|drop-icmp|drop|reset[- ]both|reset[- ]client|reset[- ]server';
/** Columns are two spaces or more apart, unless a name fills its own: rules are likelier to be named after an action than zones. */
const SECOND: readonly RegExp[] = [
  new RegExp(String.raw`^\s*(\S.*?)?\s{2,}(${ACTIONS})\s+(?:(\S.*?)\s+)?(\d+)\s+([0-9A-Fa-f:.]+)\s*$`),
  new RegExp(String.raw`^\s*(\S.*)?\s+(${ACTIONS})\s+(?:(\S.*?)\s+)?(\d+)\s+([0-9A-Fa-f:.]+)\s*$`),
];
const STAGE = new RegExp(String.raw`(?:^|\s)(${TRACKER_STAGES.join('|')})\s*$`);

/** What the reader of a text is told. */
export interface ShownSink {
  entry(entry: ShownEntry): void;
  /** a line that begins an entry without a second line, or belongs to none */
  broken(line: number, text: string): void;
}

export function isShowLogHeader(line: string): boolean {
  return HEADER.test(line);
}

/** Reads the lines below a header. An entry is given once the next line shows its end. */
export class ShowLog {
  readonly #sink: ShownSink;
  #line = 0;
  #text = '';
  #cells: NamedCells | null = null;
  #complete = false;

  constructor(sink: ShownSink) {
    this.#sink = sink;
  }

  push(text: string, number: number): void {
    if (HEADER.test(text) || HEADER_REST.test(text)) {
      this.finish();
      return;
    }
    const first = FIRST.exec(text);
    if (first !== null) {
      this.finish();
      this.#begin(first, text, number);
      return;
    }
    if (this.#cells === null) {
      this.#sink.broken(number, text);
      return;
    }
    if (!this.#complete) {
      if (!this.#second(text)) this.finish();
      return;
    }
    const stage = STAGE.exec(text.replace(/[\u2010-\u2015\u2212]/g, '-'));
    if (stage !== null) this.#cells.set('tracker_stage', stage[1]!);
  }

  /** Gives the entry in work. */
  finish(): void {
    if (this.#cells === null) return;
    if (this.#complete) this.#sink.entry({ line: this.#line, cells: this.#cells.cells });
    else this.#sink.broken(this.#line, this.#text);
    this.#cells = null;
  }

  #begin([, time, app, from, port, source]: RegExpExecArray, text: string, number: number): void {
    this.#line = number;
    this.#text = text;
    this.#complete = false;
    this.#cells = new NamedCells();
    // the page does not say which of the three times it is; the one that orders the log is assumed
    this.#cells.set('time_generated', time!);
    this.#cells.set('app', app!);
    this.#cells.set('from', from ?? '');
    this.#cells.set('sport', port!);
    this.#cells.set('src', source!);
  }

  #second(text: string): boolean {
    const match = SECOND.map((pattern) => pattern.exec(text)).find((found) => found !== null);
    if (!match) return false;
    const cells = this.#cells!;
    cells.set('rule', match[1] ?? '');
    cells.set('action', match[2]!);
    cells.set('to', match[3] ?? '');
    cells.set('dport', match[4]!);
    cells.set('dst', match[5]!);
    this.#complete = true;
    return true;
  }
}
