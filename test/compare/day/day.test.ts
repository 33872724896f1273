/**
 * A day of a hundred thousand sessions with the log that a firewall would have written, altered in known ways:
 * every alteration is found, and nothing else is reported.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../dsl/program.ts';
import { type AlteredLog, alterLog, dotted, type Form, makeSetting, type Setting } from './alter.ts';
import { writeDay } from './capture-file.ts';
import { DAY_START_SECONDS, type Day, type DayRow, makeDay } from './day.ts';

/**
 * Sessions of a day by seed: the first seeds have the whole of it and the others a part, for the sake of time.
 * `DAY_SESSIONS=100000 npx vitest run test/compare/day` gives every seed the whole.
 */
const WHOLE = Number(process.env['DAY_SESSIONS'] ?? 100_000);
const PART: Readonly<Record<Form, number>> = {
  export: Number(process.env['DAY_SESSIONS'] ?? 20_000),
  'device CEF': Number(process.env['DAY_SESSIONS'] ?? 8000),
};
const WHOLE_SEEDS: Readonly<Record<Form, number>> = { export: 2, 'device CEF': 1 };
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
const FORMS: readonly Form[] = ['export', 'device CEF'];

const folder = mkdtempSync(join(tmpdir(), 'endreason-day-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Scene {
  readonly day: Day;
  readonly capture: string;
  readonly ids: ReadonlyMap<string, number>;
}

async function sceneOf(sessions: number): Promise<Scene> {
  const capture = join(folder, `day-of-${sessions}.pcap`);
  const day = makeDay(sessions, 1);
  writeDay(capture, day.packets);
  return { day, capture, ids: await sessionIds(capture) };
}

interface Pair {
  readonly sessionids: readonly number[];
  readonly log: readonly { readonly line: number }[];
  readonly agrees: boolean;
  readonly differences: readonly { readonly field: string }[];
}

interface Comparison {
  readonly clock_offset: number;
  readonly byte_overhead: number;
  readonly elapsed_includes: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly pairs: readonly Pair[];
  readonly only_in_capture: readonly { readonly sessionid: number }[];
  readonly only_in_log: readonly { readonly line: number }[];
}

/** Ids of the program's sessions by tuple and start, as csv has them. */
async function sessionIds(capture: string): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await runProgram([capture, '--format', 'csv', '-q']);
  const [header, ...lines] = stdout.trimEnd().split('\n');
  const columns = header!.split(',');
  const [id, src, dst, sport, dport, proto, start] = [
    'sessionid',
    'src',
    'dst',
    'sport',
    'dport',
    'proto',
    'start',
  ].map((name) => columns.indexOf(name));
  return new Map(
    lines.map((line) => {
      const cells = line.split(',');
      const ports = cells[proto!] === 'icmp' ? '' : `${cells[sport!]} ${cells[dport!]}`;
      const at = Date.parse(`${cells[start!]!.slice(0, 23)}Z`);
      return [`${cells[proto!]} ${cells[src!]} ${cells[dst!]} ${ports} ${at}`, Number(cells[id!])];
    }),
  );
}

/** The sessions that a row is of. */
function idsOf({ proto, ends, starts }: DayRow, ids: ReadonlyMap<string, number>): readonly number[] {
  const ports = proto === 'icmp' ? '' : `${ends.clientPort} ${ends.serverPort}`;
  return starts.map((at) => {
    const time = DAY_START_SECONDS * 1000 + Math.floor(at / 1000);
    return ids.get(`${proto} ${dotted(ends.client)} ${dotted(ends.server)} ${ports} ${time}`)!;
  });
}

/** What a comparison says of one line, in words that two of them can be held against each other by. */
type Finding = string;

/** By line of the log; then sessions that only the capture has. */
interface Findings {
  readonly lines: ReadonlyMap<number, Finding>;
  readonly sessions: ReadonlySet<number>;
}

const pairFinding = (lines: number, ids: readonly number[], fields: readonly string[]): Finding =>
  `${lines} with ${[...ids].sort((a, b) => a - b).join(' ')}: ${[...fields].sort().join(' ') || 'agrees'}`;

const ALONE: Finding = 'only in the log';

function expected(log: AlteredLog, ids: ReadonlyMap<string, number>): Findings {
  const lines = new Map<number, Finding>();
  for (const [i, line] of log.lines.entries()) {
    if (line.kind === 'extra') lines.set(i + log.firstLine, ALONE);
    else if (line.row.before) lines.set(i + log.firstLine, ALONE);
    // the capture does not hold its start: that there is a pair is all that is asked of it
    else if (line.row.early) continue;
    else {
      const fields = line.kind === 'changed' ? line.fields : [];
      lines.set(
        i + log.firstLine,
        pairFinding(line.kind === 'split' || line.kind === 'twice' ? 2 : 1, idsOf(line.row, ids), fields),
      );
    }
  }
  return { lines, sessions: new Set(log.missing.flatMap((row) => idsOf(row, ids))) };
}

