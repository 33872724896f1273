/** firewall-model 3.4 and 11: a table with a limit, refused sessions, accelerated aging. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Case, ended, open, runPackets, testCases } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-limits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let written = 0;
const config = (limits: object): readonly string[] => {
  written += 1;
  const name = join(folder, `${written}.json`);
  writeFileSync(name, JSON.stringify({ limits }));
  return ['--config', name];
};
const NO_AGING = config({ 'accelerated-aging': { enabled: false } });
const aging = (threshold: number, scaling: number) => config({ 'accelerated-aging': { threshold, scaling } });
const most = (sessions: number) => ['--max-sessions', `${sessions}`];

/** UDP sessions of 30 s, each with its packets at these times. */
const datagrams = (...times: readonly string[]): readonly TimedFrame[] =>
  together(
    ...times.map((at, i) =>
      udpTalk(
        at
          .split(' ')
          .map((each) => `${each}>D10`)
          .join(' '),
        { clientPort: 50_000 + i },
      ),
    ),
  );
/** Times given in microseconds. */
const steps = (count: number, at: (i: number) => number): readonly string[] =>
  Array.from({ length: count }, (_, i) => (at(i) / 1e6).toFixed(6));
const udp = ended.bind(null, 'aged-out', 'Aged out', 'udp');

/** Each row with both engines. */
function bothEngines(cases: readonly Case[]): void {
  for (const engine of ['fast', 'reference']) {
    describe(engine, () =>
      testCases(cases.map((row) => ({ ...row, args: [...(row.args ?? []), '--engine', engine] }))),
    );
  }
}

describe('a full table', () => {
  bothEngines([
    {
      name: '11 refuses the packet that would open one more session: table_full, and no session',
      packets: datagrams('0 0.3', '0.1', '0.2 0.4'),
      args: ['--drain', ...NO_AGING, ...most(2)],
      sessions: [udp(30.3, { packets: 2, sessionid: 1 }), udp(30.1, { packets: 1, sessionid: 2 })],
      notInSessions: { table_full: 2 },
      counters: { session_alloc_failure: 2 },
    },
    {
      name: 'design: what is due makes room first, at the very nanosecond and not before',
      packets: datagrams('0', '29.999999999', '30'),
      args: ['--drain', ...NO_AGING, ...most(1)],
      sessions: [udp(30), udp(60, { sessionid: 2, start: 30 })],
      notInSessions: { table_full: 1 },
    },
    {
      name: '11 a session that expires between two whole seconds makes room as well',
      packets: datagrams('0.25', '10', '30.5', '30.6', '40', '60.5'),
      args: ['--drain', ...NO_AGING, ...most(1)],
      sessions: [udp(30.25), udp(60.5, { start: 30.5 }), udp(90.5, { start: 60.5 })],
      notInSessions: { table_full: 3 },
    },
    {
      name: 'design: that holds between packets that are microseconds apart',
      packets: datagrams(
        ...steps(40, (i) => i * 10),
        ...steps(40, (i) => 30_000_003 + i * 10),
        ...steps(40, (i) => 30_000_007 + i * 10),
      ),
      args: ['--drain', ...NO_AGING, ...most(40)],
      sessions: Array(80).fill({}),
      notInSessions: { table_full: 40 },
    },
    {
      name: '3.7 the session that a SYN ends makes room for its own',
      packets: tcpTalk('0>S 0.1<SA 0.2>A 2>F 2.1<F 2.2>A 5>S/new'),
      args: ['--drain', ...NO_AGING, ...most(1)],
      sessions: [
        ended('tcp-reuse', 'TCP FIN', 'tcp-time-wait', 5),
        ended('aged-out', 'Aged out', 'tcp-init', 10),
      ],
    },
    {
      name: 'interface: what has no SYN is late or non_syn, whether there is room or not',
      packets: together(
        tcpTalk('0>S 0.1<SA 0.2>A 0.3>F 0.4<F 20>A'),
        tcpTalk('20.2>A', { clientPort: 40_001 }),
        udpTalk('20.1>D10'),
      ),
      args: ['--drain', ...NO_AGING, ...most(1), '--non-syn', 'reject'],
      sessions: [
        ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 15.4, { after_end: 1 }),
        udp(50.1, { start: 20.1 }),
      ],
      notInSessions: { late: 1, non_syn: 1 },
    },
    {
      name: 'interface: a refused SYN is not late, and what comes late after it still is',
      packets: together(tcpTalk('0>S 0.1<SA 0.2>A 0.3>F 0.4<F 21>S/new 22>A'), udpTalk('20>D10')),
      args: ['--drain', ...NO_AGING, ...most(1), '--non-syn', 'reject'],
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 15.4, { after_end: 1 }), udp(50)],
      notInSessions: { late: 1, table_full: 1 },
      counters: { session_alloc_failure: 1 },
    },
    {
      name: 'interface: a refused tuple has had no session: it may still be midstream',
      packets: together(udpTalk('0>D10'), tcpTalk('1>A 31>A')),
      args: ['--drain', ...NO_AGING, ...most(1)],
      sessions: [udp(30), ended('aged-out', 'Aged out', 'tcp', 3631, { midstream: true, packets: 1 })],
      notInSessions: { table_full: 1 },
    },
  ]);
});

