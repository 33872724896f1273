/** `endreason timeouts CAPTURE...`: was it a timeout, and what followed? */
import type { Command } from 'commander';
import { secondsBetween, type Time } from '../capture/time.ts';
import { readySessions } from '../compare/comparison.ts';
import { SessionStore } from '../compare/session-store.ts';
import { type TimeoutOption, timeoutOptionText } from '../firewall/timeout-option.ts';
import { captureDocument, timeSpan } from '../report/capture-document.ts';
import { compareSides } from '../report/compare-sides.ts';
import { engineOptions, type FirewallInForce } from '../report/firewall-in-force.ts';
import { logSides } from '../report/log-side.ts';
import { Rebuild } from '../report/rebuild.ts';
import { gathered } from '../report/sessions-report.ts';
import { rfc3339 } from '../report/time-text.ts';
import { timeoutsJson, type WhatIf } from '../report/timeouts-document.ts';
import type { LogSides } from '../report/timeouts-log.ts';
import { timeoutsLines } from '../report/timeouts-text.ts';
import type { Output } from '../report/write-output.ts';
import { UTC } from '../report/zone-time.ts';
import type { SessionFacts } from '../session/facts.ts';
import { plural } from '../verdict/plural.ts';
import { AllSessions } from '../verdict/timeouts/all-sessions.ts';
import { wasEstablished } from '../verdict/timeouts/decided.ts';
import { type Span, uncovered } from '../verdict/timeouts/uncovered.ts';
import { changes, type Tracked, tracked } from '../verdict/timeouts/what-if.ts';
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
import { EXIT, Interrupted } from './errors.ts';
import { type CliIo, widthOf } from './io.ts';
import { type LogRun, statusOfLogs, withLogs } from './log-run.ts';
import type { ReadLogs } from './read-log.ts';
import { type TimeoutsWords, timeoutsCommand } from './timeouts-words.ts';
import { Voice } from './voice.ts';

/** `--fail-on-expired` (interface.md "exit status") */
const EXIT_EXPIRED = 1;

export async function makeTimeoutsCommand(io: CliIo, finish: (status: number) => void): Promise<Command> {
  return timeoutsCommand(async (words) => finish(await runTimeouts(words, io)));
}

/** What one run over the captures gives. */
interface Found {
  readonly all: AllSessions;
  readonly here: readonly Tracked[];
  readonly capture: ReturnType<typeof captureDocument>;
  readonly files: readonly Span[];
  /** of the last packet */
  readonly last: Time | null;
  /** packets without SYN that no session had */
  readonly nonSyn: number;
  readonly output: Output;
  /** null where nothing was wrong with the run */
  readonly status: number | null;
  /** standard input or a pipe: gone once it has been read */
  readonly isLive: boolean;
  /** null without `--log` */
  readonly log: LogSides;
}

/** Shorter times between files are how one capture goes on in the next. */
const SHORTEST_UNCOVERED_SECONDS = 1;
const MOST_NAMED = 5;

const MOST_WARNED = 3;

/** The longest first. */
function* uncoveredWarnings({ all, files }: Found): Generator<string> {
  const found = uncovered(files, all.sessions)
    .map((each) => ({ ...each, seconds: secondsBetween(each.to, each.from) }))
    .filter(({ seconds }) => seconds >= SHORTEST_UNCOVERED_SECONDS)
    .sort((a, b) => b.seconds - a.seconds);
  for (const { from, to, seconds, sessions } of found.slice(0, MOST_WARNED)) {
    const named = sessions.slice(0, MOST_NAMED).join(', ');
    const more = sessions.length > MOST_NAMED ? ', ...' : '';
    yield `no capture has a packet from ${rfc3339(from)} to ${rfc3339(to)} (${seconds.toFixed(3)} s): if nothing was captured ` +
      `then, ${plural(sessions.length, 'connection')} may not have been idle (session ${named}${more})`;
  }
  const rest = found.length - MOST_WARNED;
  if (rest > 0) yield `and ${plural(rest, 'shorter time')} between captures`;
}

/** Of connections that ended longer before the last packet than late packets are collected (interface.md `after_end`). */
function* lingerWarnings({ lingerSeconds }: TimeoutsWords, { all, last, nonSyn }: Found): Generator<string> {
  if (nonSyn === 0 || last === null) return;
  const since = all.sessions
    .filter(({ verdict, facts }) => verdict === 'expired' && wasEstablished(facts))
    .map(({ expiredAt }) => secondsBetween(last, expiredAt!))
    .filter((seconds) => seconds >= lingerSeconds);
  if (since.length === 0) return;
  yield `late packets were looked for until ${lingerSeconds} s after the end of a session; ${plural(since.length, 'connection')} expired earlier ` +
    `than that before the capture's end, and ${plural(nonSyn, 'packet')} without SYN found no session: some may be later ones of ` +
    `them, --linger ${Math.floor(Math.max(...since)) + 1} takes them in`;
}

