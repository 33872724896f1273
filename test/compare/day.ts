/** A day of traffic, the log that a firewall would have written of it, and changes to that log with a list of them. */
import Papa from 'papaparse';
import { Random } from '../../src/bench/random.ts';
import { WRITTEN_FIELDS } from '../../src/trafficlog/traffic-fields.ts';
import { type TimedFrame, talk, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { echo } from '../dsl/frame.ts';

export class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** 0 up to `limit`, which is left out */
  below(limit: number): number {
    return this.#random.word() % limit;
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}

const HANDSHAKE = '0>S 0.02<SA 0.04>A';
const TALKS: readonly string[] = [
  `${HANDSHAKE} 0.1>D200 0.2<D900 3.1>F 3.2<F 3.3>A`,
  `${HANDSHAKE} 0.1>D'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' 0.2<D'HTTP/1.1 200 OK\\r\\n\\r\\n' 12.4>F 12.5<F 12.6>A`,
  `${HANDSHAKE} 0.1<D'SSH-2.0-x\\r\\n' 0.2>D'SSH-2.0-y\\r\\n' 40<D600 41>R`,
  `${HANDSHAKE} 0.1>D60 0.2<D60 7.7<R`,
  `${HANDSHAKE} 1.5>F 1.6<F 1.7>A 1.8<R`,
  '0>S 0.01<RA',
  '0>S 1>S 3>S 7>S',
  '0>S',
];

/** Packets of so many conversations over a day, in order of time. */
export function dayOfTraffic(conversations: number, dice: Dice): readonly TimedFrame[] {
  const talks: (readonly TimedFrame[])[] = [];
  for (let i = 0; i < conversations; i += 1) {
    const at = dice.below(86_000_000) / 1000;
    const ends = {
      client: `10.0.${dice.below(8)}.${1 + dice.below(250)}`,
      server: `192.0.2.${1 + dice.below(200)}`,
      // few enough for tuples that repeat, too
      clientPort: 40_000 + dice.below(4000),
    };
    const kind = dice.below(10);
    const packets =
      kind < 6
        ? tcpTalk(dice.oneOf(TALKS), { ...ends, serverPort: dice.oneOf([80, 443, 22, 8080]) })
        : kind < 8
          ? udpTalk('0>D40 0.03<D120', { ...ends, serverPort: 5000 + dice.below(3) })
          : pings(1 + dice.below(9), dice, ends);
    talks.push(packets.map((packet) => ({ ...packet, at: at + packet.at })));
  }
  return together(...talks);
}

function pings(count: number, dice: Dice, ends: { client: string; server: string }): readonly TimedFrame[] {
  const id = dice.below(65_536);
  return talk(
    Array.from({ length: count }, (_, i) => [
      [i * 1.001, '>', echo(4, 'request', id, i)] as const,
      [i * 1.001 + 0.01, '<', echo(4, 'reply', id, i)] as const,
    ]).flat(),
    ends,
  );
}

const AT: Readonly<Record<string, number>> = Object.fromEntries(
  WRITTEN_FIELDS.map(({ variable }, at) => [variable, at]),
);
const TIMES = ['receive_time', 'time_generated', 'start', 'future_use2'];

export type Cells = string[];

export const cell = (row: Cells, field: string): string => row[AT[field]!]!;
export function setCell(row: Cells, field: string, value: string | number): void {
  row[AT[field]!] = String(value);
}

export const parseLog = (text: string): Cells[] => Papa.parse<Cells>(text.trimEnd(), { header: false }).data;
export const logText = (rows: readonly Cells[]): string => `${Papa.unparse([...rows], { header: false })}\n`;

const seconds = (text: string): number =>
  Date.parse(`${text.replaceAll('/', '-').replace(' ', 'T')}Z`) / 1000;
const stamp = (time: number): string =>
  new Date(Math.floor(time) * 1000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/** All times of a row moved by `move`, the high-resolution one taken out. */
export function moveTimes(row: Cells, move: (time: number) => number): void {
  for (const field of TIMES) setCell(row, field, stamp(move(seconds(cell(row, field)))));
  setCell(row, 'high_res_timestamp', '');
}

export const startOf = (row: Cells): number => seconds(cell(row, 'start'));

export function moveRow(row: Cells, by: number): Cells {
  const moved = [...row];
  for (const field of TIMES) setCell(moved, field, stamp(seconds(cell(row, field)) + by));
  if (by !== 0) setCell(moved, 'high_res_timestamp', '');
  return moved;
}
