/** Many live sessions: bytes of one, and what a packet costs beside few, by `bench table`. */
import type { TableDocument, TableRow } from '../../src/bench/table-figures.ts';
import { LIVE_TABLE } from './plan.ts';
import { ENDREASON, NotMeasured, type Workshop } from './workshop.ts';

/** One run: rows of few and of many live sessions. */
export interface LivePair {
  readonly few: TableRow;
  readonly many: TableRow;
}

export interface LiveFigures {
  readonly command: string;
  /** at least one */
  readonly rounds: readonly LivePair[];
}

/** @throws NotMeasured where this version has no such table, or it cannot hold so many */
export function measureLive(workshop: Workshop, few: number, many: number, rounds: number): LiveFigures {
  const packets = Math.max(1_000_000, many);
  const words = ['--live', `${few},${many}`, '--packets', String(packets), '--workload', 'look-up'];
  const command = ['bench', 'table', '--table', LIVE_TABLE, ...words, '--json'];
  const measure = (): LivePair => {
    const document = JSON.parse(workshop.ask([...ENDREASON, ...command])) as TableDocument;
    const row = (live: number): TableRow => {
      const found = document.rows.find((each) => each.live_sessions === live);
      if (found === undefined) throw new NotMeasured(document.left_out[0]?.because ?? 'it was left out');
      return found;
    };
    return { few: row(few), many: row(many) };
  };
  return { command: `endreason ${command.join(' ')}`, rounds: Array.from({ length: rounds }, measure) };
}
