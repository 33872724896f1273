/**
 * The smallest timeout that would have kept sessions, where their hosts went on after the expiry: over every gap, those
 * among late packets and in later sessions of the same tuple included (firewall-model 3.2, 3.5; 12, rows 7 and 13).
 */
import { describe, expect, test } from 'vitest';
import type { TimeoutRow } from '../../src/report/timeouts-document.ts';
import { writeCase } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { runProgram } from '../dsl/program.ts';

interface Summary {
  readonly timer: string;
  readonly expired_then_traffic: number;
  readonly smallest_sufficient: number;
}

interface Document {
  readonly sessions: readonly TimeoutRow[];
  readonly summary: readonly Summary[];
  readonly hosts: readonly Readonly<Record<string, unknown>>[];
}

async function document(packets: readonly TimedFrame[], ...args: readonly string[]): Promise<Document> {
  const argv = ['timeouts', writeCase(packets), '--json', ...args];
  const { stdout } = await runProgram(argv);
  expect((await runProgram([...argv, '--engine', 'reference'])).stdout).toBe(stdout);
  return JSON.parse(stdout) as Document;
}

const OPENED = '0>S 0.1<SA 0.2>A 1>D100 1.1<A 1.2<D100 1.3>A';
const ACCEPT = ['--non-syn', 'accept', '--timeout', 'tcp=10'];
const MANY = Array.from({ length: 40 }, (_, i) => `${20 + i}>D10 ${20.5 + i}<A`).join(' ');

describe('smallest sufficient', () => {
  test.each<
    readonly [
      name: string,
      packets: readonly TimedFrame[],
      args: readonly string[],
      timer: string,
      smallest: number,
    ]
  >([
    [
      'a longer gap among late packets than the first',
      tcpTalk(`${OPENED} 20>D10 60<D10`),
      ['--timeout', 'tcp=10'],
      'tcp',
      41,
    ],
    [
      'behind more late packets than are told one by one',
      tcpTalk(`${OPENED} ${MANY} 99>D10`),
      ['--timeout', 'tcp=10'],
      'tcp',
      40,
    ],
    [
      'not behind a late FIN: then another timer runs',
      tcpTalk(`${OPENED} ${MANY} 60>F 99<A`),
      ['--timeout', 'tcp=10'],
      'tcp',
      19,
    ],
    [
      'in the sessions that packets without SYN open',
      tcpTalk(`${OPENED} 20>D10 60<D10 61>D10 70>A`),
      ACCEPT,
      'tcp',
      41,
    ],
    [
      'where the application of the first session has a timer of its own, and the later ones do not',
      tcpTalk("0>S 0.1<SA 0.2>A 1<D'SSH-2.0-x\\r\\n' 20>A 29>D10 95>D10", { serverPort: 22 }),
      ['--non-syn', 'accept', '--timeout', 'app:ssh=9', '--timeout', 'tcp=50'],
      'app:ssh',
      67,
    ],
    [
      'of one direction only: packets that are missing make gaps, but these are what the capture has',
      tcpTalk('0>S 0.2>A 1>D10 20>D10'),
      ['--timeout', 'tcp=10'],
      'tcp',
      20,
    ],
    [
      'a SYN sent again after its session had expired',
      together(tcpTalk('0>S 1>S 3>S 7>S 15>S 31>S'), udpTalk('60>D10')),
      [],
      'tcp-init',
      17,
    ],
    [
      'of a handshake, though the connection was silent for longer later',
      together(
        tcpTalk('0>S 4>S 4.1<SA 4.2>A 5>D10 105>R'),
        tcpTalk('0>S 1>S', { clientPort: 5 }),
        udpTalk('200>D10'),
      ),
      [],
      'tcp-init',
      5,
    ],
    [
      'another attempt on the ports, much later, is none of it',
      together(tcpTalk('0>S 200>S/new'), udpTalk('300>D10')),
      [],
      'tcp-init',
      1,
    ],
    ['datagrams: the gaps of every session of the exchange', udpTalk('0>D10 45>D10 150<D10'), [], 'udp', 106],
  ])('%s', async (_name, packets, args, timer, smallest) => {
    const found = (await document(packets, ...args)).summary.find((row) => row.timer === timer);
    expect(found?.smallest_sufficient).toBe(smallest);
    const enough = [...args, '--timeout', `${timer}=${smallest}`];
    const kept = (await document(packets, ...enough)).summary.find((row) => row.timer === timer);
    expect(kept?.expired_then_traffic ?? 0).toBe(0);
  });
});

describe('--non-syn accept', () => {
  const packets = tcpTalk(`${OPENED} 20<D10 21>A 22>D10 23<A`);

  test('the session that opens without a SYN is what the hosts did afterwards', async () => {
    const { sessions, summary } = await document(packets, ...ACCEPT);
    expect(sessions[0]).toMatchObject({
      verdict: 'expired',
      longest_idle: 18.7,
      after_end: 0,
      after_end_first: null,
      after_end_answered: true,
      advice: 'raise tcp to at least 19 s, or set the keepalive of 192.0.2.80 below 10 s',
    });
    expect(summary.map((row) => [row.timer, row.expired_then_traffic])).toEqual([['tcp', 1]]);
    const { stdout } = await runProgram(['timeouts', writeCase(packets), ...ACCEPT]);
    const words = stdout.replaceAll(/\s+/g, ' ');
    expect(words).toContain('EXPIRED, AND A HOST WENT ON: 1 session');
    expect(words).toContain(
      'went on in session 2, which the server opened without a SYN at 16:44:20: 2 packets of the client and 2 of the server',
    );
    expect(words).not.toContain('connected again');
  });

  test('it makes the socket known again, and proves that both hosts held it', async () => {
    const { hosts } = await document(packets, ...ACCEPT);
    expect(hosts.map(({ at_end, proven, peak }) => [peak, at_end, proven])).toEqual([
      [1, 0, 1],
      [1, 0, 1],
    ]);
  });

  test('a FIN that opens one only closes what had been idle', async () => {
    const { sessions } = await document(tcpTalk(`${OPENED} 20>F 20.1<F 20.2>A`), ...ACCEPT);
    expect(sessions[0]!.advice).toContain('nothing was lost: 10.0.0.1 only closed what had been idle');
  });
});
