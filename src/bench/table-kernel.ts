/** The fast engine's kernel, given packets that have been decoded already: its table and nothing before it. */
import { defaultConfig } from '../firewall/config.ts';
import type { Timeouts } from '../firewall/timeouts.ts';
import { Kernel, type KernelHost } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import { engineOptions, overrideFirewall } from '../report/firewall-in-force.ts';
import { KernelNames, writeTables } from '../session/kernel-tables.ts';
import type { PacketColumns, TableCounts, TableUnderTest } from './table-under-test.ts';

/** The workloads have no payload, no other protocols and no clock that steps back. */
const NEVER = (): never => {
  throw new Error('a table workload has asked the host');
};
const HOST: KernelHost = {
  slow: NEVER,
  clock: NEVER,
  payload: NEVER,
  protocolApplication: NEVER,
  sctpTimer: NEVER,
  keepFin: NEVER,
  keptFin: NEVER,
  icmpError: NEVER,
  lookInside: NEVER,
  drain: NEVER,
  letGo: NEVER,
  forget: NEVER,
  letGoText: NEVER,
};

export class KernelTableUnderTest implements TableUnderTest {
  readonly #kernel = new Kernel(HOST);

  constructor(timeouts: Timeouts) {
    const config = { ...defaultConfig(), timeouts };
    const firewall = overrideFirewall(config, {
      timeouts: [],
      zones: [],
      nonSyn: 'reject',
      maxSessions: null,
    });
    // nobody waits for late packets, and an ended session is only counted
    const run = { drain: false, lingerSeconds: 0, verifyChecksums: false, events: false, totalsOnly: true };
    const options = { ...engineOptions(firewall, run), dropDuplicates: false };
    this.#kernel.doors.reset(at.UNIT_BYTES);
    writeTables(this.#kernel, options, 0xffff_ffff);
    new KernelNames(this.#kernel, options);
  }

  get counts(): TableCounts {
    const opened = this.#kernel.doors.openedSessions() >>> 0;
    const { view } = this.#kernel;
    const inSessions =
      view.getUint32(at.CONFIG + at.COUNT_IN_SESSIONS, true) +
      view.getUint32(at.CONFIG + at.COUNT_IN_SESSIONS + 4, true) * 2 ** 32;
    return { opened, found: inSessions - opened, ended: opened - this.live };
  }

  get live(): number {
    return this.#kernel.doors.liveSessions() >>> 0;
  }

  offer(packets: PacketColumns): void {
    for (let from = 0; from < packets.count; from += at.MAX_RECORDS) {
      const count = Math.min(packets.count - from, at.MAX_RECORDS);
      this.#write(packets, from, count);
      this.#kernel.doors.runRows(count);
    }
  }

  sweep(time: number): void {
    this.#kernel.doors.sweepRows(time * 1000);
  }

  memoryBytes(): number {
    return this.#kernel.doors.tableBytes();
  }

  #write(
    { version, src, dst, sport, dport, proto, tcpFlags, time }: PacketColumns,
    from: number,
    count: number,
  ): void {
    const { view } = this.#kernel;
    for (let i = 0; i < count; i += 1) {
      const place = at.INPUT + i * at.ROW_BYTES;
      const word = (from + i) * 4;
      if (version === 4) {
        view.setUint32(place + at.ROW_SRC, src[word + 3]!, true);
        view.setUint32(place + at.ROW_DST, dst[word + 3]!, true);
      } else {
        for (let part = 0; part < 4; part += 1) {
          view.setUint32(place + at.ROW_SRC + part * 4, src[word + part]!, false);
          view.setUint32(place + at.ROW_DST + part * 4, dst[word + part]!, false);
        }
      }
      view.setUint16(place + at.ROW_PORTS, sport[from + i]!, true);
      view.setUint16(place + at.ROW_PORTS + 2, dport[from + i]!, true);
      view.setUint8(place + at.ROW_PROTOCOL, proto[from + i]!);
      view.setUint8(place + at.ROW_TCP_FLAGS, tcpFlags[from + i]!);
      view.setUint8(place + at.ROW_VERSION, version);
      view.setFloat64(place + at.ROW_TIME, time[from + i]! * 1000, true);
    }
  }
}
