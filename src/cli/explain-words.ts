/** The words of `endreason explain CAPTURE... --session N`. */
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

export const EXPLAIN_FORMATS = ['table', 'json'] as const;

export interface ExplainWords extends CaptureWords, TextWords {
  readonly format: (typeof EXPLAIN_FORMATS)[number];
  /** session ids, as given, each once */
  readonly sessions: readonly number[];
  /** every packet in the text view */
  readonly details: boolean;
}

interface RawOptions extends RawCaptureOptions, RawTextOptions {
  readonly format?: (typeof EXPLAIN_FORMATS)[number];
  readonly json?: true;
  readonly session?: readonly number[];
  readonly details?: true;
}

const DESCRIPTION =
  'One session packet by packet: its state and timer before and behind each packet, what the firewall would log if it stopped there, and why it ended for this reason and no other.';

const EXAMPLES = `
Examples:
  the ids of the sessions, then one of them:
    endreason capture.pcapng
    endreason explain capture.pcapng --session 7
  two sessions, under another TCP timeout, for a script:
    endreason explain capture.pcapng --session 7,12 --timeout tcp=1800 --json

Exit status: 0 done; 2 nothing could be done, or no such session; 3 a capture is
damaged, all that could be read was used; 130 interrupted.`;

export function explainCommand(action: (words: ExplainWords) => Promise<void>): Command {
  const command = new Command('endreason explain')
    .usage('CAPTURE... --session N [options]')
    .description(DESCRIPTION)
    .addHelpText('after', EXAMPLES);
  addFirewallAndRun(command);
  command
    .optionsGroup('The result:')
    .addOption(
      new Option('--session <n>', 'id of the session, or several with commas (repeatable)').argParser(
        parseSessions,
      ),
    )
    .addOption(new Option('--format <format>', 'table, json (default: table)').choices(EXPLAIN_FORMATS))
    .option('--json', 'the same as --format json')
    .option('--details', 'every packet, also of a long session');
  addTextOptions(command);
  addMessages(command);
  refuseLaterOptions(command);
  return command.action((captures: string[], options: RawOptions) => action(wordsOf(captures, options)));
}

function wordsOf(captures: readonly string[], raw: RawOptions): ExplainWords {
  const words = captureWords(captures, raw);
  if (raw.session === undefined) {
    throw new UsageError('which session? give --session N; endreason CAPTURE lists their ids');
  }
  const format = formatOf(raw);
  return {
    ...words,
    ...textWords(raw),
    format,
    sessions: [...new Set(raw.session)],
    details: raw.details ?? false,
  };
}

function parseSessions(text: string, before: readonly number[] = []): readonly number[] {
  const ids = text.split(',').map((each) => (/^\d{1,10}$/.test(each) ? Number(each) : 0));
  if (ids.includes(0)) {
    throw new UsageError(`--session ${text}: give the id of a session, from 1 on, e.g. 7 or 7,12`);
  }
  return [...before, ...ids];
}
