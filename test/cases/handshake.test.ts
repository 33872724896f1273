/** firewall-model 2, 3.2 and 3.5: how a TCP session begins, and the checks that drop segments. */
import { describe } from 'vitest';
import { ended, open, testCases } from '../dsl/cases.ts';
import { tcpTalk } from '../dsl/conversation.ts';

const agedOut = ended.bind(null, 'aged-out', 'Aged out');
const OPENED = '0>S 0.1<SA 0.2>A';

describe('opening', () => {
  testCases([
    {
      name: '2 a session is ACTIVE from its first SYN',
      packets: tcpTalk('0>S'),
      args: [],
      sessions: [
        open('aged-out', 'Aged out', 'tcp-init', 5, false, { app: 'undecided', client_basis: 'syn', ttl: 5 }),
      ],
    },
    {
      name: '2 client and server as the SYN says, whatever the ports',
      packets: tcpTalk(OPENED, { clientPort: 443, serverPort: 50000 }),
      sessions: [agedOut('tcp', 3600.2, { src: '10.0.0.1', sport: 443, dst: '192.0.2.80', dport: 50000 })],
    },
    {
      name: '3.5 simultaneous open: both SYNs answered by SYN-ACKs',
      packets: tcpTalk('0>S 0.1<S 0.2>SA 0.3<SA'),
      sessions: [agedOut('tcp', 3600.3, { packets: 4, client_basis: 'syn' })],
    },
    {
      name: '3.5 simultaneous open: until both are answered, tcp-handshake',
      packets: tcpTalk('0>S 0.1<S 0.2>SA'),
      sessions: [agedOut('tcp-handshake', 10.2)],
    },
    {
      name: '3.5 two SYNs without an answer live for tcp-init',
      packets: tcpTalk('0>S 0.1<S'),
      sessions: [agedOut('tcp-init', 5.1, { app: 'incomplete' })],
    },
    {
      name: '3.5 split handshake: ACK and SYN come apart',
      packets: tcpTalk('0>S 0.1<A 0.2<S 0.3>SA 0.4<A 1>D10'),
      sessions: [agedOut('tcp', 3601, { app: 'insufficient-data', packets: 6 })],
    },
    {
      name: '5 an ACK of the client proves the handshake though no SYN-ACK was captured',
      packets: tcpTalk('0>S 0.2>A'),
      sessions: [agedOut('tcp', 3600.2, { app: 'incomplete', pkts_received: 0, after_end: 0 })],
    },
    {
      name: '5 payload of the server proves it too',
      packets: tcpTalk('0>S 0.1<SA 0.3<D100'),
      sessions: [agedOut('tcp', 3600.3, { app: 'insufficient-data', after_end: 0 })],
    },
    {
      name: '5 one direction only: SYN, ACK, data',
      packets: tcpTalk('0>S 0.2>A 1>D10'),
      sessions: [agedOut('tcp', 3601, { app: 'insufficient-data' })],
    },
    {
      name: '3.2 a server that closes before the ACK of the handshake is half-closed',
      packets: tcpTalk('0>S 0.1<SA 0.2<F'),
      sessions: [
        ended('tcp-fin', 'TCP FIN', 'tcp-half-closed', 120.2, { app: 'incomplete', after_end: null }),
      ],
    },
    {
      name: '3.2 a client whose FIN completes the handshake is half-closed',
      packets: tcpTalk('0>S 0.1<SA 0.2>F'),
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-half-closed', 120.2, { app: 'incomplete', after_end: 0 })],
    },
    {
      name: '3.7 a SYN again with another sequence number is a retransmission',
      packets: tcpTalk('0>S 1>S/new 1.1<SA 1.2>A'),
      sessions: [agedOut('tcp', 3601.2, { packets: 4 })],
    },
    {
      name: '3.7 a SYN in an established session is kept in it',
      packets: tcpTalk(`${OPENED} 5>S/new`),
      sessions: [agedOut('tcp', 3605, { packets: 4 })],
    },
    {
      name: '3.7 a SYN in a half-closed session is kept in it',
      packets: tcpTalk(`${OPENED} 1>F 5>S/new`),
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-half-closed', 125, { packets: 5 })],
    },
    {
      name: '3.2 a SYN sent again while the SYN-ACK is out restarts tcp-handshake',
      packets: tcpTalk('0>S 0.1<SA 1>S'),
      sessions: [agedOut('tcp-handshake', 11)],
    },
    {
      name: '5 payload in a SYN is none: fast open without an answer is incomplete',
      packets: tcpTalk('0>S100'),
      sessions: [agedOut('tcp-init', 5, { app: 'incomplete' })],
    },
  ]);
});

