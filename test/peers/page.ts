/** docs/performance.md from what was measured. Every figure in it comes from here. */
import { threeDigits } from '../../src/bench/figures-text.ts';
import { type Machine, machineLine } from '../../src/bench/machine.ts';
import { median } from '../../src/bench/statistics.ts';
import type { TableRow } from '../../src/bench/table-figures.ts';
import { markdownTable } from '../docs/markdown.ts';
import type { LiveFigures, LivePair } from './live.ts';
import { type CaptureName, LIVE, OURS, TARGETS, type Target } from './plan.ts';
import type { Pair, Series, Truths } from './rounds.ts';

export interface PageInput {
  readonly machine: Machine;
  readonly versions: readonly (readonly [program: string, version: string])[];
  readonly rounds: number;
  readonly scale: number;
  /** the command that made each capture */
  readonly captures: ReadonlyMap<CaptureName, string>;
  readonly truths: Truths;
  readonly series: readonly Series[];
  readonly live: LiveFigures | { readonly missing: string };
  /** commands as they were run, paths and all taken away */
  readonly commandOf: (series: Series) => string;
  /** a section that the page had before and that is kept */
  readonly notes: string;
}

export function renderPage(input: PageInput): string {
  const { machine, rounds, scale } = input;
  return `${[
    '# Performance',
    'Written by `npm run bench:peers`; no figure here is typed in by hand. [bench.md](bench.md) says what the captures hold.',
    ...(scale === 1 ? [] : [`**Captures at ${scale} of their size: not the figures of record.**`]),
    `${machineLine(machine)}. Page cache warm; medians of ${rounds} rounds, in each of which every command ran right behind the no-op libpcap loop (or \`node -e 0\`); ratios are medians of the pairs. CPU is user and system time of the whole process, its threads included.`,
    '## Against the targets',
    targetTable(input),
    '## Measurements',
    measurementTable(input),
    '## Where the time goes',
    phaseTable(input),
    '## Captures',
    captureTable(input),
    '## Versions',
    markdownTable(['program', 'version'], input.versions),
    '## Commands',
    ['```', ...input.series.map((each) => input.commandOf(each)), ...liveCommand(input), '```'].join('\n'),
    `${NOTES.open}\n${input.notes.trim()}\n${NOTES.close}`,
  ].join('\n\n')}\n`;
}

/** What stands between these is written by people and kept. */
export const NOTES = { open: '<!-- notes: kept by bench:peers -->', close: '<!-- end -->' } as const;

/** The notes of a page that there is already; empty where there are none. */
export function notesOf(page: string): string {
  const from = page.indexOf(NOTES.open);
  const to = page.indexOf(NOTES.close, from);
  return from < 0 || to < 0 ? '' : page.slice(from + NOTES.open.length, to).trim();
}

function liveCommand({ live }: PageInput): string[] {
  return 'missing' in live ? [] : [live.command];
}

function targetTable(input: PageInput): string {
  const rows = TARGETS.map((target) => {
    const reached = reachedOf(target, input.series);
    return [
      target.title,
      LIMIT_TEXT[target.against](target.limit),
      typeof reached === 'string' ? reached : VALUE_TEXT[target.against](reached),
      typeof reached === 'string' ? '-' : isHeld(target, reached) ? 'yes' : '**no**',
      checksumOf(target, input),
    ];
  });
  return markdownTable(
    ['whole process, CPU time', 'target', 'reached', 'held', 'checksum'],
    [...rows, ...liveRows(input)],
  );
}

const times = (value: number): string => `${threeDigits(value)} x`;
const milliseconds = (seconds: number): string => `${threeDigits(seconds * 1000)} ms`;

const VALUE_TEXT: Readonly<Record<Target['against'], (value: number) => string>> = {
  'no-op': times,
  endreason: times,
  node: milliseconds,
};
const LIMIT_TEXT: Readonly<Record<Target['against'], (value: number) => string>> = {
  'no-op': (limit) => `at most ${times(limit)}`,
  endreason: (limit) => `at least ${times(limit)}`,
  node: (limit) => `at most ${milliseconds(limit)}`,
};

function isHeld({ against, limit }: Target, reached: number): boolean {
  return against === 'endreason' ? reached >= limit : reached <= limit;
}

/** The median over the rounds, or why there is none. */
function reachedOf({ contestant, against }: Target, all: readonly Series[]): number | string {
  const series = all.find((each) => each.contestant === contestant)!;
  if (series.missing !== null) return `not measured: ${series.missing}`;
  if (against === 'no-op') return median(series.pairs.map(cpuRatio));
  if (against === 'node') {
    return median(series.pairs.map(({ run, baseline }) => run.cpuSeconds - baseline.cpuSeconds));
  }
  const own = all.find(
    ({ contestant: { capture, name } }) => capture === contestant.capture && name === OURS.mix.name,
  )!;
  if (own.missing !== null) return `not measured: ${own.missing}`;
  return median(series.pairs.map(({ run }, round) => run.cpuSeconds / own.pairs[round]!.run.cpuSeconds));
}

function cpuRatio({ run, baseline }: Pair): number {
  return run.cpuSeconds / baseline.cpuSeconds;
}

function checksumOf({ contestant, against }: Target, { truths }: PageInput): string {
  const truth =
    contestant.capture === null || against === 'endreason' ? undefined : truths.get(contestant.capture);
  return truth === undefined ? '-' : `\`${truth.checksum}\``;
}

