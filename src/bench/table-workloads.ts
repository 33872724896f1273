/**
 * Workloads for a session table alone: packets of numbered sessions and sweeps, with the counts that a
 * right table must have at the end. Times are microseconds since the workload began.
 */
import { PROTO, TCP_FLAG } from '../decode/packet.ts';
import type { Timeouts } from '../firewall/timeouts.ts';
import { Random } from './random.ts';
import { addPacket } from './table-packets.ts';
import type { PacketColumns, TableCounts } from './table-under-test.ts';

const SECOND = 1e6;

/** One call of the table: the batch that the columns hold, if any, then a sweep up to `sweep`, if any. */
export interface Step {
  /** whether it counts; otherwise it prepares what is measured */
  readonly timed: boolean;
  readonly sweep: number | null;
}

/** What is counted: packets that were offered, sessions that were opened, sessions that ended. */
export type Operation = 'packets' | 'opened' | 'ended';

export interface WorkloadPlan {
  /** sessions that are in the table at most, overdue ones included */
  readonly capacity: number;
  /** what a right table counts once everything has been offered and swept */
  readonly expected: TableCounts & { readonly live: number };
  /** Fills the columns and says what to do, again and again. */
  steps(packets: PacketColumns): Generator<Step, void, undefined>;
}

export interface PlanOptions {
  /** sessions that are to be live */
  readonly live: number;
  /** packets that are timed, where the workload does not follow from the live sessions alone */
  readonly packets: number;
  readonly seed: number;
  readonly timeouts: Timeouts;
}

export interface TableWorkload {
  readonly name: TableWorkloadName;
  readonly about: string;
  /** what a nanosecond figure is of */
  readonly operation: Operation;
  plan(options: PlanOptions): WorkloadPlan;
}

export type TableWorkloadName = 'new' | 'look-up' | 'look-up-zipf' | 'expiry' | 'mixed' | 'syn-flood';

const { SYN, ACK, FIN } = TCP_FLAG;
/** Seconds over which the sessions of a full table are opened: well below the timer of UDP. */
const FILL_TIME = 10 * SECOND;

export const TABLE_WORKLOADS: readonly TableWorkload[] = [
  { name: 'new', about: 'every packet opens a UDP session, none ends', operation: 'opened', plan: planNew },
  {
    name: 'look-up',
    about: 'packets of live UDP sessions, each as likely as any other',
    operation: 'packets',
    plan: (options) => planLookUp(options, (random) => random.below(options.live)),
  },
  {
    name: 'look-up-zipf',
    about: "the same, the sessions' shares by Zipf's law with exponent 1",
    operation: 'packets',
    plan: (options) => planLookUp(options, (random) => random.zipf(options.live)),
  },
  {
    name: 'expiry',
    about: 'a full table runs empty in a hundred sweeps',
    operation: 'ended',
    plan: planExpiry,
  },
  {
    name: 'mixed',
    about: 'TCP connections of ten packets begin, talk, close and wait out their timer, all at once',
    operation: 'packets',
    plan: planMixed,
  },
  {
    name: 'syn-flood',
    about: 'every packet is a SYN that opens a session, and for each one an older one ends',
    operation: 'packets',
    plan: planSynFlood,
  },
];

/** Fills batches and asks for a sweep whenever a second of table time has gone by, as an engine does. */
class Script {
  readonly #packets: PacketColumns;
  #second = 0;

  constructor(packets: PacketColumns) {
    this.#packets = packets;
  }

