/**
 * What happens between hosts on a day, and what the firewall logs of it: written down from the model's rules
 * (firewall-model 3.1, 3.2, 3.6, 4.2, 5), without the program under test.
 */
import type { Random } from '../../../src/bench/random.ts';
import { text, u8, u16, zeros } from '../../dsl/bytes.ts';

/** One packet: microseconds after the one before, who sends it, TCP flags (null: a datagram), what it carries. */
export type Step = readonly [after: number, from: 'c' | 's', flags: string | null, payload?: Uint8Array];

/** Low byte of the Flags field (firewall-model 4.2). */
export const STAGE = { aged: 0x19, clientRst: 0x1a, serverRst: 0x1b, fin: 0x1c } as const;

export interface Kind {
  readonly name: string;
  /** of a thousand sessions */
  readonly share: number;
  readonly proto: 'tcp' | 'udp';
  readonly port: number;
  /** the client's port, where it is always the same */
  readonly clientPort?: number;
  readonly app: string;
  readonly reason: string;
  readonly stage: number;
  /** seconds of the timer that ends it, and its name */
  readonly timer: readonly [name: string, seconds: number];
  steps(random: Random): readonly Step[];
}

const MS = 1000;
const SECOND = 1_000_000;

const some = (random: Random, least: number, most: number): number => least + random.below(most - least);

const opened = (random: Random): Step[] => [
  [0, 'c', 'S'],
  [some(random, 5 * MS, 80 * MS), 's', 'SA'],
  [some(random, 1 * MS, 9 * MS), 'c', 'A'],
];

