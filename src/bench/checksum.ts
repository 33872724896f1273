/**
 * One number for all sessions of a run, so that a wrong answer cannot be fast: who talked, packets, bytes,
 * times, timer, application, end reason, tracker stage of each. The order in which sessions come does not
 * count; two engines that agree give the same number.
 */
import type { Time } from '../capture/time.ts';
import type { SessionFacts } from '../session/facts.ts';
import type { VerdictOptions } from '../verdict/ending.ts';
import { deriveVerdict } from '../verdict/verdict.ts';

const WORD = 4_294_967_296;

export class SessionsChecksum {
  sessions = 0;
  packets = 0;
  bytes = 0;
  readonly #options: VerdictOptions;
  readonly #names = new Map<string | null, number>();
  #low = 0;
  #high = 0;
  /** the two halves of the hash of the session under way (MurmurHash3, two seeds) */
  #a = 0;
  #b = 0;

  constructor(options: VerdictOptions) {
    this.#options = options;
  }

  add(facts: SessionFacts): void {
    this.sessions += 1;
    this.packets += facts.c2s.packets + facts.s2c.packets;
    this.bytes += facts.c2s.bytes + facts.s2c.bytes;
    this.#a = 0x3c6ef372;
    this.#b = 0xa54ff53a | 0;
    this.#identity(facts);
    this.#counts(facts);
    this.#ending(facts);
    this.#low = (this.#low + finished(this.#a)) | 0;
    this.#high = (this.#high + finished(this.#b)) | 0;
  }

  /** 16 hexadecimal digits. */
  get text(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #identity(facts: SessionFacts): void {
    this.#number(facts.id);
    for (let i = 0; i < 4; i += 1) {
      this.#word(facts.src[i]! | 0);
      this.#word(facts.dst[i]! | 0);
    }
    this.#word((facts.sport << 16) | facts.dport);
    this.#word((facts.proto << 8) | facts.version);
    this.#name(facts.fromZone);
    this.#name(facts.toZone);
    this.#name(facts.clientBasis);
    this.#number(facts.parent ?? 0);
  }

  #counts(facts: SessionFacts): void {
    this.#number(facts.c2s.packets);
    this.#number(facts.c2s.bytes);
    this.#number(facts.s2c.packets);
    this.#number(facts.s2c.bytes);
    this.#number(facts.afterEnd ?? -1);
    this.#time(facts.first.time);
    this.#time(facts.last.time);
    this.#number(facts.elapsedSeconds);
  }

  #ending(facts: SessionFacts): void {
    const verdict = deriveVerdict(facts, this.#options);
    this.#name(verdict.app);
    this.#name(verdict.reason);
    this.#name(verdict.stage);
    this.#name(verdict.pending?.reason ?? null);
    this.#name(facts.endedBy);
    this.#name(facts.timerName);
    this.#number(facts.timerSeconds);
    this.#number(facts.ttlSeconds);
    this.#time(facts.endTime);
  }

  #time({ sec, nsec }: Time): void {
    this.#number(sec);
    this.#word(nsec);
  }

  /** An integer that a double holds. */
  #number(value: number): void {
    this.#word(value | 0);
    this.#word(Math.floor(value / WORD) | 0);
  }

  #name(name: string | null): void {
    let code = this.#names.get(name);
    if (code === undefined) {
      code = codeOf(name ?? '\u0000');
      this.#names.set(name, code);
    }
    this.#word(code);
  }

  #word(word: number): void {
    this.#a = step(this.#a, word, 0xcc9e2d51, 0x1b873593);
    this.#b = step(this.#b, word, 0x239b961b, 0xab0e9789);
  }
}

function step(hash: number, word: number, first: number, second: number): number {
  let k = Math.imul(word, first);
  k = (k << 15) | (k >>> 17);
  const mixed = hash ^ Math.imul(k, second);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finished(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function codeOf(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i += 1) hash = step(hash, name.charCodeAt(i), 0xcc9e2d51, 0x1b873593);
  return finished(hash);
}
