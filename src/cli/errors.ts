/** Failures that a user can do something about, and the one line each becomes. */
import type { CommanderError } from 'commander';
import { BenchError } from '../bench/bench-error.ts';
import { CaptureError } from '../capture/record.ts';
import { ConfigError } from '../firewall/config.ts';
import { OutputError } from '../report/write-output.ts';
import { LogError } from '../trafficlog/log-error.ts';

/** interface.md "exit status" */
export const EXIT = { done: 0, different: 1, unusable: 2, damaged: 3, interrupted: 130 } as const;

/** Words on the command line that cannot be used; `message` is the one line for the user. */
export class UsageError extends Error {}

/** Ctrl-C before there was anything to print. */
export class Interrupted extends Error {}

export const REPORT_REQUEST: string =
  'this is a fault of endreason: please report it with the command and, if you may, the capture';

/** The line for standard error, without the program's name; never a stack trace. */
export function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const known = [UsageError, CaptureError, LogError, ConfigError, OutputError, BenchError].some(
    (kind) => error instanceof kind,
  );
  return known ? message : `internal error: ${message}; ${REPORT_REQUEST}`;
}

/**
 * Commander's messages, which may take two lines and end in a full stop, in the form of all others.
 * @param command whose help says more, e.g. `endreason bench`
 */
export function commanderError({ message }: CommanderError, command: string): UsageError {
  const line = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  const saysWhatToDo = /Did you mean|Allowed choices/.test(line);
  return new UsageError(saysWhatToDo ? line : `${line}; ${command} --help lists what there is`);
}
