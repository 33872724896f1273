/**
 * The readable engine: packets in, session facts and an account of every packet out. Written to be
 * read first and to judge the fast one; it trades speed for plainness wherever the two compete.
 *
 * Takes packet records in merged order. Gives ended sessions in order of (`end`, id) as table time
 * passes them, then, at `finish`, those still open by id.
 */
import { TableClock } from '../capture/clock.ts';
import type { PacketRecord } from '../capture/record.ts';
import { addSeconds, type Time, ZERO_TIME } from '../capture/time.ts';
import { addressText } from '../decode/address.ts';
import { Decoder, MAX_TUNNEL_LEVELS, makeDecodedPacket } from '../decode/decode.ts';
import { type DecodedPacket, PROTO } from '../decode/packet.ts';
import { DuplicateFilter } from '../session/duplicates.ts';
import type { EngineSink } from '../session/engine-sink.ts';
import type { Accounting, PacketRef } from '../session/facts.ts';
import type { EngineOptions } from '../session/options.ts';
import { Aging } from './aging.ts';
import { decideOpening } from './opening.ts';
import { ReleaseQueue } from './release.ts';
import { SeenTuples } from './seen-tuples.ts';
import { type Arrival, ReferenceSession } from './session.ts';
import { ReferenceTable, type ScopedKey } from './table.ts';
import type { SessionWatch } from './watch.ts';

export class ReferenceEngine {
  readonly accounting: Accounting = {
    packets: 0,
    inSessions: 0,
    notInSessions: new Map(),
    counters: new Map(),
  };
  private readonly options: EngineOptions;
  private readonly sink: EngineSink;
  private readonly watch: SessionWatch | null;
  private readonly clock = new TableClock();
  private readonly table: ReferenceTable;
  private readonly aging: Aging;
  private readonly releases: ReleaseQueue;
  private readonly decoder: Decoder;
  private readonly duplicates: DuplicateFilter;
  private readonly decoded: DecodedPacket = makeDecodedPacket();
  /** packets inside tunnels, by level */
  private readonly carried: DecodedPacket[] = [];
  /** TCP tuples that have had a session, while that matters: until capture start + tcp timer */
  private readonly tuplesSeen = new SeenTuples();
  private midstreamUntil: Time | null = null;
  private now: Time = ZERO_TIME;
  private lastSweepSecond: number | null = null;
  private lastId = 0;

  /** @param watch is told of the packets of each session; those that it leaves aside are only counted, and move the clock */
  constructor(options: EngineOptions, sink: EngineSink, watch: SessionWatch | null = null) {
    this.options = options;
    this.sink = sink;
    this.watch = watch;
    this.duplicates = new DuplicateFilter((file) => sink.hasMore(file));
    this.decoder = new Decoder(options, {
      lost: ({ frames }) => this.count('fragment_unassembled', frames),
      counter: (name, times) => this.raise(name, times),
    });
    this.aging = new Aging(options.limits);
    this.releases = new ReleaseQueue(options, (session) => sink.session(session.facts(this.now)));
    this.table = new ReferenceTable((session) => {
      if (session.endedBy === 'timer') watch?.expired(session);
      this.releases.add(session);
    });
  }

  /** Takes the next packets of the merged input. */
  takeAll(records: readonly PacketRecord[]): void {
    for (const record of records) this.take(record);
  }

  /** Takes the next packet of the merged input. */
  take(record: PacketRecord): void {
    this.accounting.packets += 1;
    const ref = {
      packet: this.accounting.packets,
      file: record.file,
      filePacket: record.filePacket,
      time: record.time,
    };
    this.now = this.tableTime(record);
    this.midstreamUntil ??= addSeconds(this.now, this.options.timeouts.tcp);
    if (this.watch?.concerns(record) === false) return;
    this.sweep();

    const { decoded } = this;
    this.decoder.decode(record, this.now, decoded);
    if (decoded.counter !== null) this.raise(decoded.counter);
    if (decoded.cause === 'held') return;
    if (decoded.cause !== null) {
      this.leaveOut(decoded, decoded.cause);
      return;
    }
    if (this.options.dropDuplicates && this.duplicates.isDuplicate(record, decoded, this.now)) {
      this.leaveOut(decoded, 'duplicate');
      return;
    }
    const outer = this.lookUp(this.arrival(ref, record, decoded), null);
    if (this.options.inspectTunnels && outer !== null) this.lookInside(ref, record, outer);
  }

  /** The capture is over: what is due at the time of its last packet ends, the rest is given as open. */
  finish(): void {
    this.decoder.finish();
    this.table.expireDue(this.now);
    if (this.options.drain) this.runOn();
    this.releases.flush();
    for (const session of this.table.open()) this.sink.session(session.facts(this.now));
  }

  private arrival(ref: PacketRef, record: PacketRecord, decoded: Readonly<DecodedPacket>): Arrival {
    return { ref, record, decoded, now: this.now, offset: this.clock.offset };
  }

  private tableTime(record: PacketRecord): Time {
    const warning = this.clock.advance(record.time, this.sink.fileName(record.file), record.filePacket);
    if (warning !== null) this.sink.warn(warning);
    return this.clock.now!;
  }

