/** The account of every packet: what the host counts by name, and what the kernel has counted. */
import { MALFORMED } from '../decode/malformed.ts';
import type { DecodedPacket } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { EngineSink } from './engine-sink.ts';
import type { Accounting } from './facts.ts';

type Rows = readonly (readonly [offset: number, name: string])[];

/** Counts that the kernel keeps, and the causes and counters that they are. */
const KERNEL_CAUSES: Rows = [
  [at.COUNT_LATE, 'late'],
  [at.COUNT_NON_SYN, 'non_syn'],
  [at.COUNT_TABLE_FULL, 'table_full'],
];
const KERNEL_COUNTERS: Rows = [
  [at.COUNT_OUT_OF_WINDOW, 'tcp_drop_out_of_wnd'],
  [at.COUNT_OUT_OF_SYNC, 'tcp_out_of_sync'],
  [at.COUNT_ALLOC_FAILURE, 'session_alloc_failure'],
  [at.COUNT_REFUSED_NON_SYN, 'flow_tcp_non_syn'],
  [at.COUNT_REFUSED_NON_SYN, 'flow_tcp_non_syn_drop'],
];

export class KernelAccount {
  readonly accounting: Accounting = {
    packets: 0,
    inSessions: 0,
    notInSessions: new Map(),
    counters: new Map(),
  };
  readonly #kernel: Kernel;
  readonly #sink: EngineSink;
  #martians = 0;
  #hasWarned = false;
  #hasWarnedOfEvents = false;

  constructor(kernel: Kernel, sink: EngineSink) {
    this.#kernel = kernel;
    this.#sink = sink;
  }

  leaveOut(packet: Readonly<DecodedPacket>, cause: string): void {
    this.count(cause, packet.frames);
    this.#sink.leftOut?.(packet, cause);
  }

  count(cause: string, packets: number): void {
    const { notInSessions } = this.accounting;
    notInSessions.set(cause, (notInSessions.get(cause) ?? 0) + packets);
  }

  raise(counter: string, times: number): void {
    const { counters } = this.accounting;
    counters.set(counter, (counters.get(counter) ?? 0) + times);
  }

  /** Brings the account up to what the kernel has counted. */
  report(): void {
    this.#addMartians();
    this.accounting.packets = this.read(at.COUNT_PACKETS);
    this.accounting.inSessions = this.read(at.COUNT_IN_SESSIONS);
    this.#put(this.accounting.notInSessions, KERNEL_CAUSES);
    this.#put(this.accounting.counters, KERNEL_COUNTERS);
    if (!this.#hasWarnedOfEvents && this.read(at.COUNT_LOST_EVENTS) > 0) this.#warnOfEvents();
    if (!this.#hasWarned && this.#kernel.doors.memoryHasRunOut() !== 0) this.#warnOfMemory();
  }

  #warnOfMemory(): void {
    this.#hasWarned = true;
    const sessions = this.#kernel.doors.liveSessions() >>> 0;
    const packets = this.accounting.packets;
    this.#sink.warn(
      `packet ${packets}: no more memory for the session table, which holds ${sessions} sessions; ` +
        'until some end, packets that would open another are left out as table_full (--max-sessions sets a limit)',
    );
  }

  #warnOfEvents(): void {
    this.#hasWarnedOfEvents = true;
    this.#sink.warn(
      `packet ${this.accounting.packets}: no more memory for noteworthy packets: evidence and diagnosis of sessions ` +
        'lack packets from here on (--format csv and --summary need none)',
    );
  }

  /** Martians that the kernel has dropped since the last report; the host has found others in its own lane. */
  #addMartians(): void {
    const martians = this.read(at.COUNT_MARTIAN) - this.#martians;
    if (martians === 0) return;
    this.#martians += martians;
    this.count('malformed', martians);
    this.raise(MALFORMED.martian.counter, martians);
  }

  /** One of the kernel's 64-bit counts. */
  read(offset: number): number {
    const { view } = this.#kernel;
    return view.getUint32(at.CONFIG + offset, true) + view.getUint32(at.CONFIG + offset + 4, true) * 2 ** 32;
  }

  #put(into: Map<string, number>, rows: Rows): void {
    for (const [offset, name] of rows) {
      const count = this.read(offset);
      if (count > 0) into.set(name, count);
    }
  }
}
