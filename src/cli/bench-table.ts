/** `endreason bench table`: session tables side by side. */
import { benchTables, type TableGroup } from '../bench/table-bench.ts';
import { closingTableLines, groupLines, tableDocument } from '../bench/table-figures.ts';
import { streamOutput } from '../report/write-output.ts';
import type { TableWords } from './bench-table-words.ts';
import { EXIT, Interrupted } from './errors.ts';
import type { CliIo } from './io.ts';

/** @returns the exit status */
export async function runBenchTable(words: TableWords, io: CliIo): Promise<number> {
  const output = streamOutput(io.stdout);
  const abort = new AbortController();
  const stop = io.onInterrupt(() =>
    abort.abort(new Interrupted('interrupted: what is missing was not measured')),
  );
  const groups: TableGroup[] = [];
  try {
    for await (const group of benchTables({ ...words, signal: abort.signal })) {
      groups.push(group);
      if (!words.json) await output.write(`${groupLines(group).join('\n')}\n\n`);
    }
    const operations = new Map(words.workloads.map(({ name, operation }) => [name, operation]));
    const text = words.json
      ? JSON.stringify(tableDocument(groups), null, 2)
      : closingTableLines(operations).join('\n');
    await output.write(`${text}\n`);
    return EXIT.done;
  } finally {
    stop();
  }
}