/** @returns the exit status */
async function runTimeouts(words: TimeoutsWords, io: CliIo): Promise<number> {
  const voice = new Voice(io, words);
  warnOfUnusedZone(words, words.format, voice);
  let found: Found | null = null;
  await withCaptures(words, io, voice, async (run) => {
    const job = async (logs: LogRun | null): Promise<number> => {
      found = await rebuildAll(words, run, logs, io, voice);
      return EXIT.done;
    };
    return words.logs.length === 0 ? job(null) : withLogs(words, io, voice, run.interrupt, job);
  });
  const { all, output, status } = found!;
  let stopped = false;
  try {
    const other = await otherRun(words, found!, io, voice);
    stopped = other.interrupted;
    for (const piece of gathered(result(words, found!, other.whatIf, io))) await output.write(piece);
    await output.finish();
  } catch (error) {
    await output.abandon();
    throw error;
  }
  for (const line of uncoveredWarnings(found!)) voice.warn(line);
  for (const line of lingerWarnings(words, found!)) voice.warn(line);
  if (status !== null) return status;
  if (stopped) return EXIT.interrupted;
  const expired = all.sessions.filter(({ verdict, facts }) => verdict === 'expired' && wasEstablished(facts));
  if (!words.failOnExpired || expired.length === 0) return EXIT.done;
  voice.warn(`--fail-on-expired: ${plural(expired.length, 'established TCP connection')} expired`);
  return EXIT_EXPIRED;
}

async function rebuildAll(
  words: TimeoutsWords,
  run: CaptureRun,
  logs: LogRun | null,
  io: CliIo,
  voice: Voice,
): Promise<Found> {
  const { input, firewall } = run;
  const output = await openOutput(words.output, io, [...filesRead(words, input), ...(logs?.names ?? [])]);
  try {
    const reading = logs?.read() ?? null;
    const all: SessionFacts[] = [];
    const rebuild = await goThrough(words, run, io, voice, (facts) => all.push(facts));
    const read = reading === null ? null : await reading();
    const { last } = timeSpan(input.files);
    const { reuseReason } = firewall.config.tcp;
    return {
      all: AllSessions.of(all, last),
      here: words.timeouts.length === 0 ? [] : all.map((facts) => tracked(facts, { reuseReason })),
      capture: captureDocument(input.files, rebuild.interrupted),
      files: input.files,
      last,
      nonSyn: rebuild.accounting.notInSessions.get('non_syn') ?? 0,
      output,
      status: closeRun(rebuild, input, voice) ?? (read === null ? null : statusOfLogs(read)),
      isLive: rebuild.isLive,
      log: read === null ? null : sidesOf(all, read, logs!.names, firewall),
    };
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

function sidesOf(
  all: readonly SessionFacts[],
  { rows }: ReadLogs,
  logNames: readonly string[],
  { config }: FirewallInForce,
): LogSides {
  const store = new SessionStore({ reuseReason: config.tcp.reuseReason });
  for (const facts of all) store.takeFacts(facts);
  return logSides(compareSides(readySessions(store), rows, config), logNames);
}

/** Gives each session of the captures to `take`. */
async function goThrough(
  words: TimeoutsWords,
  { input, firewall, interrupt }: CaptureRun,
  io: CliIo,
  voice: Voice,
  take: (facts: SessionFacts) => void,
): Promise<Rebuild> {
  const options = engineOptions(firewall, { ...words, events: true });
  const rebuild = new Rebuild(input, options, (line) => voice.warn(line), { engine: words.engine });
  interrupt.handOver(() => rebuild.interrupt());
  rebuild.consumeBy(take);
  await underProgress(words, input, io, voice, async (progress) => {
    for await (const _ of rebuild.batches()) progress.tick(rebuild.accounting.packets);
  });
  return rebuild;
}

/** The same captures under the timers as configured, where `--timeout` has changed them. */
async function otherRun(
  words: TimeoutsWords,
  { here, isLive, status }: Found,
  io: CliIo,
  voice: Voice,
): Promise<{ readonly whatIf: WhatIf | null; readonly interrupted: boolean }> {
  const none = { whatIf: null, interrupted: false };
  if (words.timeouts.length === 0 || status === EXIT.interrupted) return none;
  if (isLive) {
    voice.warn('standard input or a pipe cannot be read twice: no comparison with the timers as configured');
    return none;
  }
  const before: Tracked[] = [];
  const configured = { ...words, timeouts: [] };
  // what is odd about the captures has been said
  const silent = new Voice(io, { quiet: true, verbose: false });
  let interrupted = false;
  try {
    await withCaptures(configured, io, silent, async (run) => {
      const { reuseReason } = run.firewall.config.tcp;
      const rebuild = await goThrough(configured, run, io, silent, (facts) =>
        before.push(tracked(facts, { reuseReason })),
      );
      interrupted = rebuild.interrupted;
      return EXIT.done;
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = true;
  }
  if (interrupted) {
    voice.error('interrupted: the result is without the comparison with the timers as configured');
    return { whatIf: null, interrupted };
  }
  return { whatIf: { timeouts: given(words.timeouts), changes: changes(before, here) }, interrupted };
}

function given(timeouts: readonly TimeoutOption[]): Record<string, number> {
  return Object.fromEntries(
    timeouts.map((option) => [timeoutOptionText(option).replace(/=\d+$/, ''), option.seconds]),
  );
}

function* result(
  words: TimeoutsWords,
  { all, capture, log }: Found,
  whatIf: WhatIf | null,
  io: CliIo,
): Generator<string> {
  if (words.format === 'json') {
    yield* timeoutsJson(all, whatIf, log);
    return;
  }
  const look = {
    width: Math.max(widthOf(io.stdout, io.env), 80),
    zone: words.textZone ?? UTC,
    paint: paintFor(words.color, words.output === null ? io.stdout : null, io.env),
  };
  for (const line of timeoutsLines(capture, all, whatIf, log, look)) yield `${line}\n`;
}
