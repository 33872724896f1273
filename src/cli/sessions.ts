/** `endreason [sessions] CAPTURE...`: the main job. */
import type { CaptureInput } from '../capture/record.ts';
import { accountingDocument } from '../report/capture-document.ts';
import { engineOptions } from '../report/firewall-in-force.ts';
import { Rebuild } from '../report/rebuild.ts';
import {
  printsEvidence,
  type ReportJob,
  reportSessions,
  STREAMING_FORMATS,
} from '../report/sessions-report.ts';
import { Totals } from '../report/totals.ts';
import { closingLines } from '../report/totals-text.ts';
import type { Output } from '../report/write-output.ts';
import { UTC } from '../report/zone-time.ts';
import {
  type CaptureRun,
  closeRun,
  filesRead,
  openOutput,
  progressOf,
  warnOfUnusedZone,
  withCaptures,
} from './capture-run.ts';
import { paintFor } from './color.ts';
import { EXIT } from './errors.ts';
import { type CliIo, widthOf } from './io.ts';
import { NO_PROGRESS, type Progress } from './progress.ts';
import type { SessionsWords } from './sessions-words.ts';
import { Voice } from './voice.ts';

/** @returns the exit status */
export async function runSessions(words: SessionsWords, io: CliIo): Promise<number> {
  const voice = new Voice(io, words);
  warnOfUnusedZone(words, words.format, voice);
  return withCaptures(words, io, voice, (run) => rebuildAndReport(words, run, io, voice));
}

async function rebuildAndReport(
  words: SessionsWords,
  { firewall, input, interrupt }: CaptureRun,
  io: CliIo,
  voice: Voice,
): Promise<number> {
  const output = await openOutput(words.output, io, filesRead(words, input));
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
  return close(job, input, words, io, voice);
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
  return progressOf(input, io);
}

/** What the run was like, and the exit status that says so. */
function close(job: ReportJob, input: CaptureInput, words: SessionsWords, io: CliIo, voice: Voice): number {
  const { rebuild, totals } = job;
  // --summary has printed the same totals
  if (!words.summary || words.verbose) {
    const lines = closingLines(totals, accountingDocument(rebuild.accounting), widthOf(io.stderr, io.env));
    voice.summary(
      words.format === 'table' && words.output === null && !words.summary ? ['', ...lines] : lines,
    );
  }
  return closeRun(rebuild, input, voice) ?? EXIT.done;
}
