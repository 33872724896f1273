/**
 * A case is a row: a name with the section it stands for, the packets, and what the program must say.
 * Each is written as a capture, read back and run through the program's own entry point.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeTime, type Time } from '../../src/capture/time.ts';
import { writeCapture } from '../../src/capture/writer.ts';
import type { SessionRow } from '../../src/report/session-row.ts';
import { rfc3339 } from '../../src/report/time-text.ts';
import type { TimedFrame } from './conversation.ts';
import { runProgram } from './program.ts';

/** When second 0 of a case is: 2026-01-09T16:44:00Z. */
export const CASE_START_SECONDS = 1_767_977_040;

/** What a session must show. Times are seconds after the start of the case. */
export type ExpectedSession = Partial<
  Omit<SessionRow, 'start' | 'last' | 'end' | 'pending' | 'candidates' | 'evidence' | 'diagnosis'>
> & {
  readonly start?: number;
  readonly last?: number;
  readonly end?: number | null;
  readonly pending?: {
    session_end_reason: string;
    tracker_stage: string;
    end: number;
    decided: boolean;
  } | null;
  /** reasons of the candidates, in order */
  readonly candidates?: readonly string[];
  /** codes, in order */
  readonly diagnosis?: readonly string[];
  /** `packet: words` of evidence that must be there, in order */
  readonly evidence?: readonly string[];
};

export interface Case {
  /** section of firewall-model or interface.md that the case stands for, and what it shows */
  readonly name: string;
  readonly packets: readonly TimedFrame[];
  /** further arguments; `--drain` where none are given, so that every session ends */
  readonly args?: readonly string[];
  /** sessions in order of start */
  readonly sessions: readonly ExpectedSession[];
  /** causes of packets that are in no session; none where not given */
  readonly notInSessions?: Readonly<Record<string, number>>;
  /** counters that must be raised so often */
  readonly counters?: Readonly<Record<string, number>>;
}

export interface Output {
  readonly capture: { readonly packets: number; readonly bytes: number };
  readonly accounting: {
    readonly packets: number;
    readonly in_sessions: number;
    readonly not_in_sessions: Readonly<Record<string, number>>;
  };
  readonly counters: Readonly<Record<string, number>>;
  readonly sessions: readonly SessionRow[];
}

/** One folder a test file. */
const folder = mkdtempSync(join(tmpdir(), 'endreason-case-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Packets as the writer takes them, second 0 at CASE_START_SECONDS. */
export function recordsOf(
  packets: readonly TimedFrame[],
): { readonly time: Time; readonly data: Uint8Array }[] {
  return packets.map(({ at, bytes }) => ({
    time: makeTime(CASE_START_SECONDS + Math.floor(at), Math.round((at - Math.floor(at)) * 1e9)),
    data: bytes,
  }));
}

/** Packets as a capture file; returns its path. */
export function writeCase(packets: readonly TimedFrame[], name: string = 'case.pcap'): string {
  const path = join(folder, name);
  writeFileSync(path, writeCapture(recordsOf(packets), { container: 'pcap', resolution: 'ns', linkType: 1 }));
  return path;
}

/** Runs the program on packets and gives its JSON. */
export async function runPackets(packets: readonly TimedFrame[], args: readonly string[]): Promise<Output> {
  const result = await runProgram([writeCase(packets), '--json', ...args]);
  expect(result.stderr.split('\n').filter((line: string) => /^endreason: (?!warning:)/.test(line))).toEqual(
    [],
  );
  expect(result.status).toBe(0);
  return JSON.parse(result.stdout) as Output;
}

/** Registers a test for each case. */
export function testCases(cases: readonly Case[]): void {
  test.each(cases)('$name', async ({ packets, args, sessions, notInSessions, counters }) => {
    const output = await runPackets(packets, args ?? ['--drain']);
    const shown = output.sessions.map((row, i) => pick(row, sessions[i] ?? {}));
    expect(shown).toEqual(sessions.map(inAbsoluteTime));
    expect(output.accounting.not_in_sessions).toEqual(notInSessions ?? {});
    expect(output.accounting.packets).toBe(packets.length);
    if (counters !== undefined) expect(output.counters).toMatchObject(counters);
  });
}

function at(seconds: number): string {
  const whole = Math.floor(seconds);
  return rfc3339(makeTime(CASE_START_SECONDS + whole, Math.round((seconds - whole) * 1e9)));
}

/** An expectation in the form that the program prints. */
function inAbsoluteTime(expected: ExpectedSession): Record<string, unknown> {
  const { start, last, end, pending, ...rest } = expected;
  return {
    ...rest,
    ...(start === undefined ? {} : { start: at(start) }),
    ...(last === undefined ? {} : { last: at(last) }),
    ...(end === undefined ? {} : { end: end === null ? null : at(end) }),
    ...(pending === undefined
      ? {}
      : { pending: pending === null ? null : { ...pending, end: at(pending.end) } }),
  };
}

/** The keys of a row that the case speaks of. */
function pick(row: SessionRow, expected: ExpectedSession): Record<string, unknown> {
  const all: Record<string, unknown> = {
    ...row,
    candidates: row.candidates.map((candidate) => candidate.reason),
    diagnosis: row.diagnosis.map(({ code }) => code),
    evidence: row.evidence
      .map(({ packet, what }) => `${packet}: ${what}`)
      .filter((line) => expected.evidence?.includes(line) ?? false),
  };
  return Object.fromEntries(Object.keys(expected).map((key) => [key, all[key]]));
}

/** A session that has ended: its words, timer and end. */
export function ended(
  session_end_reason: string,
  tracker_stage: string,
  timer: string,
  end: number,
  more: ExpectedSession = {},
): ExpectedSession {
  return { session_end_reason, tracker_stage, timer, end, state: 'CLOSED', subtype: 'end', ...more };
}

/** A session still open: what will be logged if no further packet comes. */
export function open(
  session_end_reason: string,
  tracker_stage: string,
  timer: string,
  end: number,
  decided: boolean,
  more: ExpectedSession = {},
): ExpectedSession {
  return {
    state: 'ACTIVE',
    subtype: 'start',
    session_end_reason: 'n/a',
    end: null,
    timer,
    pending: { session_end_reason, tracker_stage, end, decided },
    ...more,
  };
}