  /** @param add appends the packet, or the packets, of turn `i` to the batch */
  *offer(
    from: number,
    to: number,
    timed: boolean,
    perTurn: number,
    add: (i: number) => void,
  ): Generator<Step> {
    const packets = this.#packets;
    packets.count = 0;
    for (let i = from; i < to; i += 1) {
      add(i);
      const isFull = packets.count + perTurn > packets.proto.length;
      if (!isFull && i + 1 < to) continue;
      if (packets.count === 0) continue;
      yield { timed, sweep: this.#dueSweep(packets.time[packets.count - 1]!) };
      packets.count = 0;
    }
  }

  *sweep(time: number, timed: boolean): Generator<Step> {
    this.#packets.count = 0;
    yield { timed, sweep: time };
  }

  #dueSweep(time: number): number | null {
    const second = Math.floor(time / SECOND);
    if (second === this.#second) return null;
    this.#second = second;
    return time;
  }
}

function planNew({ live }: PlanOptions): WorkloadPlan {
  return {
    capacity: live,
    expected: { opened: live, found: 0, ended: 0, live },
    *steps(packets) {
      yield* fill(new Script(packets), packets, live, true);
    },
  };
}

function fill(script: Script, packets: PacketColumns, live: number, timed: boolean): Generator<Step> {
  return script.offer(0, live, timed, 1, (i) => {
    addPacket(packets, i, false, PROTO.UDP, 0, Math.floor((i * FILL_TIME) / live));
  });
}

function planLookUp(options: PlanOptions, choose: (random: Random) => number): WorkloadPlan {
  const { live, packets: count, seed, timeouts } = options;
  const room = (timeouts.udp - 1) * SECOND - FILL_TIME;
  return {
    capacity: live,
    expected: { opened: live, found: count, ended: 0, live },
    *steps(packets) {
      const script = new Script(packets);
      const random = new Random(seed);
      yield* fill(script, packets, live, false);
      yield* script.offer(0, count, true, 1, (i) => {
        const session = choose(random);
        const fromServer = random.word() % 2 === 1;
        addPacket(packets, session, fromServer, PROTO.UDP, 0, FILL_TIME + Math.floor((i * room) / count));
      });
    },
  };
}

const SWEEPS = 100;

function planExpiry({ live, timeouts }: PlanOptions): WorkloadPlan {
  return {
    capacity: live,
    expected: { opened: live, found: 0, ended: live, live: 0 },
    *steps(packets) {
      const script = new Script(packets);
      yield* fill(script, packets, live, false);
      for (let sweep = 1; sweep <= SWEEPS; sweep += 1) {
        yield* script.sweep(timeouts.udp * SECOND + (sweep * FILL_TIME) / SWEEPS, true);
      }
    },
  };
}

/** Flags of a connection's packets, and who sends them. */
const TALK: readonly (readonly [fromServer: boolean, tcpFlags: number])[] = [
  [false, SYN],
  [true, SYN | ACK],
  [false, ACK],
  [false, ACK],
  [true, ACK],
  [false, ACK],
  [true, ACK],
  [false, FIN | ACK],
  [true, FIN | ACK],
  [false, ACK],
];

/**
 * In turn n connection n begins, connection n - apart sends its second packet, n - 2 apart its third, and so
 * on: half of the live connections are talking, the other half wait for the time-wait timer.
 */
function planMixed({ live, packets: count, timeouts }: PlanOptions): WorkloadPlan {
  const last = TALK.length - 1;
  const apart = Math.max(1, Math.round(live / 2 / last));
  const wait = timeouts['tcp-time-wait'] * SECOND;
  const waiting = Math.max(1, Math.round(live / 2));
  const turnTime = Math.max(1, Math.floor(wait / waiting));
  const warmUp = last * apart + waiting;
  const turns = warmUp + Math.ceil(count / TALK.length);
  const end = (turns - 1) * turnTime;
  // the last connection that has sent everything, and the last that had the time to be ended
  const lastDone = turns - 1 - last * apart;
  const lastEnded = Math.floor((end - wait) / turnTime) - last * apart;
  const ended = Math.max(0, Math.min(lastDone, lastEnded) + 1);
  const offered = TALK.reduce((sum, _, step) => sum + Math.max(0, turns - step * apart), 0);
  return {
    // a second's worth may be overdue before a sweep notices
    capacity: 2 * live + Math.ceil(SECOND / turnTime) + TALK.length,
    expected: { opened: turns, found: offered - turns, ended, live: turns - ended },
    *steps(packets) {
      const script = new Script(packets);
      const turn = (n: number): void => {
        for (let step = last; step >= 0; step -= 1) {
          const connection = n - step * apart;
          if (connection < 0) continue;
          const [fromServer, tcpFlags] = TALK[step]!;
          addPacket(packets, connection, fromServer, PROTO.TCP, tcpFlags, n * turnTime);
        }
      };
      yield* script.offer(0, warmUp, false, TALK.length, turn);
      yield* script.offer(warmUp, turns, true, TALK.length, turn);
      yield* script.sweep(end, false);
    },
  };
}

function planSynFlood({ live, packets: count, timeouts }: PlanOptions): WorkloadPlan {
  const wait = timeouts['tcp-init'] * SECOND;
  const at = (i: number): number => Math.floor((i * wait) / live);
  const total = live + count;
  const end = at(total - 1);
  let ended = 0;
  while (ended < total && at(ended) + wait <= end) ended += 1;
  return {
    // a second's worth may be overdue before a sweep notices
    capacity: 2 * live + Math.ceil((live * SECOND) / wait),
    expected: { opened: total, found: 0, ended, live: total - ended },
    *steps(packets) {
      const script = new Script(packets);
      const syn = (i: number): void => addPacket(packets, i, false, PROTO.TCP, SYN, at(i));
      yield* script.offer(0, live, false, 1, syn);
      yield* script.offer(live, total, true, 1, syn);
      yield* script.sweep(end, false);
    },
  };
}
