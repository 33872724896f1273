/**
 * The same capture under two settings of the timers: sessions whose end differs. Sessions are the same where the
 * tuple and the first packet are; under a longer timer two datagram sessions may be one, under a shorter one two.
 */
import { compareTime, type Time } from '../../capture/time.ts';
import type { SessionFacts } from '../../session/facts.ts';
import type { VerdictOptions } from '../ending.ts';
import { deriveVerdict } from '../verdict.ts';

/** How a session ends in one of the two runs. */
export interface End {
  readonly id: number;
  readonly reason: string;
  /** null while open */
  readonly end: Time | null;
  readonly timerName: string;
  readonly timerSeconds: number;
}

/** What of a session the comparison needs, so that the other run's facts need not be held. */
export interface Tracked extends End {
  readonly tuple: string;
  readonly firstPacket: number;
  readonly facts: Pick<
    SessionFacts,
    'version' | 'src' | 'dst' | 'sport' | 'dport' | 'proto' | 'icmpType' | 'first'
  >;
}

/** `before` null: its packets belong to another session there; `after` null: they belong to another one here. */
export interface Change {
  readonly facts: Tracked['facts'];
  readonly before: End | null;
  readonly after: End | null;
  /** where one of the two is null: what has become of it */
  readonly note: string | null;
}

export function tracked(facts: SessionFacts, options: VerdictOptions): Tracked {
  const { version, src, dst, sport, dport, proto, icmpType, first, parent } = facts;
  return {
    id: facts.id,
    reason: deriveVerdict(facts, options).reason,
    end: facts.endedBy === null ? null : facts.endTime,
    timerName: facts.timerName,
    timerSeconds: facts.timerSeconds,
    tuple: [version, proto, parent === null ? '' : 'inside', ...tupleOf(facts)].join(' '),
    firstPacket: (facts.events.find(({ kind }) => kind === 'first') ?? facts.lastRefresh).packet,
    facts: { version, src, dst, sport, dport, proto, icmpType, first },
  };
}

/** The same whichever side is the client: that too may differ between the runs. */
function tupleOf({ src, dst, sport, dport }: SessionFacts): readonly string[] {
  return [`${src.join(' ')} ${sport}`, `${dst.join(' ')} ${dport}`].sort();
}

/** By first packet. */
export function changes(before: readonly Tracked[], after: readonly Tracked[]): readonly Change[] {
  const keyOf = ({ tuple, firstPacket }: Tracked): string => `${firstPacket} ${tuple}`;
  const alone = new Map(before.map((each) => [keyOf(each), each]));
  const all: { readonly change: Change; readonly firstPacket: number }[] = [];
  const add = (each: Tracked, ends: Omit<Change, 'facts'>): void => {
    all.push({ change: { facts: each.facts, ...ends }, firstPacket: each.firstPacket });
  };
  const added: Tracked[] = [];
  for (const each of after) {
    const key = keyOf(each);
    const other = alone.get(key);
    alone.delete(key);
    if (other === undefined) added.push(each);
    else if (!isSameEnd(other, each)) add(each, { before: other, after: each, note: null });
  }
  const aroundBefore = added.length === 0 ? null : lookBack(before);
  for (const each of added) {
    const around = aroundBefore!(each);
    add(each, { before: null, after: each, note: around === null ? 'new' : 'split from an earlier session' });
  }
  const aroundAfter = alone.size === 0 ? null : lookBack(after);
  for (const each of alone.values()) {
    const around = aroundAfter!(each);
    add(each, { before: each, after: null, note: around === null ? 'gone' : `part of session ${around.id}` });
  }
  return all.sort((a, b) => a.firstPacket - b.firstPacket).map(({ change }) => change);
}

/** The session of a run, of the same tuple, that had begun last before a session of the other run. */
function lookBack(run: readonly Tracked[]): (of: Tracked) => Tracked | null {
  const byTuple = new Map<string, Tracked[]>();
  for (const each of run) {
    const list = byTuple.get(each.tuple);
    if (list === undefined) byTuple.set(each.tuple, [each]);
    else list.push(each);
  }
  return ({ tuple, firstPacket }) =>
    (byTuple.get(tuple) ?? [])
      .filter((each) => each.firstPacket < firstPacket)
      .reduce<Tracked | null>(
        (latest, each) => (latest === null || each.firstPacket > latest.firstPacket ? each : latest),
        null,
      );
}

function isSameEnd(a: End, b: End): boolean {
  const sameTime = a.end === null || b.end === null ? a.end === b.end : compareTime(a.end, b.end) === 0;
  return sameTime && a.reason === b.reason && a.timerName === b.timerName;
}
