/** A case of comparing: packets, what was made of their log, and the program's answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import type { TimedFrame } from '../dsl/conversation.ts';
import { runProgram } from '../dsl/program.ts';
import { type Cells, logText, parseLog } from './rows.ts';

export interface FoundPair {
  readonly sessionids: readonly number[];
  readonly log: readonly {
    readonly file: string;
    readonly line: number;
    readonly sessionid: number | null;
  }[];
  readonly agrees: boolean;
  readonly differences: readonly {
    readonly field: string;
    readonly capture: string | number;
    readonly log: string | number;
    readonly explanation: string;
  }[];
  readonly revealed_timer: { readonly name: string; readonly seconds: number } | null;
  readonly diagnosis: readonly {
    readonly code: string;
    readonly text: string;
    readonly evidence: unknown[];
  }[];
}

export interface Found {
  readonly clock_offset: number;
  readonly byte_overhead: number;
  readonly lag: number;
  readonly elapsed_includes: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly pairs: readonly FoundPair[];
  readonly only_in_capture: readonly { readonly sessionid: number; readonly explanation: string }[];
  readonly only_in_log: readonly {
    readonly file: string;
    readonly line: number;
    readonly explanation: string;
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'endreason-beside-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Text as a file; its path. */
export function writeLog(text: string, name = 'traffic.csv'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The rows that the program itself writes of packets. */
export async function ownLog(
  packets: readonly TimedFrame[],
  args: readonly string[] = ['--drain'],
): Promise<Cells[]> {
  const { stdout } = await runProgram([writeCase(packets), '--format', 'panos-csv', '-q', ...args]);
  return stdout === '' ? [] : parseLog(stdout);
}

export async function compareFiles(
  capture: string,
  logs: readonly string[],
  args: readonly string[] = ['--drain'],
): Promise<{ readonly status: number; readonly found: Found; readonly stderr: string }> {
  const { status, stdout, stderr } = await runProgram([
    'compare',
    capture,
    '--log',
    ...logs,
    '--json',
    ...args,
  ]);
  return { status, found: JSON.parse(stdout) as Found, stderr };
}

/** Packets beside these rows. */
export function compareRows(
  packets: readonly TimedFrame[],
  rows: readonly Cells[],
  args: readonly string[] = ['--drain'],
): ReturnType<typeof compareFiles> {
  return compareFiles(writeCase(packets), [writeLog(logText(rows))], args);
}
