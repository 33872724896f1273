/** `endreason explain CAPTURE... --session N`: one session packet by packet. */
import type { Command } from 'commander';
import { openCaptures } from '../capture/open-captures.ts';
import { type CaptureDocument, captureDocument } from '../report/capture-document.ts';
import { type Explanation, explain, explanationsJson } from '../report/explain.ts';
import { explanationLines } from '../report/explain-text.ts';
import { engineOptions } from '../report/firewall-in-force.ts';
import { Rebuild } from '../report/rebuild.ts';
import {
  type FoundSessions,
  findSessions,
  type ReplayedSession,
  recordById,
  replaySessions,
} from '../report/replay.ts';
import { provenRows, type RowOptions } from '../report/session-row.ts';
import { captureLines } from '../report/session-table.ts';
import { gathered, withLineEnds } from '../report/sessions-report.ts';
import { wrapText } from '../report/wrap.ts';
import { UTC } from '../report/zone-time.ts';
import type { Accounting } from '../session/facts.ts';
import type { EngineOptions } from '../session/options.ts';
import { plural } from '../verdict/plural.ts';
import {
  type CaptureRun,
  closeRun,
  filesRead,
  openOutput,
  underProgress,
  warnOfUnusedZone,
  withCaptures,
} from './capture-run.ts';
import { paintFor } from './color.ts';
import { EXIT, Interrupted, UsageError } from './errors.ts';
import { type ExplainWords, explainCommand } from './explain-words.ts';
import { type CliIo, widthOf } from './io.ts';
import type { Progress } from './progress.ts';
import { Voice } from './voice.ts';

/** The command; `finish` is told the exit status. */
export function makeExplainCommand(io: CliIo, finish: (status: number) => void): Command {
  return explainCommand(async (words) => {
    const voice = new Voice(io, words);
    warnOfUnusedZone(words, words.format, voice);
    finish(await withCaptures(words, io, voice, (run) => explainSessions(words, run, io, voice)));
  });
}

async function explainSessions(
  words: ExplainWords,
  run: CaptureRun,
  io: CliIo,
  voice: Voice,
): Promise<number> {
  const { firewall, input, interrupt } = run;
  const output = await openOutput(words.output, io, filesRead(words, input));
  return underProgress(words, input, io, voice, async (progress) => {
    try {
      const options = engineOptions(firewall, words);
      const row = provenRows(
        firewall.config,
        input.files.map((file) => file.name),
      );
      const wanted = new Set(words.sessions);
      // What can be read only once is looked at in one go.
      const recorder = input.totalStoredBytes === null ? recordById(wanted) : null;
      const rebuild = new Rebuild(input, options, (line) => voice.warn(line), {
        engine: recorder === null ? words.engine : 'reference',
        ...(recorder === null ? {} : { watch: recorder }),
      });
      interrupt.handOver(() => rebuild.interrupt());
      const tick = (): void => progress.tick(rebuild.accounting.packets);
      const found = await findSessions(rebuild, wanted, tick);
      refuseMissing(words.sessions, found, rebuild.interrupted);
      const replayed =
        recorder === null
          ? await replayAgain(words, run, rebuild, found, options, row, progress)
          : new Map(
              [...found.sessions].map(([id, facts]) => [id, { facts, moments: recorder.moments.get(id)! }]),
            );
      const explanations = words.sessions.map((id) =>
        explain(replayed.get(id)!, found.next.get(id) ?? null, row, found.earlier.get(id)),
      );
      progress.stop();
      const capture = captureDocument(input.files, rebuild.interrupted);
      const text =
        words.format === 'json'
          ? explanationsJson(capture, explanations)
          : withLineEnds(textLines(words, capture, explanations, io, rebuild.accounting));
      for (const piece of gathered(text)) await output.write(piece);
      await output.finish();
      return closeRun(rebuild, input, voice) ?? EXIT.done;
    } catch (error) {
      await output.abandon();
      throw error;
    }
  });
}

/** @throws UsageError that says which sessions there are; Interrupted where they may have been still to come */
function refuseMissing(
  wanted: readonly number[],
  { sessions, total }: FoundSessions,
  interrupted: boolean,
): void {
  const missing = wanted.filter((id) => !sessions.has(id));
  if (missing.length === 0) return;
  const which = missing.join(', ');
  if (interrupted) throw new Interrupted(`interrupted before session ${which} was found`);
  const there =
    total === 0 ? 'no sessions' : `${plural(total, 'session')}, ${total === 1 ? '1' : `1 to ${total}`}`;
  throw new UsageError(
    `--session ${which}: there is no such session; the capture gives ${there} (endreason CAPTURE lists them)`,
  );
}

async function replayAgain(
  words: ExplainWords,
  { interrupt }: CaptureRun,
  rebuild: Rebuild,
  { sessions }: FoundSessions,
  options: EngineOptions,
  row: RowOptions,
  progress: Progress,
): Promise<ReadonlyMap<number, ReplayedSession>> {
  const replayed = await replaySessions({
    open: () => openCaptures(words.captures, { reader: words.reader }),
    options,
    row,
    found: sessions,
    packets: rebuild.accounting.packets,
    tick: (packets) => progress.tick(packets),
    stopBy: (stop) => interrupt.handOver(rebuild.interrupted ? () => {} : stop),
  });
  if (replayed === null) throw new Interrupted('interrupted before the session had been gone through');
  return replayed;
}

function* textLines(
  words: ExplainWords,
  capture: CaptureDocument,
  explanations: readonly Explanation[],
  io: CliIo,
  { notInSessions }: Accounting,
): Generator<string> {
  const width = widthOf(io.stdout, io.env);
  const zone = words.textZone ?? UTC;
  const paint = paintFor(words.color, words.output === null ? io.stdout : null, io.env);
  yield* captureLines(capture, zone, width);
  const twice = notInSessions.get('duplicate') ?? 0;
  if (twice > 0)
    yield* wrapText(`${plural(twice, 'packet')} captured twice: left out below, and in every count`, width);
  for (const explanation of explanations) {
    yield '';
    yield* explanationLines(explanation, { width, zone, paint, details: words.details });
  }
}
