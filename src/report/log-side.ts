/** What a traffic log says of sessions, for whoever looks at the sessions one by one. */
import type { Comparison } from '../compare/comparison.ts';
import { revealedTimer } from '../compare/explain-pair.ts';
import { revealingRow } from '../compare/lag-fit.ts';
import { logDelay, type RevealedTimer, unknownTimer } from '../compare/reveal-timer.ts';

export interface LogSide {
  readonly file: string;
  readonly line: number;
  /** null: the log does not say */
  readonly reason: string | null;
  readonly stage: string | null;
  /** seconds from the last packet that the log knows of to the writing of the row */
  readonly delay: number | null;
  readonly revealed: RevealedTimer | null;
}

/** By session id; sessions without a row have none. */
export function logSides(comparison: Comparison, logNames: readonly string[]): ReadonlyMap<number, LogSide> {
  const { pairs, sides, reader } = comparison;
  const { rows, store } = sides;
  const found = new Map<number, LogSide>();
  for (let pair = 0; pair < pairs.count; pair += 1) {
    const { row, announced } = reader.read(pair);
    if (announced) continue;
    const side: LogSide = {
      file: logNames[rows.file[row]!]!,
      line: rows.line[row]!,
      reason: rows.texts[rows.reason[row]!] ?? null,
      stage: rows.texts[rows.stage[row]!] ?? null,
      delay: logDelay(revealingRow(rows, row)),
      revealed: revealedTimer(comparison, pair),
    };
    for (const session of pairs.sessionsOf(pair)) found.set(store.id.cells[session]!, side);
  }
  return found;
}

/** `aged-out (traffic.csv line 17), written 31 s after its last packet: udp (30 s) expired` */
export function logSideText(side: LogSide | undefined): string {
  if (side === undefined) return 'no row';
  const { file, line, reason, stage, delay, revealed } = side;
  const tracker = stage === null ? '' : `, tracker stage ${stage}`;
  const written =
    delay === null
      ? ''
      : `, written ${delay} s after its last packet${revealed === null ? unexplained(delay, reason) : `: ${revealed.name} (${revealed.seconds} s) expired`}`;
  return `${reason ?? 'no end reason'}${tracker} (${file} line ${line})${written}`;
}

function unexplained(delay: number, reason: string | null): string {
  const others = unknownTimer(delay, reason);
  return `, which none of the timers given explains${others === '' ? '' : `: ${others}`}`;
}
