/** `endreason report CAPTURE... [--log LOG...] -o report.html`: one page to hand on. */
import type { Command } from 'commander';
import { openCaptures } from '../capture/open-captures.ts';
import { engineOptions } from '../report/firewall-in-force.ts';
import type { Commands } from '../report/page-data.ts';
import { pageHtml } from '../report/page-html.ts';
import { Rebuild } from '../report/rebuild.ts';
import { type ReplayedSession, replaySessions } from '../report/replay.ts';
import { ReportPage } from '../report/report-page.ts';
import type { RowOptions } from '../report/session-row.ts';
import type { SessionFacts } from '../session/facts.ts';
import type { EngineOptions } from '../session/options.ts';
import { type CaptureRun, closeRun, filesRead, openOutput, progressOf, withCaptures } from './capture-run.ts';
import { captureArguments, shellLine } from './command-line.ts';
import { EXIT } from './errors.ts';
import type { CliIo } from './io.ts';
import { NO_PROGRESS, type Progress } from './progress.ts';
import { type ReportWords, reportCommand } from './report-words.ts';
import { packageVersion } from './version.ts';
import { Voice } from './voice.ts';

/** The command; `finish` is told the exit status. */
export function makeReportCommand(io: CliIo, finish: (status: number) => void): Command {
  return reportCommand(async (words) => {
    const voice = new Voice(io, words);
    finish(await withCaptures(words, io, voice, (run) => writePage(words, run, io, voice)));
  });
}

async function writePage(words: ReportWords, run: CaptureRun, io: CliIo, voice: Voice): Promise<number> {
  const { firewall, input, interrupt } = run;
  const output = await openOutput(words.output, io, filesRead(words, input));
  const progress = words.progress && !words.quiet ? progressOf(input, io) : NO_PROGRESS;
  voice.beforeLine = () => progress.clear();
  try {
    const options = engineOptions(firewall, { ...words, events: true });
    const row: RowOptions = {
      reuseReason: firewall.config.tcp.reuseReason,
      outOfOrderLimit: firewall.config.tcp.outOfOrderLimit,
      proof: true,
      fileNames: input.files.map((file) => file.name),
    };
    const rebuild = new Rebuild(input, options, (line) => voice.warn(line), { engine: words.engine });
    interrupt.handOver(() => rebuild.interrupt());
    const page = new ReportPage(row);
    rebuild.consumeBy((facts) => page.add(facts));
    for await (const _ of rebuild.batches()) progress.tick(rebuild.accounting.packets);
    const replayed = await drawable(
      words,
      run,
      rebuild,
      page.worthDrawing([]),
      options,
      row,
      progress,
      voice,
    );
    progress.stop();
    const data = page.data({
      program: `endreason ${packageVersion()}`,
      command: shellLine(['endreason', 'report', ...captureArguments(words), '-o', words.output]),
      commands: commandsOf(words),
      files: input.files,
      interrupted: rebuild.interrupted,
      accounting: rebuild.accounting,
      firewall,
      comparison: null,
      expiries: { summary: [], rows: [], total: 0 },
      replayed,
    });
    await output.write(pageHtml(data, await import('../report/page-bundle.ts')));
    await output.finish();
    return closeRun(rebuild, input, voice) ?? EXIT.done;
  } catch (error) {
    await output.abandon();
    throw error;
  } finally {
    progress.stop();
    voice.beforeLine = () => {};
  }
}

/** The sessions with their packets: the input is read again for them, where it can be. */
async function drawable(
  words: ReportWords,
  { interrupt }: CaptureRun,
  rebuild: Rebuild,
  sessions: readonly SessionFacts[],
  options: EngineOptions,
  row: RowOptions,
  progress: Progress,
  voice: Voice,
): Promise<ReadonlyMap<number, ReplayedSession>> {
  const none = new Map<number, ReplayedSession>();
  if (sessions.length === 0 || rebuild.interrupted) return none;
  if (words.captures.includes('-')) {
    voice.warn('standard input cannot be read again: the page has no ladders; give a file for them');
    return none;
  }
  const replayed = await replaySessions({
    open: () => openCaptures(words.captures, { reader: words.reader }),
    options,
    row,
    found: new Map(sessions.map((facts) => [facts.id, facts])),
    packets: rebuild.accounting.packets,
    tick: (packets) => progress.tick(packets),
    stopBy: (stop) => interrupt.handOver(stop),
  });
  return replayed ?? none;
}

function commandsOf(words: ReportWords): Commands {
  const on = captureArguments(words);
  const line = (...more: readonly string[]): string => shellLine(['endreason', ...more]);
  const log = [
    ...(words.logs.length === 0 ? [] : ['--log', ...words.logs]),
    ...(words.logZone === null ? [] : ['--log-tz', words.logZone]),
  ];
  return {
    sessions: line(...on),
    summary: line(...on, '--summary'),
    timeouts: line('timeouts', ...on),
    compare: log.length === 0 ? null : line('compare', ...on, ...log),
    explain: line('explain', ...on, '--session'),
  };
}
