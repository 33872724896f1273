/** interface.md: a reassembled datagram is one look-up; each of its fragments is a packet. */
import { describe } from 'vitest';
import { ended, testCases } from '../dsl/cases.ts';
import { type TimedFrame, udpTalk } from '../dsl/conversation.ts';
import { ethernet, ipv4, plain, udp } from '../dsl/frame.ts';

const agedOut = ended.bind(null, 'aged-out', 'Aged out');

/** A datagram of 1008 bytes of UDP in pieces of 400 bytes, in the order given. */
function pieces(start: number, order: readonly number[], id: number = 7): readonly TimedFrame[] {
  const whole = ipv4(
    { src: '10.0.0.1', dst: '192.0.2.80', id },
    udp({ sport: 40000, dport: 4000 }, new Uint8Array(1000).fill(0xee)),
  );
  const data = whole.subarray(20);
  return order.map((piece, i) => {
    const from = piece * 400;
    const body = data.slice(from, from + 400);
    const more = from + 400 < data.length;
    const packet = ipv4(
      { src: '10.0.0.1', dst: '192.0.2.80', id, fragmentOffset: from, moreFragments: more },
      plain(17, body),
    );
    return { at: start + i, bytes: ethernet(packet) };
  });
}

describe('fragments', () => {
  testCases([
    {
      name: '1 a datagram in three fragments is one look-up when it is complete',
      packets: pieces(0, [0, 1, 2]),
      sessions: [
        agedOut('udp', 32, {
          start: 2,
          packets: 3,
          bytes: 1008 + 3 * 34,
          sport: 40000,
          dport: 4000,
          app: 'insufficient-data',
        }),
      ],
    },
    {
      name: '1 in any order',
      packets: pieces(0, [2, 0, 1]),
      sessions: [agedOut('udp', 32, { start: 2, packets: 3 })],
    },
    {
      name: 'interface: the session was there before',
      packets: [...udpTalk('0>D10'), ...pieces(1, [0, 1, 2])],
      sessions: [agedOut('udp', 33, { start: 0, packets: 4 })],
    },
    {
      name: 'interface: what never becomes whole is counted',
      packets: pieces(0, [0, 2]),
      sessions: [],
      notInSessions: { fragment_unassembled: 2 },
    },
    {
      name: '1 overlapping fragments: the datagram is dropped (teardrop)',
      packets: [...pieces(0, [0]), ...pieces(1, [0, 1, 2]).map(overlapping)],
      sessions: [],
      notInSessions: { fragment_unassembled: 4 },
    },
  ]);
});

/** The same fragment 8 bytes further: it overlaps its neighbour. */
function overlapping(frame: TimedFrame): TimedFrame {
  const bytes = frame.bytes.slice();
  const offset = (bytes[20]! << 8) | bytes[21]!;
  bytes[20] = (offset + 1) >> 8;
  bytes[21] = (offset + 1) & 0xff;
  return { at: frame.at, bytes };
}
