/** What every command on captures does around its own job: opens them, tells how far it has come, and closes. */
import { openCaptures } from '../capture/open-captures.ts';
import type { CaptureInput } from '../capture/record.ts';
import { defaultApplicationTimers } from '../firewall/application-timers.ts';
import { damageText, strangeTimesText, unknownLinkTypes } from '../report/capture-document.ts';
import type { FirewallInForce } from '../report/firewall-in-force.ts';
import type { Rebuild } from '../report/rebuild.ts';
import { type Output, openFileOutput, streamOutput } from '../report/write-output.ts';
import { plural } from '../verdict/plural.ts';
import type { CaptureWords, TextWords } from './capture-words.ts';
import { captureArguments, shellLine } from './command-line.ts';
import { EXIT, REPORT_REQUEST } from './errors.ts';
import { type InterruptWatch, watchInterrupt } from './interrupt.ts';
import type { CliIo } from './io.ts';
import { loadFirewall } from './load-firewall.ts';
import { barOn, lateProgress, NO_PROGRESS, type Progress } from './progress.ts';
import type { Voice } from './voice.ts';

/** What a command works with once its inputs are open. */
export interface CaptureRun {
  readonly firewall: FirewallInForce;
  readonly input: CaptureInput;
  readonly interrupt: InterruptWatch;
}

/**
 * Loads the firewall, opens the captures, does the job and closes them, whatever becomes of it.
 * @returns what the job returns: the exit status
 */
export async function withCaptures(
  words: CaptureWords,
  io: CliIo,
  voice: Voice,
  job: (run: CaptureRun) => Promise<number>,
): Promise<number> {
  const interrupt = watchInterrupt(io);
  try {
    const firewall = await loadFirewall(words.config, words);
    await warnOfUnusedTimers(firewall, voice);
    const input = await interrupt.during(
      openCaptures(words.captures, {
        reader: words.reader,
        warn: (line) => voice.warn(line),
        get stdin() {
          return io.stdin;
        },
      }),
    );
    try {
      noteWhatIsUsed(words, input, voice);
      return await job({ firewall, input, interrupt });
    } finally {
      await input.close();
    }
  } finally {
    interrupt.stop();
  }
}

/** A name that no session is given: most likely it is mistyped, and without a word its timer would just not be there. */
async function warnOfUnusedTimers({ config }: FirewallInForce, voice: Voice): Promise<void> {
  const shipped = defaultApplicationTimers();
  const names = [...config.applications.keys()].filter((name) => !shipped.has(name));
  if (names.length === 0) return;
  const { knownApplications } = await import('../firewall/app-id/known-applications.ts');
  const known = knownApplications();
  for (const name of names.filter((each) => !known.has(each))) {
    voice.warn(
      `no session is identified as ${name}: its timers are not used (docs/applications.md lists the names)`,
    );
  }
}

function noteWhatIsUsed(words: CaptureWords, input: CaptureInput, voice: Voice): void {
  voice.note(`configuration: ${words.config ?? "none, the vendor's defaults"}`);
  const over = captureArguments({ ...words, captures: [], config: null });
  if (over.length > 0) voice.note(`on the command line: ${shellLine(over)}`);
  for (const [i, file] of input.files.entries())
    voice.note(`capture ${i + 1}: ${file.name} (${file.format})`);
  voice.note(`engine: ${words.engine}, reader: ${words.reader}`);
}

/** Machine-readable times have no time zone. */
export function warnOfUnusedZone({ textZone }: TextWords, format: string, voice: Voice): void {
  if (textZone === null || format === 'table') return;
  voice.warn(`--utc and --tz have no effect on ${format}: its times are always UTC`);
}

/** @param read names of the files that the run reads: none of them is written over */
export function openOutput(name: string | null, io: CliIo, read: readonly string[]): Promise<Output> {
  return name === null ? Promise.resolve(streamOutput(io.stdout)) : openFileOutput(name, read);
}

/** Names of all files that a run on captures reads. */
export function filesRead(words: CaptureWords, input: CaptureInput): readonly string[] {
  return [...input.files.map((file) => file.name), ...(words.config === null ? [] : [words.config])];
}

/** Does a job under a bar, where one is wanted; lines that are said meanwhile go around it. */
export async function underProgress<T>(
  words: CaptureWords,
  input: CaptureInput,
  io: CliIo,
  voice: Voice,
  job: (progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = words.progress && !words.quiet ? progressOf(input, io) : NO_PROGRESS;
  voice.beforeLine = () => progress.clear();
  try {
    return await job(progress);
  } finally {
    progress.stop();
    voice.beforeLine = () => {};
  }
}

/** A bar on standard error, for whoever waits. */
export function progressOf(input: CaptureInput, io: CliIo): Progress {
  return lateProgress((begin) => barOn(io.stderr, input, begin));
}

/**
 * Says what was odd about the captures.
 * @returns the exit status where something was wrong with the run, else null
 */
export function closeRun(rebuild: Rebuild, input: CaptureInput, voice: Voice): number | null {
  for (const line of input.files.flatMap(unknownLinkTypes)) voice.warn(line);
  for (const line of input.files.flatMap(strangeTimesText)) voice.warn(line);
  const damaged = input.files.filter((file) => file.damage !== null);
  for (const { name, damage } of damaged) voice.damage(damageText(name, damage!));
  const fault = rebuild.accountingError();
  if (fault !== null) {
    voice.error(`internal error: the packets do not add up: ${fault}; ${REPORT_REQUEST}`);
    return EXIT.unusable;
  }
  if (rebuild.interrupted) {
    const packets = plural(rebuild.accounting.packets, 'packet');
    voice.error(`interrupted: the result covers the ${packets} read until then`);
    return EXIT.interrupted;
  }
  return damaged.length > 0 ? EXIT.damaged : null;
}
