/** firewall-model 3.1 to 3.3: which timer is in force when, and what restarts it. */
import { describe } from 'vitest';
import { ended, testCases } from '../dsl/cases.ts';
import { talk, tcpTalk, udpTalk } from '../dsl/conversation.ts';
import { esp, gre, sctp, sctpChunk } from '../dsl/frame.ts';

const agedOut = ended.bind(null, 'aged-out', 'Aged out');
const OPENED = '0>S 0.1<SA 0.2>A';
const CHUNK = { DATA: 0, INIT: 1, INIT_ACK: 2, ABORT: 6, SHUTDOWN: 7, COOKIE_ECHO: 10, COOKIE_ACK: 11 };
const association = (...chunks: readonly (readonly [at: number, direction: '>' | '<', type: number])[]) =>
  talk(
    chunks.map(([at, direction, type]) => [
      at,
      direction,
      sctp(
        direction === '>' ? { sport: 5000, dport: 36412 } : { sport: 36412, dport: 5000 },
        sctpChunk(type),
      ),
    ]),
  );

describe('before the handshake is complete', () => {
  testCases([
    {
      name: '3.2 a SYN alone lives for tcp-init',
      packets: tcpTalk('0>S'),
      sessions: [
        agedOut('tcp-init', 5, { app: 'incomplete', timeout: 5, packets: 1, elapsed: 0, start: 0, last: 0 }),
      ],
    },
    {
      name: '3.2 each further SYN restarts tcp-init: 8 SYNs over 13 s are one session',
      packets: tcpTalk('0>S 1>S 3>S 5>S 7>S 9>S 11>S 13>S'),
      sessions: [agedOut('tcp-init', 18, { packets: 8, elapsed: 13, last: 13 })],
    },
    {
      name: '3.2 a Linux client that retries at 1, 3, 7, 15, 31 and 63 s is four sessions',
      packets: tcpTalk('0>S 1>S 3>S 7>S 15>S 31>S 63>S'),
      sessions: [
        agedOut('tcp-init', 12, { packets: 4, elapsed: 7 }),
        agedOut('tcp-init', 20, { packets: 1, start: 15 }),
        agedOut('tcp-init', 36, { packets: 1, start: 31 }),
        agedOut('tcp-init', 68, { packets: 1, start: 63 }),
      ],
    },
    {
      name: 'interface: a packet at exactly last + timer finds no session',
      packets: tcpTalk('0>S 5>S'),
      sessions: [agedOut('tcp-init', 5), agedOut('tcp-init', 10, { start: 5 })],
    },
    {
      name: 'interface: a packet one nanosecond earlier does',
      packets: tcpTalk('0>S 4.999999999>S'),
      sessions: [agedOut('tcp-init', 9.999999999, { packets: 2 })],
    },
    {
      name: '3.2 the SYN-ACK puts tcp-handshake in force',
      packets: tcpTalk('0>S 0.5<SA'),
      sessions: [agedOut('tcp-handshake', 10.5, { app: 'incomplete', timeout: 10 })],
    },
    {
      name: '3.2 a retransmitted SYN-ACK restarts tcp-handshake',
      packets: tcpTalk('0>S 0.5<SA 1.5<SA 3.5<SA'),
      sessions: [agedOut('tcp-handshake', 13.5, { pkts_sent: 1, pkts_received: 3 })],
    },
  ]);
});

