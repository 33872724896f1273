/** The words of every command that takes traffic logs. */
import { type Command, Option } from 'commander';
import { findLogZone, type LogZone } from '../trafficlog/log-zone.ts';
import { UsageError } from './errors.ts';

export interface LogWords {
  readonly logs: readonly string[];
  /** null: fitted, where the log does not say */
  readonly logZone: LogZone | null;
}

/** As commander hands them over. */
export interface RawLogOptions {
  readonly log?: readonly string[];
  readonly logTz?: LogZone;
}

export function addLogOptions(command: Command): void {
  command
    .optionsGroup('The log:')
    .option('--log <log...>', 'traffic logs of the firewall')
    .addOption(
      new Option(
        '--log-tz <zone>',
        "time zone of the device's clock, e.g. Europe/Berlin (default: as the log says, else fitted)",
      ).argParser(parseLogZone),
    );
}

/** @throws UsageError where standard input is to be both */
export function logWords(captures: readonly string[], raw: RawLogOptions): LogWords {
  const logs = raw.log ?? [];
  if (logs.includes('-') && captures.includes('-')) {
    throw new UsageError(
      'standard input can be the capture or the log, not both; give one of them as a file',
    );
  }
  return { logs, logZone: raw.logTz ?? null };
}

/** The options again, as they are typed. */
export function logArguments({ logs, logZone }: LogWords): readonly string[] {
  return [
    ...(logs.length === 0 ? [] : ['--log', ...logs]),
    ...(logZone === null ? [] : ['--log-tz', logZone.name]),
  ];
}

function parseLogZone(text: string): LogZone {
  const zone = findLogZone(text);
  if (zone === null) {
    throw new UsageError(
      `--log-tz ${text}: unknown time zone; give an IANA name such as Europe/Berlin, UTC, or +02:00`,
    );
  }
  return zone;
}
