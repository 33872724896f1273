/** `endreason compare --json`: the document of interface.md, in pieces. */
import { rowExplanation, sessionExplanation } from '../compare/alone-text.ts';
import { overheadOf } from '../compare/byte-fit.ts';
import type { Comparison, Fit } from '../compare/comparison.ts';
import { differencesOf, type FactsOf, ownDiagnosis, revealedTimer } from '../compare/explain-pair.ts';
import { inOrder, standsAmongOthers } from '../compare/own-codes.ts';
import type { Diagnosis } from '../verdict/diagnosis/diagnosis.ts';
import type { VerdictOptions } from '../verdict/ending.ts';

export interface CompareView {
  readonly comparison: Comparison;
  /** names of the log's files, by number */
  readonly logNames: readonly string[];
  readonly factsOf: FactsOf;
  /** the session's own diagnosis as the members of a JSON list, by session; '' for none */
  readonly diagnosisOf: (session: number) => string;
  readonly options: VerdictOptions;
}

/** `summary` of the document, and of the text view. */
export function compareSummary({ sides, pairs, differing, aloneSessions, aloneRows }: Comparison): {
  readonly log_rows: number;
  readonly sessions: number;
  readonly pairs: number;
  readonly agree: number;
  readonly differ: number;
  readonly only_in_capture: number;
  readonly only_in_log: number;
} {
  return {
    log_rows: sides.rows.count,
    sessions: sides.store.count,
    pairs: pairs.count,
    agree: pairs.count - differing,
    differ: differing,
    only_in_capture: aloneSessions.length,
    only_in_log: aloneRows.length,
  };
}

/** What of the pairs becomes known one after the other, while the document is written. */
export interface PairsInTurn {
  isKnown(pair: number): boolean;
  /** nothing of this pair is asked for any more */
  written(pair: number): void;
}

const ALL_KNOWN: PairsInTurn = { isKnown: () => true, written: () => {} };

/** The text of the document, in pieces of a line each; an empty one as often as the next pair is not known yet. */
export function* compareJson(view: CompareView, turn: PairsInTurn = ALL_KNOWN): Generator<string> {
  const { comparison } = view;
  const { fit, pairs } = comparison;
  const heads = {
    clock_offset: fit.clock.offset,
    byte_overhead: overheadOf(fit.overhead),
    lag: fit.lag,
    elapsed_includes: fit.elapsedIncludes,
    summary: compareSummary(comparison),
    ...clocksOf(fit),
  };
  yield '{\n';
  for (const [key, value] of Object.entries(heads))
    yield `${JSON.stringify(key)}:${JSON.stringify(value)},\n`;
  yield* list('pairs', pairs.count, (pair) => pairJson(view, pair), turn);
  yield ',\n';
  yield* list('only_in_capture', comparison.aloneSessions.length, (at) => {
    const each = comparison.aloneSessions[at]!;
    const sessionid = comparison.sides.store.id.cells[each.session]!;
    return JSON.stringify({ sessionid, explanation: sessionExplanation(comparison, each) });
  });
  yield ',\n';
  yield* list('only_in_log', comparison.aloneRows.length, (at) => {
    const each = comparison.aloneRows[at]!;
    const { file, line } = comparison.sides.rows;
    return JSON.stringify({
      file: view.logNames[file[each.row]!]!,
      line: line[each.row]!,
      explanation: rowExplanation(comparison, each),
    });
  });
  yield '\n}\n';
}

/** Of each firewall, where the log holds several. */
function clocksOf({ clocks: { devices } }: Fit): object {
  if (devices.length === 0) return {};
  return {
    clocks: devices.map(({ device, rows, clock, own }) => ({
      device,
      clock_offset: clock.offset,
      log_rows: rows,
      votes: clock.votes,
      agreeing: clock.agreeing,
      own,
    })),
  };
}

function* list(
  name: string,
  count: number,
  item: (at: number) => string,
  turn: PairsInTurn = ALL_KNOWN,
): Generator<string> {
  yield `${JSON.stringify(name)}:[`;
  for (let at = 0; at < count; at += 1) {
    while (!turn.isKnown(at)) yield '';
    yield `${at === 0 ? '\n' : ',\n'}${item(at)}`;
    turn.written(at);
  }
  yield '\n]';
}

function pairJson(view: CompareView, pair: number): string {
  const { comparison, logNames } = view;
  const { sides, pairs } = comparison;
  const { rows, store } = sides;
  const sessions = pairs.sessionsOf(pair);
  const own = [...sessions].map(view.diagnosisOf).filter((text) => text !== '');
  const compared = ownDiagnosis(comparison, pair);
  const document = {
    sessionids: Array.from(sessions, (session) => store.id.cells[session]!),
    log: Array.from(pairs.rowsOf(pair), (row) => ({
      file: logNames[rows.file[row]!]!,
      line: rows.line[row]!,
      sessionid: Number.isNaN(rows.sessionId[row]!) ? null : rows.sessionId[row]!,
    })),
    agrees: comparison.differences[pair] === 0,
    differences: differencesOf(comparison, pair, view.factsOf, view.options).map(
      ({ field, capture, log, explanation }) => ({ field, capture, log, explanation }),
    ),
    revealed_timer: revealedTimer(comparison, pair),
  };
  return `${JSON.stringify(document).slice(0, -1)},"diagnosis":${diagnosisJson(own, compared)}}`;
}

/** Most codes of the log stand behind all others: then what has been written of those need not be read again. */
function diagnosisJson(own: readonly string[], compared: readonly Diagnosis[]): string {
  if (compared.some(standsAmongOthers)) {
    const diagnoses = JSON.parse(`[${own.join(',')}]`) as readonly { readonly code: string }[];
    return JSON.stringify(inOrder(diagnoses, compared));
  }
  return `[${[...own, ...compared.map((each) => JSON.stringify(each))].join(',')}]`;
}
