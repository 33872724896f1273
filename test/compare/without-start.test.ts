/** Rows that do not say when their session began, as a device's own CEF template writes them. */
import { describe, expect, test } from 'vitest';
import { CASE_START_SECONDS, writeCase } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { compareFiles, type Found, ownLog, writeLog } from './beside.ts';
import { cefText } from './device-cef.ts';
import { type Cells, cell, moveRow, setCell, timeOf } from './rows.ts';

const OPENED = '0>S 0.02<SA 0.04>A 0.1>D200 0.2<D900';
const AGAIN = (at: number, packets: number): string =>
  `${at}>S/new ${at + 0.02}<SA/new ${at + 0.04}>A ${at + 0.1}>D${packets * 100} ${at + 0.2}<D50 ${at + 0.3}>D1`;

/** Other hosts, that the clock is known by: a connection and a question every few seconds. */
const OTHERS = together(
  ...[0, 1, 2, 3, 4, 5].flatMap((i) => [
    tcpTalk(`${OPENED} 2.${i}>F 2.${i}1<F 2.${i}2>A`, { client: '10.0.0.9', clientPort: 50_000 + i }).map(
      later(i * 11.3),
    ),
    udpTalk('0>D40 0.03<D120', { client: '10.0.0.9', clientPort: 51_000 + i }).map(later(i * 7.7)),
  ]),
);

function later(by: number): (packet: TimedFrame) => TimedFrame {
  return (packet) => ({ ...packet, at: packet.at + by });
}

/** Sessions one behind the other on the same ports. */
const SCENES: readonly (readonly [name: string, packets: readonly TimedFrame[]])[] = [
  [
    'tcp-reuse while the old session stood',
    tcpTalk(`${OPENED} 1.1>F 1.2<F 1.3>A ${AGAIN(4, 3)} 5>F 5.1<F 5.2>A`),
  ],
  [
    'tcp-reuse twice within seconds',
    tcpTalk(`${OPENED} 1.1>F 1.2<F 1.3>A ${AGAIN(4, 3)} 5>F 5.1<F 5.2>A ${AGAIN(6, 7)} 6.4<R`),
  ],
  ['reused while a RST was in force', tcpTalk(`${OPENED} 0.3<R ${AGAIN(3, 4)} 4>R`)],
  [
    'ports used again after both FINs',
    tcpTalk(`${OPENED} 1>F 1.1<F 1.2>A ${AGAIN(17, 3)} 18>F 18.1<F 18.2>A`),
  ],
  ['ports used again after a RST', tcpTalk(`${OPENED} 1>R ${AGAIN(32, 3)} 33<R`)],
  ['SYNs that the timer of the handshake splits', tcpTalk('0>S 1>S 3>S 9>S 15>S 16>S 31>S')],
  [
    'SYNs that were answered once each',
    tcpTalk('0>S 0.02<SA 11>S 11.02<SA 12>S 12.1<SA 23>S/new 23.02<SA/new 23.04>A 23.1>D100 23.2<R'),
  ],
  [
    'the same question three times',
    together(...[0, 31, 63].map((at, i) => udpTalk(`0>D${40 + i} 0.03<D${120 + i}`).map(later(at)))),
  ],
  [
    'the same question, answered less often',
    together(
      ...[0, 31, 63].map((at, i) => udpTalk(['0>D40 0.03<D120', '0>D40', '0>D40 2>D40'][i]!).map(later(at))),
    ),
  ],
  [
    'questions of the same size',
    together(...[0, 31, 62.5, 94].map((at) => udpTalk('0>D40 0.03<D40').map(later(at)))),
  ],
  [
    'idle for an hour, and again',
    tcpTalk(`${OPENED} 0.3>A 2000>D10 2000.1<A ${AGAIN(5603, 3)} 5604>F 5604.1<F 5604.2>A`),
  ],
];

/** Seconds from the end of each session to its row. */
const LAGS: readonly (readonly [string, (i: number) => number])[] = [
  ['at once', () => 0],
  ['after 2 s', () => 2],
  ['after 5 s', () => 5],
  ['after 0 to 6 s', (i) => [3, 0, 6, 1, 4, 2, 5][i % 7]!],
  ['on a grid of 5 s', () => GRIDDED],
];

const GRID = 5;
const GRIDDED = Number.NaN;

/** Rows with a lag: those of a tuple are written one after the other. */
function written(rows: readonly Cells[], lagOf: (i: number) => number): readonly Cells[] {
  const latest = new Map<string, number>();
  return rows.map((row, i) => {
    const end = timeOf(row, 'time_generated');
    const lag = lagOf(i);
    const at = Number.isNaN(lag) ? Math.ceil(end / GRID) * GRID : end + lag;
    const tuple = ['src', 'sport', 'dport', 'proto'].map((field) => cell(row, field)).join(' ');
    const generated = Math.max(at, latest.get(tuple) ?? 0);
    latest.set(tuple, generated);
    return moveRow(row, generated - end);
  });
}

interface Log {
  readonly rows: readonly Cells[];
  readonly missing: readonly number[];
  readonly args?: readonly string[];
}