describe('established', () => {
  testCases([
    {
      name: '3.2 the ACK of the handshake puts tcp in force',
      packets: tcpTalk(OPENED),
      sessions: [agedOut('tcp', 3600.2, { app: 'incomplete', timeout: 3600 })],
    },
    {
      name: '3.2 a keepalive and its ACK restart tcp',
      packets: tcpTalk(`${OPENED} 3000>K0 3000.1<A`),
      sessions: [agedOut('tcp', 6600.1, { elapsed: 3000 })],
    },
    {
      name: '3.2 an idle session that speaks after tcp has expired is over',
      packets: tcpTalk(`${OPENED} 1>D10 3601>D10`),
      sessions: [agedOut('tcp', 3601, { after_end: 1, packets: 4 })],
      notInSessions: { late: 1 },
    },
    {
      name: '3.1 --timeout tcp=20 makes it 20 s',
      packets: tcpTalk(`${OPENED} 19>D10 45>D10`),
      args: ['--drain', '--timeout', 'tcp=20'],
      sessions: [agedOut('tcp', 39, { timeout: 20, after_end: 1 })],
      notInSessions: { late: 1 },
    },
    {
      name: '3.3 an application with a timeout of its own takes it once it is identified',
      packets: tcpTalk(`${OPENED} 1>D'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' 2<A`),
      args: ['--drain', '--timeout', 'app:web-browsing=50'],
      sessions: [agedOut('app:web-browsing', 52, { app: 'web-browsing', timeout: 50 })],
    },
    {
      name: '3.3 before it is identified the global timer holds',
      packets: tcpTalk(OPENED),
      args: ['--drain', '--timeout', 'app:web-browsing=50'],
      sessions: [agedOut('tcp', 3600.2)],
    },
    {
      name: '3.3 an application may override half-closed',
      packets: tcpTalk(`${OPENED} 1>D'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' 2>F`),
      args: ['--drain', '--timeout', 'app:web-browsing/tcp-half-closed=7'],
      sessions: [ended('tcp-fin', 'TCP FIN', 'app:web-browsing/tcp-half-closed', 9, { timeout: 7 })],
    },
    {
      name: '3.3 an application may override time-wait',
      packets: tcpTalk(`${OPENED} 1>D'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' 2>F 3<F`),
      args: ['--drain', '--timeout', 'app:web-browsing/tcp-time-wait=4'],
      sessions: [ended('tcp-fin', 'TCP FIN', 'app:web-browsing/tcp-time-wait', 7, { timeout: 4 })],
    },
  ]);
});

describe('closing', () => {
  const fin = ended.bind(null, 'tcp-fin', 'TCP FIN');
  testCases([
    {
      name: '3.2 the first FIN of the client puts half-closed in force',
      packets: tcpTalk(`${OPENED} 1>F`),
      sessions: [fin('tcp-half-closed', 121, { timeout: 120 })],
    },
    {
      name: '3.2 so does the first FIN of the server',
      packets: tcpTalk(`${OPENED} 1<F`),
      sessions: [fin('tcp-half-closed', 121)],
    },
    {
      name: '3.2 any later packet restarts half-closed',
      packets: tcpTalk(`${OPENED} 1>F 100<A 150<D100 150.1>A`),
      sessions: [fin('tcp-half-closed', 270.1)],
    },
    {
      name: '3.2 a FIN again from the same side is no second FIN',
      packets: tcpTalk(`${OPENED} 1>F 2>F/re`),
      sessions: [fin('tcp-half-closed', 122)],
    },
    {
      name: '3.2 the FIN of the other side puts time-wait in force',
      packets: tcpTalk(`${OPENED} 1>F 1.1<F`),
      sessions: [fin('tcp-time-wait', 16.1, { timeout: 15 })],
    },
    {
      name: '3.2 the last ACK restarts time-wait',
      packets: tcpTalk(`${OPENED} 1>F 1.1<F 1.2>A`),
      sessions: [fin('tcp-time-wait', 16.2, { packets: 6 })],
    },
    {
      name: '3.2 data sent again in time-wait restarts it',
      packets: tcpTalk(`${OPENED} 0.5>D10 1>F 1.1<F 10>D10/seq=1001`),
      sessions: [fin('tcp-time-wait', 25)],
    },
    {
      name: '3.2 time-wait is never longer than half-closed',
      packets: tcpTalk(`${OPENED} 1>F 1.1<F`),
      args: ['--drain', '--timeout', 'tcp-half-closed=5', '--timeout', 'tcp-time-wait=60'],
      sessions: [fin('tcp-time-wait', 6.1, { timeout: 5 })],
    },
    {
      name: '3.2 half-closed cuts a transfer that pauses for longer',
      packets: tcpTalk(`${OPENED} 1>F 1.1<A 121.1<D100 121.2>A`),
      sessions: [fin('tcp-half-closed', 121.1, { after_end: 2 })],
      notInSessions: { late: 2 },
    },
  ]);
});

