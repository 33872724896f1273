/** The page of `npm run bench:peers` from made-up measurements: ratios, what is held, what is missing. */
import { expect, test } from 'vitest';
import { describeMachine } from '../../src/bench/machine.ts';
import { NOTES, notesOf, type PageInput, renderPage } from './page.ts';
import { CONTESTANTS, type Contestant, OURS, TARGETS } from './plan.ts';
import type { Series } from './rounds.ts';

const TRUTH = {
  packets: 1000,
  bytes: 5000,
  sessions: 10,
  checksum: '0123456789abcdef',
  phaseSeconds: { reading: 0.5, engine: 1 },
};

/** Every run takes so many seconds of CPU, its baseline one second; a number for each round. */
function series(contestant: Contestant, cpu: readonly number[]): Series {
  const measured = (cpuSeconds: number) => ({
    cpuSeconds,
    wallSeconds: 2 * cpuSeconds,
    peakBytes: 2 ** 20,
    output: 'a',
  });
  return {
    contestant,
    pairs: cpu.map((seconds) => ({ run: measured(seconds), baseline: measured(1) })),
    missing: null,
  };
}

function page(change: (contestant: Contestant) => Partial<Series>, input: Partial<PageInput> = {}): string {
  return renderPage({
    machine: describeMachine(),
    versions: [['endreason', '0.1.0']],
    rounds: 3,
    scale: 1,
    captures: new Map([['mix', 'endreason bench generate mix --bytes 5 --output mix.pcap']]),
    truths: new Map([['mix', TRUTH]]),
    series: CONTESTANTS.map((contestant) => ({ ...series(contestant, [3, 1, 2]), ...change(contestant) })),
    live: { missing: 'no such table' },
    commandOf: ({ contestant }) => contestant.name,
    notes: '',
    ...input,
  });
}

const rowOf = (text: string, start: string): string =>
  text.split('\n').find((line) => line.startsWith(`| ${start}`))!;

test('medians of the pairs, and whether each target is held', () => {
  const text = page((contestant) => {
    if (contestant === OURS.mix) return series(contestant, [0.9, 1.1, 0.8]);
    return contestant.needs === null ? {} : series(contestant, [6, 9, 5]);
  });
  expect(rowOf(text, '`--summary` on `mix`')).toBe(
    '| `--summary` on `mix`, against the no-op libpcap loop | at most 1.00 x | 0.900 x | yes | `0123456789abcdef` |',
  );
  expect(rowOf(text, 'the same on `small`')).toBe(
    '| the same on `small` | at most 1.10 x | 2.00 x | **no** | - |',
  );
  // 6 / 0.9, 9 / 1.1, 5 / 0.8
  expect(rowOf(text, 'CPU of softflowd')).toContain('| at least 6.00 x | 6.67 x | yes | - |');
  expect(rowOf(text, '`endreason --version`')).toContain('| at most 80.0 ms | 1000 ms | **no** |');
  expect(rowOf(text, 'endreason --summary | mix')).toBe(
    '| endreason --summary | mix | 1.80 | 0.900 | 1.00 | 0.900 x | 1 | 0.00111 | `0123456789abcdef` |',
  );
});

test('what could not be measured is said, and takes nothing else with it', () => {
  const text = page((contestant) =>
    contestant.name === 'argus' ? { pairs: [], missing: 'not installed: apt-get install argus-server' } : {},
  );
  expect(rowOf(text, 'CPU of argus')).toContain(
    '| not measured: not installed: apt-get install argus-server | - |',
  );
  expect(rowOf(text, 'argus')).toContain('not measured: not installed');
  expect(text.match(/not measured: no such table/g)).toHaveLength(2);
  for (const { title } of TARGETS) expect(rowOf(text, title)).toBeDefined();
  const none = page(() => ({ pairs: [], missing: 'gone' }), { truths: new Map() });
  expect(none.match(/not measured: gone/g)).toHaveLength(TARGETS.length + CONTESTANTS.length);
});

test('peers are not compared with a result of ours that is missing', () => {
  const text = page((contestant) =>
    contestant === OURS.mix ? { pairs: [], missing: 'not done after 5 s' } : {},
  );
  expect(rowOf(text, 'CPU of softflowd')).toContain('not measured: not done after 5 s');
});

test('many live sessions: bytes and cost against their limits', () => {
  const row = {
    ip_version: 4,
    workload: 'look-up',
    table: 'kernel',
    operation: 'packets',
    operations: 1,
    seconds: 1,
    packets_per_second: 1,
    sessions_opened_per_second: 0,
    sessions_ended_per_second: 0,
    ns_p99: 0,
    times_reference: null,
  } as const;
  const pair = (times: number) => ({
    few: { ...row, live_sessions: 10_000, ns_p50: 20, bytes_per_session: 140 },
    many: { ...row, live_sessions: 10_000_000, ns_p50: 60, bytes_per_session: 139.2, seconds: times },
  });
  const live = { command: 'endreason bench table', rounds: [pair(2), pair(3), pair(9)] };
  const text = page(() => ({}), { live });
  expect(rowOf(text, 'bytes of a session')).toBe(
    '| bytes of a session, 10000000 live | at most 150 | 139 | yes | checked by counts |',
  );
  expect(rowOf(text, 'cost of a packet')).toContain('| at most 2.50 x | 3.00 x | **no** |');
});

test('a trial says that it is one; notes outlive the figures', () => {
  expect(page(() => ({}))).not.toContain('not the figures of record');
  expect(page(() => ({}), { scale: 0.1 })).toContain(
    '**Captures at 0.1 of their size: not the figures of record.**',
  );
  const text = page(() => ({}), { notes: 'The profile shows why.' });
  expect(text).toContain(`${NOTES.open}\nThe profile shows why.\n${NOTES.close}`);
  expect([notesOf(text), notesOf('# Performance\n')]).toEqual(['The profile shows why.', '']);
});
