/**
 * One run of the engine over a capture: pulls packets as fast as the sessions are taken away, so that
 * memory does not grow with what is still to be read or written. Used by the command line and by the
 * package's own door alike.
 */
import type { CaptureInput, PacketRecord } from '../capture/record.ts';
import { ReferenceEngine } from '../reference/engine.ts';
import { mayHoldDuplicates } from '../session/duplicates.ts';
import type { Accounting, SessionFacts } from '../session/facts.ts';
import type { EngineOptions } from '../session/options.ts';
import { NO_METER, type PhaseMeter } from '../session/phases.ts';

/** The engines that a run can have; the first is meant where none is named. */
export const ENGINE_NAMES = ['reference'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** What only measurements and tests ask for. */
export interface RebuildHooks {
  readonly engine?: EngineName;
  /** told whenever the run goes on to something else */
  readonly meter?: PhaseMeter;
}

export class Rebuild {
  readonly accounting: Accounting;
  /** whether `interrupt` stopped it before the end of the input */
  interrupted = false;
  readonly #input: CaptureInput;
  readonly #engine: ReferenceEngine;
  readonly #meter: PhaseMeter;
  #finished: SessionFacts[] = [];
  #packetsOfSessions = 0;
  #stop: () => void = () => {};

  /** @param warn is given one line for whatever is odd about packet times */
  constructor(
    input: CaptureInput,
    options: EngineOptions,
    warn: (line: string) => void,
    hooks: RebuildHooks = {},
  ) {
    this.#input = input;
    this.#meter = hooks.meter ?? NO_METER;
    const dropDuplicates = options.dropDuplicates && mayHoldDuplicates(input.files);
    this.#engine = new ReferenceEngine(
      { ...options, dropDuplicates },
      {
        session: (facts) => {
          // A session inside a tunnel is made of packets of the session around it.
          if (facts.parent === null) this.#packetsOfSessions += facts.c2s.packets + facts.s2c.packets;
          this.#finished.push(facts);
        },
        warn,
        fileName: (file) => input.files[file]!.name,
        hasMore: (file) => input.hasMore(file),
      },
    );
    this.accounting = this.#engine.accounting;
  }

  /**
   * Sessions in the order in which they left the table, then the open ones by id; one array for each
   * batch of packets, empty ones included, so that the caller can show how far it has come.
   */
  async *batches(): AsyncGenerator<readonly SessionFacts[]> {
    const records = this.#input.batches();
    for (;;) {
      this.#meter.enter('reading');
      const batch = await this.#next(records);
      if (batch === null) break;
      this.#meter.enter('engine');
      for (const record of batch) this.#engine.take(record);
      this.#meter.enter('output');
      yield this.#takeFinished();
    }
    await this.#input.close();
    this.#meter.enter('engine');
    this.#engine.finish();
    this.#meter.enter('output');
    yield this.#takeFinished();
  }

  /** Ends the input here, even while it is being waited for; what has been read is finished as usual. */
  interrupt(): void {
    this.interrupted = true;
    this.#stop();
  }

  /**
   * Whether every packet is in exactly one place; call it when the run is over.
   * @returns what does not add up, or null
   */
  accountingError(): string | null {
    const { packets, inSessions, notInSessions } = this.accounting;
    const leftOut = [...notInSessions.values()].reduce((sum, count) => sum + count, 0);
    if (packets !== inSessions + leftOut) {
      return `${packets} packets, but ${inSessions} in sessions and ${leftOut} elsewhere`;
    }
    if (inSessions !== this.#packetsOfSessions) {
      return `${inSessions} packets in sessions, but the sessions hold ${this.#packetsOfSessions}`;
    }
    const read = this.#input.files.reduce((sum, file) => sum + file.packets, 0);
    // An interrupted input may have read ahead of the engine.
    return this.interrupted || packets === read
      ? null
      : `${read} packets were read and ${packets} accounted for`;
  }

  #takeFinished(): readonly SessionFacts[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  /** The next batch; null at the end of the input or as soon as the run is interrupted. */
  #next(records: AsyncGenerator<PacketRecord[]>): Promise<PacketRecord[] | null> {
    return new Promise((resolve, reject) => {
      this.#stop = () => resolve(null);
      if (this.interrupted) return resolve(null);
      records.next().then(({ done, value }) => resolve(done === true ? null : value), reject);
    });
  }
}
