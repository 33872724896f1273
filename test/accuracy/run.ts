/**
 * `npm run accuracy`: every public capture against its truth. Prints the tables; `--update` writes them
 * into docs/accuracy.md. Fails where a floor is not held or a disagreement has not been argued.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureAll } from './all.ts';
import { JUDGES } from './applications/judges.ts';
import { measureApplications } from './applications/measure.ts';
import { applicationTable, differenceTable, judgeTable, notComparedTable } from './applications/table.ts';
import {
  measurePublicLogs,
  publicLeftOutTable,
  publicLogsText,
  publicMissTable,
  publicTimerTable,
} from './public-logs.ts';
import { addUp, causeTable, classTable, disagreementTable } from './table.ts';

const measurements = await measureAll();
if (measurements.length === 0) {
  console.log('skipped: the public captures are not beside this project');
  process.exit(0);
}
const totals = addUp(measurements);
const measured = await measureApplications();
const logs = await measurePublicLogs();
const parts: Readonly<Record<string, string>> = {
  totals: `${totals.captures} captures, ${totals.packets} packets, ${totals.conversations} TCP and UDP conversations.`,
  classes: classTable(totals.classes),
  disagreements: disagreementTable(totals.argued),
  causes: causeTable(totals.leftOut),
  judges: judgeTable(
    measured,
    JUDGES.map((judge) => judge.name),
  ),
  applications: applicationTable(measured),
  differences: differenceTable(measured),
  uncompared: notComparedTable(measured),
  publiclogs: publicLogsText(logs),
  publictimers: publicTimerTable(logs),
  publicmisses: publicMissTable(logs),
  publicleftout: publicLeftOutTable(logs),
};
for (const text of Object.values(parts)) console.log(`${text}\n`);
for (const line of totals.open) {
  console.log(
    `not argued: ${line.capture}: ${line.conversation}: ${line.what}: truth ${line.truth}, endreason ${line.ours}`,
  );
}

if (process.argv.includes('--update')) {
  const page = join(import.meta.dirname, '..', '..', 'docs', 'accuracy.md');
  const text = readFileSync(page, 'utf8').replace(
    /(<!-- measured: ([a-z]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, open: string, part: string, close: string) => `${open}${parts[part]}\n${close}`,
  );
  writeFileSync(page, text);
}
process.exitCode = totals.open.length > 0 ? 1 : 0;