const idOf = (row: Cells): number => Number(cell(row, 'sessionid'));
const ofTheScene = (row: Cells): boolean => cell(row, 'src') !== '10.0.0.9';
const first = (rows: readonly Cells[]): number => rows.findIndex(ofTheScene);
const without = (rows: readonly Cells[], at: number): Log => ({
  rows: rows.filter((_, i) => i !== at),
  missing: [idOf(rows[at]!)],
});
const set = (row: Cells, cells: Readonly<Record<string, string | number>>): Cells => {
  const changed = [...row];
  for (const [field, value] of Object.entries(cells)) setCell(changed, field, value);
  return changed;
};
const shifted = (rows: readonly Cells[], by: number): Log => ({
  rows: rows.map((row) => moveRow(row, by)),
  missing: [],
});

const NO_COUNTS = {
  pkts_sent: '',
  pkts_received: '',
  packets: '',
  bytes: '',
  bytes_sent: '',
  bytes_received: '',
};

/** What is made of the rows; `own` are those that are written at once. */
type Change = (rows: readonly Cells[], own: readonly Cells[]) => Log;

const VARIANTS: readonly (readonly [string, Change])[] = [
  ['as it is', (rows) => ({ rows, missing: [] })],
  ['newest first', (rows) => ({ rows: rows.toReversed(), missing: [] })],
  ['37 s ahead', (rows) => shifted(rows, 37)],
  ['in another zone, 11 s behind', (rows) => shifted(rows, 7200 - 11)],
  ['the first row is missing', (rows) => without(rows, first(rows))],
  [
    'the second row is missing',
    (rows) =>
      without(
        rows,
        rows.findIndex((row, i) => i > first(rows) && ofTheScene(row)),
      ),
  ],
  ['the last row is missing', (rows) => without(rows, rows.findLastIndex(ofTheScene))],
  [
    'the first row is missing, 37 s ahead',
    (rows) => ({ ...without(rows, first(rows)), rows: shifted(without(rows, first(rows)).rows, 37).rows }),
  ],
  [
    'elapsed with the timer in it',
    (rows, own) => ({
      rows: rows.map((row, i) =>
        cell(row, 'session_end_reason') === 'tcp-reuse'
          ? row
          : set(row, { elapsed: timeOf(own[i]!, 'time_generated') - timeOf(own[i]!, 'start') }),
      ),
      missing: [],
    }),
  ],
  ['rows without counts', (rows) => ({ rows: rows.map((row) => set(row, NO_COUNTS)), missing: [] })],
  [
    'rows with neither counts, elapsed nor end reason',
    (rows) => ({
      rows: rows.map((row) => set(row, { ...NO_COUNTS, elapsed: '', session_end_reason: '', flags: '' })),
      missing: [],
    }),
  ],
];

async function sceneOf(packets: readonly TimedFrame[]) {
  const all = together(packets, OTHERS);
  return { all, own: await ownLog(all) };
}

/** @param lost id of a session that the capture has not: the others behind it have moved by one */
const trouble = (
  { pairs, only_in_capture: sessions, only_in_log: rows }: Found,
  lost = Number.POSITIVE_INFINITY,
) => ({
  wrong: pairs
    .filter(
      ({ sessionids: [id, ...more], log: [row, ...rest] }) =>
        more.length + rest.length > 0 || id !== row!.sessionid! - Number(row!.sessionid! > lost),
    )
    .map(({ sessionids, log }) => `${sessionids} with ${log.map(({ sessionid }) => sessionid)}`),
  differ: pairs.filter(({ agrees }) => !agrees).map(({ differences }) => differences),
  missing: sessions.map(({ sessionid }) => sessionid),
  rows: rows.map(({ explanation }) => explanation),
});

describe.each(SCENES)('%s', async (_name, packets) => {
  const { all, own } = await sceneOf(packets);

  describe.each(LAGS)('written %s', (_lag, lag) => {
    test.each(VARIANTS)('%s', async (_variant, change) => {
      const { rows, missing, args = [] } = change(written(own, lag), own);
      const { found } = await compareFiles(
        writeCase(all),
        [writeLog(cefText(rows), 'device.cef')],
        ['--drain', '-q', ...args],
      );
      expect(trouble(found)).toEqual({ wrong: [], differ: [], missing: [...missing], rows: [] });
    });
  });
});

/** The capture missed a session whole: its row stands alone, and no other row takes its place or its neighbour's. */
describe.each(SCENES)('%s, one session not captured', async (_name, packets) => {
  const { own } = await sceneOf(packets);
  const ids = own.filter(ofTheScene);

  describe.each(LAGS)('written %s', (_lag, lag) => {
    test.each(ids.map((row, i) => [i, row] as const))('session %i', async (_i, lost) => {
      const [from, elapsed] = [timeOf(lost, 'start') - CASE_START_SECONDS, Number(cell(lost, 'elapsed'))];
      const left = packets.filter(({ at }) => at < from || at >= from + elapsed + 1);
      if (left.length === 0) return;
      const rows = written(own, lag);
      const { found } = await compareFiles(
        writeCase(together(left, OTHERS)),
        [writeLog(cefText(rows), 'device.cef')],
        ['--drain', '-q'],
      );
      const { wrong, missing, rows: alone } = trouble(found, idOf(lost));
      expect({ wrong, missing, alone: alone.length }).toEqual({ wrong: [], missing: [], alone: 1 });
    });
  });
});
