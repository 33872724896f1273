/** Reads the rows of a log, beside the rebuilding of the capture where that is worth a thread of its own. */
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type RowData, RowStore } from '../compare/row-store.ts';
import type { LogFile } from '../trafficlog/log-counts.ts';
import type { LogZone } from '../trafficlog/log-zone.ts';
import type { LogInput } from '../trafficlog/open-logs.ts';

export interface ReadLogs {
  readonly rows: RowData;
  readonly files: readonly LogFile[];
}

/** What the thread is given, and what it answers with. */
export interface LogTask {
  readonly names: readonly string[];
  readonly zone: string | null;
}
export type LogAnswer =
  | { readonly warning: string }
  | { readonly done: ReadLogs }
  | { readonly failure: string };

/** Smaller logs are read before a thread has started. */
const WORTH_A_THREAD = 8_000_000;
/** Rows live for a moment: with room for many of them few are looked at when memory is cleared. */
const YOUNG_MEGABYTES = 128;

/**
 * Begins to read; the rows come when all of them have been read.
 * @param logs opened and found to be logs; nothing else reads them any more
 */
export function beginReading(
  logs: LogInput,
  zone: LogZone | null,
  warn: (line: string) => void,
): () => Promise<ReadLogs> {
  const thread = threadFile();
  if (thread === null || !isLarge(logs.files)) return () => readHere(logs, zone);
  const answer = readInThread(
    thread,
    { names: logs.files.map(({ name }) => name), zone: zone?.name ?? null },
    warn,
  );
  // whoever waits for it is told of a failure, and nobody else
  answer.catch(() => {});
  return () => answer;
}

async function readHere(logs: LogInput, zone: LogZone | null): Promise<ReadLogs> {
  const rows = new RowStore(zone);
  for await (const batch of logs.rows()) for (const row of batch) rows.take(row);
  return { rows: rows.data(), files: logs.files };
}

/** Compiled next to this file; from the sources there is no thread. */
function threadFile(): URL | null {
  return import.meta.url.endsWith('.js') ? new URL('./log-thread.js', import.meta.url) : null;
}

/** Regular files only: a pipe cannot be opened a second time. */
function isLarge(files: readonly LogFile[]): boolean {
  let bytes = 0;
  for (const { name } of files) {
    if (name === '-') return false;
    const found = statSync(name, { throwIfNoEntry: false });
    if (found === undefined || !found.isFile()) return false;
    bytes += found.size;
  }
  return bytes >= WORTH_A_THREAD;
}

function readInThread(file: URL, task: LogTask, warn: (line: string) => void): Promise<ReadLogs> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    worker.on('message', (answer: LogAnswer) => {
      if ('warning' in answer) warn(answer.warning);
      else {
        void worker.terminate();
        if ('done' in answer) resolve(answer.done);
        else reject(new Error(answer.failure));
      }
    });
    worker.on('error', reject);
  });
}
