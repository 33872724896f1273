/** firewall-model 3.2 and 3.6: what a RST does. */
import { describe } from 'vitest';
import { ended, testCases } from '../dsl/cases.ts';
import { tcpTalk } from '../dsl/conversation.ts';

const client = ended.bind(null, 'tcp-rst-from-client', 'TCP RST - client');
const server = ended.bind(null, 'tcp-rst-from-server', 'TCP RST - server');
const agedOut = ended.bind(null, 'aged-out', 'Aged out');
const OPENED = '0>S 0.1<SA 0.2>A 1>D100 1.1<A';

describe('before the handshake is complete', () => {
  testCases([
    {
      name: '3.6 refused: RST,ACK answers the SYN, tcp-init stays',
      packets: tcpTalk('0>S 0.1<RA'),
      sessions: [server('tcp-init', 5.1, { app: 'incomplete', timeout: 5, candidates: [] })],
    },
    {
      name: '3.6 a RST without ACK cannot be checked, and is recorded all the same',
      packets: tcpTalk('0>S 0.1<R'),
      sessions: [server('tcp-init', 5.1)],
    },
    {
      name: '3.6 RST of the client straight after the SYN-ACK, tcp-handshake stays',
      packets: tcpTalk('0>S 0.1<SA 0.2>R'),
      sessions: [client('tcp-handshake', 10.2, { app: 'incomplete', timeout: 10 })],
    },
    {
      name: '3.6 RST of the server after its SYN-ACK, tcp-handshake stays',
      packets: tcpTalk('0>S 0.1<SA 0.2<R'),
      sessions: [server('tcp-handshake', 10.2)],
    },
    {
      name: '3.7 a refused client that tries again on its ports stays in the session',
      packets: tcpTalk('0>S 0.1<RA 1>S 1.1<RA 3>S 3.1<RA'),
      sessions: [server('tcp-init', 8.1, { packets: 6, candidates: [] })],
    },
    {
      name: '3.7 a SYN after a RST in the handshake puts tcp-init in force again',
      packets: tcpTalk('0>S 0.1<SA 0.2>R 1>S/new'),
      sessions: [client('tcp-init', 6, { packets: 4 })],
    },
    {
      name: '3.6 a bare ACK does not revive a handshake that was reset',
      packets: tcpTalk('0>S 0.1<SA 0.2>R 1>A'),
      sessions: [client('tcp-handshake', 11)],
    },
    {
      name: '5 payload does',
      packets: tcpTalk('0>S 0.1<SA 0.2<R/seq+100 0.3>A 1>D10'),
      sessions: [server('tcp', 3601)],
    },
  ]);
});

describe('verified: time-wait', () => {
  testCases([
    {
      name: '3.6 RST of the server with the next number',
      packets: tcpTalk(`${OPENED} 2<R`),
      sessions: [server('tcp-time-wait', 17, { timeout: 15 })],
    },
    {
      name: '3.6 RST of the client with the next number',
      packets: tcpTalk(`${OPENED} 2>R`),
      sessions: [client('tcp-time-wait', 17)],
    },
    {
      name: '3.6 seq = A, below N: data of the sender is still unacknowledged',
      packets: tcpTalk(`${OPENED} 1.2<D100 2<R/seq-100`),
      sessions: [server('tcp-time-wait', 17)],
    },
    {
      name: '3.6 seq = N, above A',
      packets: tcpTalk(`${OPENED} 1.2<D100 2<R`),
      sessions: [server('tcp-time-wait', 17)],
    },
    {
      name: '3.2 packets after it restart time-wait',
      packets: tcpTalk(`${OPENED} 2<R 3>D10 4>D10/re`),
      sessions: [server('tcp-time-wait', 19, { packets: 8 })],
    },
    {
      name: '3.6 a second RST in time-wait changes no timer',
      packets: tcpTalk(`${OPENED} 2<R 2.5<R`),
      sessions: [server('tcp-time-wait', 17.5)],
    },
    {
      name: '4 RST of both sides: client outranks server, the tracker keeps the first',
      packets: tcpTalk(`${OPENED} 2<R 2.1>R`),
      sessions: [ended('tcp-rst-from-client', 'TCP RST - server', 'tcp-time-wait', 17.1)],
    },
    {
      name: '4 RSTs to both sides behind payload, with a TTL that neither side has: threat is a candidate',
      packets: tcpTalk(`${OPENED} 2<R/ttl=61 2>R/ttl=61`),
      sessions: [
        ended('tcp-rst-from-client', 'TCP RST - server', 'tcp-time-wait', 17, { candidates: ['threat'] }),
      ],
    },
    {
      name: '4 the same of one side only: no candidate',
      packets: tcpTalk(`${OPENED} 2<R/ttl=61 2>R`),
      sessions: [ended('tcp-rst-from-client', 'TCP RST - server', 'tcp-time-wait', 17, { candidates: [] })],
    },
    {
      name: '4 the same before payload: no candidate',
      packets: tcpTalk('0>S 0.1<SA 0.2>A 2<R/ttl=61 2>R/ttl=61'),
      sessions: [ended('tcp-rst-from-client', 'TCP RST - server', 'tcp-time-wait', 17, { candidates: [] })],
    },
    {
      name: '4 FIN of both sides, then RST: the RST is the reason, the FIN the tracker',
      packets: tcpTalk(`${OPENED} 2>F 2.1<F 2.2>A 2.3>R`),
      sessions: [ended('tcp-rst-from-client', 'TCP FIN', 'tcp-time-wait', 17.3)],
    },
    {
      name: '4 FIN of one side, RST of the other: time-wait',
      packets: tcpTalk(`${OPENED} 2>F 3<R`),
      sessions: [ended('tcp-rst-from-server', 'TCP FIN', 'tcp-time-wait', 18)],
    },
  ]);
});