const GET = text('GET /index.html HTTP/1.1\r\nHost: www.example.com\r\n\r\n');
const page = (random: Random): Uint8Array =>
  text(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n${'x'.repeat(some(random, 1, 600))}`);

const fetched = (random: Random): Step[] => [
  ...opened(random),
  [some(random, 1 * MS, 50 * MS), 'c', 'PA', GET],
  [some(random, 5 * MS, 900 * MS), 's', 'PA', page(random)],
  [some(random, 1 * MS, 40 * MS), 'c', 'A'],
];

const SSH = text('SSH-2.0-OpenSSH_9.6\r\n');

function question(random: Random): Uint8Array {
  const name = `host${random.below(10_000)}`;
  return Uint8Array.of(
    ...u16(random.below(65_536), 0x0100, 1, 0, 0, 0),
    ...u8(name.length),
    ...text(name),
    ...u8(7),
    ...text('example'),
    ...u8(3),
    ...text('com'),
    ...u8(0),
    ...u16(1, 1),
  );
}

function answer(query: Uint8Array): Uint8Array {
  const reply = Uint8Array.of(...query, 0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7);
  reply[2] = 0x81;
  reply[3] = 0x80;
  reply[7] = 1;
  return reply;
}

/** NTP version 4, client (mode 3) or server (mode 4), stratum 2 (RFC 5905 7.3). */
const ntp = (mode: 3 | 4): Uint8Array =>
  Uint8Array.of(0x20 | mode, mode === 4 ? 2 : 0, 6, 0xec, ...zeros(28), 0xe9, 0x12, 0x34, 0x56, ...zeros(12));

/** In thousandths of all sessions but pings, which have a table of their own (pings.ts). */
export const KINDS: readonly Kind[] = [
  {
    name: 'a page, closed by both',
    share: 330,
    proto: 'tcp',
    port: 80,
    app: 'web-browsing',
    reason: 'tcp-fin',
    stage: STAGE.fin,
    timer: ['tcp-time-wait', 15],
    steps: (random) => [
      ...fetched(random),
      [some(random, 1 * MS, 5 * SECOND), 'c', 'FA'],
      [some(random, 1 * MS, 90 * MS), 's', 'FA'],
      [some(random, 1 * MS, 9 * MS), 'c', 'A'],
    ],
  },
  {
    name: 'a page, reset by the server',
    share: 60,
    proto: 'tcp',
    port: 80,
    app: 'web-browsing',
    reason: 'tcp-rst-from-server',
    stage: STAGE.serverRst,
    timer: ['tcp-time-wait', 15],
    steps: (random) => [...fetched(random), [some(random, 1 * MS, 20 * SECOND), 's', 'RA']],
  },
  {
    name: 'a page, closed, then reset by the client',
    share: 60,
    proto: 'tcp',
    port: 80,
    app: 'web-browsing',
    // the reason by priority, the stage by what came first (firewall-model 4)
    reason: 'tcp-rst-from-client',
    stage: STAGE.fin,
    timer: ['tcp-time-wait', 15],
    steps: (random) => [
      ...fetched(random),
      [some(random, 1 * MS, 5 * SECOND), 's', 'FA'],
      [some(random, 1 * MS, 90 * MS), 'c', 'RA'],
    ],
  },
  {
    name: 'ssh, idle until it ages out',
    share: 40,
    proto: 'tcp',
    port: 22,
    app: 'ssh',
    reason: 'aged-out',
    stage: STAGE.aged,
    timer: ['tcp', 3600],
    steps: (random) => [
      ...opened(random),
      [some(random, 1 * MS, 30 * MS), 's', 'PA', SSH],
      [some(random, 1 * MS, 30 * MS), 'c', 'PA', SSH],
      [some(random, 1 * MS, 30 * MS), 's', 'A'],
      [some(random, 60 * SECOND, 3500 * SECOND), 'c', 'PA', zeros(48)],
      [some(random, 1 * MS, 30 * MS), 's', 'A'],
    ],
  },
  {
    name: 'a silent port, eight tries of a second',
    share: 40,
    proto: 'tcp',
    port: 8443,
    app: 'incomplete',
    reason: 'aged-out',
    stage: STAGE.aged,
    timer: ['tcp-init', 5],
    steps: (random) =>
      Array.from({ length: some(random, 1, 8) }, (_, i): Step => [i === 0 ? 0 : 1_700 * MS, 'c', 'S']),
  },
  {
    name: 'a refused port',
    share: 60,
    proto: 'tcp',
    port: 8080,
    app: 'incomplete',
    reason: 'tcp-rst-from-server',
    stage: STAGE.serverRst,
    timer: ['tcp-init', 5],
    steps: (random) => [
      [0, 'c', 'S'],
      [some(random, 1 * MS, 90 * MS), 's', 'RA'],
    ],
  },
  {
    name: 'a handshake and nothing else',
    share: 30,
    proto: 'tcp',
    port: 3978,
    app: 'incomplete',
    reason: 'tcp-fin',
    stage: STAGE.fin,
    timer: ['tcp-time-wait', 15],
    steps: (random) => [
      ...opened(random),
      [some(random, 1 * MS, 9 * MS), 'c', 'FA'],
      [some(random, 1 * MS, 90 * MS), 's', 'FA'],
      [some(random, 1 * MS, 9 * MS), 'c', 'A'],
    ],
  },
  {
    name: 'a name looked up',
    share: 330,
    proto: 'udp',
    port: 53,
    app: 'dns',
    reason: 'aged-out',
    stage: STAGE.aged,
    timer: ['udp', 30],
    steps: (random) => {
      const query = question(random);
      return [
        [0, 'c', null, query],
        [some(random, 1 * MS, 300 * MS), 's', null, answer(query)],
      ];
    },
  },
  {
    name: 'the time of day, always from the same port',
    share: 50,
    proto: 'udp',
    port: 123,
    clientPort: 123,
    app: 'ntp',
    reason: 'aged-out',
    stage: STAGE.aged,
    timer: ['udp', 30],
    steps: (random) => [
      [0, 'c', null, ntp(3)],
      [some(random, 1 * MS, 90 * MS), 's', null, ntp(4)],
    ],
  },
];