function liveRows({ live }: PageInput): string[][] {
  const titles = ['bytes of a session, many live', 'cost of a packet, many live against few'];
  if ('missing' in live)
    return titles.map((title) => [title, '-', `not measured: ${live.missing}`, '-', '-']);
  const [{ few, many }] = live.rounds as readonly [LivePair];
  const bytes = many.bytes_per_session ?? Number.NaN;
  // of all packets: a median would leave out what a miss now and then costs
  const secondsOf = ({ seconds, operations }: TableRow): number => seconds / operations;
  const cost = median(live.rounds.map((round) => secondsOf(round.many) / secondsOf(round.few)));
  const held = (isHeldSo: boolean): string => (isHeldSo ? 'yes' : '**no**');
  const counts = 'checked by counts';
  return [
    [
      `bytes of a session, ${many.live_sessions} live`,
      `at most ${LIVE.bytesLimit}`,
      threeDigits(bytes),
      held(bytes <= LIVE.bytesLimit),
      counts,
    ],
    [
      `cost of a packet, ${many.live_sessions} live against ${few.live_sessions}`,
      `at most ${times(LIVE.costLimit)}`,
      times(cost),
      held(cost <= LIVE.costLimit),
      counts,
    ],
  ];
}

function measurementTable({ series, truths }: PageInput): string {
  const rows = series.map(({ contestant, pairs, missing }) => {
    const name = [contestant.name, contestant.capture ?? ''];
    if (missing !== null) return [...name, `not measured: ${missing}`, '', '', '', '', '', ''];
    const of = (figure: (pair: Pair) => number): number => median(pairs.map(figure));
    const truth = contestant.capture === null ? undefined : truths.get(contestant.capture);
    const cpu = of(({ run }) => run.cpuSeconds);
    return [
      ...name,
      threeDigits(of(({ run }) => run.wallSeconds)),
      threeDigits(cpu),
      threeDigits(of(({ baseline }) => baseline.cpuSeconds)),
      times(of(cpuRatio)),
      (of(({ run }) => run.peakBytes) / 2 ** 20).toFixed(0),
      truth === undefined ? '' : threeDigits(truth.packets / cpu / 1e6),
      contestant.needs !== null || truth === undefined ? '' : `\`${truth.checksum}\``,
    ];
  });
  return markdownTable(
    [
      'program',
      'capture',
      'wall s',
      'CPU s',
      'baseline CPU s',
      'ratio',
      'peak MiB',
      'M packets/s of CPU',
      'checksum',
    ],
    rows,
  );
}

function phaseTable({ truths }: PageInput): string {
  const rows = [...truths].map(([capture, { phaseSeconds }]) => [
    capture,
    ...Object.values(phaseSeconds).map(threeDigits),
  ]);
  const phases = Object.keys([...truths.values()][0]?.phaseSeconds ?? {});
  return rows.length === 0
    ? 'Not measured.'
    : `Wall seconds of one run with \`--summary\`, by \`endreason bench capture\`:\n\n${markdownTable(['capture', ...phases], rows)}`;
}

function captureTable({ captures, truths }: PageInput): string {
  const rows = [...captures].map(([name, command]) => {
    const truth = truths.get(name);
    const counts =
      truth === undefined
        ? ['', '', '', '']
        : [truth.packets, truth.bytes, truth.sessions, `\`${truth.checksum}\``];
    return [name, `\`${command}\``, ...counts.map(String)];
  });
  return markdownTable(
    ['capture', 'made by', 'packets', 'bytes on the wire', 'sessions', 'checksum over the sessions'],
    rows,
  );
}
