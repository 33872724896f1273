/** What a run spends its time on, for `endreason bench capture`. Whoever changes what is being done says so. */

/**
 * `reading`: waiting for bytes, decompression included. `engine`: everything from a packet to ended
 * sessions. `decisions`: what the fast engine asks outside of its kernel; the reference engine decides as it
 * goes, within `engine`. `output`: verdicts, totals, text.
 */
export type Phase = 'reading' | 'engine' | 'decisions' | 'output';
export const PHASES: readonly Phase[] = ['reading', 'engine', 'decisions', 'output'];

export interface PhaseMeter {
  /** From now on time is spent on `phase`. @returns what it was spent on until now, to go back to */
  enter(phase: Phase): Phase;
}

/** Nobody measures. */
export const NO_METER: PhaseMeter = { enter: (phase) => phase };
