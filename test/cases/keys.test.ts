/** firewall-model 1: what makes two packets the same session. */
import { describe } from 'vitest';
import { concat } from '../dsl/bytes.ts';
import { ended, testCases } from '../dsl/cases.ts';
import { frameBetween, talk, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { echo, icmp, ipv4, plain, udp } from '../dsl/frame.ts';

const agedOut = ended.bind(null, 'aged-out', 'Aged out');
const V6 = { client: '2001:db8::1', server: '2001:db8:1::80' };

/** What an ICMP error quotes: the client's datagram to port 4000. */
const QUOTED = ipv4(
  { src: '10.0.0.1', dst: '192.0.2.80' },
  udp({ sport: 40000, dport: 4000 }, new Uint8Array(10)),
);
const UNREACHABLE = icmp(4, { type: 3, code: 3 }, QUOTED);

describe('ICMP', () => {
  testCases([
    {
      name: '1 every echo is a session, the reply belongs to it',
      packets: talk([
        [0, '>', echo(4, 'request', 7, 1)],
        [0.1, '<', echo(4, 'reply', 7, 1)],
        [1, '>', echo(4, 'request', 7, 2)],
        [1.1, '<', echo(4, 'reply', 7, 2)],
      ]),
      sessions: [
        agedOut('icmp', 6.1, {
          proto: 'icmp',
          sport: 7,
          dport: 1,
          pkts_sent: 1,
          pkts_received: 1,
          app: 'ping',
        }),
        agedOut('icmp', 7.1, { sport: 7, dport: 2, start: 1 }),
      ],
    },
    {
      name: '3.2 an echo without a reply lives for icmp',
      packets: talk([[0, '>', echo(4, 'request', 7, 1)]]),
      sessions: [agedOut('icmp', 6, { timeout: 6 })],
    },
    {
      name: '1 a reply first: identifier and sequence number stay what they are',
      packets: talk([[0, '<', echo(4, 'reply', 7, 9)]]),
      sessions: [agedOut('icmp', 6, { src: '192.0.2.80', sport: 7, dport: 9 })],
    },
    {
      name: '1 ICMPv6 likewise',
      packets: talk(
        [
          [0, '>', echo(6, 'request', 7, 1)],
          [0.1, '<', echo(6, 'reply', 7, 1)],
        ],
        V6,
      ),
      sessions: [agedOut('icmp', 6.1, { proto: 'ipv6-icmp', sport: 7, dport: 1, packets: 2, app: 'ping' })],
    },
    {
      name: '1 an error finds the session through the packet it quotes, and changes nothing of it',
      packets: together(udpTalk('0>D10'), talk([[1, '<', UNREACHABLE]])),
      sessions: [
        agedOut('udp', 30, {
          packets: 1,
          last: 0,
          evidence: ['2: ICMP error type 3 code 3 from 192.0.2.80 about a packet of client'],
        }),
      ],
      notInSessions: { icmp_error_matched: 1 },
    },
    {
      name: '1 an error that matches no session has one of its own',
      packets: talk([[0, '<', UNREACHABLE]]),
      sessions: [agedOut('icmp', 6, { app: 'icmp', sport: 0, dport: 0, src: '192.0.2.80' })],
    },
    {
      name: '1 an error about a session that has expired matches none',
      packets: together(udpTalk('0>D10'), talk([[30, '<', UNREACHABLE]])),
      sessions: [agedOut('udp', 30), agedOut('icmp', 36)],
    },
    {
      name: '1 an error about a TCP session',
      packets: together(
        tcpTalk('0>S'),
        talk([
          [1, '<', icmp(4, { type: 3, code: 1 }, frameBetween({}, true, 64, 1, tcpSegmentOf()).subarray(14))],
        ]),
      ),
      sessions: [agedOut('tcp-init', 5, { packets: 1 })],
      notInSessions: { icmp_error_matched: 1 },
    },
  ]);
});

function tcpSegmentOf() {
  const bytes = tcpTalk('0>S')[0]!.bytes.slice(34);
  return { ...plain(6, bytes), checksum: null };
}

describe('the tuple', () => {
  testCases([
    {
      name: '1 the same ports over UDP and TCP are two sessions',
      packets: together(tcpTalk('0>S', { serverPort: 4000 }), udpTalk('1>D10')),
      sessions: [agedOut('tcp-init', 5), agedOut('udp', 31)],
    },
    {
      name: '1 another client port is another session',
      packets: together(udpTalk('0>D10'), udpTalk('1>D10', { clientPort: 40001 })),
      sessions: [agedOut('udp', 30), agedOut('udp', 31)],
    },
    {
      name: '1 an 802.1Q tag is no part of the key',
      packets: together(udpTalk('0>D10'), udpTalk('1<D10', { vlans: [100] })),
      sessions: [agedOut('udp', 31, { packets: 2, bytes_sent: 52, bytes_received: 56 })],
    },
    {
      name: '1 IPv6',
      packets: tcpTalk('0>S 0.1<SA 0.2>A 1>F 1.1<F', V6),
      sessions: [
        ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 16.1, {
          src: '2001:db8::1',
          dst: '2001:db8:1::80',
          packets: 5,
        }),
      ],
    },
    {
      name: '1 the sender of the first packet is the client of a datagram session',
      packets: udpTalk('0<D10 1>D10'),
      sessions: [
        agedOut('udp', 31, { src: '192.0.2.80', sport: 4000, dport: 40000, client_basis: 'first-packet' }),
      ],
    },
    {
      name: '1 ESP of two security associations is one session',
      packets: talk([
        [0, '>', plain(50, concat(new Uint8Array([0, 0, 0, 1]), new Uint8Array(32)))],
        [1, '>', plain(50, concat(new Uint8Array([0, 0, 0, 2]), new Uint8Array(32)))],
      ]),
      sessions: [agedOut('default', 31, { packets: 2 })],
    },
    {
      name: '1 zones come from the addresses of each flow, the longest prefix wins',
      packets: udpTalk('0>D10'),
      args: [
        '--drain',
        '--zone',
        '10.0.0.0/8=trust',
        '--zone',
        '10.0.0.0/24=lab',
        '--zone',
        '0.0.0.0/0=untrust',
      ],
      sessions: [{ from: 'lab', to: 'untrust' }],
    },
    {
      name: '1 no zone covers the address: null',
      packets: udpTalk('0>D10'),
      args: ['--drain', '--zone', '10.0.0.0/8=trust'],
      sessions: [
        {
          from: 'trust',
          to: null,
          rule: null,
          action: 'allow',
          action_source: null,
          final_action: 'Allowed',
        },
      ],
    },
  ]);
});
