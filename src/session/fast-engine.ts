/**
 * The fast engine: the kernel does the per-packet work, and asks here for what is not per packet. Takes
 * packet records in merged order; gives the same facts in the same order as the reference engine.
 */
import { TableClock } from '../capture/clock.ts';
import type { RawCapture } from '../capture/raw-capture.ts';
import type { PacketRecord } from '../capture/record.ts';
import type { Time } from '../capture/time.ts';
import { addressText } from '../decode/address.ts';
import { Decoder, MAX_TUNNEL_LEVELS, makeDecodedPacket } from '../decode/decode.ts';
import type { DecodedPacket } from '../decode/packet.ts';
import { identifyProtocol } from '../firewall/app-id/identify.ts';
import { Kernel, type KernelHost } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import { DuplicateFilter } from './duplicates.ts';
import type { EngineSink } from './engine-sink.ts';
import type { Accounting, PacketRef } from './facts.ts';
import type { Hosted } from './hosted.ts';
import { noteEvent } from './kernel-events.ts';
import { type RecordContext, readTime, sessionFacts } from './kernel-session.ts';
import { writeQuotedKey, writeSlot } from './kernel-slot.ts';
import { KernelNames, setTime, writeTables } from './kernel-tables.ts';
import type { EngineOptions } from './options.ts';
import { takePayload } from './payload.ts';
import { sctpTimer } from './sctp-states.ts';
import { SessionNotes } from './session-notes.ts';

/** Counts that the kernel keeps, and the causes and counters that they are. */
const KERNEL_CAUSES: readonly (readonly [offset: number, cause: string])[] = [
  [at.COUNT_LATE, 'late'],
  [at.COUNT_NON_SYN, 'non_syn'],
  [at.COUNT_TABLE_FULL, 'table_full'],
];
const KERNEL_COUNTERS: readonly (readonly [offset: number, counter: string])[] = [
  [at.COUNT_OUT_OF_WINDOW, 'tcp_drop_out_of_wnd'],
  [at.COUNT_OUT_OF_SYNC, 'tcp_out_of_sync'],
  [at.COUNT_ALLOC_FAILURE, 'session_alloc_failure'],
  [at.COUNT_REFUSED_NON_SYN, 'flow_tcp_non_syn'],
  [at.COUNT_REFUSED_NON_SYN, 'flow_tcp_non_syn_drop'],
];

/** Stays in a cache of the second level. */
const RAW_READ_BYTES = 262_144;

export interface FastEngineOptions {
  /** packets whose headers are decoded together, 1 to 64; for tests */
  readonly batch?: number;
}

export class FastEngine {
  readonly accounting: Accounting = {
    packets: 0,
    inSessions: 0,
    notInSessions: new Map(),
    counters: new Map(),
  };
  readonly #options: EngineOptions;
  readonly #sink: EngineSink;
  readonly #kernel: Kernel;
  readonly #names: KernelNames;
  readonly #context: RecordContext;
  readonly #hosted = new Map<number, Hosted>();
  readonly #decoder: Decoder;
  readonly #duplicates: DuplicateFilter;
  readonly #clock = new TableClock();
  /** the packet that the host has decoded last, and those that it carries, by level */
  readonly #decoded = makeDecodedPacket();
  readonly #carried: DecodedPacket[] = [];
  readonly #batch: number;
  #records: readonly PacketRecord[] = [];
  /** not null while a file is read straight into the kernel */
  #rawLinkType: number | null = null;
  #rest: Uint8Array = new Uint8Array(0);
  /** packets before those of `#records` */
  #packetsBefore = 0;