function found(comparison: Comparison, log: AlteredLog): Findings {
  const early = new Set(
    log.lines.flatMap((line, i) => ('row' in line && line.row.early ? [i + log.firstLine] : [])),
  );
  const lines = new Map<number, Finding>();
  for (const { sessionids, log: rows, differences } of comparison.pairs) {
    const fields = differences.map(({ field }) => field);
    for (const { line } of rows) {
      if (!early.has(line)) lines.set(line, pairFinding(rows.length, sessionids, fields));
    }
  }
  for (const { line } of comparison.only_in_log) lines.set(line, ALONE);
  return { lines, sessions: new Set(comparison.only_in_capture.map(({ sessionid }) => sessionid)) };
}

/** What stands in one of them and not in the other, a line each. */
function disagreements(wanted: Findings, got: Findings, log: AlteredLog): string[] {
  const numbers = new Set([...wanted.lines.keys(), ...got.lines.keys()]);
  const lines = [...numbers].flatMap((number) => {
    const [want, have] = [wanted.lines.get(number), got.lines.get(number)];
    return want === have ? [] : [`line ${number} (${describeLine(log, number)}): ${have}, not ${want}`];
  });
  const sessions = [...new Set([...wanted.sessions, ...got.sessions])].flatMap((id) => {
    if (wanted.sessions.has(id) === got.sessions.has(id)) return [];
    return [
      `session ${id}: ${got.sessions.has(id) ? 'only in the capture, and is not' : 'its row is missing'}`,
    ];
  });
  return [...lines, ...sessions];
}

function describeLine(log: AlteredLog, number: number): string {
  const line = log.lines[number - log.firstLine]!;
  return line.kind === 'extra' ? 'extra' : `${line.kind}: ${line.row.what}`;
}

/** Seconds by which a fitted offset may miss: the log's times are whole, and a drift has no one offset. */
const OFFSET_SECONDS = 3;

function expectFit(comparison: Comparison, setting: Setting): void {
  expect(comparison.byte_overhead).toBe(setting.overhead);
  expect(comparison.elapsed_includes).toBe('first-to-last');
  // a zone that is not told is a part of the offset, or is taken for a zone
  const offsets = setting.zoneIsTold ? [setting.offset] : [setting.offset, setting.offset + setting.zone[1]];
  const misses = offsets.map((offset) => Math.abs(comparison.clock_offset - offset));
  expect(Math.min(...misses)).toBeLessThan(OFFSET_SECONDS);
}

describe('a day of sessions and its altered log', async () => {
  const whole = await sceneOf(WHOLE);
  const partOf = async (sessions: number): Promise<Scene> => (sessions === WHOLE ? whole : sceneOf(sessions));
  const parts = { export: await partOf(PART.export), 'device CEF': await partOf(PART['device CEF']) };
  const sceneFor = (seed: number, form: Form): Scene => (seed <= WHOLE_SEEDS[form] ? whole : parts[form]);

  test.each([whole, ...Object.values(parts)])(
    'every row of a day has its sessions in the capture',
    ({ day, ids }) => {
      const rows = day.rows.filter(({ early, before }) => !early && !before);
      expect(rows.flatMap((row) => idsOf(row, ids)).filter((id) => id === undefined)).toEqual([]);
    },
  );

  const cases = FORMS.flatMap((form) => SEEDS.map((seed) => [seed, form] as const));
  test.each(cases)('seed %i, %s: every alteration is found, and nothing else', async (seed, form) => {
    const { day, capture, ids } = sceneFor(seed, form);
    const setting = makeSetting(seed);
    const log = alterLog(day, setting, seed, form);
    const path = join(folder, `day-${seed}.log`);
    writeFileSync(path, log.text);
    const zone = setting.zoneIsTold ? ['--log-tz', setting.zone[0]] : [];
    const { status, stdout } = await runProgram(['compare', capture, '--log', path, '--json', '-q', ...zone]);
    rmSync(path);
    const comparison = JSON.parse(stdout) as Comparison;
    expectFit(comparison, setting);
    expect(disagreements(expected(log, ids), found(comparison, log), log).slice(0, 20)).toEqual([]);
    expect(comparison.summary['log_rows']).toBe(log.lines.length);
    expect(status).toBe(1);
  });

  test.each(FORMS)('an unaltered log agrees: %s', async (form) => {
    const { day, capture } = whole;
    const setting = makeSetting(3);
    const log = alterLog(day, setting, 3, form, 0);
    const path = join(folder, 'day.log');
    writeFileSync(path, log.text);
    const { status, stdout } = await runProgram(['compare', capture, '--log', path, '--json', '-q']);
    const comparison = JSON.parse(stdout) as Comparison;
    expect(comparison.pairs.filter(({ agrees }) => !agrees).slice(0, 5)).toEqual([]);
    expect(comparison.summary['only_in_capture']).toBe(0);
    expect(status).toBe(0);
  });
});
