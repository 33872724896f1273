/** Rows without the start of their session where the two sides cut or name the same traffic differently. */
import { describe, expect, test } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import { type TimedFrame, talk, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { echo } from '../dsl/frame.ts';
import { compareFiles, type Found, ownLog, writeLog } from './beside.ts';
import { cefText } from './device-cef.ts';
import { type Cells, cell, logText, moveRow, setCell } from './rows.ts';

const OPENED = '0>S 0.02<SA 0.04>A 0.1>D200 0.2<D900';
const CLOSED = tcpTalk(`${OPENED} 3.1>F 3.2<F 3.3>A`);
const QUERY = udpTalk('0>D40 0.03<D120');

const later = (packets: readonly TimedFrame[], by: number): readonly TimedFrame[] =>
  packets.map((packet) => ({ ...packet, at: packet.at + by }));
const OTHERS = together(
  ...[0, 1, 2, 3, 4, 5].map((i) =>
    later(
      tcpTalk(`${OPENED} 2.${i}>F 2.${i}1<F 2.${i}2>A`, { client: '10.0.0.9', clientPort: 50_000 + i }),
      i * 9.3,
    ),
  ),
);
const set = (row: Cells, cells: Readonly<Record<string, string | number>>): Cells => {
  const changed = [...row];
  for (const [field, value] of Object.entries(cells)) setCell(changed, field, value);
  return changed;
};
/** A row that is written so many seconds later. */
const written = (row: Cells, by: number, cells: Readonly<Record<string, string | number>> = {}): Cells =>
  set(row, { ...cells, time_generated: cell(moveRow(row, by), 'time_generated') });
const pings = (...times: readonly number[]) =>
  talk(
    times.flatMap((at, i) => [
      [at, '>', echo(4, 'request', 7, i)] as const,
      [at + 0.01, '<', echo(4, 'reply', 7, i)] as const,
    ]),
  );
const START = { subtype: 'start', elapsed: 0, session_end_reason: 'n/a', flags: '0x0' };
const DROP = {
  ...{
    subtype: 'drop',
    sessionid: 0,
    app: 'not-applicable',
    session_end_reason: 'policy-deny',
    action: 'deny',
  },
  ...{ flags: '0x0', pkts_sent: 1, bytes_sent: 54, elapsed: 0 },
};

interface Situation {
  readonly name: string;
  readonly packets: readonly TimedFrame[];
  /** the log of them made of the program's own */
  readonly log: (rows: readonly Cells[]) => readonly Cells[];
  readonly args?: readonly string[];
  /** sessions of each pair and ids of its rows, where they are not one each with the same id */
  readonly pairs: readonly string[];
  /** fields of each pair that differs */
  readonly differ?: readonly (readonly string[])[];
  readonly onlyInCapture?: readonly RegExp[];
  readonly onlyInLog?: readonly RegExp[];
  readonly also?: (found: Found) => void;
}

const SITUATIONS: readonly Situation[] = [
  {
    name: 'start and end of a session',
    packets: CLOSED,
    log: ([row]) => [written(row!, -18, { ...START, pkts_sent: 3 }), row!],
    pairs: ['1: 1 1'],
  },
  {
    name: 'start and end of two sessions of the same ports, with shifts of the application',
    packets: together(CLOSED, later(CLOSED, 19)),
    log: ([a, b]) => [
      written(a!, -18, { ...START, app: 'web-browsing' }),
      written(a!, -17, { ...START, app: 'ssl' }),
      a!,
      written(b!, -18, { ...START, app: 'web-browsing' }),
      b!,
    ],
    pairs: ['1: 1 1 1', '2: 2 2'],
  },
  {
    name: 'start rows without ids, the end of the second session not logged',
    packets: together(CLOSED, later(CLOSED, 19)),
    log: ([a, b]) => [
      written(a!, -18, { ...START, sessionid: '' }),
      set(a!, { sessionid: '' }),
      written(b!, -18, { ...START, sessionid: '' }),
    ],
    pairs: ['1:  ', '2: '],
  },
  {
    name: 'a start row alone',
    packets: CLOSED,
    log: ([row]) => [written(row!, -18, START)],
    pairs: ['1: 1'],
  },
  {
    name: 'a start row of an hour before its end',
    packets: tcpTalk(`${OPENED} 3000>D50 3000.1<A 3001>F 3001.1<F 3001.2>A`),
    log: ([row]) => [written(row!, -3016, START), row!],
    pairs: ['1: 1 1'],
  },
  {
    name: 'the same row twice, as relays bring it',
    packets: CLOSED,
    log: ([row]) => [row!, row!],
    pairs: ['1: 1 1'],
  },
  {
    name: 'denied once its application was known: a row then, and one at its end',
    packets: tcpTalk(`${OPENED} 3.1>D5/re`),
    log: ([row]) => {
      const denied = set(row!, { session_end_reason: 'policy-deny', action: 'deny', flags: '0x0' });
      return [
        written(denied, -3600 - 3, { subtype: 'deny', elapsed: 0, pkts_sent: 3, bytes_sent: 362 }),
        written(denied, -3510),
      ];
    },
    pairs: ['1: 1 1'],
    differ: [['session_end_reason', 'action']],
  },
  {
    name: 'a threat: its discard timer was in force, far from the timer here',
    packets: CLOSED,
    log: ([row]) => [written(row!, 90 - 15, { session_end_reason: 'threat', flags: '0x0' })],
    pairs: ['1: 1'],
    differ: [['session_end_reason']],
  },
  {
    name: 'a threat in an idle connection',
    packets: tcpTalk(`${OPENED} 0.3>A`),
    log: ([row]) => [written(row!, 90 - 3600, { session_end_reason: 'threat', flags: '0x0' })],
    pairs: ['1: 1'],
    differ: [['session_end_reason']],
  },
  {
    name: 'both FINs were not captured',
    packets: tcpTalk(`${OPENED} 0.3>A`),
    log: ([row]) => [
      written(row!, -3600 + 15 + 8, {
        ...{ session_end_reason: 'tcp-fin', flags: '0x1c', elapsed: 8, pkts_sent: 6, pkts_received: 3 },
        ...{ bytes_sent: 4 * 54 + 2 * 54 + 200, bytes_received: 3 * 54 + 900 },
      }),
    ],
    pairs: ['1: 1'],
    differ: [
      [
        'session_end_reason',
        'tracker_stage',
        'bytes_sent',
        'bytes_received',
        'pkts_sent',
        'pkts_received',
        'elapsed',
      ],
    ],
  },
  {
    name: 'a firewall with another timer',
    packets: together(QUERY, later(QUERY, 100), later(QUERY, 200)),
    log: (rows) => rows.map((row) => written(row, 60)),
    pairs: ['1: 1', '2: 2', '3: 3'],
  },
  {
    name: 'one attempt in two rows',
    packets: tcpTalk('0>S 1>S 3>S 7>S'),
    log: ([row]) => [
      written(row!, -6, { pkts_sent: 2, bytes_sent: 108, elapsed: 1 }),
      set(row!, { pkts_sent: 2, bytes_sent: 108, elapsed: 4, sessionid: 77 }),
    ],
    pairs: ['1: 1 77'],
  },
  {
    name: 'two attempts in one row',
    packets: tcpTalk('0>S 1>S 7>S'),
    log: ([, row]) => [set(row!, { pkts_sent: 3, bytes_sent: 162, elapsed: 7 })],
    pairs: ['1 2: 2'],
  },
  {
    name: 'refused SYNs: a row each',
    packets: tcpTalk('0>S 1>S 3>S 7>S'),
    log: ([row]) => [0, 1, 3, 7].map((at) => written(row!, at - 12, DROP)),
    pairs: ['1: 0 0 0 0'],
    differ: [['session_end_reason', 'app', 'action', 'subtype']],
  },
  {
    name: 'refused SYNs of two attempts',
    packets: tcpTalk('0>S 60>S'),
    log: ([row]) => [0, 60].map((at) => written(row!, at - 5, DROP)),
    pairs: ['1: 0', '2: 0'],
    differ: [
      ['session_end_reason', 'app', 'action', 'subtype'],
      ['session_end_reason', 'app', 'action', 'subtype'],
    ],
  },
  {
    name: 'still open at the end of the capture, nothing in the log',
    packets: together(QUERY, later(tcpTalk(OPENED), 100)),
    log: (rows) => rows.slice(0, 1),
    args: [],
    pairs: ['1: 1'],
    onlyInCapture: [/still open at the end of the capture/],
  },
  {
    name: 'still open at the end of the capture, ended in the log with more packets',
    packets: together(QUERY, later(tcpTalk(OPENED), 100)),
    log: ([query, row]) => [
      query!,
      written(row!, -3600 + 900 + 15, {
        ...{ elapsed: 900, pkts_sent: 99, bytes_sent: 9900, pkts_received: 99, bytes_received: 9900 },
        ...{ session_end_reason: 'tcp-fin', app: 'ssl', flags: '0x1c' },
      }),
    ],
    args: [],
    pairs: ['1: 1', '2: 2'],
  },
  {
    name: 'still open, ended by a RST after the capture: nothing but a reason in the log',
    packets: together(QUERY, later(tcpTalk(OPENED), 100)),
    log: ([query, row]) => [
      query!,
      written(row!, -3600 + 40 + 15, {
        ...{
          elapsed: '',
          pkts_sent: '',
          bytes_sent: '',
          pkts_received: '',
          bytes_received: '',
          packets: '',
          bytes: '',
        },
        ...{ session_end_reason: 'tcp-rst-from-client', app: 'ssl', flags: '0x1a' },
      }),
    ],
    args: [],
    pairs: ['1: 1', '2: 2'],
  },
  {
    name: 'older than the capture: counts of what was captured',
    packets: tcpTalk('0>D50 0.1<D80 1>F 1.1<F 1.2>A'),
    log: ([row]) => [
      set(row!, {
        ...{
          elapsed: 101,
          pkts_sent: 90,
          bytes_sent: 9000,
          pkts_received: 80,
          bytes_received: 8000,
          app: 'ssl',
        },
      }),
    ],
    pairs: ['1: 1'],
  },
  {
    name: 'older than the capture and open behind it',
    packets: together(QUERY, later(tcpTalk('0>D50 0.1<D80 1>D50 1.1<D80'), 40)),
    log: ([query, row]) => [
      query!,
      written(row!, -3600 + 615, {
        ...{
          elapsed: 1200,
          pkts_sent: 90,
          bytes_sent: 9000,
          pkts_received: 80,
          bytes_received: 8000,
          app: 'ssl',
        },
        ...{ session_end_reason: 'tcp-fin', flags: '0x1c' },
      }),
    ],
    args: [],
    pairs: ['1: 1', '2: 2'],
  },
  {
    name: 'rows before and behind the capture',
    packets: CLOSED,
    log: ([row]) => [row!, written(row!, -25, { sport: 9 }), written(row!, 60, { sport: 9 })],
    pairs: ['1: 1'],
    onlyInLog: [
      /its last packet came before the capture begins/,
      /it began at about .*after the capture ends/,
    ],
  },
  {
    name: 'a row of a session on the same ports that was over before the capture',
    packets: later(QUERY, 5),
    log: ([row]) => [written(row!, -22, { sessionid: 9 }), row!],
    pairs: ['1: 1'],
    onlyInLog: [/its last packet came before the capture begins/],
  },
  {
    name: 'a second firewall on the way, with an id of its own',
    packets: CLOSED,
    log: ([row]) => [row!, written(row!, 1, { sessionid: 9 })],
    pairs: ['1: 1'],
    onlyInLog: [/session 1 of the capture ends when it was written and stands with another row/],
  },
  {
    name: 'pings, a row each',
    packets: pings(0, 20, 40),
    log: (rows) => rows,
    pairs: ['1: 1', '2: 2', '3: 3'],
  },
  {
    name: 'pings without repeat counts',
    packets: pings(0, 1, 2, 3, 4, 5, 6, 7),
    log: (rows) => rows.map((row) => written(row, 3, { repeatcnt: '' })),
    pairs: ['1 2 3 4 5: 1', '6 7 8: 6'],
  },
  {
    name: 'pings of which a row is missing',
    packets: pings(...Array.from({ length: 15 }, (_, i) => i)),
    log: (rows) => rows.filter((_, i) => i !== 1).map((row) => written(row, 2)),
    pairs: ['1 2 3 4 5: 1', '11 12 13 14 15: 11'],
    onlyInCapture: Array(5).fill(/at other times only/),
  },
  {
    name: 'a ping more in the row than in the capture',
    packets: pings(0, 1, 2, 3),
    log: ([row]) => [
      set(row!, { repeatcnt: 5, pkts_sent: 5, pkts_received: 5, bytes_sent: 370, bytes_received: 370 }),
    ],
    pairs: ['1 2 3 4: 1'],
    differ: [['bytes_sent', 'bytes_received', 'pkts_sent', 'pkts_received']],
  },
  {
    name: 'a capture on both sides of a translation has the connection twice',
    packets: together(
      CLOSED,
      tcpTalk('0.001>S 0.021<SA 0.041>A 0.101>D200 0.201<D900 3.101>F 3.201<F 3.301>A', {
        client: '203.0.113.77',
        clientPort: 6001,
      }),
    ),
    log: ([row]) => [set(row!, { natsrc: '203.0.113.77', natsport: 6001 })],
    pairs: ['1 2: 1'],
  },
  {
    name: 'behind a source translation, the same ports again',
    packets: together(CLOSED, later(CLOSED, 20)),
    log: (rows) =>
      rows.map((row) => set(row, { natsrc: '10.0.0.1', natsport: 40000, src: '172.16.0.9', sport: 51111 })),
    pairs: ['1: 1', '2: 2'],
  },
];

describe('rows without a start', () => {
  test.each(SITUATIONS)('$name', async ({ packets, log, args = ['--drain'], ...wanted }) => {
    const own = await ownLog(packets, ['--drain']);
    const others = await ownLog(OTHERS, ['--drain']);
    const rows = [...log(own), ...others];
    const { found } = await compareFiles(
      writeCase(together(packets, OTHERS)),
      [writeLog(cefText(rows), 'device.cef')],
      [...args, '-q'],
    );
    // ids of the sessions of these ports in their order, whatever else is in the capture
    const ofOthers = new Set(found.pairs.filter(({ log: [row] }) => row!.line > rows.length - others.length));
    const pairs = found.pairs.filter((pair) => !ofOthers.has(pair));
    const alone = found.only_in_capture.map(({ sessionid }) => sessionid);
    const ids = [...pairs.flatMap(({ sessionids }) => sessionids), ...alone].sort((a, b) => a - b);
    const place = (id: number): number => ids.indexOf(id) + 1;
    expect(
      pairs.map((p) => `${p.sessionids.map(place).join(' ')}: ${p.log.map((r) => r.sessionid).join(' ')}`),
    ).toEqual(wanted.pairs);
    expect(
      pairs.filter(({ agrees }) => !agrees).map(({ differences }) => differences.map(({ field }) => field)),
    ).toEqual(wanted.differ ?? []);
    expect([...ofOthers].filter(({ agrees }) => !agrees)).toEqual([]);
    const check = (
      texts: readonly { readonly explanation: string }[],
      words: readonly RegExp[] = [],
    ): void => {
      expect(texts.map(({ explanation }) => explanation)).toEqual(
        words.map((each) => expect.stringMatching(each)),
      );
    };
    check(found.only_in_capture, wanted.onlyInCapture);
    check(found.only_in_log, wanted.onlyInLog);
    wanted.also?.(found);
  });
});

test('the same rows in a form that has the start, and in one that has not', async () => {
  const packets = together(CLOSED, later(CLOSED, 19), later(QUERY, 3), later(QUERY, 34));
  const rows = await ownLog(packets);
  const { found, status } = await compareFiles(
    writeCase(packets),
    [writeLog(logText(rows), 'timed.csv'), writeLog(cefText(rows), 'device.cef')],
    ['--drain', '-q'],
  );
  expect(
    found.pairs.map(({ sessionids, log }) => [sessionids, log.map(({ sessionid }) => sessionid)]),
  ).toEqual([1, 2, 3, 4].map((id) => [[id], [id, id]]));
  expect(status).toBe(0);
});
