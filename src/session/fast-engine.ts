/**
 * The fast engine: the kernel does the per-packet work, and asks here for what is not per packet. Takes
 * packet records in merged order, or a plain file as it is; gives the same facts in the same order as the
 * reference engine.
 */
import { TableClock } from '../capture/clock.ts';
import type { RawCapture, RawForm, RawTaken } from '../capture/raw-capture.ts';
import type { PacketRecord } from '../capture/record.ts';
import type { Time } from '../capture/time.ts';
import { identifyProtocol } from '../firewall/app-id/identify.ts';
import { Kernel, type KernelHost } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import { DuplicateFilter } from './duplicates.ts';
import type { EngineSink } from './engine-sink.ts';
import type { Accounting } from './facts.ts';
import type { Hosted } from './hosted.ts';
import { KernelAccount } from './kernel-account.ts';
import { KernelNotes } from './kernel-notes.ts';
import { KernelRecord } from './kernel-record.ts';
import { KernelRows } from './kernel-rows.ts';
import { readSums, type SessionSum } from './kernel-sums.ts';
import { KernelNames, setTime, writeNamedAtOnce, writeTables } from './kernel-tables.ts';
import { readTime } from './kernel-time.ts';
import type { EngineOptions } from './options.ts';
import { PacketFeed } from './packet-feed.ts';
import { PayloadTaker } from './payload.ts';
import { NO_METER, type PhaseMeter } from './phases.ts';
import { sctpTimer } from './sctp-states.ts';
import { Seats } from './seats.ts';
import { SlowLane } from './slow-lane.ts';

/** Stays in a cache of the second level. */
const RAW_READ_BYTES = 262_144;

/** For measurements and tests. */
export interface FastEngineOptions {
  /** packets whose headers are decoded together, 1 to 64 */
  readonly batch?: number;
  /** bytes that are read of a plain file at once */
  readonly readBytes?: number;
  /** bits of a key's hash that count: fewer force collisions; default all 32 */
  readonly hashMask?: number;
  /** bytes of memory that the kernel may have, so that they run out; default as many as there are */
  readonly memoryBytes?: number;
  /** told whenever the run goes on to something else */
  readonly meter?: PhaseMeter;
}

const USUAL: Required<FastEngineOptions> = {
  batch: at.BATCH,
  readBytes: RAW_READ_BYTES,
  hashMask: 0xffff_ffff,
  memoryBytes: 0,
  meter: NO_METER,
};

function unitBytes(options: EngineOptions): number {
  if (options.events) return at.NOTED_UNIT_BYTES;
  return options.severalFiles === true || options.inspectTunnels ? at.WIDE_UNIT_BYTES : at.UNIT_BYTES;
}

export class FastEngine {
  readonly accounting: Accounting;
  readonly #options: EngineOptions;
  readonly #sink: EngineSink;
  readonly #own: Required<FastEngineOptions>;
  readonly #kernel: Kernel;
  readonly #names: KernelNames;
  readonly #record: KernelRecord;
  readonly #account: KernelAccount;
  readonly #feed: PacketFeed;
  readonly #seats: Seats;
  readonly #notes: KernelNotes;
  readonly #slow: SlowLane;
  readonly #payload: PayloadTaker;
  readonly #clock = new TableClock();
  #rows: KernelRows | null = null;
  #rest: Uint8Array = new Uint8Array(0);
  #mayWiden = true;
  #hasOneTime = false;

