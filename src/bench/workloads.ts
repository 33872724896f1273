/** The workload captures: which conversations each is made of. `docs/bench.md` describes them in words. */
import { Flow, type FlowKind } from './flow.ts';
import type { Random } from './random.ts';

export type WorkloadName = 'mix' | 'small' | 'synflood';

/** How large a capture becomes: at most one of the three is said, the others are Infinity. */
export interface WorkloadSize {
  readonly packets: number;
  /** conversations; those that have begun run to their end */
  readonly sessions: number;
  /** of the file; it ends with the last packet that fits */
  readonly bytes: number;
}

interface Common {
  readonly summary: string;
  readonly defaultSize: Partial<WorkloadSize>;
  /** bytes of a frame that are captured at most */
  readonly snaplen: number;
}

/** Conversations that begin at random times and overlap. */
export interface TalkWorkload extends Common {
  readonly kind: 'talks';
  /** conversations that begin in a second, on average */
  readonly flowsPerSecond: number;
  /** a conversation that begins at this time, in seconds since the capture began */
  open(at: number, random: Random): Flow;
}

/** Lone SYNs at equal distances. */
export interface FloodWorkload extends Common {
  readonly kind: 'flood';
  readonly packetsPerSecond: number;
  /** turns `flow` into the sender of the next SYN */
  next(flow: Flow, random: Random): void;
}

export type Workload = TalkWorkload | FloodWorkload;

export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  mix: {
    kind: 'talks',
    summary: 'everyday traffic: TCP with all ways to end, DNS, QUIC, pings; 10 % IPv6, 3 % VLAN',
    defaultSize: { bytes: 1 << 30 },
    snaplen: 65_535,
    flowsPerSecond: 500,
    open: openMixed,
  },
  small: {
    kind: 'talks',
    summary: 'short TCP connections: ten packets each of 60 bytes (SYNs 62), about 50,000 at a time',
    defaultSize: { sessions: 1_000_000 },
    snaplen: 96,
    flowsPerSecond: 10_000,
    open: openShort,
  },
  synflood: {
    kind: 'flood',
    summary: 'a SYN flood: every packet is the first of a new session, 100,000 a second',
    defaultSize: { packets: 10_000_000 },
    snaplen: 65_535,
    packetsPerSecond: 100_000,
    next: nextSyn,
  },
};

export const WORKLOAD_NAMES: readonly WorkloadName[] = Object.keys(WORKLOADS) as WorkloadName[];

/** Share of a draw that falls on each row: the first whose `upTo` lies above it. */
type Shares<T> = readonly (readonly [upTo: number, value: T])[];

function drawn<T>(shares: Shares<T>, random: Random): T {
  const draw = random.unit();
  return shares.find(([upTo]) => draw < upTo)![1];
}

const PROTOCOLS: Shares<'tcp' | 'dns' | 'quic' | 'ping'> = [
  [0.74, 'tcp'],
  [0.94, 'dns'],
  [0.97, 'quic'],
  [1, 'ping'],
];

const TCP_KINDS: Shares<FlowKind> = [
  [0.74, 'tcp-fin'],
  [0.82, 'tcp-client-reset'],
  [0.87, 'tcp-server-reset'],
  [0.92, 'tcp-unanswered'],
  [0.95, 'tcp-refused'],
  [1, 'tcp-left-open'],
];

/** 0: any from 8000 to 9999 */
const TCP_PORTS: Shares<number> = [
  [0.7, 443],
  [0.85, 80],
  [0.88, 22],
  [0.91, 25],
  [1, 0],
];

const IPV6_SHARE = 0.1;
const VLAN_SHARE = 0.03;
const VLAN_ID = 100;
/** data packets of a conversation: Pareto distributed from here on */
const LENGTH = { least: 2, alpha: 1.25, most: 20_000 } as const;
/** a longer conversation is sent faster, so that it is over in about so many seconds */
const LONG = { packets: 60, seconds: 40 } as const;

function openMixed(at: number, random: Random): Flow {
  const flow = new Flow(at);
  flow.version = random.unit() < IPV6_SHARE ? 6 : 4;
  flow.vlan = random.unit() < VLAN_SHARE ? VLAN_ID : 0;
  setEnds(flow, random, 8_000, 60_000);
  flow.length = Math.floor(Math.min(random.pareto(LENGTH.least, LENGTH.alpha), LENGTH.most)) + 1;
  const protocol = drawn(PROTOCOLS, random);
  if (protocol === 'tcp') {
    flow.kind = drawn(TCP_KINDS, random);
    flow.serverPort = drawn(TCP_PORTS, random) || 8_000 + random.below(2_000);
    flow.gap = gapOf(flow.length, random.exponential(0.6) + 0.002);
  } else {
    flow.kind = protocol;
    OTHERS[protocol](flow, random);
  }
  return flow;
}

const OTHERS: Readonly<Record<'dns' | 'quic' | 'ping', (flow: Flow, random: Random) => void>> = {
  dns: (flow) => {
    flow.serverPort = 53;
    flow.gap = 0.02;
  },
  quic: (flow) => {
    flow.serverPort = 443;
    flow.gap = gapOf(flow.length, 0.1);
  },
  ping: (flow, random) => {
    flow.length = 1 + random.below(8);
  },
};

function gapOf(length: number, gap: number): number {
  return length > LONG.packets ? LONG.seconds / length : gap;
}

function openShort(at: number, random: Random): Flow {
  const flow = new Flow(at);
  flow.kind = 'tcp-short';
  setEnds(flow, random, 200_000, 50_000);
  flow.serverPort = 443;
  flow.gap = 0.5;
  return flow;
}

/** Any client and one of few popular servers: the cube of a draw crowds at the low numbers. */
function setEnds(flow: Flow, random: Random, clients: number, servers: number): void {
  const popularity = random.unit();
  flow.setHosts(random.below(clients), Math.floor(popularity * popularity * popularity * servers));
  flow.clientPort = 1024 + random.below(64_000);
  flow.clientSeq = random.word();
  flow.serverSeq = random.word();
  flow.ipId = random.word() & 0xffff;
}

/** First octets that hosts have: not 0, loopback, multicast or above. */
const UNICAST_OCTETS: readonly number[] = Array.from({ length: 223 }, (_, i) => i + 1).filter(
  (octet) => octet !== 127,
);
const VICTIMS = 0xc0a80000;

function nextSyn(flow: Flow, random: Random): void {
  const draw = random.word();
  const octet = UNICAST_OCTETS[draw % UNICAST_OCTETS.length]!;
  flow.setIpv4(((octet << 24) | (random.word() >>> 8)) >>> 0, VICTIMS + (draw >>> 24));
  flow.clientPort = 1024 + random.below(64_000);
  flow.serverPort = draw % 16 === 0 ? 443 : 80;
  flow.clientSeq = random.word();
  flow.ipId = flow.clientSeq >>> 16;
}
