/** A log in memory, read through the door that files come through. */
import type { LogFile } from '../../src/trafficlog/log-counts.ts';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { openTrafficLogs } from '../../src/trafficlog/open-logs.ts';

export interface ReadLog {
  readonly rows: readonly LogRow[];
  readonly warnings: readonly string[];
  readonly file: LogFile;
}

export async function readLog(log: string | Uint8Array, chunkSizes?: readonly number[]): Promise<ReadLog> {
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log;
  const warnings: string[] = [];
  const input = await openTrafficLogs(['-'], {
    warn: (line) => warnings.push(line),
    stdin: chunksOf(bytes, chunkSizes ?? [bytes.length]),
  });
  const rows: LogRow[] = [];
  for await (const batch of input.rows()) rows.push(...batch);
  await input.close();
  return { rows, warnings, file: input.files[0]! };
}

/** The only row of a log of one. */
export async function readRow(log: string): Promise<LogRow> {
  const { rows, warnings } = await readLog(log);
  if (rows.length !== 1) throw new Error(`${rows.length} rows: ${warnings.join('; ')}`);
  return rows[0]!;
}

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length]!;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

/** Seconds of a device's clock that shows this. */
export const wall = (text: string): number =>
  Date.parse(`${text.replaceAll('/', '-').replace(' ', 'T')}Z`) / 1000;