describe('checks that drop a segment', () => {
  testCases([
    {
      name: '3.5 a challenge ACK is dropped: SYN, ACK, RST of the seed page',
      packets: tcpTalk('0>S 0.1<A/ack=777 0.2>R/seq=777'),
      sessions: [
        ended('tcp-rst-from-client', 'TCP RST - client', 'tcp-init', 5.2, {
          app: 'incomplete',
          packets: 3,
          evidence: ['2: ACK from server that does not acknowledge the SYN: dropped'],
        }),
      ],
      counters: { tcp_out_of_sync: 1 },
    },
    {
      name: '3.2 a dropped segment restarts no timer, but counts',
      packets: tcpTalk('0>S 3<A/ack=777'),
      sessions: [agedOut('tcp-init', 5, { last: 3, elapsed: 3, packets: 2, pkts_received: 1 })],
    },
    {
      name: '3.5 an ACK that fits the SYN restarts tcp-init',
      packets: tcpTalk('0>S 3<A'),
      sessions: [agedOut('tcp-init', 8)],
    },
    {
      name: '3.5 data beyond the window is dropped',
      packets: tcpTalk(`${OPENED} 1>D10/seq+200000`),
      sessions: [agedOut('tcp', 3600.2, { app: 'incomplete', last: 1, packets: 4 })],
      counters: { tcp_drop_out_of_wnd: 1 },
    },
    {
      name: '3.5 a FIN beyond the window is dropped: it ends nothing',
      packets: tcpTalk(`${OPENED} 1>F/seq+200000`),
      sessions: [agedOut('tcp', 3600.2)],
      counters: { tcp_drop_out_of_wnd: 1 },
    },
    {
      name: '3.5 data that fills the window to the last byte is in it',
      packets: tcpTalk('0>S 0.1<SA/win=1000 0.2>A 1>D1000 1.1>D10'),
      sessions: [agedOut('tcp', 3601.1, { packets: 5 })],
    },
    {
      name: '3.5 the window is scaled by what both SYNs offered (RFC 7323)',
      packets: tcpTalk('0>S/ws=7 0.1<SA/ws=7 0.2>A/win=512 0.3<A/win=2000 1>D10/seq+200000'),
      sessions: [agedOut('tcp', 3601, { packets: 5 })],
    },
    {
      name: '3.5 data sent again from below the window is accepted',
      packets: tcpTalk(`${OPENED} 1>D100 1.1<A 2>D100/re`),
      sessions: [agedOut('tcp', 3602)],
    },
    {
      name: '3.5 a stream that runs on past the window while no ACK is to be seen is not called out of window',
      packets: tcpTalk('0>S 0.1<SA/win=1000 0.2>A 1>D1000 2>D1000 3>D1000 4>F'),
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-half-closed', 124)],
    },
    {
      name: '3.5 a dropped FIN that its receiver acknowledges got through: the capture missed what came before',
      packets: tcpTalk(`${OPENED} 1>F/seq+200000 1.1<A/ack+200001`),
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-half-closed', 121.1)],
    },
    {
      name: '3.5 where the capture missed segments nothing is called out of window',
      packets: tcpTalk(`${OPENED} 1<A/ack+500000 2>D10/seq+500000`),
      sessions: [agedOut('tcp', 3602)],
    },
  ]);
});
