/** The reference engine's own table and sessions, given packets that have been decoded already. */

import type { PacketRecord } from '../capture/record.ts';
import { makeTime, type Time, ZERO_TIME } from '../capture/time.ts';
import { type DecodedPacket, makeDecodedPacket, PROTO, resetPacket, TCP_FLAG } from '../decode/packet.ts';
import { defaultConfig } from '../firewall/config.ts';
import type { Timeouts } from '../firewall/timeouts.ts';
import { Aging } from '../reference/aging.ts';
import { decideOpening } from '../reference/opening.ts';
import { type Arrival, ReferenceSession } from '../reference/session.ts';
import { ReferenceTable } from '../reference/table.ts';
import { DEFAULT_LINGER_SECONDS, engineOptions, overrideFirewall } from '../report/firewall-in-force.ts';
import type { EngineOptions } from '../session/options.ts';
import { CountingTable } from './counting-table.ts';
import type { PacketColumns } from './table-under-test.ts';

const FRAME = new Uint8Array(60);
/** unscaled, as the workloads' hosts grant it */
const WINDOW = 65_535;

/** The workloads set no limit. */
const NO_AGING = new Aging(null);

export class ReferenceTableUnderTest extends CountingTable {
  readonly #options: EngineOptions;
  readonly #table: ReferenceTable;
  readonly #packet: DecodedPacket = makeDecodedPacket();
  #removed = 0;

  constructor(timeouts: Timeouts) {
    super();
    const config = { ...defaultConfig(), timeouts };
    const firewall = overrideFirewall(config, { timeouts: [], zones: [], nonSyn: null, maxSessions: null });
    const run = {
      drain: false,
      lingerSeconds: DEFAULT_LINGER_SECONDS,
      verifyChecksums: false,
      events: false,
    };
    this.#options = engineOptions(firewall, run);
    this.#table = new ReferenceTable((session) => {
      this.#removed += 1;
      if (session.facts(ZERO_TIME).endedBy === 'timer') this.ended += 1;
    });
  }

  get live(): number {
    return this.opened - this.#removed;
  }

  sweep(time: number): void {
    this.#table.expireDue(timeOf(time));
  }

  protected take(packets: PacketColumns, i: number): void {
    const decoded = this.#decoded(packets, i);
    const now = timeOf(packets.time[i]!);
    const arrival = arrivalOf(decoded, now);
    const found = this.#table.find(decoded, now);
    if (found !== null) {
      if (found.take(arrival, ignore) === 'taken') {
        this.found += 1;
        return;
      }
      found.endByReuse(arrival);
      this.#table.remove(found);
    }
    const decision = decideOpening(decoded, this.#options.nonSyn, now, now, false);
    if (decision === 'refused') return;
    this.opened += 1;
    const session = new ReferenceSession(
      { id: this.opened, parent: null, ...decision },
      arrival,
      this.#options,
      NO_AGING,
    );
    session.take(arrival, ignore);
    this.#table.add(session);
  }

  /** The packet of a row; without payload its sequence numbers follow from its flags. */
  #decoded(packets: PacketColumns, i: number): DecodedPacket {
    const decoded = this.#packet;
    resetPacket(decoded, FRAME, FRAME.length);
    decoded.version = packets.version;
    for (let word = 0; word < 4; word += 1) {
      decoded.src[word] = packets.src[4 * i + word]!;
      decoded.dst[word] = packets.dst[4 * i + word]!;
    }
    decoded.sport = packets.sport[i]!;
    decoded.dport = packets.dport[i]!;
    decoded.proto = packets.proto[i]!;
    decoded.tcpFlags = packets.tcpFlags[i]!;
    if (decoded.proto === PROTO.TCP) {
      decoded.seq = (decoded.tcpFlags & TCP_FLAG.SYN) !== 0 ? 0 : 1;
      decoded.ack = (decoded.tcpFlags & TCP_FLAG.ACK) !== 0 ? 1 : 0;
      decoded.window = WINDOW;
    }
    return decoded;
  }
}

function arrivalOf(decoded: DecodedPacket, now: Time): Arrival {
  const record: PacketRecord = {
    time: now,
    linkType: 1,
    interfaceId: 0,
    originalLength: FRAME.length,
    data: FRAME,
    file: 0,
    filePacket: 0,
  };
  return { ref: { packet: 0, file: 0, filePacket: 0, time: now }, record, decoded, now, offset: ZERO_TIME };
}

function timeOf(microseconds: number): Time {
  const sec = Math.floor(microseconds / 1e6);
  return makeTime(sec, Math.round((microseconds - sec * 1e6) * 1000));
}

function ignore(): void {}
