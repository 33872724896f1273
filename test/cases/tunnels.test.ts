/** firewall-model 1, pass-through tunnels: the outer session always, the inner ones with --inspect-tunnels. */
import { describe } from 'vitest';
import { ended, testCases } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, together } from '../dsl/conversation.ts';
import { greHeader, ipIn, vxlan } from '../dsl/encapsulation.ts';
import { ethernet, ipv4, plain, type Segment } from '../dsl/frame.ts';

const agedOut = ended.bind(null, 'aged-out', 'Aged out');
const INNER = '0>S 0.1<SA 0.2>A 1>D10 2>F 2.1<F';
const INSPECT = ['--drain', '--inspect-tunnels'];

/** Carries the frames of a conversation between two tunnel ends, client's packets one way. */
function carried(frames: readonly TimedFrame[], wrap: (frame: Uint8Array) => Segment): readonly TimedFrame[] {
  const client = frames[0]!.bytes.subarray(26, 30).join();
  return frames.map(({ at, bytes }) => {
    const isClient = bytes.subarray(26, 30).join() === client;
    const [src, dst] = isClient ? ['198.51.100.1', '198.51.100.2'] : ['198.51.100.2', '198.51.100.1'];
    return { at, bytes: ethernet(ipv4({ src, dst }, wrap(bytes))) };
  });
}

const ip = (frame: Uint8Array): Uint8Array => frame.subarray(14);
const inGre = (frame: Uint8Array): Segment => plain(47, greHeader(0x0800, ip(frame)));
const innerRow = (parent: number) =>
  ended('tcp-fin', 'TCP FIN', 'tcp-time-wait', 17.1, {
    parent,
    src: '10.0.0.1',
    dport: 80,
    packets: 6,
    app: 'insufficient-data',
  });

describe('tunnels', () => {
  testCases([
    {
      name: 'interface: without --inspect-tunnels the outer session alone',
      packets: carried(tcpTalk(INNER), inGre),
      sessions: [agedOut('default', 32.1, { proto: 'gre', sport: 20033, packets: 6, parent: null })],
    },
    {
      name: 'interface: GRE: the session inside has the outer one as its parent',
      packets: carried(tcpTalk(INNER), inGre),
      args: INSPECT,
      sessions: [agedOut('default', 32.1, { proto: 'gre', packets: 6, parent: null }), innerRow(1)],
    },
    {
      name: 'interface: IP in IP',
      packets: carried(tcpTalk(INNER), (frame) => ipIn(ip(frame))),
      args: INSPECT,
      sessions: [agedOut('default', 32.1, { proto: 'ipip', parent: null }), innerRow(1)],
    },
    {
      name: 'interface: VXLAN carries Ethernet: both directions of the inner session are one, whatever the outer ports',
      packets: carried(tcpTalk(INNER), (frame) => vxlan(frame)),
      args: INSPECT,
      sessions: [
        { proto: 'udp', src: '198.51.100.1', dport: 4789, parent: null },
        innerRow(1),
        { proto: 'udp', src: '198.51.100.2', dport: 4789, parent: null },
      ],
    },
    {
      name: 'interface: the same tuple in two networks is two sessions',
      packets: together(
        carried(tcpTalk(INNER), (frame) => vxlan(frame, 7)),
        carried(tcpTalk(INNER), (frame) => vxlan(frame, 8)),
      ),
      args: INSPECT,
      sessions: [{ proto: 'udp', packets: 8 }, innerRow(1), innerRow(1), { proto: 'udp', packets: 4 }],
    },
    {
      name: 'interface: a session inside is no session outside',
      packets: together(carried(tcpTalk(INNER), inGre), tcpTalk(INNER)),
      args: INSPECT,
      sessions: [{ proto: 'gre', parent: null }, innerRow(1), { ...innerRow(1), parent: null }],
    },
    {
      name: 'interface: a tunnel in a tunnel: the parent is the tunnel around it',
      packets: carried(
        carried(tcpTalk(INNER), inGre).map(({ at, bytes }) => ({ at, bytes })),
        (frame) => ipIn(ip(frame)),
      ),
      args: INSPECT,
      sessions: [{ proto: 'ipip', parent: null }, { proto: 'gre', parent: 1 }, innerRow(2)],
    },
  ]);
});
