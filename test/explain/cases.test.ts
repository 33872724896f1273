/** `explain` on every kind of end: what each packet did to the session, a row a case. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PacketRow } from '../../src/report/explain-packets.ts';
import { CASE_START_SECONDS, writeCase } from '../dsl/cases.ts';
import { type TimedFrame, talk, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { echo } from '../dsl/frame.ts';
import { runProgram } from '../dsl/program.ts';
import { explained, sessionsOf } from './explained.ts';

const OPENED = '0>S 0.1<SA 0.2>A';

/** `1 c2s SYN seq/ack/len: state, timer, seconds after the start at which it fires, what would be logged` */
function line(row: PacketRow): string {
  const at = (time: string): string =>
    String(Math.round((Date.parse(`${time.slice(0, 23)}Z`) / 1000 - CASE_START_SECONDS) * 1000) / 1000);
  const numbers = row.flags === null ? '' : ` ${row.flags} ${row.seq}/${row.ack ?? '-'}/${row.length}`;
  const who = row.packet === null ? at(row.time) : `${row.packet} ${row.direction}`;
  const timer = row.timer === null ? '-' : `${row.timer} ${row.timeout}`;
  const fires = row.fires === null ? '' : ` until ${at(row.fires)}`;
  const states = row.states.length > 1 ? row.states.join('>') : row.state_after;
  const tcp = row.tcp_state_after === null ? '' : ` ${row.tcp_state_after}`;
  const kept = row.restarts_timer || row.event !== 'packet' ? '' : ' kept';
  return `${row.event} ${who}${numbers}: ${states}${tcp}, ${timer}${fires}${kept}, ${row.if_stopped.session_end_reason}`;
}

interface Case {
  readonly name: string;
  readonly packets: readonly TimedFrame[];
  readonly args?: readonly string[];
  readonly session?: number;
  readonly lines: readonly string[];
  /** outcome and note of the packets that have a note */
  readonly notes?: readonly string[];
}

const OPENING_LINES = [
  'packet 1 c2s SYN 0/-/0: INIT>OPENING>ACTIVE syn-sent, tcp-init 5 until 5, aged-out',
  'packet 2 s2c SYN,ACK 0/1/0: ACTIVE syn-received, tcp-handshake 10 until 10.1, aged-out',
  'packet 3 c2s ACK 1/1/0: ACTIVE established, tcp 3600 until 3600.2, aged-out',
];

