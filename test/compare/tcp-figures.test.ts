/** The eight TCP figures of PAN-OS 12 beside those of the packets (firewall-model 7.1, columns 120 to 127). */
import { describe, expect, test } from 'vitest';
import { type TimedFrame, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { compareRows, ownLog } from './beside.ts';
import type { Cells } from './rows.ts';

interface Figures {
  readonly rtt?: readonly [number, number];
  readonly outOfOrder?: readonly [number, number];
  readonly retransmissions?: readonly [number, number];
  readonly zeroWindows?: readonly [number, number];
}

/** A row of 117 fields as one of 130. */
function ofVersion12(row: Cells, figures: Figures): Cells {
  const zero = [0, 0] as const;
  const { rtt = zero, outOfOrder = zero, retransmissions = zero, zeroWindows = zero } = figures;
  const cells = ['', '', '', ...rtt, ...outOfOrder, ...retransmissions, ...zeroWindows, '', ''];
  return [...row, ...cells.map(String)];
}

const PLAIN = '0>S 0.02<SA 0.03>A 0.1>D200 0.2<D900 3.1>F 3.2<F 3.3>A';
/** one segment of the client twice, one of the server late and one of its windows closed */
const LOSSY =
  '0>S 0.02<SA 0.03>A 0.1>D200 0.4>D200/re 0.5<D100/seq=5000101 0.6<D100/seq=5000001 0.7<A/win=0/seq=5000201 1>F 1.1<F/seq=5000201 1.2>A/ack=5000202';
const LOST = '0>S 0.02<SA 0.03>A 0.1>D200 0.2<A/ack=9001 0.3<D900 3.1>F 3.2<F 3.3>A';
const v6 = { client: '2001:db8::1', server: '2001:db8::2' };

interface Case {
  readonly name: string;
  readonly packets: readonly TimedFrame[];
  readonly figures: readonly Figures[];
  readonly differ: readonly string[];
  readonly explained?: RegExp;
}

const CASES: readonly Case[] = [
  { name: 'nothing measured', packets: tcpTalk(PLAIN), figures: [{}], differ: [] },
  { name: 'milliseconds', packets: tcpTalk(PLAIN), figures: [{ rtt: [20, 10] }], differ: [] },
  {
    name: 'milliseconds with a fraction',
    packets: tcpTalk(PLAIN),
    figures: [{ rtt: [20.4, 9.75] }],
    differ: [],
  },
  { name: 'microseconds', packets: tcpTalk(PLAIN, v6), figures: [{ rtt: [20_400, 9800] }], differ: [] },
  { name: 'the other way round', packets: tcpTalk(PLAIN), figures: [{ rtt: [10, 20] }], differ: [] },
  {
    name: 'a round trip that is another',
    packets: together(
      tcpTalk(PLAIN),
      tcpTalk(PLAIN, { clientPort: 5001 }),
      tcpTalk(PLAIN, { clientPort: 5002 }),
    ),
    figures: [{ rtt: [20, 10] }, { rtt: [20, 10] }, { rtt: [180, 10] }],
    differ: ['tcp_rtt_c2s'],
    explained: /takes 20 ms to the server and back, and the log says 180/,
  },
  {
    name: 'all counts agree',
    packets: tcpTalk(LOSSY),
    figures: [{ rtt: [20, 10], outOfOrder: [0, 1], retransmissions: [1, 0], zeroWindows: [0, 1] }],
    differ: [],
  },
  {
    name: 'counts that the capture does not show',
    packets: tcpTalk(PLAIN, v6),
    figures: [{ outOfOrder: [0, 2], retransmissions: [3, 0] }],
    differ: ['total_n_ooseq_s2c', 'tcp_retransit_cnt_c2s'],
    explained: /the firewall counts 2 more segments of the server out of order than the capture shows/,
  },
  {
    name: 'counts that the firewall does not have',
    packets: tcpTalk(LOSSY),
    figures: [{ outOfOrder: [0, 1], zeroWindows: [0, 1] }],
    differ: ['tcp_retransit_cnt_c2s'],
    explained: /the capture shows 1 more retransmissions of the client than the firewall counts/,
  },
  {
    name: 'a capture that missed a segment knows no counts',
    packets: tcpTalk(LOST),
    figures: [{ outOfOrder: [4, 0], retransmissions: [1, 1] }],
    differ: [],
  },
  {
    name: 'a session that is older than the capture',
    packets: tcpTalk('0>D50 0.1<D80 1>F 1.1<F 1.2>A'),
    figures: [{ rtt: [5, 5], retransmissions: [9, 9] }],
    differ: [],
  },
  {
    name: 'no TCP',
    packets: udpTalk('0>D40 0.03<D120'),
    figures: [{ rtt: [1, 1], retransmissions: [1, 1] }],
    differ: [],
  },
];

describe('TCP figures of PAN-OS 12', () => {
  test.each(CASES.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    const rows = (await ownLog(each.packets)).map((row, i) => ofVersion12(row, each.figures[i]!));
    const { found, status, stderr } = await compareRows(each.packets, rows);
    expect(found.pairs.length, stderr).toBe(rows.length);
    const differences = found.pairs.flatMap((pair) => pair.differences);
    expect(differences.map(({ field }) => field)).toEqual(each.differ);
    expect(status).toBe(each.differ.length === 0 ? 0 : 1);
    if (each.explained !== undefined) expect(differences[0]!.explanation).toMatch(each.explained);
  });
});
