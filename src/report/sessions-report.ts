/** The formats of the main job: session facts in, pieces of text out, as the reader of the text takes them. */
import type { CaptureFile } from '../capture/record.ts';
import { compareTime } from '../capture/time.ts';
import type { RowSink } from '../session/engine-sink.ts';
import type { SessionFacts } from '../session/facts.ts';
import type { SessionSum } from '../session/kernel-sums.ts';
import { type Earlier, EarlierSessions, NOTHING_EARLIER } from '../verdict/earlier-sessions.ts';
import { accountingDocument, captureDocument, countersDocument } from './capture-document.ts';
import { type FirewallInForce, firewallDocument } from './firewall-in-force.ts';
import { jsonDocument, NDJSON_LAYOUT, sessionJson } from './json.ts';
import { type PanosFormat, PanosLog } from './panos-log.ts';
import type { WriteNow } from './piece-buffer.ts';
import type { Rebuild } from './rebuild.ts';
import { RecordRows } from './record-rows.ts';
import type { RowLayout } from './row-template.ts';
import { provenRows, type RowOptions, type SessionRow, sessionRow } from './session-row.ts';
import { captureLines, type TableOptions, tableLines } from './session-table.ts';
import type { Totals } from './totals.ts';
import { totalsDocument } from './totals-document.ts';
import { totalsLines } from './totals-text.ts';

export type FormatName = 'table' | 'json' | 'ndjson' | 'csv' | PanosFormat;
export const FORMAT_NAMES: readonly FormatName[] = [
  'table',
  'json',
  'ndjson',
  'csv',
  'panos-csv',
  'panos-syslog',
];

/** Formats that give each session as soon as it has left the table. */
export const STREAMING_FORMATS: ReadonlySet<FormatName> = new Set([
  'ndjson',
  'csv',
  'panos-csv',
  'panos-syslog',
]);

/** Whether a result shows evidence; otherwise the engine need not keep it. */
export function printsEvidence(format: FormatName, summary: boolean, details: boolean): boolean {
  if (summary || format === 'panos-csv' || format === 'panos-syslog') return false;
  return details || format === 'json' || format === 'ndjson';
}

/** Everything but the sessions; the counts in it are complete only at the end of the run. */
export interface ReportJob {
  readonly format: FormatName;
  readonly summary: boolean;
  readonly files: readonly CaptureFile[];
  readonly firewall: FirewallInForce;
  readonly rebuild: Rebuild;
  readonly totals: Totals;
  readonly table: TableOptions;
  /** in place of `write` where bytes can be taken before the call returns (a file), as often as can be */
  readonly writeNow?: WriteNow | undefined;
}

/**
 * Resolves when the piece has been taken, so that memory does not grow with what is still to be written; bytes
 * may then be written over.
 */
export type Write = (piece: string | Uint8Array) => Promise<void>;

/** Characters that are gathered before they are written. */
const CHUNK_LENGTH = 65_536;

/**
 * Runs the engine to its end and writes the result.
 * @param write is never called with an empty text
 * @param tick called after each batch of packets
 */
export async function reportSessions(job: ReportJob, write: Write, tick: () => void): Promise<void> {
  const report = await (job.summary ? summaryReport(job) : FORMATS[job.format](job));
  job.rebuild.consumeBy((facts) => {
    job.totals.add(facts);
    report.take(facts);
  });
  const { records } = report;
  // a zone is named by an address, and a session proven by its events, of which only this side knows
  const mayWriteRows = job.firewall.networks.length === 0 && !hasProof(job);
  if (records !== undefined && mayWriteRows) job.rebuild.writeRowsBy(records);
  else if (records !== undefined) job.rebuild.consumeRecordsBy((record) => records.record(record));
  for (const text of report.begin()) await write(text);
  for await (const _ of job.rebuild.batches()) {
    tick();
    for (const piece of report.pieces(job.rebuild.isLive)) await write(piece);
  }
  for (const sum of job.rebuild.sums()) job.totals.addSum(sum);
  for (const sum of report.sums?.() ?? []) job.totals.addSum(sum);
  for (const piece of report.pieces(true)) await write(piece);
  for (const text of gathered(report.finish())) await write(text);
}

interface Report {
  begin(): Iterable<string>;
  take(facts: SessionFacts): void;
  /** in place of `take`, from an engine that has records; `sums` are then over what came this way */
  readonly records?: RowSink;
  sums?(): Iterable<SessionSum>;
  /** what can be written of the sessions taken since the last call; with `all`, everything that can */
  pieces(all: boolean): Iterable<string | Uint8Array>;
  finish(): Iterable<string>;
}

/** What only one format needs is loaded for it. */
const FORMATS: Readonly<Record<FormatName, (job: ReportJob) => Report | Promise<Report>>> = {
  table: (job) => collectingReport(job, (rows) => withLineEnds(tableLines(capture(job), rows, job.table))),
  json: (job) =>
    collectingReport(job, (rows) => jsonDocument(heads(job), 'sessions', mapped(rows(), sessionJson))),
  ndjson: (job) => {
    const report = streamingReport(job, '', (row) => `${sessionJson(row)}\n`);
    return byRecords(job, report, NDJSON_LAYOUT);
  },
  csv: async (job) => {
    const { CSV_LAYOUT, CSV_PROOF_LAYOUT, csvHeader, csvSession } = await import('./csv.ts');
    const { details } = job.table;
    const report = streamingReport(job, csvHeader(), (row) => csvSession(row, details));
    return byRecords(job, report, details ? CSV_PROOF_LAYOUT : CSV_LAYOUT);
  },
  'panos-csv': (job) => panosReport(job, 'panos-csv'),
  'panos-syslog': (job) => panosReport(job, 'panos-syslog'),
};

