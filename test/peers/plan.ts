/** What is measured, on which captures, and what the figures are held against. */
import { ENDREASON, type Workshop } from './workshop.ts';

/** A capture by the name of its file without `.pcap`. */
export type CaptureName = 'mix' | 'small' | 'synflood' | 'slice' | 'thousand';

export interface PlannedCapture {
  readonly name: CaptureName;
  readonly workload: 'mix' | 'small' | 'synflood';
  readonly size: '--bytes' | '--packets' | '--sessions';
  readonly count: number;
  /** a smaller scale makes it smaller */
  readonly scaled: boolean;
}

export const CAPTURES: readonly PlannedCapture[] = [
  { name: 'mix', workload: 'mix', size: '--bytes', count: 2 ** 30, scaled: true },
  { name: 'small', workload: 'small', size: '--sessions', count: 1_000_000, scaled: true },
  { name: 'synflood', workload: 'synflood', size: '--packets', count: 10_000_000, scaled: true },
  { name: 'slice', workload: 'mix', size: '--packets', count: 300_000, scaled: true },
  { name: 'thousand', workload: 'mix', size: '--packets', count: 1000, scaled: false },
];

interface Written {
  readonly file: string;
  readonly headerLines: number;
}

/** Something to run. */
export interface Contestant {
  readonly name: string;
  readonly capture: CaptureName | null;
  /** the program that must be there, and the Debian package that has it; null for what this script builds or is */
  readonly needs: { readonly program: string; readonly debian: string } | null;
  /** @param file the capture */
  command(file: string, workshop: Workshop): readonly string[];
  /** a file that it writes, a session a line behind so many others: its digest counts towards the result */
  readonly writes?: Written;
}

const ours = (
  name: string,
  capture: CaptureName,
  words: readonly string[],
  writes?: Written,
): Contestant => ({
  name,
  capture,
  needs: null,
  command: (file, workshop) => [
    ...ENDREASON,
    file,
    ...words,
    ...(writes === undefined ? [] : ['--output', workshop.path(writes.file)]),
  ],
  ...(writes === undefined ? {} : { writes }),
});

const peer = (
  name: string,
  capture: CaptureName,
  debian: string,
  words: (file: string, workshop: Workshop) => readonly string[],
): Contestant => ({
  name,
  capture,
  needs: { program: name.split(' ')[0]!, debian },
  command: (file, workshop) => [name.split(' ')[0]!, ...words(file, workshop)],
});

type Own = 'mix' | 'csv' | 'ndjson' | 'small' | 'synflood' | 'slice' | 'thousand' | 'version';

export const OURS: Readonly<Record<Own, Contestant>> = {
  mix: ours('endreason --summary', 'mix', ['--summary']),
  csv: ours('endreason --format csv', 'mix', ['--format', 'csv'], {
    file: 'sessions.csv',
    headerLines: 1,
  }),
  ndjson: ours('endreason --format ndjson', 'mix', ['--format', 'ndjson'], {
    file: 'sessions.ndjson',
    headerLines: 0,
  }),
  small: ours('endreason --summary', 'small', ['--summary']),
  synflood: ours('endreason --summary', 'synflood', ['--summary']),
  slice: ours('endreason --summary', 'slice', ['--summary']),
  thousand: ours('endreason', 'thousand', []),
  version: {
    name: 'endreason --version',
    capture: null,
    needs: null,
    command: () => [...ENDREASON, '--version'],
  },
};

export const NODE: Contestant = {
  name: 'node -e 0',
  capture: null,
  needs: null,
  command: () => [process.execPath, '-e', '0'],
};

export const PEERS: readonly Contestant[] = [
  // With a control socket of its own it would wait for somebody to talk to it, for ever.
  peer('softflowd', 'mix', 'softflowd', (file, workshop) => [
    ...['-r', file, '-d', '-6', '-m', '20000000', '-p', workshop.path('softflowd.pid')],
  ]),
  peer('nfpcapd', 'mix', 'nfdump', (file, workshop) => [
    '-r',
    file,
    '-w',
    workshop.path('nfpcapd'),
    '-S',
    '0',
  ]),
  peer('argus', 'mix', 'argus-server', (file, workshop) => [
    '-X',
    '-r',
    file,
    '-w',
    workshop.path('argus.out'),
  ]),
  peer('tshark -z conv,tcp', 'slice', 'tshark', (file) => ['-n', '-q', '-z', 'conv,tcp', '-r', file]),
];

/** In the order in which a round runs them; before each comes the no-op loop on the same capture. */
export const CONTESTANTS: readonly Contestant[] = [
  OURS.mix,
  OURS.csv,
  OURS.ndjson,
  ...PEERS.filter((each) => each.capture === 'mix'),
  OURS.small,
  OURS.synflood,
  OURS.slice,
  ...PEERS.filter((each) => each.capture === 'slice'),
  OURS.version,
  OURS.thousand,
];

/** What a figure is a multiple of, or how much it lies above it. */
export type Against = 'no-op' | 'node' | 'endreason';

export interface Target {
  readonly title: string;
  readonly contestant: Contestant;
  readonly against: Against;
  /** of `endreason`: at least so many times our CPU time; otherwise at most so many times, or seconds over */
  readonly limit: number;
}

export const TARGETS: readonly Target[] = [
  {
    title: '`--summary` on `mix`, against the no-op libpcap loop',
    contestant: OURS.mix,
    against: 'no-op',
    limit: 1.0,
  },
  { title: 'the same on `small`', contestant: OURS.small, against: 'no-op', limit: 1.1 },
  { title: 'the same on `synflood`', contestant: OURS.synflood, against: 'no-op', limit: 2.2 },
  { title: '`--format csv --output FILE` on `mix`', contestant: OURS.csv, against: 'no-op', limit: 2.0 },
  ...PEERS.map((each) => ({
    title: `CPU of ${each.name} on \`${each.capture}\`, against \`--summary\``,
    contestant: each,
    against: 'endreason' as const,
    limit: each.capture === 'slice' ? 40 : 6,
  })),
  {
    title: '`endreason --version`, over `node -e 0`',
    contestant: OURS.version,
    against: 'node',
    limit: 0.08,
  },
  {
    title: 'a 1,000-packet capture end to end, over `node -e 0`',
    contestant: OURS.thousand,
    against: 'node',
    limit: 0.12,
  },
];

/** The session table that `bench table` is asked about many live sessions with. */
export const LIVE_TABLE = 'kernel';
export const LIVE = { few: 10_000, many: 10_000_000, bytesLimit: 150, costLimit: 2.5 } as const;
