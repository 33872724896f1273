/** Runs everything in turn, round after round, each right behind what it is held against. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type CaptureName, CONTESTANTS, type Contestant, NODE, OURS } from './plan.ts';
import { digestOf, type Measured, NotMeasured, type Workshop } from './workshop.ts';

/** A run and the one of its baseline right before it. */
export interface Pair {
  readonly run: Measured;
  /** the no-op loop on the same capture, or `node -e 0` */
  readonly baseline: Measured;
}

export interface Series {
  readonly contestant: Contestant;
  /** by round; empty where it could not be measured */
  readonly pairs: readonly Pair[];
  /** why it could not be measured, and what to do, or null */
  readonly missing: string | null;
}

/** What the sessions of a capture are, by `bench capture`. */
export interface Truth {
  readonly packets: number;
  readonly bytes: number;
  readonly sessions: number;
  readonly checksum: string;
  readonly phaseSeconds: Readonly<Record<string, number>>;
}

export type Truths = ReadonlyMap<CaptureName, Truth>;

export async function runRounds(
  workshop: Workshop,
  truths: Truths,
  rounds: number,
): Promise<readonly Series[]> {
  const all = CONTESTANTS.map((contestant) => ({
    contestant,
    pairs: [] as Pair[],
    missing: whyMissing(contestant) as string | null,
  }));
  // Round 0 warms up what is read from disk, and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const series of all.filter((each) => each.missing === null)) {
      console.error(
        `round ${round} of ${rounds}: ${series.contestant.name} ${series.contestant.capture ?? ''}`,
      );
      try {
        const pair = await runPair(workshop, series.contestant, truths);
        if (round > 0) series.pairs.push(pair);
        const [first] = series.pairs;
        if (isOurs(series.contestant) && first !== undefined && first.run.output !== pair.run.output) {
          throw new NotMeasured('two runs gave different results');
        }
      } catch (error) {
        if (!(error instanceof NotMeasured)) throw error;
        series.missing = error.message;
        series.pairs.length = 0;
      }
    }
  }
  return all;
}

function whyMissing({ needs }: Contestant): string | null {
  if (needs === null) return null;
  const { status } = spawnSync('sh', ['-c', `command -v ${needs.program}`], { stdio: 'ignore' });
  return status === 0 ? null : `not installed: apt-get install ${needs.debian}`;
}

async function runPair(workshop: Workshop, contestant: Contestant, truths: Truths): Promise<Pair> {
  const { capture } = contestant;
  const file = capture === null ? '' : workshop.path(`${capture}.pcap`);
  const isShort = capture === null || capture === 'thousand';
  const baseline = await workshop.measure(
    isShort ? NODE.command(file, workshop) : [workshop.path('noop'), file],
  );
  const run = await workshop.measure(contestant.command(file, workshop));
  if (!isOurs(contestant)) return { run, baseline };
  const truth = capture === null ? undefined : truths.get(capture);
  if (contestant.writes === undefined) {
    checkCount(/^(\d+) sessions?:/m.exec(workshop.lastOutput())?.[1], truth, contestant);
    return { run, baseline };
  }
  const { file: name, headerLines } = contestant.writes;
  const written = workshop.path(name);
  checkCount(String(linesOf(written) - headerLines), truth, contestant);
  return { run: { ...run, output: await digestOf(written) }, baseline };
}

function isOurs(contestant: Contestant): boolean {
  return Object.values<Contestant>(OURS).includes(contestant);
}

/** A result with other sessions than those under the checksum has no figures. */
function checkCount(sessions: string | undefined, truth: Truth | undefined, { name }: Contestant): void {
  if (truth === undefined || sessions === undefined || Number(sessions) === truth.sessions) return;
  throw new NotMeasured(`${name} printed ${sessions} sessions, the checksum is over ${truth.sessions}`);
}

function linesOf(file: string): number {
  const bytes = readFileSync(file);
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