describe('other protocols', () => {
  testCases([
    {
      name: '3.2 UDP lives for udp after its last packet',
      packets: udpTalk('0>D10'),
      sessions: [agedOut('udp', 30, { timeout: 30, app: 'insufficient-data', proto: 'udp' })],
    },
    {
      name: '3.2 retries of the client alone restart udp (5 queries over 7 s)',
      packets: udpTalk('0>D10 1>D10 2>D10 4>D10 7>D10'),
      sessions: [agedOut('udp', 37, { packets: 5, pkts_received: 0, elapsed: 7 })],
    },
    {
      name: '3.2 an answer restarts udp',
      packets: udpTalk('0>D10 29<D10'),
      sessions: [agedOut('udp', 59, { pkts_sent: 1, pkts_received: 1 })],
    },
    {
      name: '3.2 a datagram after udp has expired is another session',
      packets: udpTalk('0>D10 30>D10'),
      sessions: [agedOut('udp', 30, { after_end: null }), agedOut('udp', 60)],
    },
    {
      name: '3.3 quic over UDP has 120 s of its own',
      packets: udpTalk(`0>D/data=c00000000108${'a1'.repeat(8)}00${'00'.repeat(2)}449e${'5a'.repeat(1200)}`, {
        serverPort: 443,
      }),
      sessions: [agedOut('app:quic', 120, { app: 'quic', timeout: 120 })],
    },
    {
      name: '3.1 protocols without a timer of their own have default',
      packets: talk([
        [0, '>', esp(0x1234, 1)],
        [5, '<', esp(0x4321, 1)],
      ]),
      sessions: [agedOut('default', 35, { proto: 'esp', sport: 20033, dport: 20033, packets: 2 })],
    },
    {
      name: '1 GRE is one session a pair of addresses',
      packets: talk([[0, '>', gre(0x0800, new Uint8Array(24))]]),
      sessions: [agedOut('default', 30, { proto: 'gre', sport: 20033, dport: 20033 })],
    },
    {
      name: '3.2 SCTP: an INIT without an answer lives for sctp-init',
      packets: association([0, '>', CHUNK.INIT], [1, '<', CHUNK.INIT_ACK]),
      sessions: [agedOut('sctp-init', 6, { app: 'sctp', proto: 'sctp', sport: 5000, dport: 36412 })],
    },
    {
      name: '3.2 SCTP: COOKIE-ECHO puts sctp-cookie in force',
      packets: association([0, '>', CHUNK.INIT], [1, '<', CHUNK.INIT_ACK], [2, '>', CHUNK.COOKIE_ECHO]),
      sessions: [agedOut('sctp-cookie', 62, { timeout: 60 })],
    },
    {
      name: '3.2 SCTP: an established association lives for sctp, any packet restarts it',
      packets: association(
        [0, '>', CHUNK.INIT],
        [1, '<', CHUNK.INIT_ACK],
        [2, '>', CHUNK.COOKIE_ECHO],
        [3, '<', CHUNK.COOKIE_ACK],
        [100, '>', CHUNK.DATA],
      ),
      sessions: [agedOut('sctp', 3700, { timeout: 3600 })],
    },
    {
      name: '3.2 SCTP: SHUTDOWN puts sctp-shutdown in force',
      packets: association([0, '>', CHUNK.COOKIE_ECHO], [1, '<', CHUNK.COOKIE_ACK], [2, '>', CHUNK.SHUTDOWN]),
      sessions: [agedOut('sctp-shutdown', 32, { timeout: 30 })],
    },
    {
      name: '3.2 SCTP: ABORT does too',
      packets: association([0, '>', CHUNK.DATA], [1, '<', CHUNK.ABORT]),
      sessions: [agedOut('sctp-shutdown', 31)],
    },
  ]);
});
