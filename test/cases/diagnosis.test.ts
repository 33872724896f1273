/** firewall-model 12: what an administrator would want to know, one code a confusion; and where it is not given. */
import { describe, expect, test } from 'vitest';
import { DIAGNOSES } from '../../src/verdict/diagnosis/diagnosis.ts';
import { type ExpectedSession, runPackets, testCases } from '../dsl/cases.ts';
import { type TimedFrame, talk, tcpTalk, udpTalk } from '../dsl/conversation.ts';
import { echo, icmp, ipv4, plain, type Segment, tcp, udp } from '../dsl/frame.ts';

type Row = readonly [
  name: string,
  packets: readonly TimedFrame[],
  codes: readonly string[],
  notInSessions?: Readonly<Record<string, number>>,
];

const OPENED = '0>S 0.1<SA 0.2>A 1>D100 1.1<A 1.2<D100 1.3>A';
const QUOTED = ipv4(
  { src: '10.0.0.1', dst: '192.0.2.80' },
  tcp({ sport: 40000, dport: 80, seq: 1000 }, new Uint8Array(8)),
);

function cases(rows: readonly Row[]): void {
  testCases(
    rows.map(([name, packets, diagnosis, notInSessions = {}]) => ({
      name,
      packets,
      notInSessions,
      sessions: [{ diagnosis } satisfies ExpectedSession],
    })),
  );
}

describe('handshake', () => {
  cases([
    ['2 SYNs and nothing else', tcpTalk('0>S 1>S/re 3>S/re'), ['server-never-answered']],
    ['2 a SYN-ACK that nobody acknowledges', tcpTalk('0>S 0.1<SA 1.1<SA/re'), ['return-path-missing']],
    ['2 a RST instead of the ACK is no missing path', tcpTalk('0>S 0.1<SA 0.2>R'), []],
    ['3 a handshake and a close', tcpTalk('0>S 0.1<SA 0.2>A 5>F 5.1<F 5.2>A'), ['handshake-without-data']],
    ['3 a handshake and silence', tcpTalk('0>S 0.1<SA 0.2>A'), ['normal-expiry', 'handshake-without-data']],
    ['4 a RST in answer to the SYN', tcpTalk('0>S 0.1<RA'), ['port-closed']],
    ['4 the RST of the server after its own SYN-ACK refuses nothing', tcpTalk('0>S 0.1<SA 0.2<R'), []],
    [
      '10 a bare ACK that does not fit, then the RST of the client',
      tcpTalk('0>S 0.1<A/ack+5000 0.2>R/seq+5000'),
      ['challenge-ack'],
    ],
    [
      '8, 21 first seen in the middle',
      tcpTalk('0>D10 0.1<A'),
      ['normal-expiry', 'non-syn-first-packet', 'swapped-direction'],
    ],
    [
      '8 first seen with the SYN-ACK: that tells the client',
      tcpTalk('0<SA 0.1>A 1>D10'),
      ['normal-expiry', 'non-syn-first-packet'],
    ],
    [
      '9 one direction of an open connection',
      tcpTalk('0>S 0.2>A 1>D10 2>D10'),
      ['normal-expiry', 'one-direction-only'],
    ],
  ]);

  test.each([
    ['of the client', '4>S/new 4.1<SA 4.2>A 5>D10', 'the client reuses its ports early'],
    ['of the server', '4<S/new 4.1>SA 4.2<A 5<D10', 'the server opens a connection of its own'],
  ])('11 a SYN %s on the same ports while the session before is closing', async (_, again, meaning) => {
    const { sessions } = await runPackets(tcpTalk(`${OPENED} 2>F 2.1<F 2.2>A ${again}`), []);
    const [{ code, text } = { code: '', text: '' }] = sessions[0]!.diagnosis;
    expect(code).toBe('port-reuse');
    expect(text).toContain('a new SYN on the same ports came 1.800 s after the last packet');
    expect(text).toContain(meaning);
  });
});

describe('ending', () => {
  cases([
    ['a connection that closed in order', tcpTalk(`${OPENED} 2>F 2.1<F 2.2>A`), []],
    ['1 a connection that was idle', tcpTalk(OPENED), ['normal-expiry']],
    [
      '7 a connection that went on too late',
      tcpTalk(`${OPENED} 3700>D10 3700.2>D10/re`),
      ['idle-timeout-then-traffic'],
      { late: 2 },
    ],
    ['12 half closed', tcpTalk(`${OPENED} 2<F 2.1>A`), ['half-closed-expired']],
    ['5 a RST with the TTL of its host', tcpTalk(`${OPENED} 2<R`), []],
    ['5 a RST with another TTL', tcpTalk(`${OPENED} 2<R/ttl=61`), ['reset-not-from-peer']],
    ['5 a RST behind FINs', tcpTalk(`${OPENED} 2>F 2.1<F 2.2>A 2.3>R`), ['reset-after-fin']],
    ['6 the client breaks off', tcpTalk(`${OPENED} 2>R`), ['client-abort']],
    ['24 a RST in the window with the wrong number', tcpTalk(`${OPENED} 2<R/seq+50`), ['unverified-reset']],
    [
      '16 a fatal TLS alert',
      tcpTalk(
        '0>S 0.1<SA 0.2>A 1>D/data=160301002e0100002a0303000000000000000000000000000000000000000000000000000000000000000000000002002f0100 ' +
          '1.1<A 1.2<D/data=15030300020228 2<F 2.1>F 2.2<A',
        { serverPort: 443 },
      ),
      ['tls-alert'],
    ],
    ['1 a datagram and its answer', udpTalk('0>D20 0.1<D40'), ['normal-expiry']],
    ['23 a datagram without an answer', udpTalk('0>D20 1>D20'), ['no-answer']],
    ['23 to a group no answer is due', udpTalk('0>D20', { server: '239.1.2.3' }), ['normal-expiry']],
    ['23 a ping without a reply', talk([[0, '>', echo(4, 'request', 7, 1)]]), ['no-answer']],
    [
      '1 a protocol without ports asks nothing',
      talk([[0, '>', plain(89, new Uint8Array(40))]]),
      ['normal-expiry'],
    ],
  ]);
});

