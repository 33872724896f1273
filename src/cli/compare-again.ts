/**
 * A capture read a second time: the packets of what differs, and in JSON of all sessions, are looked at when it is
 * known which of them are asked for, so that memory need not hold them all.
 */
import { openCaptures } from '../capture/open-captures.ts';
import type { Comparison } from '../compare/comparison.ts';
import { type CompareView, compareJson } from '../report/compare-json.ts';
import { engineOptions } from '../report/firewall-in-force.ts';
import { Rebuild } from '../report/rebuild.ts';
import { gathered } from '../report/sessions-report.ts';
import type { Output } from '../report/write-output.ts';
import type { SessionFacts } from '../session/facts.ts';
import { type CaptureRun, underProgress } from './capture-run.ts';
import type { CompareWords } from './compare-words.ts';
import type { CliIo } from './io.ts';
import type { SessionProof } from './session-proof.ts';
import type { Voice } from './voice.ts';

export class SecondReading {
  readonly #words: CompareWords;
  readonly #run: CaptureRun;
  readonly #first: Rebuild;
  readonly #io: CliIo;
  readonly #voice: Voice;
  /** whether it was interrupted before its end: what the packets prove is then not there of all */
  stopped = false;

  /** @param first reading, which is over */
  constructor(words: CompareWords, run: CaptureRun, first: Rebuild, io: CliIo, voice: Voice) {
    this.#words = words;
    this.#run = run;
    this.#first = first;
    this.#io = io;
    this.#voice = voice;
  }

  /** For the text view: the packets of what differs, and of what has TCP figures in the log. */
  async readDiffering(comparison: Comparison, proof: SessionProof): Promise<void> {
    const counted = countedSessions(comparison);
    const wanted = differingIds(comparison);
    if (wanted.size + counted.size === 0) return;
    await this.#read(
      (id) => wanted.has(id) || counted.has(id),
      (facts) => {
        if (wanted.has(facts.id)) proof.keep(facts);
        takeTcp(comparison, counted, facts);
      },
    );
  }

  /** For JSON, before anything is written: whether a pair agrees may hang on them. */
  async readTcp(comparison: Comparison): Promise<void> {
    const counted = countedSessions(comparison);
    if (counted.size === 0) return;
    await this.#read(
      (id) => counted.has(id),
      (facts) => takeTcp(comparison, counted, facts),
    );
  }

  /** The document, each pair as soon as its sessions and all pairs before it are known. */
  async writeJson(view: CompareView, proof: SessionProof, output: Output): Promise<void> {
    const { pairs, sides, matching } = view.comparison;
    const { id } = sides.store;
    const ids = id.cells;
    let over = false;
    const text = compareJson(view, {
      isKnown: (pair) => over || pairs.sessionsOf(pair).every((session) => session < proof.taken),
      written(pair) {
        for (const session of pairs.sessionsOf(pair)) proof.forget(session, ids[session]!);
      },
    });
    const differing = differingIds(view.comparison);
    const write = async (): Promise<void> => {
      for (const piece of gathered(untilEmpty(text))) await output.write(piece);
    };
    await this.#read(
      () => true,
      (facts) => {
        const session = proof.taken;
        // the two readings give the same sessions in the same order
        const isPaired = (matching.pairOfSession[session] ?? -1) >= 0;
        proof.take(facts, differing.has(facts.id));
        if (!isPaired) proof.forget(session, facts.id);
      },
      write,
    );
    over = true;
    await write();
  }

  async #read(
    isWanted: (id: number) => boolean,
    take: (facts: SessionFacts) => void,
    between: () => Promise<void> = async () => {},
  ): Promise<void> {
    const words = this.#words;
    const { firewall, interrupt } = this.#run;
    const input = await openCaptures(words.captures, {
      reader: words.reader,
      warn: () => {},
      stdin: this.#io.stdin,
    });
    const again = new Rebuild(input, engineOptions(firewall, { ...words, events: true }), () => {}, {
      engine: words.engine,
    });
    interrupt.handOver(() => {
      this.stopped = true;
      again.interrupt();
    });
    again.consumeBy((facts) => {
      if (isWanted(facts.id)) take(facts);
    });
    again.consumeRecordsBy((record) => {
      if (isWanted(record.id)) take(record.facts());
    });
    try {
      await underProgress(words, input, this.#io, this.#voice, async (progress) => {
        for await (const _ of again.batches()) {
          progress.tick(again.accounting.packets);
          await between();
          this.#stopWhereTheFirstDid(again);
        }
      });
    } finally {
      await input.close();
    }
  }

  #stopWhereTheFirstDid(again: Rebuild): void {
    if (this.#first.interrupted && again.accounting.packets >= this.#first.accounting.packets) {
      again.interrupt();
    }
  }
}

function differingIds({ pairs, differences, sides }: Comparison): ReadonlySet<number> {
  const ids = new Set<number>();
  for (let pair = 0; pair < pairs.count; pair += 1) {
    if (differences[pair] === 0) continue;
    for (const session of pairs.sessionsOf(pair)) ids.add(sides.store.id.cells[session]!);
  }
  return ids;
}

/** Sessions whose row has TCP figures, by id. */
function countedSessions(comparison: Comparison): ReadonlyMap<number, number> {
  const { id } = comparison.sides.store;
  return new Map(comparison.sessionsWithTcp().map((session) => [id.cells[session]!, session]));
}

function takeTcp(comparison: Comparison, counted: ReadonlyMap<number, number>, facts: SessionFacts): void {
  const session = counted.get(facts.id);
  if (session !== undefined) comparison.takeTcp(session, facts);
}

/** What is known by now. */
function* untilEmpty(texts: Iterator<string>): Generator<string> {
  for (;;) {
    const { value, done } = texts.next();
    if (done === true || value === '') return;
    yield value;
  }
}
