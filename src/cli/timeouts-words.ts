/** The words of `endreason timeouts CAPTURE...`. */
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
import { refuseLaterOptions } from './later.ts';
import { addLogOptions, type LogWords, logWords, type RawLogOptions } from './log-words.ts';

const FORMATS = ['table', 'json'] as const;
type Format = (typeof FORMATS)[number];

export interface TimeoutsWords extends CaptureWords, TextWords, LogWords {
  readonly format: Format;
  readonly failOnExpired: boolean;
}

/** As commander hands them over. */
interface RawOptions extends RawCaptureOptions, RawTextOptions, RawLogOptions {
  readonly format?: Format;
  readonly json?: true;
  readonly failOnExpired?: true;
}

const DESCRIPTION =
  'Is a suspected timeout real? Which timer ended a session, when, what the hosts sent afterwards, and how long it would have had to be.';

const EXAMPLES = `
Examples:
  every session that a timer ended, and what followed:
    endreason timeouts capture.pcapng
  would two hours have been enough? The sessions that end otherwise:
    endreason timeouts --timeout tcp=7200 capture.pcapng
  what does the firewall's log say of them?
    endreason timeouts capture.pcapng --log traffic.csv
  fail where an open TCP connection expired, for a script:
    endreason timeouts --json --fail-on-expired capture.pcapng

Exit status: 0 done; 1 done, and --fail-on-expired found something; 2 nothing
could be done; 3 a capture or a log is damaged, all that could be read was
used; 130 interrupted.`;

/** The command with its options; `action` is given what was said. */
export function timeoutsCommand(action: (words: TimeoutsWords) => Promise<void>): Command {
  const command = new Command('endreason timeouts')
    .usage('CAPTURE... [--log LOG...] [options]')
    .description(DESCRIPTION)
    .addHelpText('after', EXAMPLES);
  addFirewallAndRun(command);
  addLogOptions(command);
  command
    .optionsGroup('The result:')
    .addOption(
      new Option('--format <format>', `${FORMATS.join(', ')} (default: table)`).argParser(parseFormat),
    )
    .option('--json', 'the same as --format json')
    .option('--fail-on-expired', 'exit status 1 where an established TCP connection expired');
  addTextOptions(command);
  addMessages(command);
  refuseLaterOptions(command);
  return command.action((captures: string[], options: RawOptions) => action(wordsOf(captures, options)));
}

function wordsOf(captures: readonly string[], raw: RawOptions): TimeoutsWords {
  const format = formatOf(raw);
  return {
    ...captureWords(captures, raw),
    ...textWords(raw),
    ...logWords(captures, raw),
    format,
    failOnExpired: raw.failOnExpired ?? false,
  };
}

function parseFormat(text: string): Format {
  const format = FORMATS.find((name) => name === text);
  if (format === undefined) {
    throw new UsageError(`--format ${text}: unknown format of timeouts; allowed: ${FORMATS.join(', ')}`);
  }
  return format;
}