  /** Once per second of table time: expire everything, let go of what nothing can change any more. */
  private sweep(): void {
    if (this.now.sec === this.lastSweepSecond) return;
    for (let second = (this.lastSweepSecond ?? this.now.sec) + 1; second <= this.now.sec; second += 1) {
      this.passSecond(second);
      // without a packet the table only empties: aging stays off
      if (!this.aging.isOn) break;
    }
    this.lastSweepSecond = this.now.sec;
    const second = { sec: this.now.sec, nsec: 0 };
    this.table.expireDue(second);
    this.releases.release(second);
  }

  /** Accelerated aging goes on and off at whole seconds, by what is left once everything due has gone. */
  private passSecond(second: number): void {
    this.table.expireDue({ sec: second, nsec: 0 });
    this.aging.decide(second, this.table.size);
  }

  /** `--drain`: seconds pass until aging is off for good, then every session ends at its own time. */
  private runOn(): void {
    let second = this.now.sec;
    do {
      second += 1;
      this.passSecond(second);
    } while (this.aging.isOn);
    this.table.expireAll();
  }

  /** A firewall's table has an end; what is due makes room first. */
  private isFull(): boolean {
    const most = this.options.limits?.maxSessions ?? Number.POSITIVE_INFINITY;
    if (this.table.size < most) return false;
    this.table.expireDue(this.now);
    return this.table.size >= most;
  }

  /** Sessions of the packets that this one carries, each inside the session around it. */
  private lookInside(ref: PacketRef, record: PacketRecord, outer: number): void {
    let around = this.decoded;
    let parent: number | null = outer;
    for (let level = 0; parent !== null && level < MAX_TUNNEL_LEVELS; level += 1) {
      const inner = this.carried[level] ?? makeDecodedPacket();
      this.carried[level] = inner;
      if (!this.decoder.inner(around, inner) || inner.cause !== null) return;
      parent = this.lookUp(this.arrival(ref, record, inner), parent);
      around = inner;
    }
  }

  /**
   * @param parent session around the packet, where it is inside a tunnel: it is then a part of that
   *   session's packet, and is not counted again
   * @returns id of the session that the packet is in, or null
   */
  private lookUp(arrival: Arrival, parent: number | null): number | null {
    const { decoded, now } = arrival;
    if (decoded.embedded !== null) {
      const { level, network } = decoded;
      const quoted = this.table.find({ ...decoded.embedded, level, network }, now);
      if (quoted !== null) {
        quoted.noteIcmpError(arrival, addressText(decoded.src, decoded.version));
        this.watch?.see('icmp-error', quoted, arrival);
        if (parent === null) this.leaveOut(decoded, 'icmp_error_matched');
        return null;
      }
    }
    const found = this.table.find(decoded, now);
    if (found === null) return this.openOrRefuse(arrival, parent);
    if (found.take(arrival, this.raise) === 'reuse') {
      found.endByReuse(arrival);
      this.watch?.see('reuse', found, arrival);
      this.table.remove(found);
      return this.openOrRefuse(arrival, parent);
    }
    this.watch?.see('taken', found, arrival);
    if (parent === null) this.accounting.inSessions += decoded.frames;
    return found.id;
  }

  private openOrRefuse(arrival: Arrival, parent: number | null): number | null {
    const { decoded, now } = arrival;
    const hadSession = decoded.proto === PROTO.TCP && this.tuplesSeen.has(decoded);
    const lateFor = this.releases.lateFor(decoded, now);
    const decision = decideOpening(decoded, this.options.nonSyn, now, this.midstreamUntil!, hadSession);
    if (decision === 'refused') {
      this.raise('flow_tcp_non_syn');
      this.raise('flow_tcp_non_syn_drop');
      if (lateFor !== null) {
        lateFor.noteLate(arrival);
        this.watch?.see('late', lateFor, arrival);
      }
      if (parent === null) this.leaveOut(decoded, lateFor !== null ? 'late' : 'non_syn');
      return null;
    }
    if (this.isFull()) {
      this.raise('session_alloc_failure');
      if (parent === null) this.leaveOut(decoded, 'table_full');
      return null;
    }
    this.lastId += 1;
    const session = new ReferenceSession(
      { id: this.lastId, parent, ...decision },
      arrival,
      this.options,
      this.aging,
    );
    if (lateFor !== null) this.releases.reopened(session);
    session.take(arrival, this.raise);
    this.watch?.see('taken', session, arrival);
    this.table.add(session);
    if (parent === null) this.accounting.inSessions += decoded.frames;
    if (decoded.proto === PROTO.TCP) this.remember(session);
    return session.id;
  }

  /** A tuple that has had a session never opens a midstream one (interface.md). */
  private remember(session: ScopedKey): void {
    if (this.options.nonSyn !== 'midstream') return;
    if (this.now.sec > this.midstreamUntil!.sec) {
      this.tuplesSeen.clear();
      return;
    }
    this.tuplesSeen.add(session);
  }

  private leaveOut(packet: Readonly<DecodedPacket>, cause: string): void {
    this.count(cause, packet.frames);
    this.sink.leftOut?.(packet, cause);
  }

  private count(cause: string, packets: number): void {
    const { notInSessions } = this.accounting;
    notInSessions.set(cause, (notInSessions.get(cause) ?? 0) + packets);
  }

  private readonly raise = (counter: string, times: number = 1): void => {
    const { counters } = this.accounting;
    counters.set(counter, (counters.get(counter) ?? 0) + times);
  };
}
