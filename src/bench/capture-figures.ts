/** What `endreason bench capture` says: figures out of runs, as a document and as text. */
import { PHASES, type Phase } from '../session/phases.ts';
import type { CaptureBench, TimedRun } from './capture-run.ts';
import { aligned, scaled, threeDigits } from './figures-text.ts';
import { describeMachine, type Machine, machineLine } from './machine.ts';
import { median } from './statistics.ts';

export interface CaptureDocument {
  readonly machine: Machine;
  readonly engine: string;
  /** what was written and thrown away: a format, or `summary` */
  readonly output: string;
  readonly files: readonly string[];
  readonly packets: number;
  readonly bytes: number;
  readonly stored_bytes: number;
  readonly sessions: number;
  /** over all sessions; the same whichever engine */
  readonly checksum: string;
  readonly runs: number;
  readonly median: CaptureFigures;
  /** of the run that took least time */
  readonly best: CaptureFigures;
}

export interface CaptureFigures {
  readonly wall_seconds: number;
  readonly cpu_seconds: number;
  readonly packets_per_second: number;
  readonly bytes_per_second: number;
  readonly sessions_per_second: number;
  readonly phase_seconds: Readonly<Record<Phase, number>>;
}

export function captureDocument(bench: CaptureBench, engine: string, output: string): CaptureDocument {
  const best = bench.runs.reduce((least, run) => (run.wallSeconds < least.wallSeconds ? run : least));
  return {
    machine: describeMachine(),
    engine,
    output,
    files: bench.files.map((file) => file.name),
    packets: bench.packets,
    bytes: bench.bytes,
    stored_bytes: bench.storedBytes,
    sessions: bench.sessions,
    checksum: bench.checksum,
    runs: bench.runs.length,
    median: figures(bench, medianRun(bench.runs)),
    best: figures(bench, best),
  };
}

/** Each figure's own median: of several runs none need be in the middle of all. */
function medianRun(runs: readonly TimedRun[]): TimedRun {
  const of = (figure: (run: TimedRun) => number): number => median(runs.map(figure));
  const phases = Object.fromEntries(PHASES.map((phase) => [phase, of((run) => run.phases[phase])]));
  return {
    wallSeconds: of((run) => run.wallSeconds),
    cpuSeconds: of((run) => run.cpuSeconds),
    phases: phases as Record<Phase, number>,
    outputBytes: of((run) => run.outputBytes),
  };
}

function figures(bench: CaptureBench, run: TimedRun): CaptureFigures {
  return {
    wall_seconds: run.wallSeconds,
    cpu_seconds: run.cpuSeconds,
    packets_per_second: bench.packets / run.wallSeconds,
    bytes_per_second: bench.bytes / run.wallSeconds,
    sessions_per_second: bench.sessions / run.wallSeconds,
    phase_seconds: run.phases,
  };
}

const PHASE_TITLES: Readonly<Record<Phase, string>> = {
  reading: 'reading and decompressing',
  engine: 'engine',
  decisions: 'decisions outside the kernel',
  output: 'verdicts, totals, output',
};

const FIGURE_ROWS: readonly (readonly [title: string, text: (figures: CaptureFigures) => string])[] = [
  ['wall time', (figures) => `${threeDigits(figures.wall_seconds)} s`],
  ['CPU time', (figures) => `${threeDigits(figures.cpu_seconds)} s`],
  ['packets', (figures) => scaled(figures.packets_per_second, 'packets/s')],
  ['bytes on the wire', (figures) => scaled(figures.bytes_per_second, 'B/s')],
  ['sessions', (figures) => scaled(figures.sessions_per_second, 'sessions/s')],
];

export function captureLines(document: CaptureDocument): string[] {
  const { median: middle, best, runs } = document;
  const total = PHASES.reduce((sum, phase) => sum + middle.phase_seconds[phase], 0);
  const share = (phase: Phase): string => `${Math.round((100 * middle.phase_seconds[phase]) / total)} %`;
  const shown = PHASES.filter((phase) => middle.phase_seconds[phase] > 0);
  return [
    `${document.files.join(', ')}: ${document.packets} packets, ${document.bytes} bytes, ${document.sessions} sessions`,
    `checksum over the sessions: ${document.checksum}`,
    `engine ${document.engine}, output ${document.output}, ${runs} run${runs === 1 ? '' : 's'}`,
    machineLine(document.machine),
    '',
    ...aligned([
      ['', 'MEDIAN', 'BEST'],
      ...FIGURE_ROWS.map(([title, text]) => [title, text(middle), text(best)]),
    ]),
    '',
    ...aligned([
      ['WHERE THE TIME GOES', 'MEDIAN', 'SHARE'],
      ...shown.map((phase) => [
        PHASE_TITLES[phase],
        `${threeDigits(middle.phase_seconds[phase])} s`,
        share(phase),
      ]),
    ]),
  ];
}