  constructor(options: EngineOptions, sink: EngineSink, { batch = at.BATCH }: FastEngineOptions = {}) {
    this.#options = options;
    this.#sink = sink;
    this.#batch = batch;
    this.#duplicates = new DuplicateFilter((file) => sink.hasMore(file));
    this.#decoder = new Decoder(options, {
      lost: ({ frames }) => this.#count('fragment_unassembled', frames),
      counter: (name, times) => this.#raise(name, times),
    });
    this.#kernel = new Kernel(this.#host());
    this.#kernel.doors.reset(Number(options.severalFiles === true || options.inspectTunnels));
    writeTables(this.#kernel, options);
    this.#names = new KernelNames(this.#kernel, options);
    this.#context = { kernel: this.#kernel, names: this.#names, options, hosted: this.#hosted };
  }

  /** Takes the next packets of the merged input. */
  takeAll(records: readonly PacketRecord[]): void {
    for (let from = 0; from < records.length; from += at.MAX_RECORDS) {
      this.#records = records.slice(from, from + at.MAX_RECORDS);
      this.#describe();
      this.#kernel.doors.runRecords(this.#records.length, this.#batch);
      this.#packetsBefore += this.#records.length;
      this.#kernel.doors.give();
    }
    this.#records = [];
    this.#report();
  }

  /**
   * Takes the records of a plain classic file up to the first one that is not for the kernel, straight from
   * the file into the kernel's memory; one step for each read, so that the caller may look up in between.
   * What is left is then `raw.remaining(rest())`.
   */
  *takeRaw(raw: RawCapture, readBytes: number = RAW_READ_BYTES): Generator<void> {
    const { form } = raw;
    const { doors } = this.#kernel;
    const config: readonly (readonly [offset: number, value: number])[] = [
      [at.CONFIG_BIG_ENDIAN, Number(form.bigEndian)],
      [at.CONFIG_FRACTION_NS, form.fractionNs],
      [at.CONFIG_MAX_CAPTURED, form.maxCaptured],
    ];
    for (const [offset, value] of config) this.#kernel.view.setUint32(at.CONFIG + offset, value, true);
    this.#rawLinkType = form.linkType;
    let end = at.INPUT;
    for (;;) {
      const { bytes } = this.#kernel;
      const read = raw.read(bytes.subarray(end, Math.min(end + readBytes, at.INPUT + at.INPUT_BYTES)));
      if (read === 0) break;
      end += read;
      const place = doors.runFile(at.INPUT, end, form.linkType, this.#batch) >>> 0;
      doors.give();
      this.#report();
      this.#kernel.bytes.copyWithin(at.INPUT, place, end);
      end -= place - at.INPUT;
      if (doors.isOdd() !== 0) break;
      yield;
    }
    this.#rest = this.#kernel.bytes.slice(at.INPUT, end);
    this.#rawLinkType = null;
    this.#packetsBefore = this.accounting.packets;
    if (this.accounting.packets === 0) return;
    const { view } = this.#kernel;
    raw.count({
      packets: this.accounting.packets,
      bytes: this.#readCount(at.COUNT_FILE_BYTES),
      first: readTime(view, at.CONFIG + at.BULK_FIRST),
      last: readTime(view, at.CONFIG + at.BULK_LAST),
    });
  }

  /** Bytes that `takeRaw` has read and not taken. */
  rest(): Uint8Array {
    return this.#rest;
  }

  /** The capture is over: what is due at the time of its last packet ends, the rest is given as open. */
  finish(): void {
    const { doors } = this.#kernel;
    // of the packets since the last fragment the decoder knows nothing
    if (this.accounting.packets > 0) this.#decoder.expire(this.#now());
    this.#decoder.finish();
    doors.finish(Number(this.#options.drain));
    this.#report();
    const now = this.#now();
    for (const unit of this.#liveUnits()) this.#sink.session(sessionFacts(this.#context, unit, now));
  }

  /** Records as descriptors and heads, where the kernel reads them. */
  #describe(): void {
    const { bytes, view } = this.#kernel;
    for (const [i, record] of this.#records.entries()) {
      const place = at.INPUT + i * at.RECORD_BYTES;
      view.setFloat64(place + at.RECORD_SECONDS, record.time.sec, true);
      view.setUint32(place + at.RECORD_NANOSECONDS, record.time.nsec, true);
      view.setUint32(place + at.RECORD_CAPTURED, record.data.length, true);
      view.setUint32(place + at.RECORD_ORIGINAL, record.originalLength, true);
      view.setUint32(place + at.RECORD_LINK_TYPE, record.linkType, true);
      view.setUint32(place + at.RECORD_FILE, record.file, true);
      view.setUint32(place + at.RECORD_FILE_PACKET, record.filePacket, true);
      const { data } = record;
      const head = at.HEADS + i * at.HEAD_BYTES;
      bytes.set(data.length > at.HEAD_BYTES ? data.subarray(0, at.HEAD_BYTES) : data, head);
    }
  }

  #liveUnits(): number[] {
    const { doors, words } = this.#kernel;
    const units: number[] = [];
    let from = 0;
    do {
      from = doors.listLive(from, at.OUT_SESSIONS) >>> 0;
      const listed = doors.listedLive();
      for (let i = 0; i < listed; i += 1) units.push(words[at.OUT / 4 + i]!);
    } while (from !== 0);
    const id = (unit: number): number => words[((doors.address(unit) >>> 0) + at.S_ID) / 4]!;
    return units.sort((a, b) => id(a) - id(b));
  }

  #host(): KernelHost {
    return {
      slow: (slot) => this.#decodeSlowly(slot),
      clock: (slot) => this.#stepBack(this.#recordOf(slot)),
      payload: (unit, slot, fromClient) => this.#takePayload(unit, slot, fromClient !== 0),
      event: (kind, unit, slot, fromClient, value) => {
        const { notes } = this.#hostedOf(unit);
        noteEvent(notes, kind, this.#ref(slot), this.#packetOf(slot), fromClient !== 0, value);
      },
      protocolApplication: (protocol, icmpType) => this.#names.appId(identifyProtocol(protocol, icmpType)),
      sctpTimer: (chunks, timer, app) => this.#sctpTimer(chunks >>> 0, timer, app),
      keepFin: (unit, end) => {
        this.#hostedOf(unit).droppedFin = end >>> 0;
      },
      keptFin: (unit) => this.#hostedOf(unit).droppedFin,
      icmpError: (unit, slot) => this.#noteIcmpError(unit, this.#decoded, slot, true),
      lookInside: (slot, id) => {
        if (this.#options.inspectTunnels) this.#lookInside(slot, id >>> 0);
      },
      drain: (count) => this.#drain(count),
      letGo: (unit) => this.#hosted.get(unit)?.app?.letGo(),
      forget: (unit) => {
        this.#hosted.delete(unit);
      },
    };
  }

  #recordOf(slot: number): PacketRecord {
    if (this.#rawLinkType === null) return this.#records[this.#slotWord(slot, at.SLOT_RECORD)]!;
    const { file, filePacket, time } = this.#ref(slot);
    const frame = this.#slotWord(slot, at.SLOT_FRAME);
    return {
      file,
      filePacket,
      time,
      linkType: this.#rawLinkType,
      interfaceId: 0,
      originalLength: this.#slotWord(slot, at.SLOT_FRAME_BYTES),
      // a copy: whoever holds a record may hold its bytes
      data: this.#kernel.bytes.slice(frame, frame + this.#slotWord(slot, at.SLOT_CAPTURED)),
    };
  }

  #slotWord(slot: number, offset: number): number {
    return this.#kernel.words[(at.SLOTS + slot * at.SLOT_BYTES + offset) / 4]!;
  }

  #ref(slot: number): PacketRef {
    if (this.#rawLinkType !== null) {
      // one packet after the other: the one being looked at is the last that has been counted
      const packet = this.#kernel.doors.packetNow();
      const place = at.SLOTS + (slot === at.INNER_SLOT ? this.#outerSlot : slot) * at.SLOT_BYTES;
      return {
        packet,
        file: 0,
        filePacket: packet,
        time: readTime(this.#kernel.view, place + at.SLOT_TIME),
      };
    }
    const index = this.#slotWord(slot === at.INNER_SLOT ? this.#outerSlot : slot, at.SLOT_RECORD);
    const { file, filePacket, time } = this.#records[index]!;
    return { packet: this.#packetsBefore + index + 1, file, filePacket, time };
  }
  #outerSlot = 0;

  /** What the columns of a slot say of the packet beside its key. */
  #packetOf(slot: number): { tcpFlags: number; ttl: number; ipId: number } {
    const { view } = this.#kernel;
    const place = at.SLOTS + slot * at.SLOT_BYTES;
    return {
      tcpFlags: view.getUint8(place + at.SLOT_TCP_FLAGS),
      ttl: view.getUint8(place + at.SLOT_TTL),
      ipId: view.getUint16(place + at.SLOT_IP_ID, true),
    };
  }

  /** What is kept of a session here; from now on the kernel says when it may go. */
  #hostedOf(unit: number): Hosted {
    let hosted = this.#hosted.get(unit);
    if (hosted === undefined) {
      hosted = { app: null, tlsAlert: null, droppedFin: 0, notes: new SessionNotes(this.#options.events) };
      this.#hosted.set(unit, hosted);
      this.#kernel.words[((this.#kernel.doors.address(unit) >>> 0) + at.S_FLAGS) / 4]! |= at.F_HOSTED;
    }
    return hosted;
  }

  #now(): Time {
    this.#kernel.doors.readClock();
    return readTime(this.#kernel.view, at.CONFIG + at.CONFIG_NOW);
  }

  #stepBack(record: PacketRecord): void {
    const { doors } = this.#kernel;
    doors.readClock();
    this.#clock.now = readTime(this.#kernel.view, at.CONFIG + at.CONFIG_NOW);
    const warning = this.#clock.advance(record.time, this.#sink.fileName(record.file), record.filePacket);
    if (warning !== null) this.#sink.warn(warning);
    doors.widen();
    const { now, offset } = this.#clock;
    setTime(this.#kernel.view, at.CONFIG + at.CONFIG_NOW, now!.sec, now!.nsec);
    setTime(this.#kernel.view, at.CONFIG + at.CONFIG_OFFSET, offset.sec, offset.nsec);
  }

  /** @returns what assembly/host.ts says of `slow` */
  #decodeSlowly(slot: number): number {
    const record = this.#recordOf(slot);
    const decoded = this.#decoded;
    const now = this.#now();
    this.#decoder.decode(record, now, decoded);
    if (decoded.counter !== null) this.#raise(decoded.counter, 1);
    if (decoded.cause === 'held') return 0;
    if (decoded.cause !== null) {
      this.#leaveOut(decoded, decoded.cause);
      return 0;
    }
    if (this.#options.dropDuplicates && this.#duplicates.isDuplicate(record, decoded, now)) {
      this.#leaveOut(decoded, 'duplicate');
      return 0;
    }
    writeSlot(this.#kernel, slot, decoded);
    return this.#quotes(decoded) ? 2 : 1;
  }

  #quotes(decoded: Readonly<DecodedPacket>): boolean {
    if (decoded.embedded === null) return false;
    writeQuotedKey(this.#kernel, decoded.embedded, decoded.level, decoded.network);
    return true;
  }

  #noteIcmpError(unit: number, decoded: Readonly<DecodedPacket>, slot: number, counted: boolean): void {
    const { icmpType, icmpCode, embedded } = decoded;
    const place = ((this.#kernel.doors.address(unit) >>> 0) + at.S_PORTS) / 4;
    const ports = this.#kernel.words[place]!;
    const quotesClient =
      embedded !== null && embedded.sport === (ports & 0xffff) && embedded.dport === ports >>> 16;
    this.#hostedOf(unit).notes.add('icmp-error', this.#ref(slot), decoded, !quotesClient, {
      value: icmpType * 256 + icmpCode,
      text: addressText(decoded.src, decoded.version),
    });
    if (counted) this.#leaveOut(decoded, 'icmp_error_matched');
  }

  /** Sessions of the packets that this one carries, each inside the session around it. */
  #lookInside(slot: number, outer: number): void {
    const { doors } = this.#kernel;
    let around = this.#decoded;
    let parent = outer;
    this.#outerSlot = slot;
    const time = at.SLOTS + slot * at.SLOT_BYTES + at.SLOT_TIME;
    for (let level = 0; parent !== 0 && level < MAX_TUNNEL_LEVELS; level += 1) {
      const inner = this.#carried[level] ?? makeDecodedPacket();
      this.#carried[level] = inner;
      if (!this.#decoder.inner(around, inner) || inner.cause !== null) return;
      writeSlot(this.#kernel, at.INNER_SLOT, inner);
      const { bytes } = this.#kernel;
      bytes.copyWithin(at.SLOTS + at.INNER_SLOT * at.SLOT_BYTES + at.SLOT_TIME, time, time + 8);
      this.#inside = inner;
      if (this.#quotes(inner)) {
        const quoted = doors.findQuotedSession(at.QUOTED_SLOT) >>> 0;
        if (quoted !== 0) {
          this.#noteIcmpError(quoted, inner, at.INNER_SLOT, false);
          return;
        }
      }
      parent = doors.lookUpInside(at.INNER_SLOT, parent) >>> 0;
      around = inner;
    }
  }
  #inside: DecodedPacket | null = null;

  #takePayload(unit: number, slot: number, fromClient: boolean): void {
    const hosted = this.#hostedOf(unit);
    const captured = this.#slotWord(slot, at.SLOT_PAYLOAD_CAPTURED);
    const offset = this.#slotWord(slot, at.SLOT_PAYLOAD_OFFSET);
    const payload = this.#dataOf(slot).subarray(offset, offset + captured);
    takePayload(
      this.#context,
      hosted,
      unit,
      slot,
      fromClient,
      payload,
      (kind, detail) => hosted.notes.add(kind, this.#ref(slot), this.#packetOf(slot), fromClient, detail),
      this.#ref(slot).packet,
    );
  }

  /** What the payload offset of a slot points into. */
  #dataOf(slot: number): Uint8Array {
    if (slot === at.INNER_SLOT) return this.#inside!.data;
    const status = this.#kernel.bytes[at.SLOTS + slot * at.SLOT_BYTES + at.SLOT_STATUS];
    if (status === at.STATUS_SLOW) return this.#decoded.data;
    if (this.#rawLinkType === null) return this.#recordOf(slot).data;
    const frame = this.#slotWord(slot, at.SLOT_FRAME);
    return this.#kernel.bytes.subarray(frame, frame + this.#slotWord(slot, at.SLOT_CAPTURED));
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
    const now = this.#now();
    for (let i = 0; i < count; i += 1) {
      const unit = this.#kernel.words[at.OUT / 4 + i]!;
      this.#sink.session(sessionFacts(this.#context, unit, now));
    }
  }

  #leaveOut(packet: Readonly<DecodedPacket>, cause: string): void {
    this.#count(cause, packet.frames);
    this.#sink.leftOut?.(packet, cause);
  }

  #count(cause: string, packets: number): void {
    const { notInSessions } = this.accounting;
    notInSessions.set(cause, (notInSessions.get(cause) ?? 0) + packets);
  }

  #raise(counter: string, times: number): void {
    const { counters } = this.accounting;
    counters.set(counter, (counters.get(counter) ?? 0) + times);
  }

  /** Brings the account up to what the kernel has counted. */
  #report(): void {
    this.accounting.packets = this.#readCount(at.COUNT_PACKETS);
    this.accounting.inSessions = this.#readCount(at.COUNT_IN_SESSIONS);
    const put = (into: Map<string, number>, rows: typeof KERNEL_CAUSES): void => {
      for (const [offset, name] of rows) {
        const count = this.#readCount(offset);
        if (count > 0) into.set(name, count);
      }
    };
    put(this.accounting.notInSessions, KERNEL_CAUSES);
    put(this.accounting.counters, KERNEL_COUNTERS);
  }

  #readCount(offset: number): number {
    const { view } = this.#kernel;
    return (
      view.getUint32(at.CONFIG + offset, true) + view.getUint32(at.CONFIG + offset + 4, true) * 4_294_967_296
    );
  }
}
