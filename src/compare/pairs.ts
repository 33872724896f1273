/** What was matched, as pairs in the order of the first session's start. */
import type { Matching } from './matching.ts';
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
  /** in order of start */
  readonly sessions: Members;
  /** in the order of the log */
  readonly rows: Members;

  constructor(matching: Matching, order: Uint32Array) {
    this.count = matching.pairs;
    const number = new Int32Array(matching.pairs).fill(NONE);
    let next = 0;
    for (const session of order) {
      const pair = matching.pairOfSession[session]!;
      if (pair === NONE || number[pair] !== NONE) continue;
      number[pair] = next;
      next += 1;
    }
    this.sessions = new Members(matching.pairOfSession, number, order);
    this.rows = new Members(matching.pairOfRow, number, null);
  }

  sessionsOf(pair: number): Uint32Array {
    return this.sessions.of(pair);
  }

  rowsOf(pair: number): Uint32Array {
    return this.rows.of(pair);
  }
}

/** Sessions or rows by pair. */
export class Members {
  /** those of a pair behind each other */
  readonly list: Uint32Array;
  /** where in `list` a pair's begin; one more than there are pairs */
  readonly begin: Uint32Array;

  /**
   * @param pairOf each of them, NONE where it has none
   * @param number of each pair
   * @param order in which those of a pair are to stand; null: by their own numbers
   */
  constructor(pairOf: Int32Array, number: Int32Array, order: Uint32Array | null) {
    const pairs = number.length;
    const begin = new Uint32Array(pairs + 1);
    for (const pair of pairOf) if (pair !== NONE) begin[number[pair]! + 1]! += 1;
    for (let pair = 0; pair < pairs; pair += 1) begin[pair + 1]! += begin[pair]!;
    const next = begin.slice();
    const list = new Uint32Array(begin[pairs]!);
    for (let at = 0; at < pairOf.length; at += 1) {
      const member = order === null ? at : order[at]!;
      const pair = pairOf[member]!;
      if (pair === NONE) continue;
      list[next[number[pair]!]!] = member;
      next[number[pair]!]! += 1;
    }
    this.list = list;
    this.begin = begin;
  }

  of(pair: number): Uint32Array {
    return this.list.subarray(this.begin[pair]!, this.begin[pair + 1]!);
  }
}
