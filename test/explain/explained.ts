/** What `explain --json` says of sessions of a capture, for the tests. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ReasonDocument, TrackerDocument } from '../../src/report/explain.ts';
import type { PacketRow } from '../../src/report/explain-packets.ts';
import type { SessionRow } from '../../src/report/session-row.ts';
import { runProgram } from '../dsl/program.ts';

export interface Explained {
  readonly session: SessionRow;
  readonly packets: readonly PacketRow[];
  readonly reason: ReasonDocument;
  readonly tracker: TrackerDocument;
}

/** @param ids a list gives a list, in its order */
export async function explained(
  capture: string,
  ids: readonly number[],
  args: readonly string[] = [],
): Promise<readonly Explained[]> {
  const argv = ['explain', capture, '--session', ids.join(), '--json', ...args];
  const { status, stdout, stderr } = await runProgram(argv);
  expect({ status, stderr: stderr.replace(/^endreason: warning:.*\n/gm, '') }).toEqual({
    status: 0,
    stderr: '',
  });
  const document = JSON.parse(stdout) as Explained | readonly Explained[];
  return Array.isArray(document) ? document : [document as Explained];
}

export async function sessionsOf(
  capture: string,
  args: readonly string[] = [],
): Promise<readonly SessionRow[]> {
  const { stdout } = await runProgram([capture, '--format', 'ndjson', ...args]);
  const rows = stdout.split('\n').filter((line) => line !== '');
  return rows.map((line) => JSON.parse(line) as SessionRow).sort((a, b) => a.sessionid - b.sessionid);
}

/** Bytes of a classic capture with its first `packets` packets. */
export function cutCapture(capture: string, packets: number): Uint8Array {
  const bytes = readFileSync(capture);
  const little = bytes[0] === 0xd4 || bytes[0] === 0x4d;
  let end = 24;
  for (let i = 0; i < packets; i += 1) {
    end += 16 + (little ? bytes.readUInt32LE(end + 8) : bytes.readUInt32BE(end + 8));
  }
  return bytes.subarray(0, end);
}
