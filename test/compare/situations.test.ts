/** Two sides that cut or name the same traffic differently, a situation a row (firewall-model 7.2, 12). */
import { describe, expect, test } from 'vitest';
import { type TimedFrame, talk, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { echo } from '../dsl/frame.ts';
import { compareRows, type Found, ownLog } from './beside.ts';
import { type Cells, cell, moveRow, setCell } from './rows.ts';

const HANDSHAKE = '0>S 0.02<SA 0.04>A';
const REPEATED = `${HANDSHAKE} 0.1>D200 0.2<D900 3.1>F 3.2<F 3.3>A`;
const ENDED_EARLY = {
  start: '',
  time_generated: '2026/01/09 17:14:01',
  receive_time: '2026/01/09 17:14:01',
  high_res_timestamp: '',
  elapsed: 0,
};
const CLOSED = tcpTalk(`${HANDSHAKE} 0.1>D200 0.2<D900 3.1>F 3.2<F 3.3>A`);
const RESET = tcpTalk(`${HANDSHAKE} 0.1>D60 0.2<D60 5<R`);
const FIN_RESET = tcpTalk(`${HANDSHAKE} 0.1>D60 0.2<D60 1>F 1.1<F 1.2>A 1.3<R`);
const REFUSED = tcpTalk('0>S 0.01<RA');
const SYNS = tcpTalk('0>S 1>S 3>S 7>S');
const LOSSY = tcpTalk(`${HANDSHAKE} 0.1>D60 0.4>D60/re 0.5<D60 1>F 1.1<F 1.2>A`);
const QUERY = udpTalk('0>D40 0.03<D120');
const pings = (count: number) =>
  talk(
    Array.from({ length: count }, (_, i) => [
      [i, '>', echo(4, 'request', 7, i)] as const,
      [i + 0.01, '<', echo(4, 'reply', 7, i)] as const,
    ]).flat(),
  );
const PINGS = pings(4);

const later = (packets: readonly TimedFrame[], by: number): readonly TimedFrame[] =>
  packets.map((packet) => ({ ...packet, at: packet.at + by }));

/** Sets cells of a row. */
const set = (row: Cells, cells: Readonly<Record<string, string | number>>): Cells => {
  const changed = [...row];
  for (const [field, value] of Object.entries(cells)) setCell(changed, field, value);
  return changed;
};

const REASON_AND_TRACKER = ['session_end_reason', 'tracker_stage'];

interface Situation {
  readonly name: string;
  readonly packets: readonly TimedFrame[];
  /** the log made of the program's own */
  readonly log: (rows: readonly Cells[]) => readonly Cells[];
  readonly args?: readonly string[];
  /** `fields` of `sessionids`, of every pair that differs */
  readonly differ?: readonly (readonly [sessionids: readonly number[], fields: readonly string[]])[];
  /** rows of each pair, where not one each */
  readonly rows?: readonly number[];
  /** sessions that no row has; words of the explanation */
  readonly onlyInCapture?: readonly (readonly [sessionid: number, words: RegExp])[];
  readonly onlyInLog?: readonly RegExp[];
  readonly status: 0 | 1;
  /** words of the explanations, in order */
  readonly explained?: readonly RegExp[];
  readonly also?: (found: Found) => void;
}

const SITUATIONS: readonly Situation[] = [
  { name: 'nothing changed', packets: CLOSED, log: (rows) => rows, status: 0 },
  {
    name: 'another end reason: a RST that outranks a FIN',
    packets: FIN_RESET,
    log: ([row]) => [set(row!, { session_end_reason: 'tcp-fin' })],
    differ: [[[1], ['session_end_reason']]],
    explained: [/a RST outranks a FIN/],
    status: 1,
  },
  {
    name: 'another end reason: a RST that the capture does not have',
    packets: CLOSED,
    log: ([row]) => [set(row!, { session_end_reason: 'tcp-rst-from-client' })],
    differ: [[[1], ['session_end_reason']]],
    explained: [/no RST of the client is in the capture/],
    status: 1,
  },
  {
    name: 'another end reason: a decision of the firewall',
    packets: CLOSED,
    log: ([row]) => [set(row!, { session_end_reason: 'threat' })],
    differ: [[[1], ['session_end_reason']]],
    explained: [/a decision of the firewall that packets do not show/],
    status: 1,
  },
  {
    name: 'another end reason: both sides sent a RST',
    packets: tcpTalk(`${HANDSHAKE} 0.1>D60 0.2<D60 1<R 1.1>R`),
    log: ([row]) => [set(row!, { session_end_reason: 'tcp-rst-from-server' })],
    differ: [[[1], ['session_end_reason']]],
    explained: [/a RST of either side/],
    status: 1,
  },
  {
    name: 'another end reason: the FINs came after the end',
    packets: tcpTalk(`${HANDSHAKE} 0.1>D60 0.2<D60 60>F 60.1<F`),
    log: ([row]) => [set(row!, { session_end_reason: 'tcp-fin', pkts_sent: 4, pkts_received: 3 })],
    args: ['--drain', '--timeout', 'tcp=30'],
    differ: [[[1], ['session_end_reason', 'pkts_sent', 'pkts_received']]],
    explained: [/no FIN is among the packets of the session; 2 packets came after it had left the table/],
    status: 1,
  },
  {
    name: 'the firewall let go before the RST, by a timer that is not the one given',
    packets: tcpTalk(`${HANDSHAKE} 0.1>D100 0.2<D100 0.3>A 2000>D100 2000.3>D100/re 2002>R`),
    log: ([row]) => [
      set(row!, {
        ...{
          session_end_reason: 'aged-out',
          flags: '0x19',
          elapsed: 0,
          time_generated: '2026/01/09 17:14:01',
        },
        ...{ pkts_sent: 4, bytes_sent: 316 },
      }),
    ],
    differ: [[[1], ['session_end_reason', 'tracker_stage', 'bytes_sent', 'pkts_sent', 'elapsed']]],
    explained: [
      /let the session go before it, .* 1801 s after its last packet, which none of the timers given explains: one of 1795 to 1802 s would/,
    ],
    status: 1,
  },
  {
    name: 'a RST that the firewall may have sent itself',
    packets: tcpTalk(`${HANDSHAKE} 0.1>D26 0.101<RA/ttl=255`),
    log: ([row]) => [
      set(row!, {
        ...{ session_end_reason: 'policy-deny', subtype: 'deny', action: 'reset-both' },
        ...{ pkts_received: 1, bytes_received: 54 },
      }),
    ],
    differ: [[[1], ['session_end_reason', 'action', 'subtype', 'bytes_received', 'pkts_received']]],
    explained: [
      /of a RST \(packet 5\) that may be the firewall's own, sent in the name of the server \(reset-both\)/,
    ],
    also: ({ pairs: [pair] }) =>
      expect(pair!.differences.at(-1)!.explanation).toMatch(
        /1 packet more: a RST \(packet 5\) may be the fire/,
      ),
    status: 1,
  },
  {
    name: 'another client, though the capture has the SYN',
    packets: CLOSED,
    log: ([row]) => [
      set(row!, {
        ...{
          src: '192.0.2.80',
          dst: '10.0.0.1',
          sport: 80,
          dport: 40_000,
          bytes_sent: 1062,
          bytes_received: 470,
        },
        ...{ pkts_sent: 3, pkts_received: 5 },
      }),
    ],
    differ: [[[1], ['bytes_sent', 'bytes_received', 'pkts_sent', 'pkts_received']]],
    explained: Array(4).fill(
      /the log calls the other host the client, whose packet the firewall may have seen/,
    ),
    status: 1,
  },
  {
    name: 'another tracker stage',
    packets: FIN_RESET,
    log: ([row]) => [set(row!, { flags: '0x1b' })],
    differ: [[[1], ['tracker_stage']]],
    explained: [/the tracker keeps the first event/],
    status: 1,
  },
  {
    name: 'a tracker code that nobody knows says nothing',
    packets: CLOSED,
    log: ([row]) => [set(row!, { flags: '0x53' })],
    status: 0,
  },
  {
    name: 'an application inside ssl is a difference, and a mild one',
    packets: CLOSED,
    log: ([row]) => [set(row!, { app: 'google-base' })],
    differ: [[[1], ['app']]],
    status: 1,
  },
  {
    name: 'bytes that the packets do not explain',
    packets: CLOSED,
    log: ([row]) => [set(row!, { bytes_received: Number(cell(row!, 'bytes_received')) + 7 })],
    differ: [[[1], ['bytes_received']]],
    explained: [/7 bytes more, though the packets are/],
    status: 1,
  },
  {
    name: 'packets that the capture missed, and their bytes',
    packets: CLOSED,
    log: ([row]) => [
      set(row!, {
        pkts_sent: Number(cell(row!, 'pkts_sent')) + 2,
        bytes_sent: Number(cell(row!, 'bytes_sent')) + 120,
      }),
    ],
    differ: [[[1], ['bytes_sent', 'pkts_sent']]],
    explained: [
      /120 bytes more, with 7 packets in the log and 5 in the capture/,
      /2 packets more: the capture missed them/,
    ],
    status: 1,
  },
  {
    name: 'an Ethernet header a packet is the overhead',
    packets: CLOSED,
    log: ([row]) => [
      set(row!, {
        bytes_sent: Number(cell(row!, 'bytes_sent')) + 14 * Number(cell(row!, 'pkts_sent')),
        bytes_received: Number(cell(row!, 'bytes_received')) + 14 * Number(cell(row!, 'pkts_received')),
      }),
    ],
    status: 0,
    also: (found) => {
      expect(found.byte_overhead).toBe(14);
      expect(found.pairs[0]!.diagnosis.map(({ code }) => code)).toContain('byte-overhead');
    },
  },
  ...(
    [
      ['padded to 60', 0, 6],
      ['with a tag, padded to 64', 4, 6],
    ] as const
  ).map(
    ([name, tag, padding]): Situation => ({
      name: `short frames ${name}`,
      packets: CLOSED,
      log: ([row]) => [
        set(row!, {
          bytes_sent: Number(cell(row!, 'bytes_sent')) + 5 * tag + 4 * padding,
          bytes_received: Number(cell(row!, 'bytes_received')) + 3 * tag + 2 * padding,
        }),
      ],
      status: 0,
      also: (found) => expect(found.byte_overhead).toBe(tag),
    }),
  ),
  {
    name: 'short frames padded in a third of the sessions: the others have time stamps',
    packets: together(
      ...[0, 1, 2].map((i) => later(CLOSED, i * 60)),
      ...[0, 1, 2].map((i) => later(QUERY, i)),
    ),
    log: (rows) =>
      rows.map((row) =>
        cell(row, 'proto') === 'udp'
          ? row
          : set(row, {
              bytes_sent: Number(cell(row, 'bytes_sent')) + 24,
              bytes_received: Number(cell(row, 'bytes_received')) + 12,
            }),
      ),
    status: 0,
  },
  {
    name: 'pings of six in a row: its clock is the one of the capture',
    packets: talk(
      Array.from({ length: 8 }, (_, i) => [
        [i + 0.2, '>', echo(4, 'request', 7, i)] as const,
        [i + 0.21, '<', echo(4, 'reply', 7, i)] as const,
      ]).flat(),
    ),
    log: ([row]) => {
      const sums = (count: number): Readonly<Record<string, number>> => ({
        repeatcnt: count,
        pkts_sent: count,
        pkts_received: count,
        bytes_sent: count * 74,
        bytes_received: count * 74,
        sessionid: count,
      });
      return [set(row!, sums(6)), set(moveRow(row!, 6), sums(2))];
    },
    status: 0,
    also: (found) => expect(found.clock_offset).toBe(0),
  },
  {
    name: 'elapsed a second apart is the same, two are not',
    packets: together(CLOSED, later(CLOSED, 100), later(CLOSED, 200)),
    log: (rows) => rows.map((row, i) => set(row, { elapsed: Number(cell(row, 'elapsed')) + i })),
    differ: [[[3], ['elapsed']]],
    status: 1,
  },
  {
    name: 'elapsed that holds the timer is fitted',
    packets: CLOSED,
    log: ([row]) => [set(row!, { elapsed: Number(cell(row!, 'elapsed')) + 15 })],
    status: 0,
    also: (found) => {
      expect(found.elapsed_includes).toBe('timeout');
      expect(found.pairs[0]!.revealed_timer).toEqual({ name: 'tcp-time-wait', seconds: 15 });
      expect(found.lag).toBe(0);
    },
  },
  {
    name: 'one attempt in two incomplete rows',
    packets: SYNS,
    log: ([row]) => [
      set(row!, { pkts_sent: 2, bytes_sent: 108, elapsed: 1 }),
      set(moveRow(row!, 3), { pkts_sent: 2, bytes_sent: 108, elapsed: 4, sessionid: 77 }),
    ],
    rows: [2],
    status: 0,
  },
  {
    name: 'two attempts of the capture in one row',
    packets: tcpTalk('0>S 1>S 7>S'),
    log: ([row]) => [set(row!, { pkts_sent: 3, bytes_sent: 162, elapsed: 7 })],
    status: 0,
    also: (found) => expect(found.pairs[0]!.sessionids).toEqual([1, 2]),
  },
  {
    name: 'the same tuple many times a day, one row missing',
    packets: together(...[0, 60, 120, 180, 240].map((at) => later(QUERY, at))),
    log: (rows) => rows.filter((_, i) => i !== 2),
    onlyInCapture: [[3, /at other times only/]],
    status: 1,
  },
  {
    name: 'the same tuple within seconds, the rows in another order',
    packets: together(
      ...[0, 1.4, 2.8, 4.2].map((at) => later(tcpTalk('0>S 0.01<RA 0.2>S/new 0.21<RA'), at * 10)),
    ),
    log: (rows) => [...rows].reverse(),
    status: 0,
  },
  {
    name: 'start and end rows of one session',
    packets: CLOSED,
    log: ([row]) => [
      set(row!, {
        subtype: 'start',
        elapsed: 0,
        session_end_reason: 'n/a',
        flags: '0x0',
        app: 'web-browsing',
        pkts_sent: 3,
      }),
      row!,
    ],
    rows: [2],
    status: 0,
  },
  {
    name: 'a start row alone: its rule does not log the end',
    packets: CLOSED,
    log: ([row]) => [set(row!, { subtype: 'start', elapsed: 0, session_end_reason: 'n/a', flags: '0x0' })],
    status: 0,
  },
  {
    name: 'the same row twice, as relays bring it',
    packets: CLOSED,
    log: ([row]) => [row!, row!],
    rows: [2],
    status: 0,
  },
  {
    name: 'denied once its application was known: a row then, and one at its end',
    packets: CLOSED,
    log: ([row]) => {
      const denied = set(row!, { session_end_reason: 'policy-deny', action: 'deny', flags: '0x0' });
      return [set(denied, { subtype: 'deny', elapsed: 0, pkts_sent: 3, bytes_sent: 362 }), denied];
    },
    rows: [2],
    differ: [[[1], ['session_end_reason', 'action']]],
    status: 1,
  },
  {
    name: 'the same session in a second virtual system, which ended it otherwise',
    packets: CLOSED,
    log: ([row]) => [
      row!,
      set(row!, { vsys: 'vsys2', sessionid: 99, session_end_reason: 'threat', action: 'reset-both' }),
    ],
    onlyInLog: [/virtual system logged .*; this row says threat \(reset-both\), and the packets tcp-fin$/],
    status: 1,
  },
  {
    name: 'a row without a start, written long before the packets end',
    packets: together(
      tcpTalk(`${HANDSHAKE} 0.1>D100 0.2<D100 0.3>A 2000>D100 2002>R`),
      later(tcpTalk(REPEATED, { clientPort: 41_000 }), 1),
      later(tcpTalk(REPEATED, { clientPort: 41_001 }), 3),
    ),
    log: (rows) => rows.map((row) => set(row, cell(row, 'sport') === '40000' ? ENDED_EARLY : { start: '' })),
    onlyInCapture: [[1, /is over; the log ends at/]],
    onlyInLog: [/nothing that ended about when the row was written, .* does not say when its session began/],
    status: 1,
  },
  {
    name: 'a second firewall on the way, with an id of its own',
    packets: CLOSED,
    log: ([row]) => [row!, set(row!, { sessionid: 9 })],
    onlyInLog: [/session 1 of the capture begins when it does and stands with another row/],
    status: 1,
  },
  {
    name: 'a session id that is used again',
    packets: together(CLOSED, later(QUERY, 50)),
    log: (rows) => rows.map((row) => set(row, { sessionid: 5 })),
    status: 0,
  },
  {
    name: 'pings are folded, their sums are compared',
    packets: PINGS,
    log: (rows) => rows,
    status: 0,
    also: (found) => {
      expect(found.pairs[0]!.sessionids).toEqual([1, 2, 3, 4]);
      expect(found.pairs[0]!.diagnosis.at(-1)!.code).toBe('folded-pings');
    },
  },
  {
    name: 'pings of a log without repeat counts: a row has those of 5 s',
    packets: pings(8),
    log: (rows) => rows.map((row) => set(row, { repeatcnt: '' })),
    status: 0,
    also: (found) => {
      expect(found.pairs.map(({ sessionids }) => sessionids)).toEqual([
        [1, 2, 3, 4, 5],
        [6, 7, 8],
      ]);
    },
  },
  {
    name: 'pings of a log without repeat counts that were not folded',
    packets: PINGS,
    log: ([row]) =>
      [0, 1, 3].map((by) =>
        moveRow(
          set(row!, { repeatcnt: '', pkts_sent: 1, pkts_received: 1, bytes_sent: 74, bytes_received: 74 }),
          by,
        ),
      ),
    onlyInCapture: [],
    rows: [1, 1, 1],
    differ: [
      [
        [2, 3],
        ['bytes_sent', 'bytes_received', 'pkts_sent', 'pkts_received'],
      ],
    ],
    status: 1,
  },
  {
    name: 'a ping more in the row than in the capture',
    packets: PINGS,
    log: ([row]) => [
      set(row!, {
        repeatcnt: 5,
        pkts_sent: 5,
        pkts_received: 5,
        bytes_sent: Number(cell(row!, 'bytes_sent')) + 74,
        bytes_received: Number(cell(row!, 'bytes_received')) + 74,
      }),
    ],
    differ: [
      [
        [1, 2, 3, 4],
        ['bytes_sent', 'bytes_received', 'pkts_sent', 'pkts_received'],
      ],
    ],
    status: 1,
  },
  {
    name: 'source translation: the capture was taken behind it',
    packets: CLOSED,
    log: ([row]) => [set(row!, { natsrc: '10.0.0.1', natsport: 40000, src: '172.16.0.9', sport: 51111 })],
    status: 0,
  },
  {
    name: 'source translation without its port in the log: no pair, and what to do about it',
    packets: CLOSED,
    log: ([row]) => [set(row!, { natsrc: '10.0.0.1', natsport: '', src: '172.16.0.9', sport: 51111 })],
    onlyInCapture: [[1, /a row was due/]],
    onlyInLog: [/translation of 172\.16\.0\.9 to 10\.0\.0\.1.*capture in front of the translation/],
    status: 1,
  },
  {
    name: 'a log without any translation, of a client that the capture does not know',
    packets: CLOSED,
    log: ([row]) => [set(row!, { natsrc: '', natsport: '', src: '172.16.0.9', sport: 51111 })],
    onlyInCapture: [[1, /a row was due/]],
    onlyInLog: [/behind a translation that the log does not have/],
    status: 1,
  },
  {
    name: 'destination translation: the capture was taken behind it',
    packets: CLOSED,
    log: ([row]) => [set(row!, { natdst: '192.0.2.80', natdport: 80, dst: '203.0.113.1', dport: 8080 })],
    status: 0,
  },
  {
    name: 'both translations: the capture was taken between them',
    packets: CLOSED,
    log: ([row]) => [
      set(row!, {
        natdst: '10.9.9.9',
        natdport: 8443,
        natsrc: '10.0.0.1',
        natsport: 40000,
        src: '172.16.0.9',
        sport: 51111,
      }),
    ],
    status: 0,
  },
  {
    name: 'a capture on both sides of a translation has the connection twice',
    packets: together(
      CLOSED,
      tcpTalk(`0.001>S 0.021<SA 0.041>A 0.101>D200 0.201<D900 3.101>F 3.201<F 3.301>A`, {
        client: '203.0.113.77',
        clientPort: 6001,
      }),
    ),
    log: ([row]) => [set(row!, { natsrc: '203.0.113.77', natsport: 6001 })],
    status: 0,
    also: (found) => expect(found.pairs[0]!.sessionids).toEqual([1, 2]),
  },
  {
    name: 'a session older than the capture: counts and start are those of what was captured',
    packets: tcpTalk('0>D50 0.1<D80 1>F 1.1<F 1.2>A'),
    log: ([row]) => [
      set(moveStart(row!, -100), {
        elapsed: 101,
        pkts_sent: 90,
        bytes_sent: 9000,
        pkts_received: 80,
        bytes_received: 8000,
        app: 'ssl',
      }),
    ],
    status: 0,
  },
  {
    name: 'a session of which the capture missed the handshake by less than a second',
    packets: tcpTalk('0.4>D50 0.5<D80 1>F 1.1<F 1.2>A'),
    log: ([row]) => [
      set(row!, {
        ...{ pkts_sent: 5, bytes_sent: 5 * 54 + 50, pkts_received: 3, bytes_received: 3 * 54 + 80 },
        app: 'insufficient-data',
      }),
    ],
    status: 0,
  },
  {
    name: 'a session that began before the capture has no fewer packets in the log',
    packets: tcpTalk('0.4>D50 0.5<D80 1>F 1.1<F 1.2>A'),
    log: ([row]) => [set(row!, { pkts_sent: 2 })],
    differ: [[[1], ['pkts_sent']]],
    status: 1,
  },
  {
    name: 'the other host is the client, where ours is an inference',
    packets: tcpTalk('0>D50 0.1<D80 1<R', { serverPort: 50_000 }),
    log: ([row]) => [
      set(row!, {
        src: cell(row!, 'dst'),
        dst: cell(row!, 'src'),
        sport: cell(row!, 'dport'),
        dport: cell(row!, 'sport'),
        bytes_sent: cell(row!, 'bytes_received'),
        bytes_received: cell(row!, 'bytes_sent'),
        pkts_sent: cell(row!, 'pkts_received'),
        pkts_received: cell(row!, 'pkts_sent'),
        session_end_reason: 'tcp-rst-from-client',
        flags: '0x1a',
      }),
    ],
    status: 0,
  },
  {
    name: 'still open at the end of the capture, nothing in the log',
    packets: together(QUERY, later(tcpTalk(`${HANDSHAKE} 0.1>D60 0.2<D60`), 100)),
    log: (rows) => rows,
    args: [],
    onlyInCapture: [[2, /still open at the end of the capture: tcp \(3600 s\)/]],
    status: 0,
  },
  {
    name: 'still open at the end of the capture, ended in the log with more packets',
    packets: together(QUERY, later(tcpTalk(`${HANDSHAKE} 0.1>D60 0.2<D60`), 100)),
    log: (rows) => [
      ...rows,
      set(moveRow(rows[0]!, 100), {
        sessionid: 2,
        proto: 'tcp',
        dport: 80,
        elapsed: 900,
        pkts_sent: 99,
        bytes_sent: 9900,
        pkts_received: 99,
        bytes_received: 9900,
        session_end_reason: 'tcp-fin',
        app: 'ssl',
        flags: '0x1c',
      }),
    ],
    args: [],
    status: 0,
  },
  ...(
    [
      ['a RST came later', { session_end_reason: 'tcp-rst-from-server', pkts_received: 4 }, []],
      ['the firewall saw no FIN', { session_end_reason: 'aged-out', flags: '0x19' }, REASON_AND_TRACKER],
      ['the RST came first', { session_end_reason: 'tcp-rst-from-server', flags: '0x1b' }, ['tracker_stage']],
    ] as const
  ).map(
    ([name, cells, fields]): Situation => ({
      name: `closing at the end of the capture, and the row goes on: ${name}`,
      packets: together(QUERY, later(CLOSED, 100)),
      log: (rows) => [
        ...rows,
        set(moveRow(rows[0]!, 100), {
          ...{
            sessionid: 2,
            proto: 'tcp',
            dport: 80,
            elapsed: 9,
            session_end_reason: 'tcp-fin',
            flags: '0x1c',
          },
          ...{ pkts_sent: 5, bytes_sent: 470, pkts_received: 3, bytes_received: 1062, ...cells },
        }),
      ],
      args: [],
      differ: fields.length === 0 ? [] : [[[2], fields]],
      status: fields.length === 0 ? 0 : 1,
    }),
  ),
  {
    name: 'a log that begins later',
    packets: together(QUERY, later(CLOSED, 500)),
    log: (rows) => rows.slice(1),
    onlyInCapture: [[1, /before the log begins/]],
    status: 0,
  },
  {
    name: 'a log that ends earlier',
    packets: together(QUERY, later(CLOSED, 500)),
    log: (rows) => rows.slice(0, 1),
    onlyInCapture: [[2, /its log is due at .*, when tcp-time-wait \(15 s\) is over; the log ends at/]],
    status: 0,
  },
  {
    name: 'rows before and behind the capture',
    packets: CLOSED,
    log: ([row]) => [row!, set(moveRow(row!, -900), { sport: 9 }), set(moveRow(row!, 900), { sport: 9 })],
    onlyInLog: [/before the capture begins/, /after the capture ends/],
    status: 0,
  },
  {
    name: 'rows that the capture should have',
    packets: CLOSED,
    log: ([row]) => [
      row!,
      set(row!, { sport: 9, sessionid: 2 }),
      set(row!, { src: '10.7.7.7', sessionid: 3 }),
      set(row!, { src: '10.7.7.7', dst: '10.8.8.8', sessionid: 4 }),
    ],
    onlyInLog: [/none of these ports/, /of which it knows one/, /neither 10.7.7.7 nor 10.8.8.8/],
    status: 1,
  },
  {
    name: 'a refused packet that the capture does not have',
    packets: CLOSED,
    log: ([row]) => [
      row!,
      set(row!, {
        subtype: 'drop',
        sessionid: 0,
        sport: 9,
        app: 'not-applicable',
        session_end_reason: 'policy-deny',
        action: 'deny',
      }),
    ],
    onlyInLog: [/the firewall refused it at its first packet/],
    status: 1,
  },
  {
    name: 'one row of a refused SYN that was sent four times',
    packets: SYNS,
    log: ([row]) => [
      set(row!, {
        ...{ subtype: 'drop', sessionid: 0, app: 'not-applicable', session_end_reason: 'policy-deny' },
        ...{ action: 'deny', flags: '0x0', pkts_sent: 1, bytes_sent: 54, elapsed: 0 },
      }),
    ],
    differ: [[[1], ['session_end_reason', 'app', 'action', 'subtype', 'bytes_sent', 'pkts_sent', 'elapsed']]],
    explained: [/./, /./, /./, /./, ...Array(3).fill(/the row is of the packet that the firewall refused/)],
    status: 1,
  },
  {
    name: 'odd bytes beside a tag',
    packets: together(CLOSED, later(CLOSED, 100)),
    log: (rows) => rows.map((row, i) => set(row, { bytes_sent: 490 + i * 500, bytes_received: 1074 })),
    differ: [[[2], ['bytes_sent']]],
    explained: [/the log has 500 bytes more than the 490 that 4 more a packet make of the capture's 470/],
    status: 1,
  },
  ...[54, 0].map(
    (bytes): Situation => ({
      name: `a refused SYN of ${bytes} bytes, as releases log it`,
      packets: tcpTalk('0>S'),
      log: ([row]) => [
        set(row!, {
          subtype: 'drop',
          sessionid: 0,
          app: 'not-applicable',
          session_end_reason: 'policy-deny',
          action: 'deny',
          bytes_sent: bytes,
          flags: '0x0',
        }),
      ],
      differ: [[[1], ['session_end_reason', 'app', 'action', 'subtype']]],
      explained: [/a decision of the firewall/, /refused it before it looked at the application/],
      status: 1,
    }),
  ),
  ...(
    [
      ['insufficient-data', 'unknown-udp', /neither side can name it/],
      ['incomplete', 'non-syn-tcp', /first saw it without its SYN/],
      ['ping', 'ping6', /names of one family/],
      ['ping', 'ms-rdp', /takes an application override/],
    ] as const
  ).map(
    ([capture, log, words]): Situation => ({
      name: `applications: ${capture} in the capture, ${log} in the log`,
      packets: { 'insufficient-data': QUERY, incomplete: SYNS, ping: PINGS }[capture],
      log: ([row]) => [set(row!, { app: log })],
      differ: [[capture === 'ping' ? [1, 2, 3, 4] : [1], ['app']]],
      explained: [words],
      status: 1,
    }),
  ),
  {
    name: 'SYNs that the firewall refused and the capture has: three rows, one session',
    packets: SYNS,
    log: ([row]) =>
      [0, 1, 3, 7].map((at) =>
        set(moveRow(row!, at), {
          subtype: 'drop',
          sessionid: 0,
          app: 'not-applicable',
          session_end_reason: 'policy-deny',
          action: 'deny',
          pkts_sent: 1,
          bytes_sent: 54,
          elapsed: 0,
          flags: '0x0',
        }),
      ),
    rows: [4],
    differ: [[[1], ['session_end_reason', 'app', 'action', 'subtype']]],
    status: 1,
  },
  {
    name: 'a zone of the configuration that is not the one of the log',
    packets: CLOSED,
    log: ([row]) => [set(row!, { from: 'dmz', to: 'untrust' })],
    args: ['--drain', '--zone', '10.0.0.0/8=trust', '--zone', '192.0.2.0/24=untrust'],
    differ: [[[1], ['from']]],
    explained: [/the configured networks put the client into trust/],
    status: 1,
  },
  {
    name: 'zones of the log say nothing where none is configured',
    packets: CLOSED,
    log: ([row]) => [set(row!, { from: 'dmz', to: 'untrust' })],
    status: 0,
  },
  {
    name: 'PAN-OS 12 counts loss as the capture shows it',
    packets: LOSSY,
    log: ([row]) => [[...row!, '', '', '', '20', '21', '0', '0', '1', '0', '0', '0', '', '']],
    status: 0,
  },
  {
    name: 'PAN-OS 12 counts loss that the capture does not show',
    packets: LOSSY,
    log: ([row]) => [[...row!, '', '', '', '20', '21', '2', '0', '1', '0', '0', '3', '', '']],
    differ: [[[1], ['total_n_ooseq_c2s', 'tcp_zero_window_cnt_s2c']]],
    status: 1,
  },
  {
    name: 'round trips in a unit that nobody knows are not compared',
    packets: LOSSY,
    log: ([row]) => [[...row!, '', '', '', '7', '77777', '0', '0', '1', '0', '0', '0', '', '']],
    status: 0,
  },
  {
    name: 'a refused connection agrees',
    packets: together(REFUSED, later(RESET, 60)),
    log: (rows) => rows,
    status: 0,
    also: (found) => expect(found.pairs[0]!.revealed_timer).toEqual({ name: 'tcp-init', seconds: 5 }),
  },
];

/** Another start, and the end as it was. */
function moveStart(row: Cells, by: number): Cells {
  return set(row, { start: cell(moveRow(row, by), 'start') });
}

describe('a capture beside its log', () => {
  test.each(SITUATIONS)('$name', async (situation) => {
    const { packets, args = ['--drain'] } = situation;
    const rows = situation.log(await ownLog(packets, args));
    const { found, status } = await compareRows(packets, rows, [...args, '-q']);
    const differing = found.pairs.filter(({ agrees }) => !agrees);
    expect(
      differing.map(({ sessionids, differences }) => [sessionids, differences.map(({ field }) => field)]),
    ).toEqual(situation.differ ?? []);
    const explanations = differing.flatMap(({ differences }) =>
      differences.map(({ explanation }) => explanation),
    );
    for (const [i, words] of (situation.explained ?? []).entries()) expect(explanations[i]).toMatch(words);
    const onlyInCapture = situation.onlyInCapture ?? [];
    expect(found.only_in_capture.map(({ sessionid }) => sessionid)).toEqual(onlyInCapture.map(([id]) => id));
    for (const [i, [, words]] of onlyInCapture.entries())
      expect(found.only_in_capture[i]!.explanation).toMatch(words);
    const onlyInLog = situation.onlyInLog ?? [];
    expect(found.only_in_log).toHaveLength(onlyInLog.length);
    for (const [i, words] of onlyInLog.entries()) expect(found.only_in_log[i]!.explanation).toMatch(words);
    expect(found.pairs.map(({ log }) => log.length)).toEqual(situation.rows ?? found.pairs.map(() => 1));
    expect(status).toBe(situation.status);
    situation.also?.(found);
  });
});
