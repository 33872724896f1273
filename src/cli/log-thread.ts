/** The thread that reads a log while the capture is rebuilt. */
import { parentPort, workerData } from 'node:worker_threads';
import { RowStore } from '../compare/row-store.ts';
import { findLogZone } from '../trafficlog/log-zone.ts';
import { openTrafficLogs } from '../trafficlog/open-logs.ts';
import type { LogAnswer, LogTask } from './read-log.ts';

const { names, zone } = workerData as LogTask;
const tell = (answer: LogAnswer, memory: readonly ArrayBuffer[] = []): void =>
  parentPort!.postMessage(answer, memory);

async function readLogs(): Promise<void> {
  const logs = await openTrafficLogs(names, { warn: (warning) => tell({ warning }) });
  const store = new RowStore(zone === null ? null : findLogZone(zone));
  for await (const batch of logs.rows()) for (const row of batch) store.take(row);
  const rows = store.data();
  const { words, versions } = rows.addresses;
  const memory = [...Object.values(rows), words, versions].flatMap((each) =>
    ArrayBuffer.isView(each) ? [each.buffer as ArrayBuffer] : [],
  );
  tell({ done: { rows, files: logs.files } }, memory);
}

readLogs().catch((error: unknown) => {
  tell({ failure: error instanceof Error ? error.message : String(error) });
});
