/** firewall-model 5: the Application field. */
import { describe } from 'vitest';
import { ended, open, testCases } from '../dsl/cases.ts';
import { tcpTalk, udpTalk } from '../dsl/conversation.ts';

const agedOut = ended.bind(null, 'aged-out', 'Aged out');
const OPENED = '0>S 0.1<SA 0.2>A';
const REQUEST = "'GET / HTTP/1.1\\r\\nHost: example.org\\r\\n\\r\\n'";
/** A DNS query for example.org, type A (RFC 1035 4.1). */
const QUERY = '123401000001000000000000076578616d706c65036f72670000010001';

/** RTP of PCMA (RFC 3550 5.1): number, a time that follows it, source, and 40 bytes of sound. */
const rtp = (sequence: number, source: number): string =>
  `8008${[sequence, sequence * 40, source].map((value, i) => value.toString(16).padStart(i === 0 ? 4 : 8, '0')).join('')}${'d5'.repeat(40)}`;

const named = (app: string) => [{ app }];

describe('how much payload there was', () => {
  testCases([
    {
      name: '5 no payload is incomplete, whatever the port',
      packets: tcpTalk(OPENED, { serverPort: 443 }),
      sessions: named('incomplete'),
    },
    {
      name: '5 also when it was closed in order',
      packets: tcpTalk(`${OPENED} 1>F 1.1<F`),
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 16.1, { app: 'incomplete' })],
    },
    {
      name: '5 a keepalive byte is no payload',
      packets: tcpTalk(`${OPENED} 10>K 10.1<A`),
      sessions: named('incomplete'),
    },
    {
      name: '5 one payload packet is insufficient-data',
      packets: tcpTalk(`${OPENED} 1>D10`),
      sessions: named('insufficient-data'),
    },
    {
      name: '5 3 packets with 3000 bytes are insufficient-data',
      packets: tcpTalk(`${OPENED} 1>D1000 2>D1000 3>D1000`),
      sessions: named('insufficient-data'),
    },
    {
      name: '5 19 packets with 730 bytes are insufficient-data',
      packets: tcpTalk(`${OPENED} ${Array.from({ length: 19 }, (_, i) => `${i + 1}>D38`).join(' ')}`),
      sessions: named('insufficient-data'),
    },
    {
      name: '5 4 packets with 1999 bytes are insufficient-data',
      packets: tcpTalk(`${OPENED} 1>D500 2<D500 3>D500 4<D499`),
      sessions: named('insufficient-data'),
    },
    {
      name: '5 4 packets with 2000 bytes are unknown-tcp',
      packets: tcpTalk(`${OPENED} 1>D500 2<D500 3>D500 4<D500`),
      sessions: named('unknown-tcp'),
    },
    {
      name: '5 each sequence range counts once',
      packets: tcpTalk(`${OPENED} 1>D1000 2>D1000/re 3>D1000/re 4>D1000/re 5>D100`),
      sessions: named('insufficient-data'),
    },
    {
      name: '5 undecided only while the session is open',
      packets: tcpTalk(`${OPENED} 1>D10`),
      args: [],
      sessions: [open('aged-out', 'Aged out', 'tcp', 3601, false, { app: 'undecided', ttl: 3600 })],
    },
    {
      name: '5 unknown-tcp also while it is open',
      packets: tcpTalk(`${OPENED} 1>D500 2<D500 3>D500 4<D500`),
      args: [],
      sessions: named('unknown-tcp'),
    },
    {
      name: '5 one unmatched datagram is insufficient-data',
      packets: udpTalk('0>D243'),
      sessions: named('insufficient-data'),
    },
    {
      name: '5 4 unmatched datagrams with 2000 bytes are unknown-udp',
      packets: udpTalk('0>D500 1<D500 2>D500 3<D500'),
      sessions: named('unknown-udp'),
    },
    {
      name: '5 datagrams without payload are insufficient-data',
      packets: udpTalk('0>D0 1>D0'),
      sessions: named('insufficient-data'),
    },
    {
      name: 'interface: an unidentified midstream session is unknown-tcp',
      packets: tcpTalk('0>D10'),
      sessions: [agedOut('tcp', 3600, { app: 'unknown-tcp', midstream: true })],
    },
  ]);
});

describe('by content', () => {
  testCases([
    {
      name: '5 a request is web-browsing',
      packets: tcpTalk(`${OPENED} 1>D${REQUEST}`),
      sessions: named('web-browsing'),
    },
    {
      name: '5 on any port',
      packets: tcpTalk(`${OPENED} 1>D${REQUEST}`, { serverPort: 9999 }),
      sessions: named('web-browsing'),
    },
    {
      name: '5 a port never names a TCP session',
      packets: tcpTalk(`${OPENED} 1>D100`, { serverPort: 443 }),
      sessions: named('insufficient-data'),
    },
    {
      name: '5 a request in two segments, the second first',
      packets: tcpTalk(`${OPENED} 1>D' HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'/seq=1006 2>D'GET /'/seq=1001`),
      sessions: named('web-browsing'),
    },
    {
      name: '5 the banner of the server',
      packets: tcpTalk(`${OPENED} 1<D'SSH-2.0-OpenSSH_9.2\\r\\n'`, { serverPort: 2222 }),
      sessions: named('ssh'),
    },
    {
      name: '5 a greeting that two applications share is told by the port',
      packets: tcpTalk(`${OPENED} 1<D'220 ready\\r\\n'`, { serverPort: 21 }),
      sessions: named('ftp'),
    },
    {
      name: '5 by the other port it is the other application',
      packets: tcpTalk(`${OPENED} 1<D'220 ready\\r\\n'`, { serverPort: 25 }),
      sessions: named('smtp'),
    },
    {
      name: '5 elsewhere the command of the client tells',
      packets: tcpTalk(`${OPENED} 1<D'220 ready\\r\\n' 2>D'EHLO a.example\\r\\n'`, { serverPort: 9025 }),
      sessions: named('smtp'),
    },
    {
      name: '5 dns over UDP from its first packet',
      packets: udpTalk(`0>D/data=${QUERY}`, { serverPort: 53 }),
      args: [],
      sessions: [open('aged-out', 'Aged out', 'udp', 30, false, { app: 'dns' })],
    },
    {
      name: '5 rtp from the second packet of one side, though the other speaks in between',
      packets: udpTalk(
        `0>D/data=${rtp(7, 0x1000)} 0.01<D/data=${rtp(90, 0x2000)} 0.02>D/data=${rtp(8, 0x1000)}`,
        { serverPort: 16384 },
      ),
      sessions: named('rtp'),
    },
    {
      name: '5 dns over TCP',
      packets: tcpTalk(`${OPENED} 1>D/data=001d${QUERY}`, { serverPort: 53 }),
      sessions: named('dns'),
    },
    {
      name: '5 payload of a dropped segment is not looked at',
      packets: tcpTalk(`${OPENED} 1>D${REQUEST}/seq+200000`),
      sessions: named('incomplete'),
    },
    {
      name: '5 identification is evidence',
      packets: tcpTalk(`${OPENED} 1>D${REQUEST}`),
      sessions: [{ evidence: ['4: application identified as web-browsing'] }],
    },
  ]);
});
