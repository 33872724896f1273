/**
 * TCP tuples that have had a session: such a tuple never opens a midstream one (interface.md "First seen
 * without a SYN"). A flood may bring millions of them while that matters (capture start + tcp timer), so a
 * tuple is kept as a hash of 53 bits, either direction alike, and their number is bounded: beyond the bound
 * every tuple counts as seen, and what has no SYN is rejected.
 */
import type { ScopedKey } from './table.ts';

/** Well below the 2^24 entries at which a Set ends. */
const MOST_TUPLES = 8_000_000;

export class SeenTuples {
  private readonly hashes = new Set<number>();
  private readonly most: number;

  constructor(most: number = MOST_TUPLES) {
    this.most = most;
  }

  has(key: ScopedKey): boolean {
    return this.hashes.size >= this.most || this.hashes.has(tupleHash(key));
  }

  add(key: ScopedKey): void {
    if (this.hashes.size < this.most) this.hashes.add(tupleHash(key));
  }

  clear(): void {
    this.hashes.clear();
  }
}

/** The same for both directions: the hashes of the two ends are added. */
function tupleHash(key: ScopedKey): number {
  const [clientLow, clientHigh] = endHash(key.src, key.sport, key);
  const [serverLow, serverHigh] = endHash(key.dst, key.dport, key);
  const low = (clientLow + serverLow) >>> 0;
  const high = (clientHigh + serverHigh) >>> 0;
  return (high >>> 11) * 2 ** 32 + low;
}

function endHash(
  address: Uint32Array,
  port: number,
  { version, level, network }: ScopedKey,
): [low: number, high: number] {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (const word of [...address, port, version, level, network]) {
    low = mix(low ^ word, 0xcc9e2d51);
    high = mix(high ^ word, 0x1b873593);
  }
  return [low, high];
}

/** The finalizer of MurmurHash3 with a factor of the lane's own. */
function mix(value: number, factor: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), factor);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
