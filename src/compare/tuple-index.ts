/**
 * Sessions by what a log row names them with: protocol, addresses and ports, whichever side is called the
 * client. Protocols without ports, and ICMP, whose log rows have none, go by their addresses alone
 * (firewall-model 0.8, 1).
 */
import { protocolName } from '../decode/protocol-names.ts';
import type { SessionStore } from './session-store.ts';

const TCP = 6;
const UDP = 17;
const SCTP = 132;
const WITH_PORTS: ReadonlySet<number> = new Set([TCP, UDP, SCTP]);

export const hasPorts = (proto: number): boolean => WITH_PORTS.has(proto);
export const isIcmp = (proto: number): boolean => proto === 1 || proto === 58;

const PROTOCOLS: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, number) => [protocolName(number), number] as const),
);

/** Of a name as a log row has it; null where there is none. */
export function protocolNumber(name: string): number | null {
  return PROTOCOLS.get(name) ?? null;
}

export const NONE = -1;

/** Keeps the load below one half. */
const SLOTS_PER_SESSION = 2;

export class TupleIndex {
  /** sessions, those of a tuple behind each other in order of start */
  readonly sessions: Int32Array;
  /** where in `sessions` a tuple's begin; one more than there are tuples */
  readonly begin: Int32Array;
  /** tuple of each session */
  readonly tupleOf: Int32Array;
  /** protocols that occur, in order */
  readonly protocols: readonly number[];
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** low address, high address, ports of the two, protocol; by tuple */
  readonly #a: Int32Array;
  readonly #b: Int32Array;
  readonly #ports: Uint32Array;
  readonly #proto: Uint32Array;
  #tuples = 0;

  constructor(store: SessionStore) {
    const { count } = store;
    const bits = Math.max(4, Math.ceil(Math.log2(Math.max(1, count) * SLOTS_PER_SESSION)));
    this.#slots = new Int32Array(2 ** bits).fill(NONE);
    this.#mask = 2 ** bits - 1;
    this.#a = new Int32Array(count);
    this.#b = new Int32Array(count);
    this.#ports = new Uint32Array(count);
    this.#proto = new Uint32Array(count);
    this.tupleOf = new Int32Array(count);
    const seen = new Set<number>();
    for (let session = 0; session < count; session += 1) {
      const proto = store.proto.cells[session]!;
      seen.add(proto);
      this.tupleOf[session] = this.#lookUp(
        proto,
        store.src.cells[session]!,
        store.dst.cells[session]!,
        store.sport.cells[session]!,
        store.dport.cells[session]!,
        true,
      );
    }
    this.protocols = [...seen].sort((a, b) => a - b);
    this.begin = new Int32Array(this.#tuples + 1);
    this.sessions = new Int32Array(count);
    this.#sort(store);
  }

  get tuples(): number {
    return this.#tuples;
  }

  /** Number of the tuple, NONE where no session has it. Addresses are numbers of the address book. */
  find(proto: number, src: number, dst: number, sport: number, dport: number): number {
    return this.#lookUp(proto, src, dst, sport, dport, false);
  }

  #lookUp(proto: number, src: number, dst: number, sport: number, dport: number, add: boolean): number {
    const ports = hasPorts(proto);
    const p = ports ? sport : 0;
    const q = ports ? dport : 0;
    const swap = src > dst || (src === dst && p > q);
    const a = swap ? dst : src;
    const b = swap ? src : dst;
    const both = (((swap ? q : p) << 16) | (swap ? p : q)) >>> 0;
    let slot = hash(a, b, both, proto) & this.#mask;
    for (;;) {
      const tuple = this.#slots[slot]!;
      if (tuple === NONE) {
        if (!add) return NONE;
        const next = this.#tuples;
        this.#slots[slot] = next;
        this.#a[next] = a;
        this.#b[next] = b;
        this.#ports[next] = both;
        this.#proto[next] = proto;
        this.#tuples += 1;
        return next;
      }
      if (
        this.#a[tuple] === a &&
        this.#b[tuple] === b &&
        this.#ports[tuple] === both &&
        this.#proto[tuple] === proto
      ) {
        return tuple;
      }
      slot = (slot + 1) & this.#mask;
    }
  }

  /** Counting sort by tuple, then by start within each. */
  #sort(store: SessionStore): void {
    const { begin, sessions, tupleOf } = this;
    for (const tuple of tupleOf) begin[tuple + 1]! += 1;
    for (let tuple = 0; tuple < this.#tuples; tuple += 1) begin[tuple + 1]! += begin[tuple]!;
    const next = begin.slice();
    for (let session = 0; session < tupleOf.length; session += 1) {
      const tuple = tupleOf[session]!;
      sessions[next[tuple]!] = session;
      next[tuple]! += 1;
    }
    const first = store.first.cells;
    const id = store.id.cells;
    for (let tuple = 0; tuple < this.#tuples; tuple += 1) {
      if (begin[tuple + 1]! - begin[tuple]! < 2) continue;
      sessions
        .subarray(begin[tuple]!, begin[tuple + 1]!)
        .sort((x, y) => first[x]! - first[y]! || id[x]! - id[y]!);
    }
  }
}

function hash(a: number, b: number, ports: number, proto: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(ports, 0xc2b2ae35) ^ proto;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 13), 0x297a2d39);
  return (h ^ (h >>> 16)) >>> 0;
}
