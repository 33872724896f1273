/** interface.md "First seen without a SYN" and `after_end`; firewall-model 3.5. */
import { describe } from 'vitest';
import { ended, testCases } from '../dsl/cases.ts';
import { tcpTalk, together, udpTalk } from '../dsl/conversation.ts';

const agedOut = ended.bind(null, 'aged-out', 'Aged out');
const CLOSED = '0>S 0.1<SA 0.2>A 1>D10 2>F 2.1<F 2.2>A';
const HIGH = { clientPort: 40000, serverPort: 50000 };

describe('midstream', () => {
  testCases([
    {
      name: 'interface: the side without the well-known port is the client',
      packets: tcpTalk('0<D100 1>A'),
      sessions: [
        agedOut('tcp', 3601, {
          src: '10.0.0.1',
          dport: 80,
          midstream: true,
          client_basis: 'port',
          app: 'unknown-tcp',
          bytes_received: 154,
        }),
      ],
    },
    {
      name: 'interface: the standard port of an application counts as one',
      packets: tcpTalk('0<D100', { serverPort: 3978 }),
      sessions: [agedOut('tcp', 3600, { sport: 40000, dport: 3978, client_basis: 'port' })],
    },
    {
      name: 'interface: else the first sender is the client',
      packets: tcpTalk('0<D100', HIGH),
      sessions: [agedOut('tcp', 3600, { src: '192.0.2.80', sport: 50000, client_basis: 'first-packet' })],
    },
    {
      name: 'interface: two well-known ports say nothing',
      packets: tcpTalk('0<D100', { clientPort: 22, serverPort: 80 }),
      sessions: [agedOut('tcp', 3600, { sport: 80, dport: 22, client_basis: 'first-packet' })],
    },
    {
      name: 'interface: the receiver of a SYN-ACK is the client',
      packets: tcpTalk('0<SA', HIGH),
      sessions: [
        agedOut('tcp-handshake', 10, {
          src: '10.0.0.1',
          midstream: true,
          client_basis: 'syn-ack',
          after_end: 0,
        }),
      ],
    },
    {
      name: 'interface: SYN-ACK, ACK: established',
      packets: tcpTalk('0<SA 0.1>A'),
      sessions: [agedOut('tcp', 3600.1)],
    },
    {
      name: 'interface: a FIN first is half-closed',
      packets: tcpTalk('0<F'),
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-half-closed', 120, { midstream: true })],
    },
    {
      name: '3.6 a RST first is unverified, and could be of the other side',
      packets: tcpTalk('0<R'),
      sessions: [
        ended('tcp-rst-from-server', 'TCP RST - server', 'unverified-rst', 30, {
          midstream: true,
          candidates: ['tcp-rst-from-client'],
          evidence: ['1: RST from server, not verified: recorded, unverified-rst starts'],
        }),
      ],
    },
    {
      name: 'interface: no swapped candidate where a SYN-ACK told the sides',
      packets: tcpTalk('0<SA 0.1>A 1>R'),
      sessions: [ended('tcp-rst-from-client', 'TCP RST - client', 'tcp-time-wait', 16, { candidates: [] })],
    },
    {
      name: 'interface: up to capture start + tcp a tuple may have begun before the capture',
      packets: together(udpTalk('0>D10'), tcpTalk('9.9>D10')),
      args: ['--drain', '--timeout', 'tcp=10'],
      sessions: [agedOut('udp', 30), agedOut('tcp', 19.9, { midstream: true })],
    },
    {
      name: 'interface: after that it is rejected',
      packets: together(udpTalk('0>D10'), tcpTalk('10>D10')),
      args: ['--drain', '--timeout', 'tcp=10'],
      sessions: [agedOut('udp', 30)],
      notInSessions: { non_syn: 1 },
      counters: { flow_tcp_non_syn: 1, flow_tcp_non_syn_drop: 1 },
    },
    {
      name: 'interface: a tuple that has had a session never opens one midstream',
      packets: tcpTalk('0>S 6<SA 7>A'),
      sessions: [agedOut('tcp-init', 5, { after_end: null })],
      notInSessions: { non_syn: 2 },
      counters: { flow_tcp_non_syn_drop: 2 },
    },
  ]);
});

