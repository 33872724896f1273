/**
 * Time and peak memory of reading a traffic log into the columns that `compare` holds:
 *
 *     npx tsx test/trafficlog/measure-reading.ts [rows] [syslog|csv|json]
 *
 * The log is written first, to a temporary file, in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RowStore } from '../../src/compare/row-store.ts';
import { openTrafficLogs } from '../../src/trafficlog/open-logs.ts';
import { WRITTEN_FIELDS } from '../../src/trafficlog/traffic-fields.ts';
import { syslogLine, trafficLine } from '../../src/trafficlog/write-traffic.ts';
import { entryOf } from './entries.ts';

type Form = 'syslog' | 'csv' | 'json';

const jsonLine = (i: number): string => {
  const cells = trafficLine(entryOf(i), i + 1).split(',');
  return JSON.stringify(Object.fromEntries(WRITTEN_FIELDS.map(({ variable }, at) => [variable, cells[at]])));
};

const LINE: Readonly<Record<Form, (i: number) => string>> = {
  syslog: (i) => syslogLine(entryOf(i), i + 1),
  csv: (i) => trafficLine(entryOf(i), i + 1),
  json: jsonLine,
};

function write(path: string, rows: number, form: Form): void {
  const file = openSync(path, 'w');
  if (form === 'csv') writeSync(file, `${WRITTEN_FIELDS.map(({ title }) => title).join(',')}\n`);
  for (let from = 0; from < rows; from += 1000) {
    const lines: string[] = [];
    for (let i = from; i < Math.min(rows, from + 1000); i += 1) lines.push(`${LINE[form](i)}\n`);
    writeSync(file, lines.join(''));
  }
  closeSync(file);
}

async function read(path: string): Promise<void> {
  const began = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  const input = await openTrafficLogs([path], { warn: (line) => console.log(line) });
  const store = new RowStore(null);
  for await (const rows of input.rows()) for (const row of rows) store.take(row);
  const held = store.data();
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  const peak = process.resourceUsage().maxRSS / 1024;
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed / 1_048_576;
  console.log(
    `${held.count} rows: ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of CPU, ` +
      `peak ${peak.toFixed(0)} MiB, ${heap.toFixed(0)} MiB of heap at the end`,
  );
}

const [first = '1000000', form = 'syslog', path] = process.argv.slice(2);
if (first === 'read') await read(path!);
else if (first === 'write') write(path!, Number(process.argv[5]), form as Form);
else {
  const folder = mkdtempSync(join(tmpdir(), 'endreason-logs-'));
  const log = join(folder, 'traffic.log');
  const run = (words: readonly string[]): Buffer =>
    execFileSync(process.execPath, [...process.execArgv, '--expose-gc', import.meta.filename, ...words]);
  run(['write', form, log, first]);
  console.log(`${form}: ${(statSync(log).size / 1_048_576).toFixed(0)} MiB`);
  process.stdout.write(run(['read', form, log]));
  rmSync(folder, { recursive: true });
}
