/** What was matched, as pairs in the order of the first session's start. */
import type { Matching } from './matching.ts';
import type { RowData } from './row-store.ts';
import type { SessionStore } from './session-store.ts';
import { NONE } from './tuple-index.ts';

/** Sessions in the order of start, then id: the order of everything that is printed. */
export function sessionsInOrder({ first, id, count }: SessionStore): Uint32Array {
  const order = new Uint32Array(count);
  let dense = true;
  for (let session = 0; session < count; session += 1) {
    const at = id.cells[session]! - 1;
    if (at >= count) dense = false;
    else order[at] = session;
  }
  // ids are given in order of creation, so that these are all but sorted
  if (!dense) for (let session = 0; session < count; session += 1) order[session] = session;
  const compare = (a: number, b: number): number =>
    first.cells[a]! - first.cells[b]! || id.cells[a]! - id.cells[b]!;
  for (let at = 1; at < count; at += 1) {
    if (compare(order[at - 1]!, order[at]!) > 0) return order.sort(compare);
  }
  return order;
}

export class Pairs {
  readonly count: number;
  readonly #sessions: Uint32Array;
  readonly #sessionsBegin: Uint32Array;
  readonly #rows: Uint32Array;
  readonly #rowsBegin: Uint32Array;

  constructor(matching: Matching, rows: RowData, order: Uint32Array) {
    this.count = matching.pairs;
    const number = new Int32Array(matching.pairs).fill(NONE);
    let next = 0;
    for (const session of order) {
      const pair = matching.pairOfSession[session]!;
      if (pair === NONE || number[pair] !== NONE) continue;
      number[pair] = next;
      next += 1;
    }
    [this.#sessions, this.#sessionsBegin] = grouped(this.count, order, (session) => {
      const pair = matching.pairOfSession[session]!;
      return pair === NONE ? NONE : number[pair]!;
    });
    const all = Uint32Array.from({ length: rows.count }, (_, row) => row);
    [this.#rows, this.#rowsBegin] = grouped(this.count, all, (row) => {
      const pair = matching.pairOfRow[row]!;
      return pair === NONE ? NONE : number[pair]!;
    });
  }

  /** In order of start. */
  sessionsOf(pair: number): Uint32Array {
    return this.#sessions.subarray(this.#sessionsBegin[pair]!, this.#sessionsBegin[pair + 1]!);
  }

  /** In the order of the log. */
  rowsOf(pair: number): Uint32Array {
    return this.#rows.subarray(this.#rowsBegin[pair]!, this.#rowsBegin[pair + 1]!);
  }
}

function grouped(
  groups: number,
  members: Uint32Array,
  groupOf: (member: number) => number,
): [members: Uint32Array, begin: Uint32Array] {
  const begin = new Uint32Array(groups + 1);
  for (const member of members) {
    const group = groupOf(member);
    if (group !== NONE) begin[group + 1]! += 1;
  }
  for (let group = 0; group < groups; group += 1) begin[group + 1]! += begin[group]!;
  const next = begin.slice();
  const sorted = new Uint32Array(begin[groups]!);
  for (const member of members) {
    const group = groupOf(member);
    if (group === NONE) continue;
    sorted[next[group]!] = member;
    next[group]! += 1;
  }
  return [sorted, begin];
}
