/** Every public sample reads with the fields that its judges hold, or the difference is argued below. */
import { describe, expect, test } from 'vitest';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import {
  type Checked,
  checkFields,
  checkUpstream,
  type Expected,
  type JudgedFields,
  judge,
  reasonToSkip,
  sampleNames,
  sampleText,
} from './judges.ts';
import { type ReadLog, readLog } from './reading.ts';

if (reasonToSkip !== null) console.log(reasonToSkip);

/** Lines that a judge has and we refuse. */
const REFUSED: readonly (readonly [sample: string, lines: readonly number[], because: string])[] = [
  ['wazuh-masked-values.log', [1, 2, 3, 4], 'digits masked to 0: month 00 and day 00 are in no calendar'],
];

/** Fields of which a judge and a row differ, and why the row stands. */
const ARGUED: readonly (readonly [sample: string, field: string, because: string])[] = [
  [
    'jcustenborder-traffic-panos7-8-a.log',
    'outboundInterface',
    'an empty column is null there; here it is empty, and null means that the log has no such column',
  ],
  [
    'sekoia-ngfw-cef-a.log',
    '@timestamp',
    'rt, when the log was received; the row has it as such, and when it was generated beside it',
  ],
  [
    'sekoia-ngfw-cef-a.log',
    'event.start',
    "the key start: not the session's, which began 178 s (its duration) and a timer of 3 s before it, as PanOSSessionStartTime says",
  ],
  [
    'sekoia-ngfw-cef-a.log',
    'source.bytes',
    'the key in: the judge reads it as a device writes it; Strata Logging Service documents in as bytes_received, out as bytes_sent',
  ],
  [
    'sekoia-ngfw-cef-a.log',
    'destination.bytes',
    'the key out: the judge reads it as a device writes it; Strata Logging Service documents in as bytes_received, out as bytes_sent',
  ],
  [
    'sekoia-ngfw-csv-a.log',
    '@timestamp',
    'the lines name no zone: taken for UTC there, left open here until --log-tz or a fit says',
  ],
];

const isArgued = (sample: string, field: string): boolean =>
  ARGUED.some(([name, argued]) => name === sample && argued === field);

const differing = (sample: string, checked: readonly Checked[]): readonly Checked[] =>
  checked.filter(([field, expected, found]) => expected !== found && !isArgued(sample, field));

const rowOf = (log: ReadLog, line: number): LogRow | undefined => log.rows.find((row) => row.line === line);

describe.skipIf(reasonToSkip !== null)('public samples', () => {
  test.each(sampleNames.filter((name) => judge(name, 'fields') !== null))('%s: columns', async (name) => {
    const log = await readLog(sampleText(name));
    const refused = REFUSED.find(([sample]) => sample === name)?.[1] ?? [];
    const judged = judge<JudgedFields>(name, 'fields')!;
    expect(judged.length).toBeGreaterThan(0);
    expect(log.rows.map(({ line }) => line)).toEqual(
      judged.map(({ line }) => line).filter((line) => !refused.includes(line)),
    );
    expect(log.file.malformed).toBe(refused.length);
    for (const fields of judged) {
      const row = rowOf(log, fields.line);
      if (row !== undefined)
        expect([fields.line, ...differing(name, checkFields(fields, row))]).toEqual([fields.line]);
    }
  });

  test.each(sampleNames.filter((name) => judge(name, 'upstream') !== null))('%s: upstream', async (name) => {
    const log = await readLog(sampleText(name));
    const judged = judge<{ expected?: Expected }>(name, 'upstream')!;
    expect(log.rows).toHaveLength(judged.length);
    const found = judged.flatMap(({ expected }, i) =>
      expected === undefined ? [] : [checkUpstream(expected, log.rows[i]!)],
    );
    for (const checked of found) expect(checked.length).toBeGreaterThan(15);
    expect(found.flatMap((checked, i) => differing(name, checked).map((row) => [i, ...row]))).toEqual([]);
  });

  test('other log types are counted, never an error', async () => {
    const log = await readLog(sampleText('pan-splunk-mixed-types-relayed-a.log'));
    expect([...log.file.otherTypes]).toEqual([['SYSTEM', 16]]);
    expect(log.warnings).toEqual([]);
  });

  test('every argued difference is one', async () => {
    for (const [name, field] of ARGUED) {
      const log = await readLog(sampleText(name));
      const fields = judge<JudgedFields>(name, 'fields') ?? [];
      const upstream = judge<{ expected?: Expected }>(name, 'upstream') ?? [];
      const checked = [
        ...fields.flatMap((line) => checkFields(line, rowOf(log, line.line)!)),
        ...upstream.flatMap(({ expected }, i) =>
          expected === undefined ? [] : checkUpstream(expected, log.rows[i]!),
        ),
      ];
      expect([name, field, checked.some(([of, a, b]) => of === field && a !== b)]).toEqual([
        name,
        field,
        true,
      ]);
    }
  });
});
