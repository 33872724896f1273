/** One log of several firewalls, each with a clock of its own. */
import { describe, expect, test } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import { tcpTalk, together } from '../dsl/conversation.ts';
import { runProgram } from '../dsl/program.ts';
import { compareRows, ownLog, writeLog } from './beside.ts';
import { type Cells, logText, moveTimes, setCell } from './rows.ts';

const TALK = '0>S 0.02<SA 0.04>A 0.1>D200 0.2<D900 3.1>F 3.2<F 3.3>A';
const SESSIONS = 24;
const packets = together(
  ...Array.from({ length: SESSIONS }, (_, i) =>
    tcpTalk(TALK, { clientPort: 40_000 + i }).map((packet) => ({ ...packet, at: packet.at + 17.3 * i })),
  ),
);

/** Rows of which every so many are of another device, whose clock is ahead. */
async function rowsOf(
  field: string,
  names: readonly [string, string],
  every: number,
  ahead: number,
): Promise<Cells[]> {
  const rows = await ownLog(packets);
  for (const [i, row] of rows.entries()) {
    const isOther = i % every === 0;
    setCell(row, 'serial', '');
    setCell(row, field, names[isOther ? 1 : 0]);
    moveTimes(row, (time) => time + (isOther ? ahead : 0));
  }
  return rows;
}

interface WithClocks {
  readonly clocks?: readonly {
    readonly device: string | null;
    readonly clock_offset: number;
    readonly log_rows: number;
    readonly own: boolean;
  }[];
}

const own = (device: string | null, clock_offset: number, log_rows: number, is = true): object => ({
  device,
  clock_offset,
  log_rows,
  own: is,
});

describe('several devices in one log', () => {
  test.each([
    ['serial', ['001', '002'], 2, 100, [own('002', 100, 12), own('001', 0, 12, false)], 24],
    ['serial', ['001', '002'], 2, -7, [own('002', -7, 12), own('001', 0, 12, false)], 24],
    ['serial', ['001', '002'], 3, 86_400, [own('002', 86_400, 8), own('001', 0, 16, false)], 24],
    ['device_name', ['fw1', 'fw2'], 2, 100, [own('fw2', 100, 12), own('fw1', 0, 12, false)], 24],
    // two rows are too few to tell a clock by
    ['serial', ['001', '002'], 12, 100, [own('002', 0, 2, false), own('001', 0, 22, false)], 22],
    // one clock
    ['serial', ['001', '002'], 2, 0, [own('002', 0, 12, false), own('001', 0, 12, false)], 24],
  ] as const)('%s of %j, one in %i ahead by %i s', async (field, names, every, ahead, clocks, pairs) => {
    const { found } = await compareRows(packets, await rowsOf(field, names, every, ahead));
    const listed = (found as typeof found & WithClocks).clocks ?? [];
    const byName = (a: { device?: unknown }, b: { device?: unknown }): number =>
      String(a.device) < String(b.device) ? -1 : 1;
    expect(
      listed
        .map(({ device, clock_offset, log_rows, own: is }) => own(device, clock_offset, log_rows, is))
        .sort(byName),
    ).toEqual([...clocks].sort(byName));
    expect(found.summary).toMatchObject({ pairs, agree: pairs });
  });

  test('one device has no list', async () => {
    const { found } = await compareRows(packets, await rowsOf('serial', ['001', '001'], 2, 0));
    expect(found).not.toHaveProperty('clocks');
  });

  test('the text names each', async () => {
    const rows = await rowsOf('serial', ['001', '002'], 2, 100);
    const log = writeLog(logText(rows));
    const { stdout } = await runProgram(['compare', writeCase(packets), '--log', log, '--drain']);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      "device 002: 12 rows, the log's clock is 100 s ahead of the capture's (12 of 12 agree)",
    );
    expect(text).toContain('device 001: 12 rows, the clock of the whole log (12 of 12 agree)');
  });

  test('the text claims no agreement where a device has too few rows', async () => {
    const log = writeLog(logText(await rowsOf('serial', ['001', '002'], 12, 100)));
    const { stdout } = await runProgram(['compare', writeCase(packets), '--log', log, '--drain']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'device 002: 2 rows, too few to tell its clock, taken for that of the whole log device 001:',
    );
  });
});
