/** `endreason compare CAPTURE... --log LOG...`. */
import type { Command } from 'commander';
import { type Comparison, readySessions } from '../compare/comparison.ts';
import { SessionStore } from '../compare/session-store.ts';
import { type CompareView, compareJson } from '../report/compare-json.ts';
import { compareSides } from '../report/compare-sides.ts';
import { compareLines } from '../report/compare-text.ts';
import { engineOptions } from '../report/firewall-in-force.ts';
import { Rebuild } from '../report/rebuild.ts';
import { gathered, withLineEnds } from '../report/sessions-report.ts';
import { UTC } from '../report/zone-time.ts';
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
import { SecondReading } from './compare-again.ts';
import { type CompareWords, compareCommand } from './compare-words.ts';
import { EXIT } from './errors.ts';
import { type CliIo, widthOf } from './io.ts';
import { type LogRun, statusOfLogs, withLogs } from './log-run.ts';
import { SessionProof } from './session-proof.ts';
import { Voice } from './voice.ts';

/** @param finish told the exit status */
export function makeCompareCommand(io: CliIo, finish: (status: number) => void): Command {
  return compareCommand(async (said) => finish(await runCompare(said, io)));
}

async function runCompare(words: CompareWords, io: CliIo): Promise<number> {
  const voice = new Voice(io, words);
  warnOfUnusedZone(words, words.format, voice);
  return withCaptures(words, io, voice, (run) =>
    withLogs(words, io, voice, run.interrupt, (logs) => compareAndReport(words, run, logs, io, voice)),
  );
}

async function compareAndReport(
  words: CompareWords,
  run: CaptureRun,
  logs: LogRun,
  io: CliIo,
  voice: Voice,
): Promise<number> {
  const { firewall, input } = run;
  const logNames = logs.names;
  const output = await openOutput(words.output, io, [...filesRead(words, input), ...logNames]);
  try {
    const reading = logs.read();
    const rebuilt = await rebuild(words, run, io, voice);
    const ready = readySessions(rebuilt.store);
    const read = await reading();
    const { config } = firewall;
    const comparison = compareSides(ready, read.rows, config);
    const proof = rebuilt.proof ?? new SessionProof(words, input, firewall);
    const view: CompareView = {
      comparison,
      logNames,
      factsOf: (id) => proof.factsOf(id),
      diagnosisOf: (session) => proof.diagnosisOf(session),
      options: { reuseReason: config.tcp.reuseReason },
    };
    const again = new SecondReading(words, run, rebuilt.run, io, voice);
    if (rebuilt.proof !== null) comparison.takeAllTcp((id) => proof.factsOf(id));
    else if (words.format === 'json') await again.readTcp(comparison);
    else await again.readDiffering(comparison, proof);
    comparison.compareTcp();
    noteStrangers(comparison, voice);
    if (rebuilt.proof === null && words.format === 'json') await again.writeJson(view, proof, output);
    else for (const piece of gathered(pieces(view, words, io))) await output.write(piece);
    await output.finish();
    const status = closeRun(rebuilt.run, input, voice) ?? closeAgain(again, voice) ?? statusOfLogs(read);
    return status ?? (comparison.differs ? EXIT.different : EXIT.done);
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

function closeAgain({ stopped }: SecondReading, voice: Voice): number | null {
  if (!stopped) return null;
  voice.error(
    'interrupted: what only packets prove is missing of the sessions that were not looked at again',
  );
  return EXIT.interrupted;
}

interface Rebuilt {
  readonly run: Rebuild;
  readonly store: SessionStore;
  /** of a capture that cannot be read again; null where it can */
  readonly proof: SessionProof | null;
}

async function rebuild(
  words: CompareWords,
  { firewall, input, interrupt }: CaptureRun,
  io: CliIo,
  voice: Voice,
): Promise<Rebuilt> {
  const live = input.totalStoredBytes === null;
  const run = new Rebuild(
    input,
    engineOptions(firewall, { ...words, events: live }),
    (line) => voice.warn(line),
    { engine: words.engine },
  );
  interrupt.handOver(() => run.interrupt());
  const store = new SessionStore({ reuseReason: firewall.config.tcp.reuseReason });
  const proof = live ? new SessionProof(words, input, firewall) : null;
  run.consumeBy((facts) => {
    store.takeFacts(facts);
    proof?.take(facts, true);
  });
  run.consumeRecordsBy((record) => {
    store.takeRecord(record);
    proof?.take(record.facts(), true);
  });
  await underProgress(words, input, io, voice, async (progress) => {
    for await (const _ of run.batches()) progress.tick(run.accounting.packets);
  });
  return { run, store, proof };
}

/** A clock that is so wrong is rare, and one that most rows do not bear out a guess: hosts use the same ports again. */
const FAR_OFF_SECONDS = 300;
const FEW_AGREE = 0.5;

/** Nothing to compare is no difference (interface.md), but it is hardly what was meant. */
function noteStrangers({ pairs, sides, fit }: Comparison, voice: Voice): void {
  if (sides.store.count === 0 || sides.rows.count === 0) return;
  if (pairs.count > 0) {
    const { offset, votes, agreeing } = fit.clock;
    if (Math.abs(offset) < FAR_OFF_SECONDS || agreeing >= FEW_AGREE * votes) return;
    voice.warn(
      `the clocks are taken to be ${Math.abs(offset)} s apart by ${agreeing} of the ${votes} rows that have ports of the capture: the log may be of another time, and its pairs there by chance`,
    );
    return;
  }
  const why =
    fit.clock.votes === 0
      ? 'no tuple of the log is in the capture'
      : 'no session began when a row of its tuple did';
  voice.warn(
    `capture and log have nothing in common: ${why}; look whether they are of the same day and place`,
  );
}

function pieces(view: CompareView, words: CompareWords, io: CliIo): Iterable<string> {
  if (words.format === 'json') return compareJson(view);
  return withLineEnds(
    compareLines(view, {
      width: Math.max(80, widthOf(io.stdout, io.env)),
      zone: words.textZone ?? UTC,
      paint: paintFor(words.color, words.output === null ? io.stdout : null, io.env),
      details: words.details,
    }),
  );
}