const CASES: readonly Case[] = [
  {
    name: '3.2 FIN of both sides, and time-wait expires',
    packets: tcpTalk(`${OPENED} 1>F 1.1<F 1.2>A`),
    args: ['--drain'],
    lines: [
      ...OPENING_LINES,
      'packet 4 c2s FIN,ACK 1/1/0: ACTIVE client-closed, tcp-half-closed 120 until 121, tcp-fin',
      'packet 5 s2c FIN,ACK 1/2/0: ACTIVE time-wait, tcp-time-wait 15 until 16.1, tcp-fin',
      'packet 6 c2s ACK 2/2/0: ACTIVE time-wait, tcp-time-wait 15 until 16.2, tcp-fin',
      'expiry 16.2: ACTIVE>CLOSING>CLOSED>FREE, -, tcp-fin',
    ],
  },
  {
    name: '2 SYNs that nobody answers',
    packets: tcpTalk('0>S 1>S 3>S'),
    args: ['--drain'],
    lines: [
      OPENING_LINES[0]!,
      'packet 2 c2s SYN 0/-/0: ACTIVE syn-sent, tcp-init 5 until 6, aged-out',
      'packet 3 c2s SYN 0/-/0: ACTIVE syn-sent, tcp-init 5 until 8, aged-out',
      'expiry 8: ACTIVE>CLOSING>CLOSED>FREE, -, aged-out',
    ],
  },
  {
    name: '3.6 a refused SYN: the timer stays',
    packets: tcpTalk('0>S 0.1<RA'),
    lines: [
      OPENING_LINES[0]!,
      'packet 2 s2c RST,ACK 1/1/0: ACTIVE opening-reset, tcp-init 5 until 5.1, tcp-rst-from-server',
    ],
    notes: ['2 accepted verified RST before the handshake is complete: the timer stays'],
  },
  {
    name: '3.6 an unverified RST that data of its own side disproves',
    packets: tcpTalk(`${OPENED} 1<R/seq+100 2<D10`),
    lines: [
      ...OPENING_LINES,
      'packet 4 s2c RST 101/-/0: ACTIVE server-rst-unverified, unverified-rst 30 until 31, tcp-rst-from-server',
      'packet 5 s2c PSH,ACK 1/1/10: ACTIVE established, tcp 3600 until 3602, aged-out',
    ],
    notes: [
      '4 accepted RST not verified',
      '5 accepted disproves the unverified RST of its own side: timer restored',
    ],
  },
  {
    name: '3.6 a RST out of window has no effect',
    packets: tcpTalk('0>S/ws=0 0.1<SA/ws=0 0.2>A 1<R/seq+90000'),
    lines: [
      ...OPENING_LINES,
      'packet 4 s2c RST 90001/-/0: ACTIVE established, tcp 3600 until 3600.2 kept, aged-out',
    ],
    notes: ['4 dropped out of window: dropped, no effect'],
  },
  {
    name: '3.7 a SYN in time-wait ends the session',
    packets: tcpTalk(`${OPENED} 1>R 2>S/new`),
    lines: [
      ...OPENING_LINES,
      'packet 4 c2s RST 1/-/0: ACTIVE time-wait, tcp-time-wait 15 until 16, tcp-rst-from-client',
      'reuse 5 c2s SYN 1000000/-/0: ACTIVE>CLOSING>CLOSED>FREE, -, tcp-reuse',
    ],
    notes: [
      '4 accepted verified RST',
      '5 ends-session uses the ports again in tcp-time-wait: opens a new session',
    ],
  },
  {
    name: '3.7 the session that this SYN opens',
    packets: tcpTalk(`${OPENED} 1>R 2>S/new`),
    session: 2,
    lines: ['packet 5 c2s SYN 0/-/0: INIT>OPENING>ACTIVE syn-sent, tcp-init 5 until 7, aged-out'],
  },
  {
    name: '3.5 an ACK that does not fit the SYN',
    packets: tcpTalk('0>S 0.1<A/ack=77'),
    lines: [
      OPENING_LINES[0]!,
      'packet 2 s2c ACK 1/4294966373/0: ACTIVE syn-sent, tcp-init 5 until 5 kept, aged-out',
    ],
    notes: ['2 dropped does not acknowledge the SYN: dropped (tcp_out_of_sync)'],
  },
  {
    name: '3.2 packets after the end find no session',
    packets: tcpTalk(`${OPENED} 20>D10 21<A`),
    args: ['--timeout', 'tcp=10'],
    lines: [
      ...OPENING_LINES.slice(0, 2),
      'packet 3 c2s ACK 1/1/0: ACTIVE established, tcp 10 until 10.2, aged-out',
      'expiry 10.2: ACTIVE>CLOSING>CLOSED>FREE, -, aged-out',
      'late 4 c2s PSH,ACK 1/1/10: FREE, -, aged-out',
      'late 5 s2c ACK 1/11/0: FREE, -, aged-out',
    ],
    notes: ['4 no-session finds no session: dropped', '5 no-session finds no session: dropped'],
  },
  {
    name: '2 UDP has a timer and no TCP state',
    packets: udpTalk('0>D20 0.5<D30'),
    args: ['--drain'],
    lines: [
      'packet 1 c2s: INIT>OPENING>ACTIVE, udp 30 until 30, aged-out',
      'packet 2 s2c: ACTIVE, udp 30 until 30.5, aged-out',
      'expiry 30.5: ACTIVE>CLOSING>CLOSED>FREE, -, aged-out',
    ],
  },
  {
    name: '1 a ping',
    packets: talk([
      [0, '>', echo(4, 'request', 7, 1)],
      [0.1, '<', echo(4, 'reply', 7, 1)],
    ]),
    lines: [
      'packet 1 c2s: INIT>OPENING>ACTIVE, icmp 6 until 6, aged-out',
      'packet 2 s2c: ACTIVE, icmp 6 until 6.1, aged-out',
    ],
    notes: ['1 accepted application ping'],
  },
  {
    name: 'a session that began before the capture: numbers from 1, as tshark has them',
    packets: tcpTalk('0>D10 0.1<A 0.2<K 5>F'),
    lines: [
      'packet 1 c2s PSH,ACK 1/1/10: INIT>OPENING>ACTIVE established, tcp 3600 until 3600, aged-out',
      'packet 2 s2c ACK 1/11/0: ACTIVE established, tcp 3600 until 3600.1, aged-out',
      'packet 3 s2c ACK 0/11/1: ACTIVE established, tcp 3600 until 3600.2, aged-out',
      'packet 4 c2s FIN,ACK 11/1/0: ACTIVE client-closed, tcp-half-closed 120 until 125, tcp-fin',
    ],
  },
];

