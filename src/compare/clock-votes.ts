/** What sessions and log rows of one tuple say of the two clocks. */
import { doubles } from './column.ts';
import { isOfAMoment, isUntimed } from './end-fit.ts';
import { FOLD_SECONDS } from './match-folds.ts';
import type { RowData } from './row-store.ts';
import type { SessionStore } from './session-store.ts';
import { isIcmp, type TupleIndex } from './tuple-index.ts';

export interface Votes {
  readonly count: number;
  /** seconds, row minus session */
  readonly gap: Float64Array;
  /** when, on the capture's clock */
  readonly time: Float64Array;
  readonly weight: Float64Array;
  /** rows that have voted */
  readonly rows: number;
  /** start times with a part of a second: nothing was truncated */
  readonly fractional: boolean;
  /** the rows do not say when their sessions began: the gap is from the end of a session to its row, the lag in it */
  readonly byEnd: boolean;
}

/** Pairs of a tuple that are looked at, where its sessions and rows are not as many. */
const MOST_PAIRS = 64;
/** The same where nothing else votes: tuples that repeat all day. */
const MOST_PAIRS_AT_LAST = 40_000;
const FRACTIONAL_SHARE = 0.1;
/** Seconds: start and elapsed are both whole. */
const TWICE_TRUNCATED = 2;

/**
 * @param tuple of each row
 * @param ordered rows of one clock that have a tuple, by tuple and those of one in order of time
 */
export function collectVotes(
  store: SessionStore,
  index: TupleIndex,
  rows: RowData,
  tuple: Int32Array,
  ordered: Uint32Array,
): Votes {
  const untimed = ordered.filter((row) => isUntimed(rows, row));
  const timed = untimed.length === 0 ? ordered : ordered.filter((row) => !isUntimed(rows, row));
  // a start tells the clock to the second, and the time of a row no better than to the lag
  const byEnd = timed.length < Math.min(ENOUGH_TIMED, untimed.length);
  const among = byEnd ? untimed : timed;
  // pings follow each other evenly: they are asked only where nobody else is
  for (const unsure of [false, true]) {
    for (const most of [MOST_PAIRS, MOST_PAIRS_AT_LAST]) {
      for (const icmp of [false, true]) {
        const votes = collect(store, index, rows, tuple, among, { icmp, most, unsure, byEnd });
        if (votes.count > 0) return votes;
      }
    }
  }
  return NOBODY;
}

/** Rows with a start that do without the others. */
const ENOUGH_TIMED = 5;

const ONE_PASS: readonly number[] = [0];
const NOTHING = new Float64Array(0);
const NOBODY: Votes = {
  count: 0,
  gap: NOTHING,
  time: NOTHING,
  weight: NOTHING,
  rows: 0,
  fractional: false,
  byEnd: false,
};

interface Electorate {
  readonly icmp: boolean;
  readonly most: number;
  /**
   * also sessions of which the capture does not have the start, or where that is asked for the end: it is not the
   * log's, unless nobody else is there
   */
  readonly unsure: boolean;
  readonly byEnd: boolean;
}

