/** firewall-model 12, rows 3, 7, 9, 13 and 17: what several sessions, keepalives and loss tell; and where they do not. */
import { expect, test } from 'vitest';
import { EarlierSessions, REMEMBERED } from '../../src/verdict/earlier-sessions.ts';
import { runPackets, writeCase } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, together } from '../dsl/conversation.ts';
import { sessionFactsOf } from '../dsl/facts.ts';
import { runProgram } from '../dsl/program.ts';

/** A connection without payload that begins at `at` seconds. */
function probe(
  at: number,
  clientPort: number,
  ends: { client?: string; server?: string } = {},
): readonly TimedFrame[] {
  const script = `${at}>S ${at + 0.01}<SA ${at + 0.02}>A ${at + 0.03}>F ${at + 0.04}<F ${at + 0.05}>A`;
  return tcpTalk(script, { clientPort, serverPort: 3978, ...ends });
}

function probes(
  starts: readonly number[],
  ends: { client?: string; server?: string } = {},
): readonly TimedFrame[] {
  return together(...starts.map((at, i) => probe(at, 40000 + i, ends)));
}

const OPENED = '0>S 0.1<SA 0.2>A 1>D100 1.1<A 1.2<D100 1.3>A';
const HOLE = (segments: number): string =>
  `0>S 0.1<SA 0.2>A ${Array.from({ length: segments }, (_, i) => `1>D10/seq+${10 * (i + 1)}`).join(' ')}`;

type Row = readonly [name: string, packets: readonly TimedFrame[], codes: readonly (readonly string[])[]];

const HANDSHAKE = 'handshake-without-data';

/** codes of each session, those of its expiry left out */
const ROWS: readonly Row[] = [
  ['3 two are no series', probes([0, 60]), [[HANDSHAKE], [HANDSHAKE]]],
  ['3 the third is', probes([0, 60, 120]), [[HANDSHAKE], [HANDSHAKE], [HANDSHAKE, 'periodic-probe']]],
  [
    '3 a second off the beat is still on it',
    probes([0, 60, 121, 180]),
    [[HANDSHAKE], [HANDSHAKE], [HANDSHAKE, 'periodic-probe'], [HANDSHAKE, 'periodic-probe']],
  ],
  ['3 no rhythm', probes([0, 60, 90, 200]), [[HANDSHAKE], [HANDSHAKE], [HANDSHAKE], [HANDSHAKE]]],
  [
    '3 a rhythm that begins later',
    probes([0, 7, 67, 127]),
    [[HANDSHAKE], [HANDSHAKE], [HANDSHAKE], [HANDSHAKE, 'periodic-probe']],
  ],
  [
    '3 a burst is no rhythm',
    probes([0, 0.2, 0.4, 0.6]),
    [[HANDSHAKE], [HANDSHAKE], [HANDSHAKE], [HANDSHAKE]],
  ],
  [
    '3 a group a source',
    together(probes([0, 60, 120]), probes([30, 95], { client: '10.0.0.2' })),
    [[HANDSHAKE], [HANDSHAKE], [HANDSHAKE], [HANDSHAKE], [HANDSHAKE, 'periodic-probe']],
  ],
  [
    '3 one that stays longer than those behind it',
    together(
      tcpTalk('0>S 0<SA 0>A 200>F 200<F', { clientPort: 39999, serverPort: 3978 }),
      probes([60, 120, 180, 240]),
    ),
    [[HANDSHAKE], [HANDSHAKE], [HANDSHAKE], [HANDSHAKE, 'periodic-probe'], [HANDSHAKE, 'periodic-probe']],
  ],
  [
    '3 payload is no probe',
    together(
      ...[0, 60, 120].map((at, i) =>
        tcpTalk(`${at}>S ${at}<SA ${at}>A ${at}>D10 ${at}>R`, { clientPort: 41000 + i }),
      ),
    ),
    [['client-abort'], ['client-abort'], ['client-abort']],
  ],
  [
    '3, 13 attempts that are split are one connection of a series each',
    together(...[0, 60, 120].map((at, i) => tcpTalk(`${at}>S ${at + 7}>S/re`, { clientPort: 41000 + i }))),
    [
      ['server-never-answered'],
      ['server-never-answered', 'retransmission-split'],
      ['server-never-answered'],
      ['server-never-answered', 'retransmission-split'],
      ['server-never-answered', 'periodic-probe'],
      ['server-never-answered', 'retransmission-split'],
    ],
  ],
  [
    '13 SYNs at 0, 1, 3, 7, 15 and 31 s are three sessions',
    tcpTalk('0>S 1>S/re 3>S/re 7>S/re 15>S/re 31>S/re'),
    [
      ['server-never-answered'],
      ['server-never-answered', 'retransmission-split'],
      ['server-never-answered', 'retransmission-split'],
    ],
  ],
  [
    '13 answered at last',
    tcpTalk('0>S 7>S/re 7.1<SA 7.2>A 8>D10'),
    [['server-never-answered'], ['retransmission-split']],
  ],
  [
    '13 other ports are another attempt',
    together(tcpTalk('0>S'), tcpTalk('7>S', { clientPort: 40001 })),
    [['server-never-answered'], ['server-never-answered']],
  ],
  ['13 a refused attempt is over', tcpTalk('0>S 0.1<RA 7>S/new 7.1<RA'), [['port-closed'], ['port-closed']]],
  [
    '13 minutes later it is another attempt',
    tcpTalk('0>S 200>S/new'),
    [['server-never-answered'], ['server-never-answered']],
  ],
  [
    '7 a keepalive after the timer',
    tcpTalk(`${OPENED} 3700>K 3775>K`),
    [['idle-timeout-then-traffic', 'keepalive-longer-than-timeout']],
  ],
  ['7 data after the timer is no keepalive', tcpTalk(`${OPENED} 3700>D10`), [['idle-timeout-then-traffic']]],
  ['7 a RST after the timer is none', tcpTalk(`${OPENED} 3700>R`), [['idle-timeout-then-traffic']]],
  ['7 keepalives in time', tcpTalk(`${OPENED} 1000>K 1000.1<A 2000>K 2000.1<A`), [[]]],
  ['9 an ACK of bytes that are not here', tcpTalk(`${OPENED} 2<A/ack+1000`), [['capture-incomplete']]],
  ['9 a hole that is acknowledged', tcpTalk(`${OPENED} 2>D10/seq+10 3<A/ack+20`), [['capture-incomplete']]],
  ['9 a hole that is filled', tcpTalk(`${OPENED} 2>D10/seq+10 2>D20 3<A`), [[]]],
  [
    '9 a start in the middle is no hole',
    tcpTalk('0>D10 0.1<A 0.2>D10 0.3<A', { serverPort: 80 }),
    [['non-syn-first-packet', 'swapped-direction']],
  ],
  ['17 as many as the queue takes', tcpTalk(`${HOLE(64)} 2>D10`), [[]]],
  ['17 one more', tcpTalk(`${HOLE(65)} 2>D10`), [['out-of-order-limit']]],
  ['17 a hole that is never filled may be one of the capture', tcpTalk(`${HOLE(65)}`), [[]]],
];

