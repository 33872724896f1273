/** Rows written from records are the rows of the sessions' facts, and so are the totals. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { defaultConfig } from '../../src/firewall/config.ts';
import { CSV_LAYOUT, CSV_PROOF_LAYOUT, csvHeader, csvSession } from '../../src/report/csv.ts';
import { engineOptions, overrideFirewall } from '../../src/report/firewall-in-force.ts';
import { NDJSON_LAYOUT, sessionJson } from '../../src/report/json.ts';
import { NO_PAINT } from '../../src/report/paint.ts';
import { Rebuild } from '../../src/report/rebuild.ts';
import { RecordRows } from '../../src/report/record-rows.ts';
import type { RowLayout } from '../../src/report/row-template.ts';
import { type RowOptions, type SessionRow, sessionRow } from '../../src/report/session-row.ts';
import { type ReportJob, reportSessions } from '../../src/report/sessions-report.ts';
import { Totals } from '../../src/report/totals.ts';
import { totalsDocument } from '../../src/report/totals-document.ts';
import { UTC } from '../../src/report/zone-time.ts';
import { EarlierSessions } from '../../src/verdict/earlier-sessions.ts';
import { writeCase } from '../dsl/cases.ts';
import { crowdedTraffic, traffic } from '../properties/traffic.ts';

const FIREWALL = overrideFirewall(defaultConfig(), {
  timeouts: [],
  zones: [{ network: '10.0.0.0/8', zone: 'in side' }],
  nonSyn: null,
  maxSessions: null,
});

const ROW: RowOptions = { reuseReason: 'tcp-reuse', proof: false, fileNames: [] };

async function rebuildOf(path: string, drain: boolean, events: boolean): Promise<Rebuild> {
  const input = await openCaptures([path]);
  const run = { drain, lingerSeconds: 20, verifyChecksums: false, events };
  return new Rebuild(input, engineOptions(FIREWALL, run), () => {});
}

interface Form {
  readonly layout: RowLayout;
  readonly options: RowOptions;
  render(row: SessionRow): string;
}

const PROVEN: RowOptions = { ...ROW, proof: true, fileNames: ['one "quoted", file', 'another'] };

test.each<[string, Form]>([
  ['csv', { layout: CSV_LAYOUT, options: ROW, render: (row) => csvSession(row, false) }],
  ['csv with proof', { layout: CSV_PROOF_LAYOUT, options: PROVEN, render: (row) => csvSession(row, true) }],
  ['ndjson', { layout: NDJSON_LAYOUT, options: PROVEN, render: (row) => `${sessionJson(row)}\n` }],
])('%s: of every session, at the moment at which it is given', async (_, { layout, options, render }) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(traffic, crowdedTraffic), fc.boolean(), async (packets, drain) => {
      const rebuild = await rebuildOf(writeCase(packets), drain, options.proof);
      const rows = new RecordRows(layout, options);
      const earlier = new EarlierSessions();
      const totals = new Totals(ROW);
      const summed = new Totals(ROW);
      let wanted = '';
      rebuild.consumeRecordsBy((record) => {
        rows.record(record);
        const facts = record.facts();
        wanted += render(sessionRow(facts, options, earlier.take(facts)));
        totals.add(facts);
      });
      for await (const batch of rebuild.batches()) expect(batch).toEqual([]);
      for (const sum of rows.sums()) summed.addSum(sum);
      expect([...rows.pieces(true)].map((piece) => Buffer.from(piece).toString()).join('')).toBe(wanted);
      expect(totalsDocument(summed)).toEqual(totalsDocument(totals));
      expect(rebuild.accountingError()).toBeNull();
    }),
    { numRuns: 60 },
  );
});

test.each(['csv', 'ndjson'] as const)(
  'a slow reader of %s gets the same bytes: no piece is written over before it has been taken',
  async (format) => {
    const packets = fc.sample(crowdedTraffic, { numRuns: 1, seed: 7 })[0]!;
    const report = async (write: (piece: string | Uint8Array) => Promise<void>): Promise<void> => {
      const job: ReportJob = {
        format,
        summary: false,
        files: [],
        firewall: FIREWALL,
        rebuild: await rebuildOf(writeCase(packets), true, format === 'ndjson'),
        totals: new Totals(ROW),
        table: { width: 80, zone: UTC, paint: NO_PAINT, details: false },
      };
      await reportSessions(job, write, () => {});
    };
    const atOnce: Buffer[] = [];
    await report(async (piece) => {
      atOnce.push(Buffer.from(piece));
    });
    const late: Buffer[] = [];
    let writing = 0;
    await report(async (piece) => {
      writing += 1;
      expect(writing).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      late.push(Buffer.from(piece));
      writing -= 1;
    });
    expect(Buffer.concat(late).toString()).toBe(Buffer.concat(atOnce).toString());
    expect(
      Buffer.concat(late)
        .toString()
        .startsWith(format === 'csv' ? csvHeader() : '{'),
    ).toBe(true);
  },
);
