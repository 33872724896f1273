/**
 * Pseudo-random numbers of the workloads: xoshiro128++ (Blackman and Vigna, 2019), seeded by splitmix32.
 * The same seed gives the same numbers on every machine; nothing here uses Math.pow, whose last bit is
 * not the same in every version of the language's engines.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed any integer; its low 32 bits count */
  constructor(seed: number) {
    let state = seed | 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      return mix32(state) | 0;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  /** 0 .. 2^32 - 1 */
  word(): number {
    const sum = (this.#a + this.#d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + this.#a) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** 0 <= x < 1, in steps of 2^-32 */
  unit(): number {
    return this.word() / 4_294_967_296;
  }

  /** An integer, 0 <= x < n. */
  below(n: number): number {
    return Math.floor(this.unit() * n);
  }

  /** Exponentially distributed with this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  /** Pareto distributed: at least `least`, tail exponent `alpha`. */
  pareto(least: number, alpha: number): number {
    return least * Math.exp(-Math.log(1 - this.unit()) / alpha);
  }

  /** A rank 0 <= x < n where rank r has a share of about 1 / (r + 1): Zipf's law with exponent 1. */
  zipf(n: number): number {
    return Math.min(n - 1, Math.floor(Math.exp(this.unit() * Math.log(n + 1))) - 1);
  }
}

/** A bijection of the 32-bit words that leaves no pattern (the finalizer of MurmurHash3). @returns 0 .. 2^32 - 1 */
export function mix32(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
