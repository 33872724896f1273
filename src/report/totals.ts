/** Totals over all sessions, straight from their facts: no row is built for them. */
import type { SessionFacts } from '../session/facts.ts';
import type { SessionSum } from '../session/kernel-sums.ts';
import type { VerdictOptions } from '../verdict/ending.ts';
import { END_REASON_ROWS } from '../verdict/precedence.ts';
import { deriveVerdict } from '../verdict/verdict.ts';

export interface Total {
  sessions: number;
  packets: number;
  bytes: number;
}

/** What sessions are counted by; the first three are interface.md's `--summary`. */
export type TotalGroup = 'session_end_reason' | 'app' | 'timer' | 'pending';

/** `pending` holds open sessions only: the reason that they will be logged with if nothing more comes. */
export const TOTAL_GROUPS: readonly TotalGroup[] = ['session_end_reason', 'app', 'timer', 'pending'];

const REASON_ORDER: ReadonlyMap<string, number> = new Map(END_REASON_ROWS.map((row, i) => [row.reason, i]));

export class Totals {
  readonly all: Total = { sessions: 0, packets: 0, bytes: 0 };
  open = 0;
  readonly #groups: Readonly<Record<TotalGroup, Map<string, Total>>> = {
    session_end_reason: new Map(),
    app: new Map(),
    timer: new Map(),
    pending: new Map(),
  };
  readonly #options: VerdictOptions;

  constructor(options: VerdictOptions) {
    this.#options = options;
  }

  add(facts: SessionFacts): void {
    this.addSum({
      facts,
      sessions: 1,
      packets: facts.c2s.packets + facts.s2c.packets,
      bytes: facts.c2s.bytes + facts.s2c.bytes,
    });
  }

  /** Adds sessions that have the same verdict. */
  addSum({ facts, sessions, packets, bytes }: SessionSum): void {
    const verdict = deriveVerdict(facts, this.#options);
    const count = (total: Total): void => {
      total.sessions += sessions;
      total.packets += packets;
      total.bytes += bytes;
    };
    count(this.all);
    count(this.#total('session_end_reason', verdict.reason));
    count(this.#total('app', verdict.app));
    count(this.#total('timer', facts.timerName));
    if (verdict.pending !== null) {
      this.open += sessions;
      count(this.#total('pending', verdict.pending.reason));
    }
  }

  /** Alphabetical, as machine-readable output has it. */
  alphabetical(group: TotalGroup): readonly (readonly [string, Total])[] {
    return [...this.#groups[group]].sort(([a], [b]) => byName(a, b));
  }

  /** Most sessions first, end reasons in order of priority: for people. */
  ranked(group: TotalGroup): readonly (readonly [string, Total])[] {
    const byReason = group === 'session_end_reason' || group === 'pending';
    return [...this.#groups[group]].sort(([a, x], [b, y]) =>
      byReason ? REASON_ORDER.get(a)! - REASON_ORDER.get(b)! : y.sessions - x.sessions || byName(a, b),
    );
  }

  #total(group: TotalGroup, name: string): Total {
    const totals = this.#groups[group];
    let total = totals.get(name);
    if (total === undefined) {
      total = { sessions: 0, packets: 0, bytes: 0 };
      totals.set(name, total);
    }
    return total;
  }
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