describe('path', () => {
  const ASKED = '0>S 0.1<SA 0.2>A 1>D100 1.1<A';
  cases([
    [
      '22 large segments are sent again while the server still asks for them',
      tcpTalk(
        `${ASKED} 2>D1448 2.001>D1448 2.002>D100 2.01<A/ack-2996 ${[2.3, 2.9, 4.1, 6.5].map((at) => `${at}>D1448/seq-2896/re`).join(' ')}`,
      ),
      ['normal-expiry', 'path-mtu'],
    ],
    [
      '22 of the server, and smaller segments got through before',
      tcpTalk(`${ASKED} 1.2<D100 1.3>A 2<D1448 2.2<D1448/re 2.6<D1448/re 3.4<D1448/re`),
      ['normal-expiry', 'path-mtu'],
    ],
    [
      '22 the sender finds the size that passes',
      tcpTalk(`${ASKED} 2>D1448 2.2>D1448/re 2.6>D1448/re 3.4>D1448/re 5>D512/re 5.1<A/ack-936`),
      ['normal-expiry', 'path-mtu'],
    ],
    [
      '22 the same size gets through in the end: an outage',
      tcpTalk(`${ASKED} 2>D1448 2.2>D1448/re 2.6>D1448/re 3.4>D1448/re 5>D1448/re 5.1<A`),
      ['normal-expiry'],
    ],
    [
      '22 small segments fit every link',
      tcpTalk(`${ASKED} 2>D536 2.2>D536/re 2.6>D536/re 3.4>D536/re 5>D536/re`),
      ['normal-expiry'],
    ],
    [
      '22 segments as large have got through before',
      tcpTalk(`${ASKED} 2>D1448 2.1<A 3>D1448 3.2>D1448/re 3.6>D1448/re 4.4>D1448/re 6>D1448/re`),
      ['normal-expiry'],
    ],
    [
      '22 of a way that has changed: segments as large had got through, and smaller ones do now',
      tcpTalk(
        `${ASKED} 2>D1448 2.1<A 3>D1448 3.2>D1448/re 3.6>D1448/re 4.4>D1448/re 6>D512/re 6.1<A/ack-936`,
      ),
      ['normal-expiry', 'path-mtu'],
    ],
    [
      '22 of a way that has changed, and the other host goes on asking',
      tcpTalk(
        `${ASKED} 2>D1448 2.1<A 3>D1448 ${[3.3, 3.9, 5.1].map((at) => `${at}>D1448/re`).join(' ')} 6>D100 6.1<A/ack-1548 7.5>D1448/seq-1548`,
      ),
      ['normal-expiry', 'path-mtu'],
    ],
    [
      '22 of a way that has changed, and the other host asked before only',
      tcpTalk(
        `${ASKED} 2>D1448 2.1<A 3>D1448 3.001>D1448 3.002>D100 3.01<A/ack-2996 ${[3.3, 3.9, 5.1, 7.5].map((at) => `${at}>D1448/seq-2896/re`).join(' ')}`,
      ),
      ['normal-expiry'],
    ],
    [
      '22 of a way that has changed, the same size gets through in the end: an outage',
      tcpTalk(`${ASKED} 2>D1448 2.1<A 3>D1448 3.2>D1448/re 3.6>D1448/re 4.4>D1448/re 6>D1448/re 6.1<A`),
      ['normal-expiry'],
    ],
    [
      '22 twice again proves nothing',
      tcpTalk(`${ASKED} 2>D1448 2.2>D1448/re 2.6>D1448/re`),
      ['normal-expiry'],
    ],
    [
      '22 nothing smaller has got through: a server that is gone, or blocked',
      tcpTalk('0>S 0.1<SA 0.2>A 2>D1448 2.2>D1448/re 2.6>D1448/re 3.4>D1448/re 5>D1448/re'),
      ['normal-expiry'],
    ],
    [
      '22 a router says that the packets of the client are too big',
      [...tcpTalk(OPENED), ...talk([[2, '<', icmp(4, { type: 3, code: 4 }, QUOTED)]])],
      ['normal-expiry', 'path-mtu'],
      { icmp_error_matched: 1 },
    ],
    [
      '22 port unreachable says nothing of the size',
      [...tcpTalk(OPENED), ...talk([[2, '<', icmp(4, { type: 3, code: 3 }, QUOTED)]])],
      ['normal-expiry'],
      { icmp_error_matched: 1 },
    ],
  ]);
});

