/** Rows of the hour that a clock shows twice as summer time ends. */
import { describe, expect, test } from 'vitest';
import { findLogZone } from '../../src/trafficlog/log-zone.ts';
import { writeCase } from '../dsl/cases.ts';
import { tcpTalk, together } from '../dsl/conversation.ts';
import { compareFiles, compareRows, ownLog, writeLog } from './beside.ts';
import { cefText } from './device-cef.ts';
import { type Cells, cell, moveTimes, setCell, startOf } from './rows.ts';

const TALK = '0>S 0.02<SA 0.04>A 0.1>D200 0.2<D900 3.1>F 3.2<F 3.3>A';
/** Of the first packet of a conversation that begins at 0. */
const ZERO = await zero();

async function zero(): Promise<number> {
  return startOf((await ownLog(tcpTalk(TALK)))[0]!);
}

const utc = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`) / 1000;

/** Sessions that begin at these times, and what a firewall of this zone logs of them. */
async function nightOf(starts: readonly string[], offsetAt: (time: number) => number) {
  const packets = together(
    ...starts.map((start, i) =>
      tcpTalk(TALK, { clientPort: 40_000 + i }).map((packet) => ({
        ...packet,
        at: packet.at + utc(start) - ZERO,
      })),
    ),
  );
  const rows = await ownLog(packets);
  for (const row of rows) moveTimes(row, (time) => time + offsetAt(time));
  return { packets, rows };
}

const NIGHTS = [
  [
    'Europe/Berlin',
    utc('2026-10-25 01:00:00'),
    [7200, 3600],
    // before, in the first pass, in the second, in both at the same minute of the wall, behind
    [
      '2026-10-24 23:10:05',
      '2026-10-25 00:20:05',
      '2026-10-25 01:40:05',
      '2026-10-25 00:55:07',
      '2026-10-25 01:55:07',
      '2026-10-25 02:30:05',
    ],
  ],
  [
    'America/New_York',
    utc('2026-11-01 06:00:00'),
    [-14_400, -18_000],
    [
      '2026-11-01 04:10:05',
      '2026-11-01 05:20:05',
      '2026-11-01 06:40:05',
      '2026-11-01 05:55:07',
      '2026-11-01 06:55:07',
      '2026-11-01 07:30:05',
    ],
  ],
] as const;

describe.each(NIGHTS)('%s', (zone, change, [summer, winter], starts) => {
  const offsetAt = (time: number): number => (time < change ? summer : winter);
  const tell = ['--drain', '--log-tz', zone];

  test.each<[string, (rows: Cells[]) => Cells[]]>([
    ['as logged', (rows) => rows],
    ['newest first', (rows) => rows.toReversed()],
    ['in no order', (rows) => [2, 0, 5, 3, 1, 4].map((at) => rows[at]!)],
  ])('the sessions tell which pass it is, %s', async (_order, arranged) => {
    const { packets, rows } = await nightOf(starts, offsetAt);
    const { found, status } = await compareRows(packets, arranged(rows), tell);
    expect(found.clock_offset).toBe(0);
    expect(found.summary).toMatchObject({ pairs: 6, agree: 6, only_in_log: 0, only_in_capture: 0 });
    expect(found.pairs.map(({ revealed_timer: timer }) => timer?.name)).toEqual(
      Array.from({ length: 6 }, () => 'tcp-time-wait'),
    );
    expect(status).toBe(0);
  });

  test.each<[string, (rows: Cells[]) => Cells[]]>([
    ['as logged', (rows) => rows],
    ['newest first', (rows) => rows.toReversed()],
    ['in no order', (rows) => [2, 0, 5, 3, 1, 4].map((at) => rows[at]!)],
  ])('of rows without a start the end tells, %s', async (_order, arranged) => {
    const { packets, rows } = await nightOf(starts, offsetAt);
    const log = writeLog(cefText(arranged(rows)), 'device.cef');
    const { found, status } = await compareFiles(writeCase(packets), [log], tell);
    expect(found.clock_offset).toBe(0);
    expect(found.pairs.map(({ sessionids, log: [row] }) => [row!.sessionid, ...sessionids])).toEqual(
      [1, 2, 3, 4, 5, 6].map((id) => [id, id]),
    );
    expect(status).toBe(0);
  });

  test('rows of the second pass alone', async () => {
    const { packets, rows } = await nightOf([starts[2], starts[4]], offsetAt);
    const { found } = await compareRows(packets, rows, tell);
    expect(found.summary).toMatchObject({ pairs: 2, agree: 2 });
  });

  test.each([
    ['the order of the log tells', [0, 1, 2, 3, 4, 5], false],
    ['nothing tells', [3, 1, 4, 2, 0, 5], true],
  ] as const)('a row without a session: %s', async (_what, order, said) => {
    const { packets, rows } = await nightOf(starts, offsetAt);
    const stranger = rows.find((row) => cell(row, 'sport') === '40002')!;
    setCell(stranger, 'src', '203.0.113.9');
    const { found } = await compareRows(
      packets,
      order.map((at) => rows[at]!),
      tell,
    );
    expect(found.only_in_log).toHaveLength(1);
    expect(found.only_in_log[0]!.explanation.includes('its hour comes twice')).toBe(said);
  });
});

test.each([
  ['Europe/Berlin', '2026-10-25 01:59:59', 0],
  ['Europe/Berlin', '2026-10-25 02:00:00', 3600],
  ['Europe/Berlin', '2026-10-25 02:59:59', 3600],
  ['Europe/Berlin', '2026-10-25 03:00:00', 0],
  ['Europe/Berlin', '2026-03-29 02:30:00', 0],
  ['America/New_York', '2026-11-01 01:30:00', 3600],
  ['Australia/Lord_Howe', '2026-04-05 01:45:00', 1800],
  ['+01:00', '2026-10-25 02:30:00', 0],
] as const)('%s shows %s again after %i s', (zone, wall, seconds) => {
  expect(findLogZone(zone)!.repeatAt(utc(wall))).toBe(seconds);
});
