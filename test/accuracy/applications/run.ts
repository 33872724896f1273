/**
 * `npx tsx test/accuracy/applications/run.ts [part of a capture's name]`: the applications that we name
 * beside what five other programs call the same conversations.
 */
import { CAPTURES, capturesWithTruth } from '../truth.ts';
import { JUDGES } from './judges.ts';
import { measureApplications } from './measure.ts';
import { applicationTable, differenceTable, judgeTable, notComparedTable } from './table.ts';

if (capturesWithTruth().length === 0) {
  console.log(`no public captures at ${CAPTURES}: nothing to measure`);
} else {
  const measurement = await measureApplications(process.argv[2]);
  const judges = JUDGES.map((judge) => judge.name);
  console.log(judgeTable(measurement, judges));
  console.log(`\n${applicationTable(measurement)}`);
  console.log(`\n${differenceTable(measurement)}`);
  console.log(`\n${notComparedTable(measurement)}`);
  if (measurement.unmapped.length > 0)
    console.log(`\nnames without a row: ${measurement.unmapped.join(', ')}`);
}
