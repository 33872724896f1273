/** What the contract has and this version does not: using it gives one clear line instead of a riddle. */
import type { Command } from 'commander';
import { UsageError } from './errors.ts';

export const LATER_COMMANDS: readonly string[] = ['show', 'shell', 'config'];

const LATER_OPTIONS: readonly string[] = ['--filter', '--at', '--save-table', '--load-table', '--threat-log'];

export function notInThisVersion(what: string): UsageError {
  return new UsageError(`${what}: this version does not have it; endreason --help lists what it has`);
}

/** Refuses the options by name, whatever their values. */
export function refuseLaterOptions(command: Command): void {
  for (const name of LATER_OPTIONS) {
    const option = command.createOption(`${name} [value]`).hideHelp();
    command.addOption(option);
    command.on(`option:${option.name()}`, () => {
      throw notInThisVersion(name);
    });
  }
}