test.each(ROWS)('%s', async (_, packets, codes) => {
  const { sessions } = await runPackets(packets, ['--drain']);
  const shown = sessions.map(({ diagnosis }) =>
    diagnosis.map(({ code }) => code).filter((code) => code !== 'normal-expiry'),
  );
  expect(shown).toEqual(codes);
});

test('the sentences bear the numbers of the session', async () => {
  const series = await runPackets(probes([0, 60, 120.5]), ['--drain']);
  expect(series.sessions[2]!.diagnosis[1]!.text).toBe(
    'connection 3 of a series without payload from this client to port 3978 of this server, one about every 60.3 s ' +
      '(60.0 to 60.5 s) since session 1, the one before is session 2: a health check or a connection that is kept ready, not a failure',
  );
  const split = await runPackets(tcpTalk('0>S 7>S/re'), ['--drain']);
  expect(split.sessions[1]!.diagnosis[1]!.text).toMatch(
    /^a SYN on the ports of session 1, 7\.000 s after its last packet: most likely the same attempt, sent again after tcp-init \(5 s\)/,
  );
  const kept = await runPackets(tcpTalk(`${OPENED} 3700>K 3775>K`), ['--drain']);
  expect(kept.sessions[0]!.diagnosis[1]!.text).toBe(
    'what looks like a keepalive of the client came 3698.700 s after the last packet (its keepalives come every 75.000 s), ' +
      'and tcp (3600 s) had expired: the host kept the socket for 98.700 s after the firewall had expired it; ' +
      'set keepalive below 3600 s or raise the timeout',
  );
  const unseen = await runPackets(tcpTalk(`${OPENED} 2<A/ack+1000 3<A/ack+2000`), ['--drain']);
  expect(unseen.sessions[0]!.diagnosis[1]!.text).toMatch(
    /^2 ACKs cover bytes that the capture does not hold, the first in packet 8 from the server/,
  );
});

test('an attempt that was split under accelerated aging names the timer as it was', async () => {
  const { sessions } = await runPackets(tcpTalk('0>S 4>S/re'), ['--drain', '--max-sessions', '1']);
  expect(sessions[1]!.diagnosis.at(-1)!.text).toContain(
    '4.000 s after its last packet: most likely the same attempt, sent again after tcp-init (5 s, shortened by accelerated aging) had expired',
  );
});

test('rows that stream say the same as the document, in either engine', async () => {
  const path = writeCase(
    together(probes([0, 60, 120, 180]), tcpTalk('10>S 17>S/re 40>S/re', { clientPort: 50000 })),
  );
  const outputs: string[] = [];
  for (const engine of ['fast', 'reference']) {
    const json = await runProgram([path, '--json', '--drain', '--engine', engine]);
    const stream = await runProgram([path, '--format', 'ndjson', '--drain', '--engine', engine]);
    const rows = stream.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    rows.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.sessionid - b.sessionid));
    expect(rows).toEqual(JSON.parse(json.stdout).sessions);
    outputs.push(json.stdout);
  }
  expect(outputs[0]).toBe(outputs[1]);
  expect(outputs[0]).toContain('periodic-probe');
});

test('what is remembered has a bound', async () => {
  const [first, again] = await sessionFactsOf(tcpTalk('0>S 7>S/re'));
  const sessions = new EarlierSessions();
  sessions.take(first!);
  for (let sport = 1; sport <= REMEMBERED; sport += 1) sessions.take({ ...first!, sport });
  expect(sessions.take(again!).attempt).toBeNull();
});
