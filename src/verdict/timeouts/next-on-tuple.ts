/** Which session the same addresses and ports open next, whichever side speaks first. */
import type { SessionFacts } from '../../session/facts.ts';

/** The next session of a session's tuple; null where there is none. */
export type NextOnTuple = (facts: SessionFacts) => SessionFacts | null;

/** @param all sessions of one run, in any order */
export function nextOnTuple(all: Iterable<SessionFacts>): NextOnTuple {
  const byTuple = new Map<string, SessionFacts[]>();
  for (const facts of all) {
    const key = tupleOf(facts);
    const list = byTuple.get(key);
    if (list === undefined) byTuple.set(key, [facts]);
    else list.push(facts);
  }
  // ids are given in the order of creation, and a tuple has one session at a time
  for (const list of byTuple.values()) list.sort((a, b) => a.id - b.id);
  return (facts) => {
    const list = byTuple.get(tupleOf(facts)) ?? [];
    return list[firstAbove(list, facts.id)] ?? null;
  };
}

/** Whether two sessions of a tuple have the same client. */
export function isSameWay(a: SessionFacts, b: SessionFacts): boolean {
  return a.sport === b.sport && a.dport === b.dport && a.src.every((word, i) => word === b.src[i]);
}

function tupleOf({ version, proto, parent, src, dst, sport, dport }: SessionFacts): string {
  const ends = [`${src.join(' ')} ${sport}`, `${dst.join(' ')} ${dport}`].sort();
  return `${version} ${proto} ${parent ?? ''} ${ends.join(' ')}`;
}

function firstAbove(byId: readonly SessionFacts[], id: number): number {
  let low = 0;
  let high = byId.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byId[middle]!.id <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
