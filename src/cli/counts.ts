/** Numbers on the command line that may be large: `250000`, `250k`, `10M`, `1Gi`. */
import { Option } from 'commander';
import { UsageError } from './errors.ts';

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/**
 * @param option as it stands on the command line, for the message
 * @throws UsageError unless the text is a whole number from `least` on that a double holds exactly
 */
export function parseCount(option: string, text: string, least: number): number {
  const match = /^(\d{1,15})([kMG]?i?)$/.exec(text);
  const scale = match === null ? undefined : SUFFIXES[match[2]!];
  const count = scale === undefined ? Number.NaN : Number(match![1]) * scale;
  if (!Number.isSafeInteger(count) || count < least) {
    throw new UsageError(
      `${option} ${text}: give a whole number from ${least} on; k, M, G, Ki, Mi, Gi may follow it, e.g. 250k`,
    );
  }
  return count;
}

/** An option that takes such a number. */
export function countOption(flags: string, description: string, least: number): Option {
  const name = flags.split(' ')[0]!;
  return new Option(flags, description).argParser((text: string) => parseCount(name, text, least));
}