describe('accelerated aging', () => {
  bothEngines([
    {
      name: '3.4 from 80 % on every timer is halved; timeout and timer stay as configured',
      packets: datagrams('0.1', '0.2', '0.3', '0.4'),
      args: ['--drain', ...most(5)],
      sessions: [
        udp(15.1, {
          timeout: 30,
          evidence: [
            '1: last packet that restarted the timer: udp (30 s, shortened by accelerated aging) expired',
          ],
        }),
        udp(15.2),
        udp(15.3),
        udp(15.4),
      ],
    },
    {
      name: '3.4 below the threshold nothing changes',
      packets: datagrams('0.1', '0.2', '0.3'),
      args: ['--drain', ...most(5)],
      sessions: [udp(30.1), udp(30.2), udp(30.3)],
    },
    {
      name: 'design: no session ends before the second at which it went on',
      packets: datagrams('0.1', '20.5', '22'),
      args: ['--drain', ...most(2)],
      sessions: [udp(21), udp(35.5), udp(52)],
    },
    {
      name: 'design: the count is read once everything due at that second has gone',
      packets: datagrams('0.1', '30 31'),
      args: most(2),
      sessions: [udp(30.1), open('aged-out', 'Aged out', 'udp', 61, false, { ttl: 30 })],
    },
    {
      name: 'design: sessions that open and end between two whole seconds switch nothing',
      packets: datagrams('0.9', '30.5', '30.9', '31.2'),
      args: ['--drain', ...NO_AGING, ...most(3)],
      sessions: [udp(30.9), udp(60.5), udp(60.9), udp(61.2)],
    },
    {
      name: 'design: in a gap it goes off at a whole second, and the others have their own time again',
      packets: datagrams('0', '0.2', '10.5', '39'),
      args: ['--drain', ...aging(75, 2), ...most(4)],
      sessions: [udp(15), udp(30.2), udp(40.5), udp(69)],
    },
    {
      name: 'design: --drain lets whole seconds pass: on at 6, off at 15',
      packets: datagrams('0', '5', '5.5'),
      args: ['--drain', ...most(3)],
      sessions: [udp(15), udp(35), udp(35.5)],
    },
    {
      name: 'a timer that does not divide ends at the nanosecond below',
      packets: datagrams('0', '0.5'),
      args: ['--drain', ...aging(50, 7), ...most(2)],
      sessions: [udp(4.285_714_285), udp(4.785_714_285)],
    },
    {
      name: 'interface: an open session shows what is in force when the capture ends',
      packets: datagrams('0 2.5', '0.1'),
      args: most(2),
      sessions: [
        open('aged-out', 'Aged out', 'udp', 17.5, false, { timeout: 30, ttl: 15 }),
        open('aged-out', 'Aged out', 'udp', 15.1, false, { timeout: 30, ttl: 13 }),
      ],
    },
    {
      name: '3.4 a packet restarts the shortened timer, and finds no session when it has run out',
      packets: datagrams('0 14 28 43.5', '0.5 15 29 43.2'),
      args: ['--drain', ...most(2)],
      sessions: [udp(43, { packets: 3 }), udp(58.2, { packets: 4 }), udp(58.5, { packets: 1 })],
    },
    {
      name: '3.4 the timers of TCP are divided as well, also one that a FIN makes shorter',
      packets: tcpTalk('0>S 0.1<SA 0.2>A 1.5>F 1.6<F 9.1>A'),
      args: ['--drain', ...most(1)],
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 9.1, { after_end: 1 })],
      notInSessions: { late: 1 },
    },
    {
      name: 'design: switched on at the second of the last packet, it ends what is due at that very second',
      packets: datagrams('0', '0', '10 11'),
      args: [...aging(51, 3), ...most(4)],
      sessions: [
        udp(11, { packets: 1 }),
        udp(11, { packets: 1 }),
        open('aged-out', 'Aged out', 'udp', 21, false, { packets: 2 }),
      ],
    },
    {
      name: 'interface: without a limit there is no aging',
      packets: datagrams('0.1', '0.2'),
      args: ['--drain', ...aging(50, 16)],
      sessions: [udp(30.1), udp(30.2)],
    },
  ]);
});

test('--max-sessions wins over the configuration', async () => {
  const packets = datagrams('0', '0.1', '0.2');
  const limited = config({ 'max-sessions': 1, 'accelerated-aging': { enabled: false } });
  const sessions = async (args: readonly string[]) => (await runPackets(packets, args)).sessions.length;
  expect(await sessions(limited)).toBe(1);
  expect(await sessions([...limited, ...most(2)])).toBe(2);
});
