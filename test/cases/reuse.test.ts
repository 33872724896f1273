/** firewall-model 3.7: a SYN on the ports of a session that is there. */
import { describe } from 'vitest';
import { ended, testCases } from '../dsl/cases.ts';
import { tcpTalk } from '../dsl/conversation.ts';

const OPENED = '0>S 0.1<SA 0.2>A 1>D100 1.1<A';
const AGAIN = '5>S/new 5.1<SA/new 5.2>A';
const second = ended('aged-out', 'Aged out', 'tcp', 3605.2, { start: 5, packets: 3, midstream: false });

describe('tcp-reuse', () => {
  testCases([
    {
      name: '3.7 a SYN in time-wait after both FINs ends the session and opens another',
      packets: tcpTalk(`${OPENED} 2>F 2.1<F 2.2>A ${AGAIN}`),
      sessions: [
        ended('tcp-reuse', 'TCP FIN', 'tcp-time-wait', 5, {
          last: 2.2,
          packets: 8,
          after_end: 0,
          candidates: ['tcp-fin'],
          evidence: ['9: SYN from client on the same ports: the session ends as tcp-reuse'],
        }),
        second,
      ],
    },
    {
      name: '3.7 so does one in time-wait after a verified RST',
      packets: tcpTalk(`${OPENED} 2<R ${AGAIN}`),
      sessions: [
        ended('tcp-reuse', 'TCP RST - server', 'tcp-time-wait', 5, { candidates: ['tcp-rst-from-server'] }),
        second,
      ],
    },
    {
      name: '3.7 and one while unverified-rst is in force',
      packets: tcpTalk(`${OPENED} 2>R/seq+50 ${AGAIN}`),
      sessions: [
        ended('tcp-reuse', 'TCP RST - client', 'unverified-rst', 5, { candidates: ['tcp-rst-from-client'] }),
        second,
      ],
    },
    {
      name: '3.7 the candidate is the reason of highest priority',
      packets: tcpTalk(`${OPENED} 2>F 2.1<F 2.2>R ${AGAIN}`),
      sessions: [
        ended('tcp-reuse', 'TCP FIN', 'tcp-time-wait', 5, { candidates: ['tcp-rst-from-client'] }),
        second,
      ],
    },
    {
      name: '3.7 a SYN of the server side opens a session with the sides the other way round',
      packets: tcpTalk(`${OPENED} 2>F 2.1<F 5<S/new 5.1>SA/new 5.2<A`),
      sessions: [
        ended('tcp-reuse', 'TCP FIN', 'tcp-time-wait', 5),
        ended('aged-out', 'Aged out', 'tcp', 3605.2, { src: '192.0.2.80', sport: 80, dst: '10.0.0.1' }),
      ],
    },
    {
      name: '3.7 after time-wait has expired it is no reuse',
      packets: tcpTalk(`${OPENED} 2>F 2.1<F 2.2>A 17.2>S/new`),
      sessions: [
        ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 17.2, { candidates: [], after_end: 0 }),
        ended('aged-out', 'Aged out', 'tcp-init', 22.2),
      ],
    },
    {
      name: '3.7 a SYN-ACK in time-wait is a late retransmission',
      packets: tcpTalk(`${OPENED} 2>F 2.1<F 3<SA/re`),
      sessions: [ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 18, { packets: 8 })],
    },
    {
      name: '3.7 three uses of the same ports within time-wait',
      packets: tcpTalk(
        '0>S 0.1<SA 0.2>F 0.3<F 1>S/new 1.1<SA/new 1.2>F 1.3<F 2>S/new 2.1<SA/new 2.2>F 2.3<F',
      ),
      sessions: [
        ended('tcp-reuse', 'TCP FIN', 'tcp-time-wait', 1),
        ended('tcp-reuse', 'TCP FIN', 'tcp-time-wait', 2),
        ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 17.3),
      ],
    },
  ]);
});