/** Text as it comes: those formats are in the order in which sessions left the table. */
function textReport(begin: string, render: (facts: SessionFacts) => string, finish: () => string): Report {
  let lines: string[] = [];
  const taken = (): string => {
    const text = lines.join('');
    lines = [];
    return text;
  };
  return {
    begin: () => nonEmpty(begin),
    take: (facts) => {
      lines.push(render(facts));
    },
    pieces: () => nonEmpty(taken()),
    finish: () => {
      lines.push(finish());
      return nonEmpty(taken());
    },
  };
}

function panosReport(job: ReportJob, format: PanosFormat): Report {
  const log = new PanosLog(format, job.firewall.config);
  return textReport(
    '',
    (facts) => log.take([facts]),
    () => log.finish(),
  );
}

/** The report with rows written straight from records, where the engine has them. */
function byRecords(job: ReportJob, report: Report, layout: RowLayout): Report {
  const rows = new RecordRows(layout, rowOptions(job), job.writeNow);
  return {
    ...report,
    records: rows,
    sums: () => rows.sums(),
    *pieces(all) {
      yield* report.pieces(all);
      yield* rows.pieces(all);
    },
  };
}

function streamingReport(job: ReportJob, header: string, render: (row: SessionRow) => string): Report {
  const rows = rowMaker(job);
  return textReport(
    header,
    (facts) => {
      rows.note(facts);
      return render(rows.row(facts));
    },
    () => '',
  );
}

/** Holds the sessions until the end of the run: those formats are ordered by start, then id. */
function collectingReport(
  job: ReportJob,
  render: (rows: () => Iterable<SessionRow>) => Iterable<string>,
): Report {
  const rows = rowMaker(job);
  const all: SessionFacts[] = [];
  return {
    begin: () => [],
    take: (facts) => {
      rows.note(facts);
      all.push(facts);
    },
    pieces: () => [],
    finish: () => {
      all.sort((a, b) => compareTime(a.first.time, b.first.time) || a.id - b.id);
      return render(() => mapped(all, rows.row));
    },
  };
}

async function summaryReport(job: ReportJob): Promise<Report> {
  const text = job.format === 'csv' ? await summaryCsv(job) : () => summaryText(job);
  return { begin: () => [], take: () => {}, pieces: () => [], finish: text };
}

async function summaryCsv(job: ReportJob): Promise<() => Iterable<string>> {
  const { totalsCsv } = await import('./totals-csv.ts');
  return () => [
    totalsCsv(
      job.totals,
      accountingDocument(job.rebuild.accounting),
      countersDocument(job.rebuild.accounting),
    ),
  ];
}

function* summaryText(job: ReportJob): Generator<string> {
  const accounting = accountingDocument(job.rebuild.accounting);
  const counters = countersDocument(job.rebuild.accounting);
  if (job.format === 'table') {
    const { width, zone, paint } = job.table;
    yield* withLineEnds(captureLines(capture(job), zone, width));
    yield* withLineEnds(totalsLines(job.totals, accounting, counters, width, paint));
  } else {
    const document = { ...heads(job), summary: totalsDocument(job.totals) };
    yield `${JSON.stringify(document, null, job.format === 'json' ? 2 : undefined)}\n`;
  }
}

function heads(job: ReportJob): Readonly<Record<string, unknown>> {
  return {
    capture: capture(job),
    firewall: firewallDocument(job.firewall),
    accounting: accountingDocument(job.rebuild.accounting),
    counters: countersDocument(job.rebuild.accounting),
  };
}

function capture(job: ReportJob): ReturnType<typeof captureDocument> {
  return captureDocument(job.files, job.rebuild.interrupted);
}

interface RowMaker {
  /** told of every session in the order in which they leave the table, before its row is asked for */
  note(facts: SessionFacts): void;
  row(facts: SessionFacts): SessionRow;
}

function rowMaker(job: ReportJob): RowMaker {
  const options = rowOptions(job);
  if (!options.proof) return { note: () => {}, row: (facts) => sessionRow(facts, options) };
  const sessions = new EarlierSessions();
  const found = new WeakMap<SessionFacts, Earlier>();
  return {
    note: (facts) => {
      const earlier = sessions.take(facts);
      if (earlier !== NOTHING_EARLIER) found.set(facts, earlier);
    },
    row: (facts) => sessionRow(facts, options, found.get(facts)),
  };
}

function rowOptions(job: ReportJob): RowOptions {
  return {
    ...provenRows(
      job.firewall.config,
      job.files.map((file) => file.name),
    ),
    proof: hasProof(job),
  };
}

function hasProof({ format, summary, table }: ReportJob): boolean {
  return printsEvidence(format, summary, table.details);
}

function nonEmpty(text: string): string[] {
  return text === '' ? [] : [text];
}

/** Texts as pieces that are worth a write. */
export function* gathered(texts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length >= CHUNK_LENGTH) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

function* mapped<T, U>(items: Iterable<T>, map: (item: T) => U): Generator<U> {
  for (const item of items) yield map(item);
}

export function withLineEnds(lines: Iterable<string>): Iterable<string> {
  return mapped(lines, (line) => `${line}\n`);
}
