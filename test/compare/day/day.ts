/** A day of sessions: the frames that pass, and the rows that the firewall writes of them. */
import { Random } from '../../../src/bench/random.ts';
import { zeros } from '../../dsl/bytes.ts';
import { type Ends, echoFrame, tcpFrame, udpFrame } from './frames.ts';
import { KINDS, type Kind, STAGE, type Step } from './kinds.ts';

/** Times are whole microseconds since the beginning of the day, on the clock of the capture. */
export interface DayPacket {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What the firewall logs of one session, or of pings that it folds. */
export interface DayRow {
  /** what the session is called in the test: its place in `Day.rows` */
  readonly id: number;
  readonly what: string;
  readonly ends: Ends;
  readonly proto: 'tcp' | 'udp' | 'icmp';
  readonly app: string;
  readonly action: string;
  readonly reason: string;
  readonly stage: number;
  /** that ends it */
  readonly timer: string;
  readonly start: number;
  readonly last: number;
  /** when it left the firewall's table */
  readonly end: number;
  /** when each of its sessions began: one, but for pings that are folded */
  readonly starts: readonly number[];
  readonly sent: Counts;
  readonly received: Counts;
  /** the capture begins in the middle of it */
  readonly early: boolean;
  /** it is over before the capture begins */
  readonly before: boolean;
  /** it is still open when the capture ends; all its packets are in it */
  readonly late: boolean;
}

export interface Counts {
  readonly packets: number;
  readonly bytes: number;
}

export interface Day {
  /** in order of time: those from a moment on at which only long sessions are open */
  readonly packets: readonly DayPacket[];
  /** in order of their end */
  readonly rows: readonly DayRow[];
}

const SECOND = 1_000_000;
export const DAY_SECONDS = 86_400;
/** 2026-01-09T00:00:00Z */
export const DAY_START_SECONDS = 1_767_916_800;
/** how far apart sessions on the same ports begin: every timer of the fixed ones is over */
const APART = 120 * SECOND;
/** above those that mean something, such as 5353 */
const FIRST_PORT = 10_000;

const address = (a: number, b: number, c: number, d: number): number =>
  ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;

/** @param sessions how many, about; the same seed gives the same day */
export function makeDay(sessions: number, seed: number): Day {
  const random = new Random(seed);
  const packets: DayPacket[] = [];
  const rows: Bare[] = [];
  const begun = new Map<string, number[]>();
  let port = FIRST_PORT;
  for (const kind of KINDS) {
    const count = Math.round((sessions * kind.share) / 1000);
    for (let i = 0; i < count; i += 1) {
      port = port >= 65_000 ? FIRST_PORT : port + 1;
      const ends = {
        client:
          kind.clientPort === undefined
            ? address(10, 1, i >>> 8, 1 + (i & 0xfe))
            : address(10, 2, 0, 1 + random.below(60)),
        server: address(198, 51, 100, 1 + random.below(40)),
        clientPort: kind.clientPort ?? port,
        serverPort: kind.port,
      };
      const start = random.below(DAY_SECONDS) * SECOND + random.below(SECOND);
      const tuple = `${kind.proto} ${ends.client} ${ends.clientPort} ${ends.server} ${ends.serverPort}`;
      const before = begun.get(tuple) ?? [];
      if (before.some((at) => Math.abs(at - start) < APART)) continue;
      begun.set(tuple, [...before, start]);
      rows.push(play(kind, ends, start, random, packets));
    }
  }
  for (let i = 0; i < sessions / 250; i += 1) rows.push(...pings(i, random, packets));
  packets.sort((a, b) => a.at - b.at);
  rows.sort((a, b) => a.end - b.end || a.start - b.start);
  const from = beginning(rows);
  const to = packets.at(-1)!.at;
  return {
    packets: packets.filter(({ at }) => at >= from),
    rows: rows.map((row, id) => ({
      ...row,
      id,
      early: row.start < from && row.last >= from,
      before: row.last < from,
      late: row.end > to,
    })),
  };
}

type Bare = Omit<DayRow, 'id' | 'early' | 'before' | 'late'>;

/** From the tenth minute on the first moment at which nothing but long sessions goes on. */
function beginning(rows: readonly Bare[]): number {
  const short = rows
    .filter(({ timer }) => timer !== 'tcp')
    .map(({ start, last }): [number, number] => [start, last])
    .sort((a, b) => a[0] - b[0]);
  let from = 600 * SECOND;
  for (const [start, last] of short) if (start < from && last >= from) from = last + 1;
  return from;
}

function play(kind: Kind, ends: Ends, start: number, random: Random, packets: DayPacket[]): Bare {
  const counts = { c: { packets: 0, bytes: 0 }, s: { packets: 0, bytes: 0 } };
  const next = { c: random.word(), s: random.word() };
  const isn = { ...next };
  let at = start;
  for (const [after, from, flags, payload] of kind.steps(random)) {
    at += after;
    const bytes =
      flags === null ? udpFrame(ends, from === 'c', payload!) : segment(ends, from, flags, payload);
    packets.push({ at, bytes });
    counts[from].packets += 1;
    counts[from].bytes += bytes.length;
  }
  return {
    what: kind.name,
    ends,
    proto: kind.proto,
    app: kind.app,
    action: 'allow',
    reason: kind.reason,
    stage: kind.stage,
    timer: kind.timer[0],
    start,
    last: at,
    end: at + kind.timer[1] * SECOND,
    starts: [start],
    sent: counts.c,
    received: counts.s,
  };

  function segment(to: Ends, from: Step[1], flags: string, payload: Uint8Array = zeros(0)): Uint8Array {
    const peer = from === 'c' ? 's' : 'c';
    if (flags.includes('S')) next[from] = isn[from];
    const bytes = tcpFrame(to, from === 'c', flags, { seq: next[from], ack: next[peer] }, payload);
    next[from] += payload.length + (/[SF]/.test(flags) ? 1 : 0);
    return bytes;
  }
}

/** Seconds of the icmp timer, and of the window in which pings are one row (firewall-model 3.1, 7.2). */
const ICMP_SECONDS = 6;
const FOLD_SECONDS = 5;

/** A run of pings, one a second: every echo is a session, and the log has a row for each five of them. */
function pings(i: number, random: Random, packets: DayPacket[]): Bare[] {
  const ends = {
    client: address(10, 3, i >>> 8, i & 0xff),
    server: address(198, 51, 100, 1 + random.below(40)),
    clientPort: 0,
    serverPort: 0,
  };
  const identifier = random.below(65_536);
  const count = 1 + random.below(12);
  const begin = random.below(DAY_SECONDS - 60) * SECOND + random.below(SECOND / 2);
  const rows: Bare[] = [];
  for (let first = 0; first < count; first += FOLD_SECONDS) {
    const repeat = Math.min(FOLD_SECONDS, count - first);
    const start = begin + first * SECOND;
    let last = start;
    const starts: number[] = [];
    for (let each = 0; each < repeat; each += 1) {
      const at = start + each * SECOND;
      starts.push(at);
      last = at + 1000 + random.below(90_000);
      packets.push({ at, bytes: echoFrame(ends, true, identifier, first + each, 56) });
      packets.push({ at: last, bytes: echoFrame(ends, false, identifier, first + each, 56) });
    }
    rows.push({
      what: 'pings',
      ends,
      proto: 'icmp',
      app: 'ping',
      action: 'allow',
      reason: 'aged-out',
      stage: STAGE.aged,
      timer: 'icmp',
      start,
      last,
      end: last + ICMP_SECONDS * SECOND,
      starts,
      sent: { packets: repeat, bytes: repeat * 98 },
      received: { packets: repeat, bytes: repeat * 98 },
    });
  }
  return rows;
}
