/** The words of `endreason compare CAPTURE... --log LOG...`. */
import { Command, Option } from 'commander';
import {
  addFirewallAndRun,
  addMessages,
  addTextOptions,
  type CaptureWords,
  captureWords,
  formatOf,
  type RawCaptureOptions,
  type RawTextOptions,
  type TextWords,
  textWords,
} from './capture-words.ts';
import { UsageError } from './errors.ts';
import { addLogOptions, type LogWords, logWords, type RawLogOptions } from './log-words.ts';

export interface CompareWords extends CaptureWords, TextWords, LogWords {
  readonly format: 'table' | 'json';
  readonly details: boolean;
}

interface RawOptions extends RawCaptureOptions, RawTextOptions, RawLogOptions {
  readonly format?: 'table' | 'json';
  readonly json?: true;
  readonly details?: true;
}

const DESCRIPTION =
  "Puts the sessions of a capture beside the firewall's traffic log: what agrees, what differs, and why.";

const EXAMPLES = `
Examples:
  a capture and the log as the web interface exports it:
    endreason compare capture.pcapng --log traffic.csv
  several captures and logs of a device in Berlin, for a script:
    endreason compare a.pcap b.pcap --log fw-1.log fw-2.log.gz \\
      --log-tz Europe/Berlin --json

LOG is a file, several files, a directory of them, or - for standard input:
syslog, CSV, LEEF, CEF, JSON lines or show log traffic, plain or compressed.
Exit status: 0 no difference; 1 a difference; 2 nothing could be done; 3 a
capture or a log is damaged, all that could be read was used; 130 interrupted.`;

/** The command with its options; `action` is given what was said. */
export function compareCommand(action: (words: CompareWords) => Promise<void>): Command {
  const command = new Command('endreason compare')
    .usage('CAPTURE... --log LOG... [options]')
    .description(DESCRIPTION)
    .addHelpText('after', EXAMPLES);
  addLogOptions(command);
  addFirewallAndRun(command);
  command
    .optionsGroup('The result:')
    .addOption(new Option('--format <format>', 'table or json (default: table)').choices(['table', 'json']))
    .option('--json', 'the same as --format json')
    .option('--details', 'every difference, none of them summed up');
  addTextOptions(command);
  addMessages(command);
  return command.action((captures: string[], options: RawOptions) => action(wordsOf(captures, options)));
}

function wordsOf(captures: readonly string[], raw: RawOptions): CompareWords {
  const words = captureWords(captures, raw);
  const log = logWords(captures, raw);
  if (log.logs.length === 0) {
    throw new UsageError('no log is named; give --log and a file, a directory, or - for standard input');
  }
  const format = formatOf(raw);
  return {
    ...words,
    ...textWords(raw),
    ...log,
    format,
    details: raw.details ?? false,
  };
}