  constructor(options: EngineOptions, sink: EngineSink, own: FastEngineOptions = {}) {
    this.#options = options;
    this.#sink = sink;
    this.#own = { ...USUAL, ...own };
    const kernel = new Kernel(this.#host());
    this.#kernel = kernel;
    kernel.doors.reset(unitBytes(options));
    writeTables(kernel, options, this.#own.hashMask);
    kernel.view.setUint32(at.CONFIG + at.CONFIG_MEMORY_BYTES, this.#own.memoryBytes, true);
    this.#names = new KernelNames(kernel, options);
    writeNamedAtOnce(kernel, this.#names, options.events);
    this.#account = new KernelAccount(kernel, sink);
    this.accounting = this.#account.accounting;
    this.#feed = new PacketFeed(kernel);
    this.#seats = new Seats(kernel);
    this.#notes = new KernelNotes(kernel, options.events);
    const duplicates = options.dropDuplicates ? new DuplicateFilter((file) => sink.hasMore(file)) : null;
    this.#slow = new SlowLane(kernel, this.#feed, this.#notes, this.#account, options, duplicates);
    this.#payload = new PayloadTaker(kernel, this.#names, options, this.#feed, this.#seats, this.#notes);
    const { byUnit: hosted } = this.#seats;
    const { texts } = this.#notes;
    this.#record = new KernelRecord({ kernel, names: this.#names, options, hosted, texts });
  }

  /** Takes the next packets of the merged input. */
  takeAll(records: readonly PacketRecord[]): void {
    const { doors } = this.#kernel;
    for (let from = 0; from < records.length; from += at.MAX_RECORDS) {
      const some = records.slice(from, from + at.MAX_RECORDS);
      this.#feed.describe(some);
      doors.runRecords(some.length, this.#own.batch);
      this.#feed.done();
      doors.give();
    }
    this.#account.report();
  }

  /**
   * Takes the records of a plain classic file up to the first one that is not for the kernel, straight from
   * the file into the kernel's memory; one step for each read, so that the caller may look up in between.
   * What is left is then `raw.remaining(rest())`.
   */
  *takeRaw(raw: RawCapture): Generator<void> {
    const { doors } = this.#kernel;
    const { meter, readBytes, batch } = this.#own;
    this.#configure(raw.form);
    let end = at.INPUT;
    try {
      for (;;) {
        const most = Math.min(end + readBytes, at.INPUT + at.INPUT_BYTES);
        meter.enter('reading');
        const read = raw.read(this.#kernel.bytes.subarray(end, most));
        meter.enter('engine');
        if (read === 0) break;
        end += read;
        const place = doors.runFile(at.INPUT, end, raw.form.linkType, batch) >>> 0;
        doors.give();
        this.#account.report();
        this.#kernel.bytes.copyWithin(at.INPUT, place, end);
        end -= place - at.INPUT;
        if (doors.isOdd() !== 0) break;
        yield;
      }
    } finally {
      this.#rest = this.#kernel.bytes.slice(at.INPUT, end);
      this.#feed.rawLinkType = null;
      this.#feed.before = this.accounting.packets;
      if (this.accounting.packets > 0) raw.count(this.#rawTaken());
    }
  }

  #configure(form: RawForm): void {
    const config: readonly (readonly [offset: number, value: number])[] = [
      [at.CONFIG_BIG_ENDIAN, Number(form.bigEndian)],
      [at.CONFIG_FRACTION_NS, form.fractionNs],
      [at.CONFIG_MAX_CAPTURED, form.maxCaptured],
    ];
    for (const [offset, value] of config) this.#kernel.view.setUint32(at.CONFIG + offset, value, true);
    this.#feed.rawLinkType = form.linkType;
  }

  #rawTaken(): RawTaken {
    return {
      packets: this.accounting.packets,
      bytes: this.#account.read(at.COUNT_FILE_BYTES),
      first: readTime(this.#kernel, at.CONFIG + at.BULK_FIRST),
      last: readTime(this.#kernel, at.CONFIG + at.BULK_LAST),
    };
  }

  /** Bytes that `takeRaw` has read and not taken. */
  rest(): Uint8Array {
    return this.#rest;
  }

  /** The capture is over: what is due at the time of its last packet ends, the rest is given as open. */
  finish(): void {
    for (const _ of this.finishing());
  }

  /** `finish` in steps, between which what has been given may be written: a table may hold millions. */
  *finishing(): Generator<void> {
    const { doors } = this.#kernel;
    this.#slow.finish(this.accounting.packets > 0 ? this.#now() : null);
    doors.finish(Number(this.#options.drain));
    this.#account.report();
    if (this.#options.totalsOnly) doors.sumLive();
    const units = this.#liveUnits();
    for (let from = 0; from < units.length; from += at.OUT_SESSIONS) {
      if (from > 0) yield;
      this.#give(units.subarray(from, from + at.OUT_SESSIONS));
    }
  }

  /** With `totalsOnly`, when the run is over: sums over the sessions that were not given one by one. */
  sums(): Iterable<SessionSum> {
    return readSums(this.#kernel, this.#names);
  }

  /** With rows that it writes itself, when the run is over: gives their sums. @returns packets of their sessions */
  rowSums(): number {
    return this.#rows?.finish() ?? 0;
  }

  /** By id. */
  #liveUnits(): Uint32Array {
    const { doors, words } = this.#kernel;
    // unit, then id: as one little-endian number of 64 bits they sort by id, without being asked for
    const pairs: number[] = [];
    let from = 0;
    do {
      from = doors.listLive(from, at.OUT_SESSIONS) >>> 0;
      const listed = doors.listedLive();
      for (let i = 0; i < listed; i += 1) {
        const unit = words[at.OUT / 4 + i]!;
        pairs.push(unit, words[((doors.address(unit) >>> 0) + at.S_ID) / 4]!);
      }
    } while (from !== 0);
    const sorted = Uint32Array.from(pairs);
    new BigUint64Array(sorted.buffer).sort();
    return sorted.filter((_, i) => i % 2 === 0);
  }

  /** Each answer is in force before the kernel looks at the next packet. */
  #host(): KernelHost {
    const fin = (unit: number): Hosted => this.#seats.take(unit);
    return {
      slow: (slot) => this.#decide(() => this.#slow.take(slot, this.#now())),
      clock: (slot) => this.#stepBack(this.#feed.record(slot)),
      payload: (unit, session, slot, fromClient, kept) =>
        this.#takePayload(unit, session >>> 0, slot, fromClient !== 0, kept >>> 0),
      protocolApplication: (protocol, icmpType) => this.#names.appId(identifyProtocol(protocol, icmpType)),
      sctpTimer: (chunks, timer, app) => this.#sctpTimer(chunks >>> 0, timer, app),
      keepFin: (unit, end) => {
        fin(unit).droppedFin = end >>> 0;
      },
      keptFin: (unit) => fin(unit).droppedFin,
      icmpError: (unit, slot) => this.#slow.noteIcmpError(unit, slot),
      lookInside: (slot, id) => {
        if (this.#options.inspectTunnels) this.#slow.lookInside(slot, id >>> 0);
      },
      drain: (count) => this.#drain(count),
      letGo: (unit) => this.#seats.letGo(unit),
      forget: (unit) => {
        this.#seats.byUnit.delete(unit);
      },
      letGoText: (text) => this.#notes.texts.letGo(text),
    };
  }

  #decide(answer: () => number): number {
    const before = this.#own.meter.enter('decisions');
    const given = answer();
    this.#own.meter.enter(before);
    return given;
  }

  #takePayload(unit: number, session: number, slot: number, fromClient: boolean, kept: number): void {
    const before = this.#own.meter.enter('decisions');
    this.#payload.take(unit, session, slot, fromClient, kept);
    this.#own.meter.enter(before);
  }

  #now(): Time {
    this.#kernel.doors.readClock();
    return readTime(this.#kernel, at.CONFIG + at.CONFIG_NOW);
  }

  #stepBack(record: PacketRecord): void {
    this.#clock.now = this.#now();
    const warning = this.#clock.advance(record.time, this.#sink.fileName(record.file), record.filePacket);
    if (warning !== null) this.#sink.warn(warning);
    this.#widen();
    const { now, offset } = this.#clock;
    setTime(this.#kernel.view, at.CONFIG + at.CONFIG_NOW, now!.sec, now!.nsec);
    setTime(this.#kernel.view, at.CONFIG + at.CONFIG_OFFSET, offset.sec, offset.nsec);
  }

  /** Where memory is refused there is one kind of time. */
  #widen(): void {
    this.#mayWiden &&= this.#kernel.doors.widen() !== 0;
    if (this.#mayWiden || this.#hasOneTime) return;
    this.#hasOneTime = true;
    this.#sink.warn(
      "no more memory to keep the packets' own times: from here on the times of sessions are those of the table's clock",
    );
  }

  #sctpTimer(chunks: number, timer: number, app: number): number {
    const inForce = timer < 0 ? null : this.#names.timers[timer]!.name;
    const known =
      inForce === 'sctp-init' || inForce === 'sctp-cookie' || inForce === 'sctp-shutdown' ? inForce : 'sctp';
    const name = sctpTimer(chunks, inForce === null ? null : known);
    if (name !== 'sctp') return this.#names.timerId({ name, seconds: this.#options.timeouts[name] });
    return this.#names.timerId(this.#names.resolve('established', this.#names.apps[app] ?? null, 'sctp'));
  }

  #drain(count: number): void {
    this.#give(this.#kernel.words.subarray(at.OUT / 4, at.OUT / 4 + count));
  }

  #give(units: Uint32Array): void {
    const sink = this.#sink;
    const record = this.#record;
    const before = this.#own.meter.enter('output');
    record.begin(this.#now());
    if (sink.rows !== undefined) {
      this.#kernel.words.set(units, at.OUT / 4);
      this.#rows ??= new KernelRows(this.#kernel, record, sink.rows);
      this.#rows.give(units.length);
    } else {
      for (let i = 0; i < units.length; i += 1) {
        record.moveTo(units[i]!);
        if (sink.record === undefined) sink.session(record.facts());
        else sink.record(record);
      }
    }
    this.#own.meter.enter(before);
  }
}
