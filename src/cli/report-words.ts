/** The words of `endreason report CAPTURE... [--log LOG...] -o report.html`. */
import { Command } from 'commander';
import {
  addFirewallAndRun,
  addMessages,
  type CaptureWords,
  captureWords,
  type RawCaptureOptions,
} from './capture-words.ts';
import { UsageError } from './errors.ts';
import { addLogOptions, type LogWords, logWords, type RawLogOptions } from './log-words.ts';

export interface ReportWords extends CaptureWords, LogWords {
  readonly output: string;
}

interface RawOptions extends RawCaptureOptions, RawLogOptions {
  readonly output?: string;
}

const DESCRIPTION =
  'One HTML page to hand on: how the sessions of a capture ended, which timers expired and what followed, and, beside a traffic log, where the two differ and why. It opens from disk and asks for nothing.';

const EXAMPLES = `
Examples:
  the sessions of a capture as a page:
    endreason report capture.pcapng -o report.html
  beside the firewall's log:
    endreason report capture.pcapng --log traffic.csv -o report.html

Exit status: 0 done; 2 nothing could be done; 3 a capture or a log is damaged,
all that could be read was used; 130 interrupted.`;

export function reportCommand(action: (words: ReportWords) => Promise<void>): Command {
  const command = new Command('endreason report')
    .usage('CAPTURE... [--log LOG...] -o FILE [options]')
    .description(DESCRIPTION)
    .addHelpText('after', EXAMPLES);
  addLogOptions(command);
  addFirewallAndRun(command);
  command.optionsGroup('The result:').option('-o, --output <file>', 'the page');
  addMessages(command);
  return command.action((captures: string[], raw: RawOptions) => action(wordsOf(captures, raw)));
}

function wordsOf(captures: readonly string[], raw: RawOptions): ReportWords {
  const words = captureWords(captures, raw);
  if (raw.output === undefined) {
    throw new UsageError('report: the page needs a file; give it one with -o report.html');
  }
  return { ...words, ...logWords(captures, raw), output: raw.output };
}
