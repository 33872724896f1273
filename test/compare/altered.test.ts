/** A day's log, changed in known ways: every change is found, and nothing else is reported. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeCapture } from '../../src/capture/writer.ts';
import { recordsOf } from '../dsl/cases.ts';
import { runProgram } from '../dsl/program.ts';
import {
  type Cells,
  cell,
  Dice,
  dayOfTraffic,
  logText,
  moveRow,
  moveTimes,
  parseLog,
  setCell,
  startOf,
} from './day.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-day-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Expected {
  /** fields that differ, by session */
  readonly differ: Map<number, readonly string[]>;
  readonly onlyInCapture: Set<number>;
  /** rows that no session has, by their session id */
  readonly onlyInLog: Set<string>;
}

const REASONS = ['tcp-rst-from-client', 'tcp-rst-from-server', 'tcp-fin', 'aged-out', 'threat'];
const EXTRA_ID = 9_000_000;

function alter(rows: Cells[], dice: Dice, expected: Expected): Cells[] {
  const out: Cells[] = [];
  let lastGenerated = '';
  for (const row of rows)
    if (cell(row, 'time_generated') > lastGenerated) lastGenerated = cell(row, 'time_generated');
  for (const row of rows) {
    const id = Number(cell(row, 'sessionid'));
    const isPing = cell(row, 'proto') === 'icmp';
    const what = dice.below(100);
    if (what === 0 && !isPing && cell(row, 'time_generated') < lastGenerated) {
      expected.onlyInCapture.add(id);
      continue;
    }
    out.push(row);
    if (what === 1) {
      const reason = dice.oneOf(REASONS.filter((each) => each !== cell(row, 'session_end_reason')));
      setCell(row, 'session_end_reason', reason);
      expected.differ.set(id, ['session_end_reason']);
    } else if (what === 2) {
      setCell(row, 'bytes_sent', Number(cell(row, 'bytes_sent')) + 1 + dice.below(500));
      expected.differ.set(id, ['bytes_sent']);
    } else if (what === 3 && !isPing) {
      setCell(row, 'app', 'ms-update');
      expected.differ.set(id, ['app']);
    } else if (what === 4 && !isPing) {
      // the log's addresses are those in front of the translation, the capture was taken behind it
      setCell(row, 'natsrc', cell(row, 'src'));
      setCell(row, 'natsport', cell(row, 'sport'));
      setCell(row, 'src', '172.16.5.5');
      setCell(row, 'sport', 1024 + dice.below(60_000));
    } else if (what === 5) {
      out.push([...row]);
    } else if (what === 6) {
      const extra = moveRow(row, 0);
      setCell(extra, 'sessionid', EXTRA_ID + out.length);
      setCell(extra, 'src', '203.0.113.9');
      expected.onlyInLog.add(cell(extra, 'sessionid'));
      out.push(extra);
    } else if (what === 7 && !isPing) {
      const extra = moveRow(row, cell(row, 'time_generated') < lastGenerated ? -400 : 0);
      if (startOf(extra) === startOf(row)) continue;
      setCell(extra, 'sessionid', EXTRA_ID + out.length);
      setCell(extra, 'dport', 9);
      expected.onlyInLog.add(cell(extra, 'sessionid'));
      out.push(extra);
    } else if (what < 40 && cell(row, 'pkts_sent') === '4' && cell(row, 'pkts_received') === '0') {
      split(row, out);
    } else if (what === 41) {
      setCell(row, 'pkts_received', Number(cell(row, 'pkts_received')) + 3);
      expected.differ.set(id, ['pkts_received']);
    } else if (what === 42 && cell(row, 'flags') === '0x1c') {
      setCell(row, 'flags', '0x19');
      expected.differ.set(id, ['tracker_stage']);
    } else if (what === 43) {
      setCell(row, 'action', 'deny');
      expected.differ.set(id, ['action']);
    }
  }
  return out;
}

/** Four SYNs (0, 1, 3, 7 s) of one session as two rows of two. */
function split(row: Cells, out: Cells[]): void {
  const second = moveRow(row, 3);
  const half = String(Number(cell(row, 'bytes_sent')) / 2);
  for (const each of [row, second]) {
    setCell(each, 'pkts_sent', 2);
    setCell(each, 'packets', 2);
    setCell(each, 'bytes_sent', half);
    setCell(each, 'bytes', half);
  }
  setCell(row, 'elapsed', 1);
  setCell(second, 'elapsed', 4);
  setCell(second, 'sessionid', EXTRA_ID + out.length);
  out.push(second);
}

function shuffled<T>(values: readonly T[], dice: Dice): T[] {
  const out = [...values];
  for (let at = out.length - 1; at > 0; at -= 1) {
    const other = dice.below(at + 1);
    [out[at], out[other]] = [out[other]!, out[at]!];
  }
  return out;
}

const SEEDS = [1, 2, 3, 4, 5, 6];
const CONVERSATIONS = 1200;

describe('a changed day', () => {
  test.each(SEEDS)('seed %i', async (seed) => {
    const dice = new Dice(seed);
    const capture = join(folder, `${seed}.pcap`);
    const log = join(folder, `${seed}.csv`);
    writeFileSync(
      capture,
      writeCapture(recordsOf(dayOfTraffic(CONVERSATIONS, dice)), {
        container: 'pcap',
        resolution: 'ns',
        linkType: 1,
      }),
    );
    const { stdout } = await runProgram([capture, '--drain', '--format', 'panos-csv', '-q']);
    const expected: Expected = { differ: new Map(), onlyInCapture: new Set(), onlyInLog: new Set() };
    const rows = alter(parseLog(stdout), dice, expected);
    const offset = dice.below(500) - 250;
    const zone = dice.oneOf([0, 7200, -18_000, 19_800]);
    const drift = dice.oneOf([0, 0, 20e-6, -60e-6, 150e-6]);
    const origin = Math.min(...rows.map(startOf));
    for (const row of rows) moveTimes(row, (time) => time + zone + offset + drift * (time - origin));
    const written = shuffled(rows, dice);
    writeFileSync(log, logText(written));
    const outcome = await runProgram(['compare', capture, '--log', log, '--drain', '--json', '-q']);
    const found = JSON.parse(outcome.stdout);
    const fields = (pair: { differences: { field: string }[] }): string[] =>
      pair.differences.map(({ field }) => field);
    const idOf = ({ line }: { line: number }): string => cell(written[line - 1]!, 'sessionid');
    expect(
      found.pairs
        .filter((pair: { agrees: boolean }) => !pair.agrees)
        .map((pair: { sessionids: number[]; differences: { field: string }[] }) => [
          pair.sessionids[0],
          fields(pair),
        ]),
    ).toEqual([...expected.differ].sort(([a], [b]) => a - b));
    expect(found.only_in_capture.map(({ sessionid }: { sessionid: number }) => sessionid).sort()).toEqual(
      [...expected.onlyInCapture].sort(),
    );
    expect(found.only_in_log.map(idOf).sort()).toEqual([...expected.onlyInLog].sort());
    expect(Math.abs(found.clock_offset - offset)).toBeLessThanOrEqual(1.5);
    expect(outcome.status).toBe(1);
  });
});