describe('not verified: unverified-rst', () => {
  testCases([
    {
      name: '3.6 in the window with the wrong number: 30 s, the reason is recorded',
      packets: tcpTalk(`${OPENED} 2>R/seq+50`),
      sessions: [client('unverified-rst', 32, { timeout: 30 })],
    },
    {
      name: '3.6 the last number of the window',
      packets: tcpTalk('0>S 0.1<SA/win=1000 0.2>A 1>D100 1.1<A/win=1000 2>R/seq+999'),
      sessions: [client('unverified-rst', 32)],
    },
    {
      name: '3.6 the window is scaled',
      packets: tcpTalk('0>S/ws=2 0.1<SA/ws=2 0.2>A 1>D100 1.1<A/win=1000 2>R/seq+3999'),
      sessions: [client('unverified-rst', 32)],
    },
    {
      name: '3.6 only one direction was seen',
      packets: tcpTalk('0>S 0.2>A 1>D10 2>R/seq+5000'),
      sessions: [client('unverified-rst', 32)],
    },
    {
      name: '3.6 after a FIN of its own sender, within one window below A',
      packets: tcpTalk(`${OPENED} 2>F 2.1<A 3>R/seq-50`),
      sessions: [ended('tcp-rst-from-client', 'TCP FIN', 'unverified-rst', 33)],
    },
    {
      name: '3.6 data of the RST sender disproves it: timer and causes are restored',
      packets: tcpTalk(`${OPENED} 2>R/seq+50 3>D10`),
      sessions: [agedOut('tcp', 3603, { candidates: ['tcp-rst-from-client'] })],
    },
    {
      name: '3.6 restored to half-closed where that was in force',
      packets: tcpTalk(`${OPENED} 1.5<F 2>R/seq+50 3>D10`),
      sessions: [
        ended('tcp-fin', 'TCP FIN', 'tcp-half-closed', 123, { candidates: ['tcp-rst-from-client'] }),
      ],
    },
    {
      name: '3.6 data that the FIN of the RST sender carries disproves it too',
      packets: tcpTalk(`${OPENED} 2>R/seq+50 3>XFPA/data=aabb 3.1<F 3.2>A`),
      sessions: [
        ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 18.2, {
          candidates: ['tcp-rst-from-client'],
          evidence: [
            '7: data from client after its unverified RST: the RST is disproved',
            '7: FIN from client',
            '8: FIN from server',
          ],
        }),
      ],
    },
    {
      name: '3.6 a FIN without payload does not',
      packets: tcpTalk(`${OPENED} 2>R/seq+50 3>F`),
      sessions: [client('unverified-rst', 33)],
    },
    {
      name: '3.6 data of the other side proves nothing',
      packets: tcpTalk(`${OPENED} 2>R/seq+50 3<D10`),
      sessions: [client('unverified-rst', 33)],
    },
    {
      name: '3.6 nor does a bare ACK of the sender',
      packets: tcpTalk(`${OPENED} 2>R/seq+50 3>A`),
      sessions: [client('unverified-rst', 33)],
    },
    {
      name: '3.6 a verified RST behind it puts time-wait in force',
      packets: tcpTalk(`${OPENED} 2>R/seq+50 3>R`),
      sessions: [client('tcp-time-wait', 18)],
    },
  ]);
});

describe('out of window: dropped', () => {
  testCases([
    {
      name: '3.6 beyond the window',
      packets: tcpTalk('0>S 0.1<SA/win=1000 0.2>A 1>D100 1.1<A/win=1000 2>R/seq+1000'),
      sessions: [
        agedOut('tcp', 3601.1, {
          last: 2,
          candidates: ['tcp-rst-from-client'],
          evidence: ['6: RST from client, out of window: ignored'],
        }),
      ],
      counters: { tcp_drop_out_of_wnd: 1 },
    },
    {
      name: '3.6 below the window',
      packets: tcpTalk(`${OPENED} 2<R/seq-500`),
      sessions: [agedOut('tcp', 3601.1, { candidates: ['tcp-rst-from-server'] })],
    },
    {
      name: '3.6 beyond the scaled window',
      packets: tcpTalk('0>S/ws=2 0.1<SA/ws=2 0.2>A 1>D100 1.1<A/win=1000 2>R/seq+4000'),
      sessions: [agedOut('tcp', 3601.1, { candidates: ['tcp-rst-from-client'] })],
    },
    {
      name: '3.6 a dropped RST leaves a later FIN the reason',
      packets: tcpTalk(`${OPENED} 2<R/seq-500 3>F 3.1<F`),
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 18.1, { candidates: ['tcp-rst-from-server'] })],
    },
  ]);
});
