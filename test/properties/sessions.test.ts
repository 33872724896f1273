/** What must hold of every capture, whatever is in it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionRow } from '../../src/report/session-row.ts';
import { type Output, runPackets, writeCase } from '../dsl/cases.ts';
import { runProgram } from '../dsl/program.ts';
import { traffic } from './traffic.ts';

const RUNS = { numRuns: 150 };

/** Seconds as a number, good to a microsecond: enough to compare times that are milliseconds apart. */
function seconds(time: string): number {
  return Date.parse(`${time.slice(0, 19)}Z`) / 1000 + Number(time.slice(19, 26));
}

function tuple(row: SessionRow): string {
  const ends = [`${row.src} ${row.sport}`, `${row.dst} ${row.dport}`].sort();
  return `${row.proto} ${ends.join(' ')}`;
}

const forAll = (check: (output: Output, packets: number) => void, args: readonly string[] = ['--drain']) =>
  fc.assert(
    fc.asyncProperty(traffic, async (packets) => check(await runPackets(packets, args), packets.length)),
    RUNS,
  );

describe('every capture', () => {
  test('has each packet in exactly one place', () =>
    forAll(({ accounting, sessions }, packets) => {
      const left = Object.values(accounting.not_in_sessions).reduce((sum, n) => sum + n, 0);
      expect(accounting.packets).toBe(packets);
      expect(accounting.in_sessions + left).toBe(packets);
      expect(sessions.reduce((sum, row) => sum + row.packets, 0)).toBe(accounting.in_sessions);
      const late = sessions.reduce((sum, row) => sum + (row.after_end ?? 0), 0);
      expect(accounting.not_in_sessions['late'] ?? 0).toBe(late);
    }));

  test('has sums that add up in every session', () =>
    forAll(({ sessions }) => {
      for (const row of sessions) {
        expect(row.packets).toBe(row.pkts_sent + row.pkts_received);
        expect(row.bytes).toBe(row.bytes_sent + row.bytes_received);
        expect(row.elapsed).toBe(Math.floor(seconds(row.last) - seconds(row.start) + 1e-6));
      }
    }));

  test('has no two sessions of one tuple at the same time', () =>
    forAll(({ sessions }) => {
      const ends = new Map<string, number>();
      // Pings of both directions may share identifier and sequence number without being one session.
      const withPorts = sessions.filter((row) => row.proto === 'tcp' || row.proto === 'udp');
      for (const row of withPorts.sort((a, b) => a.sessionid - b.sessionid)) {
        const before = ends.get(tuple(row));
        if (before !== undefined) expect(seconds(row.start)).toBeGreaterThanOrEqual(before);
        ends.set(tuple(row), seconds(row.end!));
      }
    }));

  test('has sessions that end by their timer, or by a SYN', () =>
    forAll(({ sessions }) => {
      for (const row of sessions) {
        expect(row.state).toBe('CLOSED');
        const silence = seconds(row.end!) - seconds(row.last);
        // A dropped packet does not restart the timer, so silence may be shorter than it, never longer.
        expect(silence).toBeLessThanOrEqual(row.timeout! + 1e-6);
        if (row.session_end_reason === 'tcp-reuse') expect(silence).toBeLessThan(row.timeout!);
      }
    }));

  test('gives evidence that is in the capture, in order', () =>
    forAll(({ sessions }, packets) => {
      for (const row of sessions) {
        const numbers = row.evidence.map((each) => each.packet);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        expect(numbers[0]).toBeGreaterThanOrEqual(1);
        expect(numbers.at(-1)).toBeLessThanOrEqual(packets);
        const rsts = row.evidence.filter((each) => each.what.startsWith('RST from'));
        if (row.session_end_reason.startsWith('tcp-rst')) expect(rsts.length).toBeGreaterThan(0);
      }
    }));

  test('says of an open session what --drain says of it ended', () =>
    fc.assert(
      fc.asyncProperty(traffic, async (packets) => {
        const cut = await runPackets(packets, []);
        const drained = await runPackets(packets, ['--drain']);
        for (const row of cut.sessions) {
          const later = drained.sessions.find((each) => each.sessionid === row.sessionid)!;
          expect(row.pending?.session_end_reason ?? row.session_end_reason).toBe(later.session_end_reason);
          expect(row.pending?.end ?? row.end).toBe(later.end);
          expect(row.pending?.tracker_stage ?? row.tracker_stage).toBe(later.tracker_stage);
        }
      }),
      RUNS,
    ));

  test('comes as ndjson in the order in which sessions left the table, with the same rows', () =>
    fc.assert(
      fc.asyncProperty(traffic, async (packets) => {
        const file = writeCase(packets);
        const lines = (await runProgram([file, '--format', 'ndjson'])).stdout
          .split('\n')
          .filter((line) => line !== '');
        const rows = lines.map((line) => JSON.parse(line) as SessionRow);
        const order = [...rows].sort((a, b) => compareEnds(a, b));
        expect(rows.map((row) => row.sessionid)).toEqual(order.map((row) => row.sessionid));
        const { sessions } = JSON.parse((await runProgram([file, '--json'])).stdout) as Output;
        const byId = (a: SessionRow, b: SessionRow): number => a.sessionid - b.sessionid;
        expect([...rows].sort(byId)).toEqual([...sessions].sort(byId));
      }),
      RUNS,
    ));
});

function compareEnds(a: SessionRow, b: SessionRow): number {
  if (a.end === null || b.end === null) {
    return a.end === b.end ? a.sessionid - b.sessionid : a.end === null ? 1 : -1;
  }
  return a.end < b.end ? -1 : a.end > b.end ? 1 : a.sessionid - b.sessionid;
}
