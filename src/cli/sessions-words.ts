/** The words of `endreason [sessions] CAPTURE...`: what there is to say, and what it means. */
import { Command, Option } from 'commander';
import { FORMAT_NAMES, type FormatName } from '../report/sessions-report.ts';
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

export interface SessionsWords extends CaptureWords, TextWords {
  readonly format: FormatName;
  readonly summary: boolean;
  readonly details: boolean;
}

/** As commander hands them over. */
interface RawOptions extends RawCaptureOptions, RawTextOptions {
  readonly format?: FormatName;
  readonly json?: true;
  readonly summary?: true;
  readonly details?: true;
}

const DESCRIPTION =
  'Takes a packet capture and gives the sessions that a PAN-OS firewall would have had, each with its session end reason and the packets that prove it.';

const EXAMPLES = `
Examples:
  every session of a capture, and how it ended:
    endreason capture.pcapng
  two captures as one, with the evidence, under another TCP timeout:
    endreason --details --timeout tcp=1800 a.pcap b.pcap
  from standard input, for a script:
    tcpdump -w - host 10.0.0.5 | endreason --json -

CAPTURE is a file, several files (merged in time order), a directory of them, or
- for standard input; pcap and pcapng, plain or compressed.
Exit status: 0 done; 2 nothing could be done; 3 a capture is damaged, all that
could be read was used; 130 interrupted.
Other commands (endreason COMMAND --help says more):
  explain   one session packet by packet, and why it ended so and no other way
  compare   sessions beside the firewall's traffic log, and why they differ
  timeouts  was it a timeout, and what did the hosts do then
  report    all of that as one HTML page
  bench     throughput`;

/** The command with its options; `action` is given what was said. */
export function sessionsCommand(version: string, action: (words: SessionsWords) => Promise<void>): Command {
  const command = new Command('endreason')
    .usage('[sessions] CAPTURE... [options]')
    .description(DESCRIPTION)
    .addHelpText('after', EXAMPLES);
  addFirewallAndRun(command);
  command
    .optionsGroup('The result:')
    .addOption(
      new Option('--format <format>', `${FORMAT_NAMES.join(', ')} (default: table)`).argParser(parseFormat),
    )
    .option('--json', 'the same as --format json')
    .option('--summary', 'totals only: by end reason, application, timer')
    .option('--details', 'with evidence, candidates and diagnosis');
  addTextOptions(command);
  addMessages(command);
  command.version(version, '--version', 'print the version');
  refuseLaterOptions(command);
  return command.action((captures: string[], options: RawOptions) => action(wordsOf(captures, options)));
}

function wordsOf(captures: readonly string[], raw: RawOptions): SessionsWords {
  const words = captureWords(captures, raw);
  const format = formatOf(raw);
  if (raw.summary === true && raw.format?.startsWith('panos-')) {
    throw new UsageError(
      `--summary with --format ${raw.format}: a log has no totals; give table, json or csv`,
    );
  }
  return {
    ...words,
    ...textWords(raw),
    format,
    summary: raw.summary ?? false,
    details: raw.details ?? false,
  };
}

export function parseFormat(text: string): FormatName {
  const format = FORMAT_NAMES.find((name) => name === text);
  if (format === undefined) {
    throw new UsageError(`--format ${text}: unknown format; allowed: ${FORMAT_NAMES.join(', ')}`);
  }
  return format;
}
