/**
 * One run of the engine over a capture: pulls packets as fast as the sessions are taken away, so that
 * memory does not grow with what is still to be read or written. Used by the command line and by the
 * package's own door alike.
 */
import type { RawCapture } from '../capture/raw-capture.ts';
import type { CaptureInput, PacketRecord } from '../capture/record.ts';
import { ReferenceEngine } from '../reference/engine.ts';
import type { SessionWatch } from '../reference/watch.ts';
import { mayHoldDuplicates } from '../session/duplicates.ts';
import type { EngineSink, RowSink } from '../session/engine-sink.ts';
import type { Accounting, SessionFacts } from '../session/facts.ts';
import { FastEngine, type FastEngineOptions } from '../session/fast-engine.ts';
import type { SessionSum } from '../session/kernel-sums.ts';
import type { EngineOptions } from '../session/options.ts';
import { NO_METER, type PhaseMeter } from '../session/phases.ts';
import type { SessionRecord } from '../session/session-record.ts';

/** The engines that a run can have; the first is meant where none is named. */
export const ENGINE_NAMES = ['fast', 'reference'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** What only measurements, tests and `explain` ask for. */
export interface RebuildHooks extends FastEngineOptions {
  /** default `fast`; both give the same, the reference is there to be read and to judge */
  readonly engine?: EngineName;
  /** who looks on; only the reference engine lets anybody */
  readonly watch?: SessionWatch;
}

/** Reads of a file between two looks at what else there is to do. */
const READS_A_BREATH = 32;

/** What the run asks of either engine. */
interface Engine {
  readonly accounting: Accounting;
  takeAll(records: readonly PacketRecord[]): void;
  finish(): void;
}

export class Rebuild {
  readonly accounting: Accounting;
  /** whether `interrupt` stopped it before the end of the input */
  interrupted = false;
  readonly #input: CaptureInput;
  readonly #engine: Engine;
  readonly #sink: EngineSink;
  readonly #meter: PhaseMeter;
  #finished: SessionFacts[] = [];
  #consume: (facts: SessionFacts) => void = (facts) => {
    this.#finished.push(facts);
  };
  readonly #totalsOnly: boolean;
  #packetsOfSessions = 0;
  #sums: readonly SessionSum[] = [];
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
    // a session inside a tunnel is no part of the sums that are checked in the end
    this.#totalsOnly = options.totalsOnly === true && !options.inspectTunnels;
    const engineOptions = {
      ...options,
      dropDuplicates,
      severalFiles: input.files.length > 1,
      totalsOnly: this.#totalsOnly,
    };
    this.#sink = {
      session: (facts) => {
        // A session inside a tunnel is made of packets of the session around it.
        if (facts.parent === null) this.#packetsOfSessions += facts.c2s.packets + facts.s2c.packets;
        const before = this.#meter.enter('output');
        this.#consume(facts);
        this.#meter.enter(before);
      },
      record: undefined,
      rows: undefined,
      warn,
      fileName: (file) => input.files[file]!.name,
      hasMore: (file) => input.hasMore(file),
    };
    this.#engine =
      hooks.engine === 'reference'
        ? new ReferenceEngine(engineOptions, this.#sink, hooks.watch)
        : new FastEngine(engineOptions, this.#sink, hooks);
    this.accounting = this.#engine.accounting;
  }

  /**
   * Sessions in the order in which they left the table, then the open ones by id; one array for each
   * batch of packets, empty ones included, so that the caller can show how far it has come.
   */
  async *batches(): AsyncGenerator<readonly SessionFacts[]> {
    const raw = this.#engine instanceof FastEngine ? this.#input.raw() : null;
    if (raw !== null) {
      yield* this.#rawBatches(raw, this.#engine as FastEngine);
    } else {
      yield* this.#recordBatches(this.#input.batches());
    }
    await this.#input.close();
    this.#meter.enter('engine');
    if (this.#engine instanceof FastEngine) {
      for (const _ of this.#engine.finishing()) {
        this.#meter.enter('output');
        yield this.#takeFinished();
        this.#meter.enter('engine');
      }
    } else {
      this.#engine.finish();
    }
    if (this.#totalsOnly && this.#engine instanceof FastEngine) {
      this.#sums = [...this.#engine.sums()];
      for (const { packets } of this.#sums) this.#packetsOfSessions += packets;
    }
    if (this.#engine instanceof FastEngine) this.#packetsOfSessions += this.#engine.rowSums();
    this.#meter.enter('output');
    yield this.#takeFinished();
  }

  async *#rawBatches(raw: RawCapture, engine: FastEngine): AsyncGenerator<readonly SessionFacts[]> {
    let reads = 0;
    for (const _ of engine.takeRaw(raw)) {
      this.#meter.enter('output');
      yield this.#takeFinished();
      reads += 1;
      if (reads % READS_A_BREATH !== 0) continue;
      // reading is synchronous: signals and the progress bar get their turn here
      await new Promise((resolve) => setImmediate(resolve));
      if (this.interrupted) return;
      yield [];
    }
    for (const batch of raw.remaining(engine.rest())) {
      this.#meter.enter('engine');
      engine.takeAll(batch);
      this.#meter.enter('output');
      yield this.#takeFinished();
    }
  }

  async *#recordBatches(records: AsyncGenerator<PacketRecord[]>): AsyncGenerator<readonly SessionFacts[]> {
    for (;;) {
      this.#meter.enter('reading');
      const batch = await this.#next(records);
      if (batch === null) break;
      this.#meter.enter('engine');
      this.#engine.takeAll(batch);
      this.#meter.enter('output');
      yield this.#takeFinished();
    }
  }

  /** With `totalsOnly`, when the batches are over: sums over the sessions that no batch held. */
  sums(): readonly SessionSum[] {
    return this.#sums;
  }

  /**
   * Gives each session to `consume` as soon as it can no longer change, in place of the batches (which then
   * are empty): nothing is held that is not asked for.
   */
  consumeBy(consume: (facts: SessionFacts) => void): void {
    this.#consume = consume;
  }

  /**
   * Gives each session to `consume` where it stands, from an engine that has records; from another one the
   * sessions go the way that they went without this.
   */
  consumeRecordsBy(consume: (record: SessionRecord) => void): void {
    this.#sink.record = (record) => {
      if (record.parent === 0) this.#packetsOfSessions += record.packetsSent + record.packetsReceived;
      consume(record);
    };
  }

  /** The same with rows that the engine writes itself where it can, in the place of its records. */
  writeRowsBy(rows: RowSink): void {
    this.consumeRecordsBy((record) => rows.record(record));
    this.#sink.rows = {
      template: (record) => rows.template(record),
      record: this.#sink.record!,
      text: (text) => rows.text(text),
      add: (sum) => rows.add(sum),
    };
  }

  /** Whether packets may come slowly (standard input, a pipe), so that what is known is to be given at once. */
  get isLive(): boolean {
    return this.#input.totalStoredBytes === null;
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