describe('packet by packet', () => {
  test.each(CASES)('$name', async ({ packets, args, session, lines, notes }) => {
    const [it] = await explained(writeCase(packets), [session ?? 1], args);
    expect(it!.packets.map(line)).toEqual(lines);
    const said = it!.packets.filter(({ note }) => note !== null);
    if (notes !== undefined) {
      expect(said.map((row) => `${row.packet} ${row.outcome} ${row.note}`)).toEqual(notes);
    }
  });
});

describe('the session that is next on the same tuple', () => {
  const packets = tcpTalk('0>S 1>S 3>S 7>S 20>S 22>S');
  test.each([
    [1, 2],
    [2, null],
  ])('of session %d is %s', async (id, next) => {
    const { stdout } = await runProgram(['explain', writeCase(packets), '--session', String(id), '--json']);
    expect(JSON.parse(stdout).next_session?.sessionid ?? null).toBe(next);
  });

  test('of another tuple is none', async () => {
    const others = together(packets.slice(0, 2), tcpTalk('30>S', { clientPort: 40001 }));
    const { stdout } = await runProgram(['explain', writeCase(others), '--session', '1', '--json']);
    expect(JSON.parse(stdout).next_session).toBe(null);
  });
});

describe('the session is the row of the main command, codes over several sessions included', () => {
  const HOLE = `${OPENED} ${Array.from({ length: 5 }, (_, i) => `1>D10/seq+${10 * (i + 1)}`).join(' ')} 2>D10`;
  test.each([
    {
      name: '12.3 the fourth of a series of probes',
      packets: together(
        ...[0, 60, 120, 180].map((at, i) =>
          tcpTalk(`${at}>S ${at + 0.1}<SA ${at + 0.2}>A ${at + 0.3}>F ${at + 0.4}<F`, {
            clientPort: 40000 + i,
            serverPort: 3978,
          }),
        ),
      ),
      session: 4,
      code: 'periodic-probe',
    },
    {
      name: '12.13 a SYN sent again',
      packets: tcpTalk('0>S 1>S 3>S 15>S'),
      session: 2,
      code: 'retransmission-split',
    },
    {
      name: '12.17 a limit of the configuration',
      packets: tcpTalk(HOLE),
      session: 1,
      config: '{ "tcp": { "out-of-order-limit": 4 } }',
      code: 'out-of-order-limit',
    },
  ])('$name', async ({ packets, session, code, config }) => {
    const capture = writeCase(packets);
    const args = ['--drain'];
    if (config !== undefined) {
      writeFileSync(`${capture}.json`, config);
      args.push('--config', `${capture}.json`);
    }
    const rows = await sessionsOf(capture, args);
    const [explanation] = await explained(capture, [session], args);
    expect(explanation!.session).toEqual(rows[session - 1]);
    expect(explanation!.session.diagnosis.map((each) => each.code)).toContain(code);
    const { stdout } = await runProgram(
      ['explain', '-', '--session', String(session), '--json', ...args],
      [readFileSync(capture)],
    );
    expect(JSON.parse(stdout).session).toEqual(rows[session - 1]);
  });
});
