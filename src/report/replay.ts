/**
 * The life of single sessions, packet by packet: the run finds them, whichever engine it has, and the reference
 * engine goes over their packets again and tells. What it makes of them must be what the run made of them.
 */
import type { CaptureInput, PacketRecord } from '../capture/record.ts';
import type { Time } from '../capture/time.ts';
import { addressPair } from '../reference/bystanders.ts';
import { type Moment, type MomentChoice, MomentRecorder } from '../reference/moments.ts';
import type { SessionFacts } from '../session/facts.ts';
import type { EngineOptions } from '../session/options.ts';
import { type Earlier, EarlierSessions } from '../verdict/earlier-sessions.ts';
import { sessionJson } from './json.ts';
import { Rebuild } from './rebuild.ts';
import { type RowOptions, sessionRow } from './session-row.ts';

/** A session with its packets in the order of the capture. */
export interface ReplayedSession {
  readonly facts: SessionFacts;
  readonly moments: readonly Moment[];
}

/** The session that is next on the same tuple. */
export interface NextSession {
  readonly id: number;
  readonly start: Time;
}

export interface FoundSessions {
  /** by id, those of the wanted that there are */
  readonly sessions: ReadonlyMap<number, SessionFacts>;
  /** by id of the session before it, where there is one */
  readonly next: ReadonlyMap<number, NextSession>;
  /** by id of the wanted: what the sessions before them say of them */
  readonly earlier: ReadonlyMap<number, Earlier>;
  /** sessions of the whole run; their ids are 1 to this */
  readonly total: number;
}

/** Runs the engine to its end and keeps what is wanted. @param tick called after each batch of packets */
export async function findSessions(
  rebuild: Rebuild,
  wanted: ReadonlySet<number>,
  tick: () => void,
): Promise<FoundSessions> {
  const sessions = new Map<number, SessionFacts>();
  const next = new Map<number, NextSession>();
  const earlier = new Map<number, Earlier>();
  const before = new EarlierSessions();
  let total = 0;
  rebuild.consumeBy((facts) => {
    total = Math.max(total, facts.id);
    // of two sessions on the same tuple the first leaves the table first, and comes first
    for (const first of sessions.values()) {
      if (!next.has(first.id) && isOnSameTuple(first, facts)) {
        next.set(first.id, { id: facts.id, start: facts.first.time });
      }
    }
    const owes = before.take(facts);
    if (!wanted.has(facts.id)) return;
    sessions.set(facts.id, facts);
    earlier.set(facts.id, owes);
  });
  for await (const _ of rebuild.batches()) tick();
  return { sessions, next, earlier, total };
}

/** In either direction. Tunnels may carry the same addresses for different networks: nothing is said of what is inside. */
function isOnSameTuple(a: SessionFacts, b: SessionFacts): boolean {
  if (a.proto !== b.proto || a.version !== b.version || a.parent !== null || b.parent !== null) return false;
  const same = (x: Uint32Array, y: Uint32Array): boolean => x.every((word, i) => word === y[i]);
  return a.sport === b.sport && a.dport === b.dport && same(a.src, b.src)
    ? same(a.dst, b.dst)
    : a.sport === b.dport && a.dport === b.sport && same(a.src, b.dst) && same(a.dst, b.src);
}

/** Takes down sessions by their own ids: for a run that looks at every packet anyway. */
export function recordById(wanted: ReadonlySet<number>): MomentRecorder {
  return new MomentRecorder({ wanted: ({ id }) => (wanted.has(id) ? id : null), pairs: null });
}

export interface ReplayJob {
  /** the same captures again */
  readonly open: () => Promise<CaptureInput>;
  readonly options: EngineOptions;
  readonly row: RowOptions;
  /** what the run found */
  readonly found: ReadonlyMap<number, SessionFacts>;
  /** packets that the run has taken; what has been written to the capture since is not looked at */
  readonly packets: number;
  readonly tick: (packets: number) => void;
  /** given what stops the replay */
  readonly stopBy: (stop: () => void) => void;
}

/**
 * The sessions that the run found, with their packets, by id. Where sessions of a table do not touch each other
 * only the packets of these are decoded; where they may (a table with a limit, a session inside a tunnel), or
 * where that gives anything but what the run gave, all are.
 * @returns null where it was stopped
 */
export async function replaySessions(job: ReplayJob): Promise<Map<number, ReplayedSession> | null> {
  const found = [...job.found.values()];
  const alone = job.options.limits === null && found.every(({ parent }) => parent === null);
  if (alone) {
    const replayed = await replay(job, choosePackets(found));
    if (replayed === null || found.every((facts) => isSame(facts, replayed.get(facts.id), job.row))) {
      return replayed;
    }
  }
  return replayWhole(job);
}

/** The same with every packet of the input. */
export async function replayWhole(job: ReplayJob): Promise<Map<number, ReplayedSession> | null> {
  const ids = new Set(job.found.keys());
  return replay(job, { wanted: ({ id }) => (ids.has(id) ? id : null), pairs: null });
}

/** Ids are those of the run only if every packet is looked at: here a session is known by the packet that opened it. */
export function choosePackets(found: readonly SessionFacts[]): MomentChoice {
  const numbers = new Map(found.map((facts) => [openedBy(facts), facts.id]));
  return {
    wanted: ({ level }, { ref }) => (level === 0 ? (numbers.get(ref.packet) ?? null) : null),
    pairs: found.map(addressPair),
  };
}

function openedBy({ events }: SessionFacts): number {
  return events.find(({ kind }) => kind === 'first')!.packet;
}

async function replay(job: ReplayJob, choice: MomentChoice): Promise<Map<number, ReplayedSession> | null> {
  const recorder = new MomentRecorder(choice);
  const input = await job.open();
  try {
    const begun = { ...input, batches: () => firstPackets(input.batches(), job.packets) };
    const rebuild = new Rebuild(begun, job.options, () => {}, { engine: 'reference', watch: recorder });
    job.stopBy(() => rebuild.interrupt());
    const replayed = new Map<number, ReplayedSession>();
    rebuild.consumeBy((facts) => {
      const id = recorder.numberOf(facts.id);
      if (id !== null) replayed.set(id, { facts: { ...facts, id }, moments: recorder.moments.get(id)! });
    });
    for await (const _ of rebuild.batches()) job.tick(rebuild.accounting.packets);
    return rebuild.interrupted ? null : replayed;
  } finally {
    await input.close();
  }
}

async function* firstPackets(
  batches: AsyncGenerator<PacketRecord[]>,
  packets: number,
): AsyncGenerator<PacketRecord[]> {
  let left = packets;
  for await (const batch of batches) {
    yield batch.length > left ? batch.slice(0, left) : batch;
    left -= batch.length;
    if (left <= 0) return;
  }
}

/** Whether everything that a row prints is the same. */
function isSame(facts: SessionFacts, replayed: ReplayedSession | undefined, row: RowOptions): boolean {
  const text = (each: SessionFacts): string => sessionJson(sessionRow(each, { ...row, proof: true }));
  return replayed !== undefined && text(facts) === text(replayed.facts);
}
