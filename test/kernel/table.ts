/** The kernel with a host that has nothing to say: packets of a classic file in, the table's size out. */
import { defaultConfig } from '../../src/firewall/config.ts';
import { Kernel, type KernelHost } from '../../src/kernel/instance.ts';
import * as at from '../../src/kernel/layout.ts';
import { engineOptions, overrideFirewall } from '../../src/report/firewall-in-force.ts';
import { KernelNames, writeTables } from '../../src/session/kernel-tables.ts';

const RECORD_HEADER = 16;
const ETHERNET = 1;
/** of the first packets, Unix seconds */
const BEGIN = 1_767_977_040;
/** of the hash: no collisions but those of chance */
const EVERY_BIT = 0xffff_ffff;

const SILENT: KernelHost = {
  slow: () => 0,
  clock: () => {},
  payload: () => {},
  protocolApplication: () => 0,
  sctpTimer: () => 0,
  keepFin: () => {},
  keptFin: () => 0,
  icmpError: () => {},
  lookInside: () => {},
  drain: () => {},
  letGo: () => {},
  forget: () => {},
  letGoText: () => {},
};

export class KernelTable {
  readonly kernel: Kernel;
  #packets = 0;

  /** @param host what it answers, where it is asked for more than nothing */
  constructor(host: Partial<KernelHost> = {}) {
    this.kernel = new Kernel({ ...SILENT, ...host });
    const firewall = overrideFirewall(defaultConfig(), {
      timeouts: [],
      zones: [],
      nonSyn: null,
      maxSessions: null,
    });
    const options = engineOptions(firewall, {
      drain: false,
      lingerSeconds: 0,
      verifyChecksums: false,
      keepDuplicates: true,
      events: false,
    });
    this.kernel.doors.reset(at.UNIT_BYTES);
    writeTables(this.kernel, options, EVERY_BIT);
    new KernelNames(this.kernel, options);
    this.kernel.view.setUint32(at.CONFIG + at.CONFIG_FRACTION_NS, 1, true);
    this.kernel.view.setUint32(at.CONFIG + at.CONFIG_MAX_CAPTURED, 65_535, true);
  }

  get live(): number {
    return this.kernel.doors.liveSessions() >>> 0;
  }

  get bytes(): number {
    return this.kernel.doors.tableBytes();
  }

  /**
   * Opens sessions until so many are live: at one instant, so that none ends, each from an address of its own.
   * @param frame `address` of the sender is to stand at this place in it
   */
  fill(live: number, frame: Uint8Array, address: number): void {
    this.offer(0, this.#packets + 1, live - this.#packets, frame, address);
    this.#packets = live;
  }

  /**
   * So many packets, `seconds` after the first ones: the frame from senders that are numbered from `first` on.
   * @param frame `address` of the sender is to stand at this place in it
   */
  offer(seconds: number, first: number, count: number, frame: Uint8Array, address: number): void {
    const recordBytes = RECORD_HEADER + frame.length;
    const atOnce = Math.floor(at.INPUT_BYTES / recordBytes);
    for (let taken = 0; taken < count; taken += atOnce) {
      const records = Math.min(atOnce, count - taken);
      const { bytes, view } = this.kernel;
      for (let i = 0; i < records; i += 1) {
        const place = at.INPUT + i * recordBytes;
        const words = [BEGIN + seconds, 0, frame.length, frame.length];
        for (const [word, value] of words.entries()) view.setUint32(place + word * 4, value, true);
        bytes.set(frame, place + RECORD_HEADER);
        view.setUint32(place + RECORD_HEADER + address, 0x0a000000 + first + taken + i, false);
      }
      this.kernel.doors.runFile(at.INPUT, at.INPUT + records * recordBytes, ETHERNET, at.BATCH);
    }
  }

  /** Takes one packet of which so many bytes were captured. */
  take(frame: Uint8Array, captured: number): void {
    const { bytes, view, doors } = this.kernel;
    const words = [BEGIN, 0, captured, frame.length];
    for (const [word, value] of words.entries()) view.setUint32(at.INPUT + word * 4, value, true);
    bytes.set(frame.subarray(0, captured), at.INPUT + RECORD_HEADER);
    doors.runFile(at.INPUT, at.INPUT + RECORD_HEADER + captured, ETHERNET, 1);
  }
}
