/** A pair for people and for JSON: what differs and why, the timer that its row reveals, and what the fit says of it. */
import { protocolName } from '../decode/protocol-names.ts';
import type { SessionFacts } from '../session/facts.ts';
import { candidatesOf } from '../verdict/candidates.ts';
import type { Diagnosis } from '../verdict/diagnosis/diagnosis.ts';
import type { VerdictOptions } from '../verdict/ending.ts';
import type { Comparison } from './comparison.ts';
import { explanationOf } from './explanations.ts';
import { AT, FIELDS, type Field } from './fields.ts';
import { revealingRow, revealOf } from './lag-fit.ts';
import { ownCodes } from './own-codes.ts';
import { logDelay, type RevealedTimer } from './reveal-timer.ts';

export interface Difference {
  readonly field: Field;
  readonly capture: string | number;
  readonly log: string | number;
  readonly explanation: string;
  readonly harmless: boolean;
}

/** What is known of a session beyond its columns, by id; null where nothing was kept. */
export type FactsOf = (id: number) => SessionFacts | null;

/** The timer that the pair's row reveals. */
export function revealedTimer(comparison: Comparison, pair: number): RevealedTimer | null {
  const reading = comparison.reader.read(pair);
  return reading.announced
    ? null
    : revealOf(comparison.sides.rows, reading.row, reading.words, comparison.timers, reading.timerInElapsed);
}

export function differencesOf(
  comparison: Comparison,
  pair: number,
  factsOf: FactsOf,
  options: VerdictOptions,
): readonly Difference[] {
  const mask = comparison.differences[pair]!;
  if (mask === 0) return [];
  const { sides, fit } = comparison;
  const reading = comparison.reader.read(pair);
  const facts = factsOf(sides.store.id.cells[reading.session]!);
  const differing = new Set(FIELDS.filter((_, at) => (mask & (1 << at)) !== 0));
  const revealed = reading.announced
    ? null
    : revealOf(sides.rows, reading.row, reading.words, comparison.timers, reading.timerInElapsed);
  const known = (at: number): number | null => reading.log[at] as number | null;
  const [sent, received] = [known(AT.pkts_sent), known(AT.pkts_received)];
  const common = {
    words: reading.words,
    proto: protocolName(sides.store.proto.cells[reading.session]!),
    facts,
    candidates: facts === null ? [] : candidatesOf(facts, options),
    sessions: reading.sessions,
    rows: reading.rows,
    swapped: reading.swapped,
    older: reading.older,
    beyond: reading.beyond,
    packets: reading.packetsSent + reading.packetsReceived,
    logPackets: sent === null || received === null ? null : sent + received,
    overhead: fit.overhead,
    roundTrips: comparison.reader.roundTrips,
    delay: logDelay(revealingRow(sides.rows, reading.row, reading.timerInElapsed)),
    revealed,
    differing,
    otherSide: (field: Field) => ({ capture: reading.capture[AT[field]]!, log: reading.log[AT[field]]! }),
    afterEnd: sides.store.afterEnd.cells[reading.session]!,
  };
  return [...differing].map((field) => {
    const capture = reading.capture[AT[field]]!;
    const log = reading.log[AT[field]]!;
    const packetsOfField = field === 'bytes_received' ? reading.packetsReceived : reading.packetsSent;
    const situation = { ...common, field, capture, log, packetsOfField };
    const row = explanationOf(situation);
    return { field, capture, log, explanation: row.say(situation), harmless: row.harmless === true };
  });
}

/** The codes that only a comparison has (interface.md). */
export function ownDiagnosis(comparison: Comparison, pair: number): readonly Diagnosis[] {
  const revealed = revealedTimer(comparison, pair);
  const reading = comparison.reader.read(pair);
  return ownCodes(comparison, reading, revealed);
}
