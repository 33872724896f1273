/** `endreason report CAPTURE... [--log LOG...] -o report.html`: one page to hand on. */
import type { Command } from 'commander';
import { openCaptures } from '../capture/open-captures.ts';
import { readySessions } from '../compare/comparison.ts';
import { SessionStore } from '../compare/session-store.ts';
import { timeSpan } from '../report/capture-document.ts';
import type { CompareView } from '../report/compare-json.ts';
import { compareSides } from '../report/compare-sides.ts';
import { engineOptions, type FirewallInForce } from '../report/firewall-in-force.ts';
import { comparisonPart, differingSessions } from '../report/page-comparison.ts';
import type { Commands } from '../report/page-data.ts';
import { usedAfterwards } from '../report/page-expiries.ts';
import { pageHtml } from '../report/page-html.ts';
import { Rebuild } from '../report/rebuild.ts';
import { type ReplayedSession, replaySessions } from '../report/replay.ts';
import { ReportPage } from '../report/report-page.ts';
import { provenRows, type RowOptions } from '../report/session-row.ts';
import type { SessionFacts } from '../session/facts.ts';
import { AllSessions } from '../verdict/timeouts/all-sessions.ts';
import {
  type CaptureRun,
  closeRun,
  filesRead,
  openOutput,
  underProgress,
  withCaptures,
} from './capture-run.ts';
import { captureArguments, shellLine } from './command-line.ts';
import { EXIT } from './errors.ts';
import type { CliIo } from './io.ts';
import { type LogRun, statusOfLogs, withLogs } from './log-run.ts';
import { logArguments } from './log-words.ts';
import type { Progress } from './progress.ts';
import type { ReadLogs } from './read-log.ts';
import { type ReportWords, reportCommand } from './report-words.ts';
import { packageVersion } from './version.ts';
import { Voice } from './voice.ts';

/** The command; `finish` is told the exit status. */
export function makeReportCommand(io: CliIo, finish: (status: number) => void): Command {
  return reportCommand(async (words) => {
    const voice = new Voice(io, words);
    const write = (run: CaptureRun, logs: LogRun | null): Promise<number> =>
      writePage(words, run, logs, io, voice);
    finish(
      await withCaptures(words, io, voice, (run) =>
        words.logs.length === 0
          ? write(run, null)
          : withLogs(words, io, voice, run.interrupt, (logs) => write(run, logs)),
      ),
    );
  });
}

async function writePage(
  words: ReportWords,
  run: CaptureRun,
  logs: LogRun | null,
  io: CliIo,
  voice: Voice,
): Promise<number> {
  const { firewall, input } = run;
  const output = await openOutput(words.output, io, [...filesRead(words, input), ...(logs?.names ?? [])]);
  return underProgress(words, input, io, voice, async (progress) => {
    try {
      const row = provenRows(
        firewall.config,
        input.files.map((file) => file.name),
      );
      const page = new ReportPage(row);
      const reading = logs?.read() ?? null;
      const { rebuild, all, store } = await goThrough(words, run, page, progress, voice);
      const read = reading === null ? null : await reading();
      const view = read === null ? null : compareWith(read, logs!.names, store, all, firewall);
      const { last } = timeSpan(input.files);
      const expiries = AllSessions.of(all, last);
      const first = [...(view === null ? [] : differingSessions(view)), ...usedAfterwards(expiries)];
      const replayed = await drawable(words, run, rebuild, page.worthDrawing(first), row, progress, voice);
      progress.stop();
      const data = page.data({
        program: `endreason ${packageVersion()}`,
        command: shellLine(['endreason', 'report', ...argumentsOf(words), '-o', words.output]),
        commands: commandsOf(words),
        files: input.files,
        interrupted: rebuild.interrupted,
        accounting: rebuild.accounting,
        firewall,
        comparison: view === null ? null : comparisonPart(view),
        expiries,
        replayed,
      });
      await output.write(pageHtml(data, await import('../report/page-bundle.ts')));
      await output.finish();
      return closeRun(rebuild, input, voice) ?? (read === null ? null : statusOfLogs(read)) ?? EXIT.done;
    } catch (error) {
      await output.abandon();
      throw error;
    }
  });
}

interface GoneThrough {
  readonly rebuild: Rebuild;
  readonly all: readonly SessionFacts[];
  /** the same sessions, as a comparison takes them */
  readonly store: SessionStore;
}

async function goThrough(
  words: ReportWords,
  { firewall, input, interrupt }: CaptureRun,
  page: ReportPage,
  progress: Progress,
  voice: Voice,
): Promise<GoneThrough> {
  const options = engineOptions(firewall, { ...words, events: true });
  const rebuild = new Rebuild(input, options, (line) => voice.warn(line), { engine: words.engine });
  interrupt.handOver(() => rebuild.interrupt());
  const all: SessionFacts[] = [];
  const store = new SessionStore({ reuseReason: firewall.config.tcp.reuseReason });
  rebuild.consumeBy((facts) => {
    page.add(facts);
    all.push(facts);
    store.takeFacts(facts);
  });
  for await (const _ of rebuild.batches()) progress.tick(rebuild.accounting.packets);
  return { rebuild, all, store };
}

function compareWith(
  { rows }: ReadLogs,
  logNames: readonly string[],
  store: SessionStore,
  all: readonly SessionFacts[],
  { config }: FirewallInForce,
): CompareView {
  const byId = new Map(all.map((facts) => [facts.id, facts]));
  const factsOf = (id: number): SessionFacts | null => byId.get(id) ?? null;
  const comparison = compareSides(readySessions(store), rows, config);
  comparison.takeAllTcp(factsOf);
  comparison.compareTcp();
  return {
    comparison,
    logNames,
    factsOf,
    diagnosisOf: () => '',
    options: { reuseReason: config.tcp.reuseReason },
  };
}

/** The sessions with their packets: the input is read again for them, where it can be. */
async function drawable(
  words: ReportWords,
  { firewall, interrupt }: CaptureRun,
  rebuild: Rebuild,
  sessions: readonly SessionFacts[],
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
    options: engineOptions(firewall, { ...words, events: true }),
    row,
    found: new Map(sessions.map((facts) => [facts.id, facts])),
    packets: rebuild.accounting.packets,
    tick: (packets) => progress.tick(packets),
    stopBy: (stop) => interrupt.handOver(stop),
  });
  return replayed ?? none;
}

function argumentsOf(words: ReportWords): readonly string[] {
  return [...captureArguments(words), ...logArguments(words)];
}

/**
 * For a POSIX shell: every start counts one up and every end one down, in the order of time; of the same instant the
 * end comes first, as a session that ends makes room for one that begins.
 */
const PEAK_OF_CSV =
  'awk -F, \'NR==1{for(i=1;i<=NF;i++)c[$i]=i;next}{print $c["start"],1;if($c["end"]!="")print $c["end"],0}\' | ' +
  "LC_ALL=C sort | awk '{n+=$2?1:-1}n>m{m=n;t=$1}END{print m,t}'";

function commandsOf(words: ReportWords): Commands {
  const on = captureArguments(words);
  const line = (...more: readonly string[]): string => shellLine(['endreason', ...more]);
  return {
    sessions: line(...on, '--details'),
    course: line(...on, '--format', 'csv'),
    peak: `${line(...on, '--format', 'csv')} | ${PEAK_OF_CSV}`,
    summary: line(...on, '--summary'),
    timeouts: line('timeouts', ...on),
    compare: words.logs.length === 0 ? null : line('compare', ...argumentsOf(words)),
    explain: line('explain', ...on, '--session'),
  };
}
