/** `endreason compare CAPTURE... --log LOG...`. */
import type { Command } from 'commander';
import { openCaptures } from '../capture/open-captures.ts';
import type { CaptureInput } from '../capture/record.ts';
import { type Comparison, readySessions } from '../compare/comparison.ts';
import { SessionStore } from '../compare/session-store.ts';
import { type CompareView, compareJson } from '../report/compare-json.ts';
import { compareSides } from '../report/compare-sides.ts';
import { compareLines } from '../report/compare-text.ts';
import { engineOptions } from '../report/firewall-in-force.ts';
import { Rebuild } from '../report/rebuild.ts';
import { diagnosisRows } from '../report/session-row.ts';
import { gathered, withLineEnds } from '../report/sessions-report.ts';
import { UTC } from '../report/zone-time.ts';
import type { SessionFacts } from '../session/facts.ts';
import { diagnose } from '../verdict/diagnosis/diagnosis.ts';
import { EarlierSessions } from '../verdict/earlier-sessions.ts';
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
import { type CompareWords, compareCommand } from './compare-words.ts';
import { EXIT } from './errors.ts';
import { type CliIo, widthOf } from './io.ts';
import { type LogRun, statusOfLogs, withLogs } from './log-run.ts';
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
    const kept = rebuilt.kept ?? (await factsAgain(words, run, comparison, io));
    if (rebuilt.kept !== null) comparison.takeAllTcp((id) => kept.get(id) ?? null);
    comparison.compareTcp();
    const view: CompareView = {
      comparison,
      logNames,
      factsOf: (id) => kept.get(id) ?? null,
      diagnosisOf: (session) => rebuilt.diagnosis[session] ?? '',
      options: { reuseReason: config.tcp.reuseReason },
    };
    noteStrangers(comparison, voice);
    for (const piece of gathered(pieces(view, words, io))) await output.write(piece);
    await output.finish();
    const status = closeRun(rebuilt.run, input, voice) ?? statusOfLogs(read);
    return status ?? (comparison.differs ? EXIT.different : EXIT.done);
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

interface Rebuilt {
  readonly run: Rebuild;
  readonly store: SessionStore;
  /** of every session, where the capture cannot be read again; null where it can */
  readonly kept: Map<number, SessionFacts> | null;
  /** members of a JSON list, by session; empty where nobody prints them */
  readonly diagnosis: readonly string[];
}

async function rebuild(
  words: CompareWords,
  { firewall, input, interrupt }: CaptureRun,
  io: CliIo,
  voice: Voice,
): Promise<Rebuilt> {
  const options = { reuseReason: firewall.config.tcp.reuseReason };
  const json = words.format === 'json';
  const live = input.totalStoredBytes === null;
  const run = new Rebuild(
    input,
    engineOptions(firewall, { ...words, events: json || live }),
    (line) => voice.warn(line),
    { engine: words.engine },
  );
  interrupt.handOver(() => run.interrupt());
  const store = new SessionStore(options);
  const kept = live ? new Map<number, SessionFacts>() : null;
  const diagnosis: string[] = [];
  const fileNames = input.files.map(({ name }) => name);
  const earlier = new EarlierSessions();
  const { outOfOrderLimit } = firewall.config.tcp;
  const note = (facts: SessionFacts): void => {
    kept?.set(facts.id, facts);
    if (!json) return;
    const members = JSON.stringify(
      diagnosisRows(diagnose(facts, { earlier: earlier.take(facts), outOfOrderLimit }), fileNames),
    ).slice(1, -1);
    if (members !== '') diagnosis[store.count - 1] = members;
  };
  run.consumeBy((facts) => {
    store.takeFacts(facts);
    note(facts);
  });
  run.consumeRecordsBy((record) => {
    store.takeRecord(record);
    if (json || live) note(record.facts());
  });
  await underProgress(words, input, io, voice, async (progress) => {
    for await (const _ of run.batches()) progress.tick(run.accounting.packets);
  });
  return { run, store, kept, diagnosis };
}

/** Nothing to compare is no difference (interface.md), but it is hardly what was meant. */
function noteStrangers({ pairs, sides, fit }: Comparison, voice: Voice): void {
  if (pairs.count > 0 || sides.store.count === 0 || sides.rows.count === 0) return;
  const why =
    fit.clock.votes === 0
      ? 'no tuple of the log is in the capture'
      : 'no session began when a row of its tuple did';
  voice.warn(
    `capture and log have nothing in common: ${why}; look whether they are of the same day and place`,
  );
}

/**
 * The packets of what differs, and of what has TCP figures in the log, are looked at in a second reading, which
 * needs no memory for all the others.
 */
async function factsAgain(
  words: CompareWords,
  { firewall, interrupt }: CaptureRun,
  comparison: Comparison,
  io: CliIo,
): Promise<ReadonlyMap<number, SessionFacts>> {
  const kept = new Map<number, SessionFacts>();
  const { id } = comparison.sides.store;
  const counted = new Map(comparison.sessionsWithTcp().map((session) => [id.cells[session]!, session]));
  if (comparison.differing === 0 && counted.size === 0) return kept;
  const wanted = new Set<number>();
  for (let pair = 0; pair < comparison.pairs.count; pair += 1) {
    if (comparison.differences[pair] === 0) continue;
    for (const session of comparison.pairs.sessionsOf(pair)) wanted.add(id.cells[session]!);
  }
  const take = (facts: SessionFacts): void => {
    if (wanted.has(facts.id)) kept.set(facts.id, facts);
    const session = counted.get(facts.id);
    if (session !== undefined) comparison.takeTcp(session, facts);
  };
  const input: CaptureInput = await openCaptures(words.captures, {
    reader: words.reader,
    warn: () => {},
    stdin: io.stdin,
  });
  const again = new Rebuild(input, engineOptions(firewall, { ...words, events: true }), () => {}, {
    engine: words.engine,
  });
  interrupt.handOver(() => again.interrupt());
  again.consumeBy(take);
  again.consumeRecordsBy((record) => {
    if (wanted.has(record.id) || counted.has(record.id)) take(record.facts());
  });
  try {
    for await (const _ of again.batches());
  } finally {
    await input.close();
  }
  return kept;
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
