/** How long a run was at what. */
import { PHASES, type Phase, type PhaseMeter } from '../session/phases.ts';

export type PhaseSeconds = Readonly<Record<Phase, number>>;

export class PhaseClock implements PhaseMeter {
  readonly #now: () => number;
  readonly #milliseconds = new Map<Phase, number>();
  #phase: Phase;
  #since: number;

  /**
   * Starts at once.
   * @param now milliseconds on a clock that never steps back
   */
  constructor(phase: Phase, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#phase = phase;
    this.#since = now();
  }

  enter(phase: Phase): Phase {
    const before = this.#phase;
    const now = this.#now();
    this.#milliseconds.set(before, (this.#milliseconds.get(before) ?? 0) + now - this.#since);
    this.#phase = phase;
    this.#since = now;
    return before;
  }

  /** Seconds until now. */
  read(): PhaseSeconds {
    this.enter(this.#phase);
    const seconds = (phase: Phase): number => (this.#milliseconds.get(phase) ?? 0) / 1000;
    return Object.fromEntries(PHASES.map((phase) => [phase, seconds(phase)])) as Record<Phase, number>;
  }
}
