/** interface.md "When the capture ends", and the table's clock (design.md, The engine). */
import { describe, expect, test } from 'vitest';
import { ended, open, runPackets, testCases } from '../dsl/cases.ts';
import { tcpTalk, together, udpTalk } from '../dsl/conversation.ts';

const agedOut = ended.bind(null, 'aged-out', 'Aged out');
const OPENED = '0>S 0.1<SA 0.2>A';

/** An unrelated datagram: the last packet of the capture, so that its time is T. */
const until = (seconds: number) => udpTalk(`${seconds}>D10`, { clientPort: 50001 });
const theOther = {};

describe('what stands at the end', () => {
  testCases([
    {
      name: 'interface: last + timer <= T has ended',
      packets: together(tcpTalk('0>S'), until(5)),
      args: [],
      sessions: [agedOut('tcp-init', 5), theOther],
    },
    {
      name: 'interface: last + timer > T is open',
      packets: together(tcpTalk('0>S'), until(4.9)),
      args: [],
      sessions: [open('aged-out', 'Aged out', 'tcp-init', 5, false, { ttl: 1, timeout: 5 }), theOther],
    },
    {
      name: 'interface: seconds left are rounded up',
      packets: together(tcpTalk(`${OPENED} 1>F`), until(1.5)),
      args: [],
      sessions: [
        open('tcp-fin', 'TCP FIN', 'tcp-half-closed', 121, true, { ttl: 120, tracker_stage: 'TCP FIN' }),
        theOther,
      ],
    },
    {
      name: 'interface: a RST has settled it',
      packets: tcpTalk(`${OPENED} 1>D10 1.1<A 2<R`),
      args: [],
      sessions: [open('tcp-rst-from-server', 'TCP RST - server', 'tcp-time-wait', 17, true)],
    },
    {
      name: 'interface: without a teardown event only silence would end it',
      packets: tcpTalk(OPENED),
      args: [],
      sessions: [
        open('aged-out', 'Aged out', 'tcp', 3600.2, false, {
          tracker_stage: null,
          ttl: 3600,
          final_action: 'Allowed',
        }),
      ],
    },
    {
      name: 'interface: --drain lets the clock run on',
      packets: tcpTalk(OPENED),
      args: ['--drain'],
      sessions: [agedOut('tcp', 3600.2, { ttl: null, pending: null })],
    },
  ]);
});

describe("the table's clock", () => {
  testCases([
    {
      name: 'interface: a step back of up to 60 s counts as no time passed',
      packets: [...udpTalk('100>D10'), ...udpTalk('40<D10'), ...udpTalk('129.9>D10')],
      sessions: [agedOut('udp', 159.9, { packets: 3, elapsed: 29 })],
    },
    {
      name: 'interface: a packet that steps back restarts the timer at table time',
      packets: [...udpTalk('100>D10'), ...udpTalk('60<D10')],
      sessions: [agedOut('udp', 130, { last: 60, elapsed: 0 })],
    },
    {
      name: 'interface: elapsed is floor(last - start) also where the last packet steps back',
      packets: [...udpTalk('0>D10'), ...udpTalk('20.1>D10'), ...udpTalk('19.9>D10')],
      sessions: [agedOut('udp', 50.1, { start: 0, last: 19.9, elapsed: 19 })],
    },
    {
      name: 'interface: after a larger step table time goes on from where it was',
      packets: [...udpTalk('1000>D10'), ...udpTalk('100<D10'), ...udpTalk('129.9>D10')],
      sessions: [agedOut('udp', 159.9, { packets: 3, elapsed: 29, start: 1000, last: 129.9 })],
    },
    {
      name: 'interface: and timers fire at the time that the packets show then',
      packets: [...udpTalk('1000>D10'), ...udpTalk('100<D10'), ...udpTalk('130>D10')],
      sessions: [
        agedOut('udp', 160, { packets: 1, start: 130 }),
        agedOut('udp', 130, { packets: 2, start: 1000 }),
      ],
    },
  ]);
});

describe('order and accounting', () => {
  test('sessions are ordered by start, then sessionid, ids by creation', async () => {
    const packets = together(udpTalk('0>D10'), udpTalk('0>D10', { clientPort: 50002 }), tcpTalk('0.5>S'));
    const { sessions } = await runPackets(packets, ['--drain']);
    expect(sessions.map((row) => [row.sessionid, row.proto])).toEqual([
      [1, 'udp'],
      [2, 'udp'],
      [3, 'tcp'],
    ]);
  });

  test('every packet of the capture is in exactly one place', async () => {
    const packets = together(
      tcpTalk('0>S 6<SA'),
      tcpTalk('1>S 1.1<SA 1.2>A 2>F 2.1<F 40>A', { clientPort: 50003 }),
    );
    const { accounting } = await runPackets(packets, ['--drain']);
    const left = Object.values(accounting.not_in_sessions).reduce((sum, n) => sum + n, 0);
    expect(accounting.packets).toBe(packets.length);
    expect(accounting.in_sessions + left).toBe(accounting.packets);
  });
});
