/** `endreason [sessions] CAPTURE...`: the main job. */
import { openCaptures } from '../capture/open-captures.ts';
import type { CaptureInput } from '../capture/record.ts';
import { defaultApplicationTimers } from '../firewall/application-timers.ts';
import {
  accountingDocument,
  damageText,
  strangeTimesText,
  unknownLinkTypes,
} from '../report/capture-document.ts';
import { engineOptions, type FirewallInForce } from '../report/firewall-in-force.ts';
import { Rebuild } from '../report/rebuild.ts';
import {
  printsEvidence,
  type ReportJob,
  reportSessions,
  STREAMING_FORMATS,
} from '../report/sessions-report.ts';
import { Totals } from '../report/totals.ts';
import { closingLines } from '../report/totals-text.ts';
import { type Output, openFileOutput, streamOutput } from '../report/write-output.ts';
import { UTC } from '../report/zone-time.ts';
import { plural } from '../verdict/plural.ts';
import { paintFor } from './color.ts';
import { EXIT, REPORT_REQUEST } from './errors.ts';
import { type InterruptWatch, watchInterrupt } from './interrupt.ts';
import { type CliIo, widthOf } from './io.ts';
import { loadFirewall } from './load-firewall.ts';
import { barOn, lateProgress, NO_PROGRESS, type Progress } from './progress.ts';
import type { SessionsWords } from './sessions-words.ts';
import { Voice } from './voice.ts';

/** @returns the exit status */
export async function runSessions(words: SessionsWords, io: CliIo): Promise<number> {
  const voice = new Voice(io, words);
  if (words.textZone !== null && words.format !== 'table') {
    voice.warn(`--utc and --tz have no effect on ${words.format}: its times are always UTC`);
  }
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
      return await rebuildAndReport(words, firewall, input, interrupt, io, voice);
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

async function rebuildAndReport(
  words: SessionsWords,
  firewall: FirewallInForce,
  input: CaptureInput,
  interrupt: InterruptWatch,
  io: CliIo,
  voice: Voice,
): Promise<number> {
  const output = await openOutput(words, input, io);
  noteWhatIsUsed(words, input, voice);
  const events = printsEvidence(words.format, words.summary, words.details);
  const rebuild = new Rebuild(
    input,
    engineOptions(firewall, { ...words, events, totalsOnly: words.summary }),
    (line) => voice.warn(line),
    { engine: words.engine },
  );
  interrupt.handOver(() => rebuild.interrupt());
  const job: ReportJob = {
    format: words.format,
    summary: words.summary,
    files: input.files,
    firewall,
    rebuild,
    totals: new Totals({ reuseReason: firewall.config.tcp.reuseReason }),
    table: {
      width: widthOf(io.stdout, io.env),
      zone: words.textZone ?? UTC,
      paint: paintFor(words.color, words.output === null ? io.stdout : null, io.env),
      details: words.details,
    },
    writeNow: output.writeNow,
  };
  try {
    await writeReport(job, output, progressFor(words, input, io), voice);
  } catch (error) {
    await output.abandon();
    throw error;
  }
  return close(job, words, io, voice);
}

function openOutput(words: SessionsWords, input: CaptureInput, io: CliIo): Promise<Output> {
  if (words.output === null) return Promise.resolve(streamOutput(io.stdout));
  const config = words.config === null ? [] : [words.config];
  return openFileOutput(words.output, [...input.files.map((file) => file.name), ...config]);
}

async function writeReport(job: ReportJob, output: Output, progress: Progress, voice: Voice): Promise<void> {
  voice.beforeLine = () => progress.clear();
  const write = (piece: string | Uint8Array): Promise<void> => {
    // The other formats write when everything has been read.
    if (!STREAMING_FORMATS.has(job.format) || job.summary) progress.stop();
    return output.write(piece);
  };
  try {
    await reportSessions(job, write, () => progress.tick(job.rebuild.accounting.packets));
    await output.finish();
  } finally {
    progress.stop();
    voice.beforeLine = () => {};
  }
}

/** A bar and results on one screen would overwrite each other. */
function progressFor(words: SessionsWords, input: CaptureInput, io: CliIo): Progress {
  const resultsOnScreen =
    words.output === null &&
    io.stdout.isTTY === true &&
    STREAMING_FORMATS.has(words.format) &&
    !words.summary;
  if (!words.progress || words.quiet || resultsOnScreen) return NO_PROGRESS;
  return lateProgress((begin) => barOn(io.stderr, input, begin));
}

/** What the run was like, and the exit status that says so. */
function close(job: ReportJob, words: SessionsWords, io: CliIo, voice: Voice): number {
  const { rebuild, totals } = job;
  // --summary has printed the same totals
  if (!words.summary || words.verbose) {
    const lines = closingLines(totals, accountingDocument(rebuild.accounting), widthOf(io.stderr, io.env));
    voice.summary(
      words.format === 'table' && words.output === null && !words.summary ? ['', ...lines] : lines,
    );
  }
  for (const line of job.files.flatMap(unknownLinkTypes)) voice.warn(line);
  for (const line of job.files.flatMap(strangeTimesText)) voice.warn(line);
  const damaged = job.files.filter((file) => file.damage !== null);
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
  return damaged.length > 0 ? EXIT.damaged : EXIT.done;
}

function noteWhatIsUsed(words: SessionsWords, input: CaptureInput, voice: Voice): void {
  voice.note(`configuration: ${words.config ?? "none, the vendor's defaults"}`);
  for (const [i, file] of input.files.entries())
    voice.note(`capture ${i + 1}: ${file.name} (${file.format})`);
  voice.note(`engine: ${words.engine}, reader: ${words.reader}`);
}