describe('an ICMP error says why there is no answer', () => {
  const quoted = (segment: Segment) => ipv4({ src: '10.0.0.1', dst: '192.0.2.80' }, segment);
  const ASKED = quoted(udp({ sport: 40000, dport: 4000 }, new Uint8Array(20)));
  test.each([
    [
      'a SYN',
      tcpTalk('0>S'),
      QUOTED,
      13,
      'none from the server; 192.0.2.80 answers with ICMP communication prohibited (type 3 code 13)',
    ],
    [
      'a datagram',
      udpTalk('0>D20'),
      ASKED,
      3,
      'none back; 192.0.2.80 answers with ICMP port unreachable (type 3 code 3)',
    ],
    [
      'a code without a name here',
      udpTalk('0>D20'),
      ASKED,
      77,
      'none back; 192.0.2.80 answers with ICMP type 3 code 77',
    ],
  ] as const)('%s', async (_, packets, quote, code, words) => {
    const errors = talk([
      [0.1, '<', icmp(4, { type: 3, code }, quote)],
      [0.2, '<', icmp(4, { type: 3, code }, quote)],
    ]);
    const { sessions } = await runPackets([...packets, ...errors], ['--drain']);
    const [found] = sessions[0]!.diagnosis;
    expect(found!.text).toMatch(new RegExp(`${words.replaceAll(/[()]/g, '\\$&')}$`));
    expect(found!.evidence.map(({ packet }) => packet)).toEqual([1, 2]);
  });
});

test('a timer that expired unseen: nothing is said of packets that were not counted', async () => {
  const { sessions } = await runPackets(tcpTalk(`${OPENED} 4000>D10`), ['--linger', '0', '--drain']);
  expect(sessions[0]!.diagnosis[0]!.text).toMatch(/no late packet was counted; nothing shows that/);
});

test('a session that is open is diagnosed by what is there so far', async () => {
  const { sessions } = await runPackets(udpTalk('0>D20 0.1<D40'), []);
  expect(sessions[0]!.diagnosis).toEqual([]);
  const syn = await runPackets(tcpTalk('0>S'), []);
  expect(syn.sessions[0]!.diagnosis.map(({ code }) => code)).toEqual(['server-never-answered']);
});

test('each finding names packets of its own session, and a code stands once, in the order of the contract', async () => {
  const { sessions } = await runPackets(
    [
      ...tcpTalk(`${OPENED} 2>F 2.1<F 2.2>A 2.3<R/ttl=61`),
      ...talk([[2.4, '<', icmp(4, { type: 3, code: 4 }, QUOTED)]]),
      ...talk([[3, '>', udp({ sport: 9, dport: 9 }, new Uint8Array(3))]]),
    ],
    ['--drain'],
  );
  const order = DIAGNOSES.map(({ code }) => code);
  expect(sessions.map((row) => row.diagnosis.map(({ code }) => code))).toEqual([
    ['reset-not-from-peer', 'reset-after-fin', 'path-mtu'],
    ['no-answer'],
  ]);
  for (const { diagnosis } of sessions) {
    const places = diagnosis.map(({ code }) => order.indexOf(code));
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(diagnosis.every(({ evidence }) => evidence.length > 0)).toBe(true);
  }
});

test('a RST that its own side disproves is no abort, and says how long it held', async () => {
  const { sessions } = await runPackets(tcpTalk(`${OPENED} 2>R/seq+50 3>D10 3.1<A`), ['--drain']);
  expect(sessions[0]!.diagnosis.map(({ code }) => code)).toEqual(['normal-expiry', 'unverified-reset']);
  expect(sessions[0]!.diagnosis[1]).toMatchObject({
    text: expect.stringContaining(
      'unverified-rst came into force, until data of the same side in packet 9 showed that the connection went on',
    ),
    evidence: [{ packet: 8 }, { packet: 9 }],
  });
});

test('a RST of which only one direction was seen cannot be checked', async () => {
  const { sessions } = await runPackets(tcpTalk('0>S 0.2>A 1>D10 2>R/seq+9'), ['--drain']);
  const texts = new Map(sessions[0]!.diagnosis.map(({ code, text }) => [code, text]));
  expect(texts.get('unverified-reset')).toContain('cannot be checked, as only one direction was seen');
});

test('SYN-ACKs alone open nothing', async () => {
  const { sessions } = await runPackets(tcpTalk('0<SA 0.3<SA/re'), ['--drain']);
  expect(sessions[0]!.diagnosis.map(({ code }) => code)).toEqual([
    'non-syn-first-packet',
    'one-direction-only',
  ]);
  expect(sessions[0]!.diagnosis[1]!.text).toContain('though a SYN-ACK answers a SYN');
});
