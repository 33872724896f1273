/** Why this reason and this stage: both lists are whole, exactly one row of each decides, and it is the one logged. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { END_REASON_ROWS } from '../../src/verdict/precedence.ts';
import { writeCase } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, udpTalk } from '../dsl/conversation.ts';
import { traffic } from '../properties/traffic.ts';
import { type Explained, explained, sessionsOf } from './explained.ts';

const OWN = join(import.meta.dirname, '../../captures');
const OPENED = '0>S 0.1<SA 0.2>A';

function checkLists({ session, reason, tracker, packets }: Explained): void {
  const { pending } = session;
  const logged = pending?.session_end_reason ?? session.session_end_reason;
  expect(reason.rows.map((row) => row.reason)).toEqual(END_REASON_ROWS.map((row) => row.reason));
  expect(reason.rows.map((row) => row.rank)).toEqual([...Array(13).keys()].map((i) => i + 1).concat([null!]));
  const deciding = reason.rows.filter(({ decides }) => decides);
  expect(deciding.map((row) => [row.reason, row.standing])).toEqual([[logged, 'stands']]);
  const { rank, because } = deciding[0]!;
  expect(reason.decided_by).toEqual({ rank, reason: logged, because });
  expect(reason.ended).toBe(pending === null);

  const stage = pending?.tracker_stage ?? session.tracker_stage;
  const first = tracker.rows.filter(({ decides }) => decides);
  expect(first.map((row) => [row.stage, row.standing])).toEqual([[stage, 'stands']]);
  expect(tracker.rows).toHaveLength(8);

  // what stands above the row that decides would have decided itself, but for the reuse of ports
  const above = reason.rows.filter(
    (row) => row.standing === 'stands' && row.rank !== null && row.rank < rank!,
  );
  if (logged !== 'tcp-reuse') expect(above).toEqual([]);
  // a row of a candidate is never said to be ruled out
  for (const candidate of session.candidates) {
    expect(reason.rows.find((row) => row.reason === candidate.reason)!.standing).not.toBe('does not');
  }
  for (const text of [...reason.rows, ...tracker.rows].map((row) => row.because)) {
    expect(text).not.toMatch(/undefined|null|NaN/);
    for (const [, number] of text.matchAll(/packet (\d+)/g)) {
      expect(packets.map(({ packet }) => packet)).toContain(Number(number));
    }
  }
}

async function checkCapture(capture: string, args: readonly string[] = []): Promise<number> {
  const ids = (await sessionsOf(capture, args)).map(({ sessionid }) => sessionid);
  const all = ids.length === 0 ? [] : await explained(capture, ids, args);
  for (const each of all) checkLists(each);
  return all.length;
}

describe('both lists', () => {
  test.each([[[]], [['--drain']], [['--drain', '--non-syn', 'accept']]])('random traffic, %j', (args) =>
    fc.assert(
      fc.asyncProperty(traffic, async (packets) => {
        await checkCapture(writeCase(packets), args);
      }),
      { numRuns: 60 },
    ),
  );

  test.each(readdirSync(OWN).filter((name) => name.endsWith('.pcap')))('%s', async (name) => {
    expect(await checkCapture(join(OWN, name), ['--drain'])).toBeGreaterThan(0);
  });
});

interface Case {
  readonly name: string;
  readonly packets: readonly TimedFrame[];
  readonly args?: readonly string[];
  /** `reason: standing: because` of rows that the case is about */
  readonly rows: readonly string[];
  /** the same of the tracker stage */
  readonly stages?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: '4 a RST behind a FIN outranks it, the tracker keeps the FIN',
    packets: tcpTalk(`${OPENED} 1>F 1.1>R`),
    rows: [
      'tcp-rst-from-client: stands: the RST of the client in packet 5 was recorded',
      'tcp-rst-from-server: does not: no RST of the server was seen',
      'tcp-fin: stands: the FIN of the client in packet 4 was recorded; tcp-rst-from-client is before it in the list',
    ],
    stages: [
      'TCP FIN: stands: the FIN of the client in packet 4 came first',
      'TCP RST - client: does not: the RST of the client in packet 5 came after the FIN of the client in packet 4',
    ],
  },
  {
    name: '3.7 a SYN in time-wait',
    packets: tcpTalk(`${OPENED} 1>F 1.1<F 2>S/new`),
    args: [],
    rows: [
      'tcp-fin: stands: the FIN of the client in packet 4 and the FIN of the server in packet 5 were recorded; tcp-reuse is reported for exactly this case, although it stands below in the list',
      'tcp-reuse: stands: the SYN in packet 6 used the ports again while tcp-time-wait (15 s) was in force',
      'aged-out: does not: a new SYN came before tcp-time-wait (15 s) had expired',
      'n/a: does not: the session has left the table',
    ],
  },
  {
    name: '3.6 a RST out of window cannot be ruled out',
    packets: tcpTalk('0>S/ws=0 0.1<SA/ws=0 0.2>A 1<R/seq+90000'),
    rows: [
      'tcp-rst-from-server: cannot be told: the RST in packet 4 is out of window and was ignored',
      'aged-out: stands: tcp (3600 s) expired after packet 3, the last that restarted it',
    ],
    stages: ['TCP RST - server: does not: no RST of the server was recorded'],
  },
  {
    name: 'a RST that comes after the end is not called unseen',
    packets: tcpTalk(`${OPENED} 20>R`),
    args: ['--timeout', 'tcp=10'],
    rows: [
      'tcp-rst-from-client: does not: the RST of the client in packet 4 came after the session had left the table',
    ],
  },
  {
    name: 'an open session',
    packets: tcpTalk(OPENED),
    args: [],
    rows: [
      'aged-out: stands: tcp (3600 s) runs from packet 3, the last that restarted it, and will expire if no other comes',
      'n/a: stands: the capture ends before the session does',
    ],
    stages: ['Aged out: stands: no FIN and no RST was recorded, so the timer is the first event'],
  },
  {
    name: '9 only TLS and SSH are decrypted',
    packets: tcpTalk(`${OPENED} 1>D'GET / HTTP/1.1\\r\\n\\r\\n' 1.1<F`),
    rows: ['decrypt-error: does not: the application is web-browsing, neither TLS nor SSH'],
  },
  {
    name: '9 SSH may be',
    packets: tcpTalk(`${OPENED} 1>D'SSH-2.0-x\\r\\n' 1.1<D'SSH-2.0-y\\r\\n'`),
    rows: ['decrypt-error: cannot be told: needs a decryption rule; no fatal TLS alert was seen in clear'],
  },
  {
    name: 'no TCP, no FIN',
    packets: udpTalk('0>D20'),
    rows: [
      'policy-deny: cannot be told: needs a rule base; without one every session is allowed',
      'tcp-fin: does not: the session is not TCP',
      'tcp-reuse: does not: the session is not TCP',
    ],
    stages: ['Aged out: stands: the timer is the first event'],
  },
];

describe('because', () => {
  test.each(CASES)('$name', async ({ packets, args, rows, stages }) => {
    const [it] = await explained(writeCase(packets), [1], args ?? ['--drain']);
    const reasons = it!.reason.rows.map((row) => `${row.reason}: ${row.standing}: ${row.because}`);
    expect(reasons.filter((text) => rows.includes(text))).toEqual(rows);
    const named = it!.tracker.rows.map((row) => `${row.stage}: ${row.standing}: ${row.because}`);
    expect(named.filter((text) => stages?.includes(text))).toEqual(stages ?? []);
  });
});