function collect(
  store: SessionStore,
  index: TupleIndex,
  rows: RowData,
  tuple: Int32Array,
  ordered: Uint32Array,
  { icmp, most, unsure, byEnd }: Electorate,
): Votes {
  const gap = doubles();
  const time = doubles();
  const weight = doubles();
  let voters = 0;
  let fractional = 0;
  const vote = (session: number, row: number, share: number): void => {
    const start = rows.start[row]!;
    if (!byEnd && start !== Math.floor(start)) fractional += 1;
    const atFirst = !byEnd || isOfAMoment(rows, row);
    const seen = atFirst ? store.first.cells[session]! : store.end.cells[session]!;
    let apart = (byEnd ? rows.generated[row]! : start) - seen;
    if (!byEnd && store.wordsOf(session).midstream) {
      // it began before the capture: the last packets are the same, unless the log saw it no earlier
      const atEnd = start + (rows.elapsed[row]! || 0) - store.last.cells[session]!;
      if (Math.abs(atEnd - apart) > TWICE_TRUNCATED) apart = atEnd;
    }
    const own = share * likeness(store, rows, session, row);
    const again = byEnd ? rows.generatedAgain[row]! : rows.startAgain[row]!;
    for (const pass of again === 0 ? ONE_PASS : [0, again]) {
      gap.push(apart + pass);
      time.push(seen);
      weight.push(own);
    }
  };
  const isSure = (session: number): boolean => {
    const { midstream, open } = store.wordsOf(session);
    return unsure || !(byEnd ? open : midstream);
  };
  for (let from = 0, to = 0; from < ordered.length; from = to) {
    const of = tuple[ordered[from]!]!;
    while (to < ordered.length && tuple[ordered[to]!] === of) to += 1;
    const begin = index.begin[of]!;
    const only = index.sessions[begin]!;
    if (isIcmp(store.proto.cells[only]!) !== icmp) continue;
    if (to - from === 1 && index.begin[of + 1]! - begin === 1) {
      if (!isSure(only)) continue;
      voters += 1;
      vote(only, ordered[from]!, 1);
      continue;
    }
    const all = ordered.subarray(from, to);
    const own = index.sessions.subarray(begin, index.begin[of + 1]!);
    const sessions =
      (icmp ? countedHeads(rows, all, own, byEnd) : null) ?? heads(store, own.filter(isSure), icmp, byEnd);
    if (sessions.length === 0) continue;
    const inOrder = sessions.length === all.length;
    if (!inOrder && sessions.length * all.length > most) continue;
    voters += all.length;
    if (inOrder) for (const [i, session] of sessions.entries()) vote(session, all[i]!, 1);
    else {
      const share = 1 / Math.max(sessions.length, all.length);
      for (const session of sessions) for (const row of all) vote(session, row, share);
    }
  }
  return {
    count: gap.length,
    gap: gap.used,
    time: time.used,
    weight: weight.used,
    rows: voters,
    fractional: fractional > gap.length * FRACTIONAL_SHARE,
    byEnd,
  };
}

/** How much a row looks like a session: of several that may be meant, the one that does is believed. */
function likeness(store: SessionStore, rows: RowData, session: number, row: number): number {
  const packets = store.packetsSent.cells[session]! + store.packetsReceived.cells[session]!;
  const { reason, app } = store.wordsOf(session);
  return (
    1 +
    Number(rows.packetsSent[row]! + rows.packetsReceived[row]! === packets) +
    Number(rows.texts[rows.reason[row]!] === reason) +
    Number(rows.texts[rows.app[row]!] === app) +
    Number(Math.abs(rows.elapsed[row]! - store.elapsed.cells[session]!) <= 1)
  );
}

/**
 * Pings that begin a row, or end it, where the rows count as many as there are: whatever the firewall took for 5 s.
 */
function countedHeads(
  rows: RowData,
  ordered: Uint32Array,
  sessions: Int32Array,
  byEnd: boolean,
): readonly number[] | null {
  const found: number[] = [];
  let next = 0;
  for (const row of ordered) {
    const begin = next;
    next += Math.max(1, rows.repeatCount[row]! || 1);
    if (next > sessions.length) return null;
    found.push(sessions[byEnd ? next - 1 : begin]!);
  }
  return next === sessions.length ? found : null;
}

/** Sessions, and of pings those that begin a row, or end it. */
function heads(store: SessionStore, sessions: Int32Array, icmp: boolean, byEnd: boolean): readonly number[] {
  if (!icmp) return [...sessions];
  const found: number[] = [];
  let since = Number.NEGATIVE_INFINITY;
  for (const session of sessions) {
    const first = store.first.cells[session]!;
    if (first < since + FOLD_SECONDS) {
      if (byEnd) found[found.length - 1] = session;
      continue;
    }
    since = first;
    found.push(session);
  }
  return found;
}
