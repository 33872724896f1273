/** Session limits (firewall-model 3.4, 11): what the configuration file and `--max-sessions` may say. */
import type { OptionError } from './timeout-option.ts';

/** What becomes of a packet that would open a session while the table is full. */
export type WhenFullMode = 'drop';
export const WHEN_FULL_MODES: readonly WhenFullMode[] = ['drop'];

/** Accelerated aging divides every timer while the table is filled to the threshold. */
export interface AcceleratedAging {
  readonly enabled: boolean;
  /** percent of the limit */
  readonly threshold: number;
  readonly scaling: number;
}

export interface LimitsConfig {
  /** sessions that the table holds at most; null: no limit, and without one no accelerated aging */
  readonly maxSessions: number | null;
  readonly whenFull: WhenFullMode;
  readonly acceleratedAging: AcceleratedAging;
}

export interface WholeRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
}

/** Twice what the largest firewall holds (firewall-model 11). */
export const MAX_SESSIONS_RANGE: WholeRange = { minimum: 1, maximum: 999_999_999, unit: 'sessions' };
export const AGING_THRESHOLD_RANGE: WholeRange = { minimum: 50, maximum: 99, unit: 'percent' };
export const AGING_SCALING_RANGE: WholeRange = { minimum: 2, maximum: 16, unit: 'numbers' };

/** The vendor's defaults; a limit there is only where one is given, since it depends on the device. */
export function defaultLimits(): LimitsConfig {
  return {
    maxSessions: null,
    whenFull: 'drop',
    acceleratedAging: { enabled: true, threshold: 80, scaling: 2 },
  };
}

/** Reads the value of `--max-sessions`. */
export function parseMaxSessions(text: string): { readonly sessions: number } | OptionError {
  const { minimum, maximum } = MAX_SESSIONS_RANGE;
  const sessions = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (sessions >= minimum && sessions <= maximum) return { sessions };
  return {
    error: `--max-sessions ${text}: give whole sessions from ${minimum} to ${maximum}, e.g. 200000`,
  };
}