describe('reject and accept', () => {
  testCases([
    {
      name: '3.5 reject: dropped and counted',
      packets: tcpTalk('0<D100 1>A'),
      args: ['--drain', '--non-syn', 'reject'],
      sessions: [],
      notInSessions: { non_syn: 2 },
      counters: { flow_tcp_non_syn: 2, flow_tcp_non_syn_drop: 2 },
    },
    {
      name: '3.5 reject: a SYN-ACK is no SYN',
      packets: tcpTalk('0<SA 0.1>A'),
      args: ['--drain', '--non-syn', 'reject'],
      sessions: [],
      notInSessions: { non_syn: 2 },
    },
    {
      name: '3.5 accept: non-syn-tcp, the first sender is the client',
      packets: tcpTalk("0<D'HTTP/1.1 200 OK' 1>A"),
      args: ['--drain', '--non-syn', 'accept'],
      sessions: [
        agedOut('tcp', 3601, {
          app: 'non-syn-tcp',
          src: '192.0.2.80',
          midstream: true,
          client_basis: 'first-packet',
        }),
      ],
    },
    {
      name: '3.5 accept: so a late packet opens a session of its own',
      packets: tcpTalk(`${CLOSED} 30>A`),
      args: ['--drain', '--non-syn', 'accept'],
      sessions: [
        ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 17.2, { after_end: 0 }),
        agedOut('tcp', 3630, { app: 'non-syn-tcp' }),
      ],
    },
  ]);
});

describe('after the end', () => {
  const fin = ended.bind(null, 'tcp-fin', 'TCP FIN', 'tcp-time-wait');
  testCases([
    {
      name: 'interface: late packets are counted with the session they come too late for',
      packets: tcpTalk(`${CLOSED} 30>A 31<R`),
      sessions: [fin(17.2, { after_end: 2, packets: 7, last: 2.2 })],
      notInSessions: { late: 2 },
      counters: { flow_tcp_non_syn_drop: 2 },
    },
    {
      name: 'interface: for --linger seconds of packet time',
      packets: tcpTalk(`${CLOSED} 20>A 20.2>A`),
      args: ['--drain', '--linger', '3'],
      sessions: [fin(17.2, { after_end: 1 })],
      notInSessions: { late: 1, non_syn: 1 },
    },
    {
      name: 'interface: --linger 0 collects nothing',
      packets: tcpTalk(`${CLOSED} 20>A`),
      args: ['--drain', '--linger', '0'],
      sessions: [fin(17.2, { after_end: 0 })],
      notInSessions: { non_syn: 1 },
    },
    {
      name: 'interface: until its tuple opens a new session',
      packets: tcpTalk(`${CLOSED} 20>A 21>S/new 27>A`),
      sessions: [fin(17.2, { after_end: 1 }), agedOut('tcp-init', 26, { after_end: null })],
      notInSessions: { late: 1, non_syn: 1 },
    },
    {
      name: 'interface: a session that completed no handshake collects none',
      packets: tcpTalk('0>S 0.1<RA 10>A'),
      sessions: [ended('tcp-rst-from-server', 'TCP RST - server', 'tcp-init', 5.1, { after_end: null })],
      notInSessions: { non_syn: 1 },
    },
    {
      name: 'interface: a midstream session does',
      packets: tcpTalk('0>D10 0.1>F 0.2<F 20>A'),
      sessions: [fin(15.2, { midstream: true, after_end: 1 })],
      notInSessions: { late: 1 },
    },
    {
      name: 'interface: other protocols have none',
      packets: udpTalk('0>D10'),
      sessions: [agedOut('udp', 30, { after_end: null })],
    },
    {
      name: '12 a host that speaks into a dead session: aged out, then data that nothing answers',
      packets: tcpTalk('0>S 0.1<SA 0.2>A 1>D10 1.1<A 100>D10 100.3>D10/re 101>D10/re'),
      args: ['--drain', '--timeout', 'tcp=60'],
      sessions: [
        agedOut('tcp', 61.1, {
          after_end: 3,
          evidence: ['6: packet from client after the session had left the table'],
        }),
      ],
      notInSessions: { late: 3 },
    },
  ]);
});
