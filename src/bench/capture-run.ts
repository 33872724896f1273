/**
 * Throughput of the main job on captures that are there: one run through all session facts for the
 * checksum, then the runs that are timed, each from opening the files to the last byte of text. The text is
 * thrown away.
 */
import { openCaptures } from '../capture/open-captures.ts';
import type { CaptureFile, CaptureInput } from '../capture/record.ts';
import { defaultConfig } from '../firewall/config.ts';
import {
  DEFAULT_LINGER_SECONDS,
  engineOptions,
  type FirewallInForce,
  overrideFirewall,
} from '../report/firewall-in-force.ts';
import { NO_PAINT } from '../report/paint.ts';
import { type EngineName, Rebuild, type RebuildHooks } from '../report/rebuild.ts';
import { type FormatName, printsEvidence, reportSessions } from '../report/sessions-report.ts';
import { Totals } from '../report/totals.ts';
import { UTC } from '../report/zone-time.ts';
import { BenchError } from './bench-error.ts';
import { SessionsChecksum } from './checksum.ts';
import { PhaseClock, type PhaseSeconds } from './phase-clock.ts';

export interface CaptureBenchOptions {
  readonly captures: readonly string[];
  readonly engine: EngineName;
  /** what is written and thrown away; null: the summary */
  readonly format: FormatName | null;
  readonly runs: number;
  readonly warn: (line: string) => void;
  /** called after each batch of packets */
  readonly tick: (input: CaptureInput, packets: number) => void;
  /** called when an input is done with */
  readonly inputDone: () => void;
  /** ends everything; what it was aborted with is thrown */
  readonly signal: AbortSignal;
}

export interface TimedRun {
  readonly wallSeconds: number;
  /** user and system time of the whole process meanwhile, other threads included */
  readonly cpuSeconds: number;
  readonly phases: PhaseSeconds;
  readonly outputBytes: number;
}

export interface CaptureBench {
  readonly files: readonly CaptureFile[];
  readonly packets: number;
  /** on the wire */
  readonly bytes: number;
  readonly storedBytes: number;
  readonly sessions: number;
  readonly checksum: string;
  readonly runs: readonly TimedRun[];
}

/**
 * @throws CaptureError where an input is no capture or cannot be read
 * @throws BenchError where an input can be read only once, or two runs do not give the same sessions
 */
export async function benchCapture(options: CaptureBenchOptions): Promise<CaptureBench> {
  const firewall = overrideFirewall(defaultConfig(), {
    timeouts: [],
    zones: [],
    nonSyn: null,
    maxSessions: null,
  });
  const truth = await checkedRun(options, firewall);
  const runs: TimedRun[] = [];
  const quiet = { ...options, warn: () => {} };
  for (let i = 0; i < options.runs; i += 1) runs.push(await timedRun(quiet, firewall, truth.checksum));
  const { checksum, files, storedBytes } = truth;
  return {
    files,
    packets: sum(files.map((file) => file.packets)),
    bytes: sum(files.map((file) => file.bytes)),
    storedBytes,
    sessions: checksum.sessions,
    checksum: checksum.text,
    runs,
  };
}

interface Truth {
  readonly checksum: SessionsChecksum;
  readonly files: readonly CaptureFile[];
  readonly storedBytes: number;
}

function checkedRun(options: CaptureBenchOptions, firewall: FirewallInForce): Promise<Truth> {
  return withInput(options, async (input) => {
    const { totalStoredBytes: storedBytes } = input;
    if (storedBytes === null) {
      throw new BenchError(
        'bench capture: the input is read several times, which a pipe does not allow; give files',
      );
    }
    const rebuild = makeRebuild(input, options, firewall, { events: false, totalsOnly: false }, {});
    const checksum = new SessionsChecksum(firewall.config.tcp);
    for await (const batch of rebuild.batches()) {
      for (const facts of batch) checksum.add(facts);
      options.tick(input, rebuild.accounting.packets);
    }
    options.signal.throwIfAborted();
    return { checksum, files: input.files, storedBytes };
  });
}

async function timedRun(
  options: CaptureBenchOptions,
  firewall: FirewallInForce,
  checksum: SessionsChecksum,
): Promise<TimedRun> {
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const clock = new PhaseClock('reading');
  return withInput(options, async (input) => {
    const format = options.format ?? 'table';
    const summary = options.format === null;
    const rebuild = makeRebuild(
      input,
      options,
      firewall,
      { events: printsEvidence(format, summary, false), totalsOnly: summary },
      {
        meter: clock,
      },
    );
    const totals = new Totals(firewall.config.tcp);
    let outputBytes = 0;
    await reportSessions(
      {
        format,
        summary,
        files: input.files,
        firewall,
        rebuild,
        totals,
        table: { width: 80, zone: UTC, paint: NO_PAINT, details: false },
      },
      async (piece) => {
        outputBytes += Buffer.byteLength(piece);
      },
      () => options.tick(input, rebuild.accounting.packets),
    );
    const phases = clock.read();
    const wallSeconds = (performance.now() - begin) / 1000;
    const cpu = process.cpuUsage(cpuBefore);
    options.signal.throwIfAborted();
    compare(totals, checksum, rebuild.accountingError());
    return { wallSeconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, phases, outputBytes };
  });
}

async function withInput<T>(
  { captures, warn, inputDone }: CaptureBenchOptions,
  job: (input: CaptureInput) => Promise<T>,
): Promise<T> {
  const input = await openCaptures(captures, { warn });
  try {
    return await job(input);
  } finally {
    inputDone();
    await input.close();
  }
}

function makeRebuild(
  input: CaptureInput,
  { engine, warn, signal }: CaptureBenchOptions,
  firewall: FirewallInForce,
  kept: { readonly events: boolean; readonly totalsOnly: boolean },
  hooks: RebuildHooks,
): Rebuild {
  const run = { drain: false, lingerSeconds: DEFAULT_LINGER_SECONDS, verifyChecksums: false, ...kept };
  const rebuild = new Rebuild(input, engineOptions(firewall, run), warn, { engine, ...hooks });
  if (signal.aborted) rebuild.interrupt();
  signal.addEventListener('abort', () => rebuild.interrupt(), { once: true });
  return rebuild;
}

/** A run that has other sessions than the checked one has no figures. */
function compare({ all }: Totals, checksum: SessionsChecksum, fault: string | null): void {
  if (fault !== null) throw new BenchError(`the packets do not add up: ${fault}`);
  for (const key of ['sessions', 'packets', 'bytes'] as const) {
    if (all[key] === checksum[key]) continue;
    throw new BenchError(
      `a run counted ${all[key]} ${key}, the one before it ${checksum[key]}: was the capture changed meanwhile?`,
    );
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
