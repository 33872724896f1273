/** Rows written from records are the rows of the sessions' facts, and so are the totals. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { defaultConfig } from '../../src/firewall/config.ts';
import { CSV_LAYOUT, csvHeader, csvSession } from '../../src/report/csv.ts';
import { engineOptions, overrideFirewall } from '../../src/report/firewall-in-force.ts';
import { NO_PAINT } from '../../src/report/paint.ts';
import { Rebuild } from '../../src/report/rebuild.ts';
import { RecordRows } from '../../src/report/record-rows.ts';
import { type RowOptions, sessionRow } from '../../src/report/session-row.ts';
import { type ReportJob, reportSessions } from '../../src/report/sessions-report.ts';
import { Totals } from '../../src/report/totals.ts';
import { totalsDocument } from '../../src/report/totals-document.ts';
import { UTC } from '../../src/report/zone-time.ts';
import { writeCase } from '../dsl/cases.ts';
import { crowdedTraffic, traffic } from '../properties/traffic.ts';

const FIREWALL = overrideFirewall(defaultConfig(), {
  timeouts: [],
  zones: [{ network: '10.0.0.0/8', zone: 'in side' }],
  nonSyn: null,
  maxSessions: null,
});

const ROW: RowOptions = { reuseReason: 'tcp-reuse', proof: false, fileNames: [] };

async function rebuildOf(path: string, drain: boolean): Promise<Rebuild> {
  const input = await openCaptures([path]);
  const run = { drain, lingerSeconds: 20, verifyChecksums: false, events: false };
  return new Rebuild(input, engineOptions(FIREWALL, run), () => {});
}

test('of every session, at the moment at which it is given', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(traffic, crowdedTraffic), fc.boolean(), async (packets, drain) => {
      const rebuild = await rebuildOf(writeCase(packets), drain);
      const rows = new RecordRows(CSV_LAYOUT, ROW);
      const totals = new Totals(ROW);
      const summed = new Totals(ROW);
      let wanted = '';
      rebuild.consumeRecordsBy((record) => {
        rows.record(record);
        const facts = record.facts();
        wanted += csvSession(sessionRow(facts, ROW), false);
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

test('a slow reader gets the same bytes: no piece is written over before it has been taken', async () => {
  const packets = fc.sample(crowdedTraffic, { numRuns: 1, seed: 7 })[0]!;
  const report = async (write: (piece: string | Uint8Array) => Promise<void>): Promise<void> => {
    const job: ReportJob = {
      format: 'csv',
      summary: false,
      files: [],
      firewall: FIREWALL,
      rebuild: await rebuildOf(writeCase(packets), true),
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
  expect(Buffer.concat(late).toString().startsWith(csvHeader())).toBe(true);
});
