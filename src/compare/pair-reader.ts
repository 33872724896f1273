/** Both sides of a pair, field by field, as far as each of them can know it. */

import { protocolName } from '../decode/protocol-names.ts';
import { compareReasons, type EndReason } from '../verdict/precedence.ts';
import { addressOf } from './address-book.ts';
import { AT, FIELDS, type Value } from './fields.ts';
import type { Matching, Sides } from './matching.ts';
import { ROLE } from './matching.ts';
import type { Pairs } from './pairs.ts';
import type { SessionWords } from './session-store.ts';
import { type RoundTripScale, RoundTripVotes, scaledTrips } from './tcp-counts.ts';
import { NONE } from './tuple-index.ts';

/** Read for one pair after the other: nothing of it may be kept. */
export interface PairReading {
  /** by index of FIELDS; null: not known, or not to be compared here */
  readonly capture: Value[];
  readonly log: Value[];
  /** the session that the words are of: the last one that is no twin */
  session: number;
  words: SessionWords;
  /** sessions whose sums are compared; twins are not among them */
  sessions: number;
  /** rows of the end, each once */
  rows: number;
  /** the row that tells the end; NONE is not possible */
  row: number;
  /** only rows of the session's start were found */
  announced: boolean;
  /** the log's client is our server, where our client is an inference */
  mirrored: boolean;
  /** the log's client is our server, though the capture has the SYN */
  swapped: boolean;
  /** the log began before the capture saw the session */
  older: boolean;
  /** seconds of the row's elapsed that are the timer's, where the log counts it */
  timerInElapsed: number;
  /** the log has it go on after the capture */
  beyond: boolean;
  /** packets of the capture, client to server as the log has it */
  packetsSent: number;
  packetsReceived: number;
}

const MIRROR: ReadonlyMap<string, string> = new Map([
  ['tcp-rst-from-client', 'tcp-rst-from-server'],
  ['tcp-rst-from-server', 'tcp-rst-from-client'],
  ['TCP RST - client', 'TCP RST - server'],
  ['TCP RST - server', 'TCP RST - client'],
]);

/** The start of a row that is this much before the session's first packet is of packets that were not captured. */
const OLDER = 2;

export class PairReader {
  readonly reading: PairReading;
  readonly #sides: Sides;
  readonly #matching: Matching;
  readonly #pairs: Pairs;
  readonly #captureEnd: number;
  #first = 0;
  /** whether elapsed times of the log hold the timer; set when it has been fitted */
  elapsedIncludesTimer = false;
  /** how the log writes round trips; set when it has been fitted */
  roundTrips: RoundTripScale = new RoundTripVotes().fit();

  constructor(sides: Sides, matching: Matching, pairs: Pairs) {
    this.#sides = sides;
    this.#matching = matching;
    this.#pairs = pairs;
    this.#captureEnd = sides.store.span?.last ?? 0;
    this.reading = {
      capture: FIELDS.map(() => null),
      log: FIELDS.map(() => null),
      session: 0,
      words: sides.store.words[0]!,
      sessions: 0,
      rows: 0,
      row: 0,
      announced: false,
      mirrored: false,
      swapped: false,
      older: false,
      timerInElapsed: 0,
      beyond: false,
      packetsSent: 0,
      packetsReceived: 0,
    };
  }

  /** The reading of this pair, until the next one is asked for. */
  read(pair: number): PairReading {
    const { reading } = this;
    reading.capture.fill(null);
    reading.log.fill(null);
    this.#readSessions(pair);
    this.#readRows(pair);
    this.#readDirections();
    this.#forget();
    return reading;
  }

  #readSessions(pair: number): void {
    const { store } = this.#sides;
    const { reading } = this;
    const { capture } = reading;
    let sessions = 0;
    let sent = 0;
    let received = 0;
    let bytesSent = 0;
    let bytesReceived = 0;
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const session of this.#pairs.sessionsOf(pair)) {
      if (this.#matching.isTwin[session] === 1) continue;
      sessions += 1;
      reading.session = session;
      sent += store.packetsSent.cells[session]!;
      received += store.packetsReceived.cells[session]!;
      bytesSent += store.bytesSent.cells[session]!;
      bytesReceived += store.bytesReceived.cells[session]!;
      first = Math.min(first, store.first.cells[session]!);
      last = Math.max(last, store.last.cells[session]!);
    }
    this.#first = first;
    const { session } = reading;
    const words = store.wordsOf(session);
    reading.words = words;
    reading.sessions = sessions;
    reading.packetsSent = sent;
    reading.packetsReceived = received;
    capture[AT.session_end_reason] = words.reason;
    capture[AT.tracker_stage] = words.stage;
    capture[AT.app] = words.app;
    capture[AT.action] = words.action;
    capture[AT.subtype] = 'end';
    capture[AT.bytes_sent] = bytesSent;
    capture[AT.bytes_received] = bytesReceived;
    capture[AT.pkts_sent] = sent;
    capture[AT.pkts_received] = received;
    const timer = this.elapsedIncludesTimer && !words.endedBySyn ? words.timerSeconds : 0;
    reading.timerInElapsed = timer;
    const elapsed = sessions === 1 ? store.elapsed.cells[session]! : Math.floor(last - first);
    capture[AT.elapsed] = elapsed + timer;
    capture[AT.from] = store.zones.list[store.from.cells[session]!]!;
    capture[AT.to] = store.zones.list[store.to.cells[session]!]!;
    const counts = sessions === 1 ? store.tcpCounts.get(session) : undefined;
    if (counts !== undefined) put(capture, { ...counts, roundTrip: scaledTrips(counts, this.roundTrips) });
  }

  #readRows(pair: number): void {
    const { rows, start } = this.#sides;
    const { reading } = this;
    const { log } = reading;
    const address = (column: Int32Array, row: number): string | null =>
      column[row] === NONE ? null : addressOf(rows.addresses, column[row]!);
    const text = (column: Uint32Array, row: number): string | null => rows.texts[column[row]!] || null;
    let mains = 0;
    let sent = 0;
    let received = 0;
    let bytesSent = 0;
    let bytesReceived = 0;
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    let latest = Number.NEGATIVE_INFINITY;
    for (const row of this.#pairs.rowsOf(pair)) {
      if (this.#matching.roleOfRow[row] !== ROLE.MAIN) {
        if (mains === 0) reading.row = row;
        continue;
      }
      sent += rows.packetsSent[row]!;
      received += rows.packetsReceived[row]!;
      bytesSent += rows.bytesSent[row]!;
      bytesReceived += rows.bytesReceived[row]!;
      mains += 1;
      first = Math.min(first, start[row]!);
      last = Math.max(last, start[row]! + rows.elapsed[row]!);
      if (mains === 1 || start[row]! >= latest) {
        latest = start[row]!;
        reading.row = row;
      }
    }
    reading.rows = mains;
    reading.announced = mains === 0;
    const { row } = reading;
    log[AT.action] = text(rows.action, row);
    log[AT.from] = text(rows.from, row);
    log[AT.to] = text(rows.to, row);
    log[AT.natsrc] = address(rows.natsrc, row);
    log[AT.natdst] = address(rows.natdst, row);
    log[AT.natsport] = rows.natsport[row]! > 0 ? rows.natsport[row]! : null;
    log[AT.natdport] = rows.natdport[row]! > 0 ? rows.natdport[row]! : null;
    reading.older = start[row]! < this.#first - OLDER;
    reading.beyond = false;
    if (reading.announced) return;
    // of a refused packet 10.2 logs no bytes (firewall-model 6)
    const refused = rows.texts[rows.subtype[row]!] === 'drop' && bytesSent + bytesReceived === 0;
    log[AT.bytes_sent] = refused ? null : known(bytesSent);
    log[AT.bytes_received] = known(bytesReceived);
    log[AT.pkts_sent] = known(sent);
    log[AT.pkts_received] = known(received);
    log[AT.session_end_reason] = ended(text(rows.reason, row));
    log[AT.tracker_stage] = text(rows.stage, row);
    log[AT.app] = text(rows.app, row);
    log[AT.subtype] = text(rows.subtype, row);
    const elapsed = mains === 1 ? rows.elapsed[row]! : Math.floor(last - first);
    log[AT.elapsed] = known(elapsed);
    // the row's own, where its first and last packet are the capture's
    const plain = (reading.capture[AT.elapsed] as number) - reading.timerInElapsed;
    if (reading.timerInElapsed > 0 && mains === 1 && !reading.older) {
      reading.timerInElapsed = Math.max(0, elapsed - plain);
    }
    const gone = elapsed - reading.timerInElapsed;
    // its first packet is known to more than the second, unless it came before the capture
    const begun = mains === 1 && !reading.older ? this.#first : start[row]! - ELAPSED_SLACK / 2;
    reading.beyond = begun + gone > this.#captureEnd + ELAPSED_SLACK / 2;
    const tcp = mains === 1 ? rows.tcp.get(row) : undefined;
    if (tcp !== undefined) put(log, tcp);
  }

  #readDirections(): void {
    const { store, rows, tuples } = this.#sides;
    const { reading } = this;
    const { session, row, words } = reading;
    const src = store.src.cells[session]!;
    const dst = store.dst.cells[session]!;
    const turned =
      src === dst
        ? rows.sport[row] === store.dport.cells[session] && rows.sport[row] !== store.sport.cells[session]
        : tuples.src[row] === dst || tuples.dst[row] === src;
    const inferred = words.clientBasis === 'port' || words.clientBasis === 'first-packet';
    reading.mirrored = turned && inferred;
    reading.swapped = turned && !inferred;
    if (!reading.mirrored) return;
    const { capture } = reading;
    for (const [a, b] of TURNED) [capture[a], capture[b]] = [capture[b]!, capture[a]!];
    for (const at of [AT.session_end_reason, AT.tracker_stage]) {
      capture[at] = MIRROR.get(capture[at] as string) ?? capture[at]!;
    }
    [reading.packetsSent, reading.packetsReceived] = [reading.packetsReceived, reading.packetsSent];
  }

  /** A FIN or a RST has settled the tracker stage; a later one may still raise the reason (firewall-model 4, 4.2). */
  #forgetUndecided(): void {
    const { capture, log, words } = this.reading;
    log[AT.app] = null;
    if (!words.decided) log[AT.tracker_stage] = null;
    if (!words.decided || outranks(log[AT.session_end_reason]!, capture[AT.session_end_reason]!)) {
      log[AT.session_end_reason] = null;
    }
  }

  /** What only one side can know here is not compared. */
  #forget(): void {
    const { reading } = this;
    const { capture, log, words } = reading;
    // without its SYN nobody can tell what else came before; the row may begin in the same second
    const headless = words.midstream && (reading.older || hasMorePackets(reading));
    const partial = headless || (reading.beyond && words.open);
    if (partial) for (const at of SUMS) if ((log[at] as number) >= (capture[at] as number)) log[at] = null;
    // the packets that the capture missed may be the ones that count
    if (partial || hasMorePackets(reading)) for (const at of LOSSES) capture[at] = null;
    if (headless && words.app === 'unknown-tcp') capture[AT.app] = null;
    if (reading.beyond && words.open) this.#forgetUndecided();
    if (isFolded(reading, protocolName(this.#sides.store.proto.cells[reading.session]!))) {
      log[AT.elapsed] = null;
    }
  }
}

function hasMorePackets({ capture, log }: PairReading): boolean {
  return PACKETS.some((at) => log[at] !== null && (log[at] as number) > (capture[at] as number));
}

/** Interface.md: folded pings are compared by sums, not by elapsed. */
function isFolded({ sessions }: PairReading, proto: string): boolean {
  return sessions > 1 && (proto === 'icmp' || proto === 'ipv6-icmp');
}

const ELAPSED_SLACK = 2;
const LOSSES: readonly number[] = [
  AT.total_n_ooseq_c2s,
  AT.total_n_ooseq_s2c,
  AT.tcp_retransit_cnt_c2s,
  AT.tcp_retransit_cnt_s2c,
  AT.tcp_zero_window_cnt_c2s,
  AT.tcp_zero_window_cnt_s2c,
];
const PACKETS: readonly number[] = [AT.pkts_sent, AT.pkts_received];
const SUMS: readonly number[] = [AT.bytes_sent, AT.bytes_received, ...PACKETS, AT.elapsed];
const TURNED: readonly (readonly [number, number])[] = [
  [AT.bytes_sent, AT.bytes_received],
  [AT.pkts_sent, AT.pkts_received],
  [AT.from, AT.to],
  [AT.tcp_rtt_c2s, AT.tcp_rtt_s2c],
  [AT.total_n_ooseq_c2s, AT.total_n_ooseq_s2c],
  [AT.tcp_retransit_cnt_c2s, AT.tcp_retransit_cnt_s2c],
  [AT.tcp_zero_window_cnt_c2s, AT.tcp_zero_window_cnt_s2c],
];

function outranks(a: Value, b: Value): boolean {
  return a !== null && b !== null && compareReasons(a as EndReason, b as EndReason) < 0;
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function ended(reason: string | null): string | null {
  return reason === 'n/a' ? null : reason;
}

type Pair = readonly [number | null, number | null];

function put(
  values: Value[],
  counts: {
    readonly roundTrip: Pair;
    readonly outOfOrder: Pair;
    readonly retransmissions: Pair;
    readonly zeroWindows: Pair;
  },
): void {
  // a trip of 0 was not measured
  [values[AT.tcp_rtt_c2s], values[AT.tcp_rtt_s2c]] = [
    counts.roundTrip[0] || null,
    counts.roundTrip[1] || null,
  ];
  [values[AT.total_n_ooseq_c2s], values[AT.total_n_ooseq_s2c]] = counts.outOfOrder as [Value, Value];
  [values[AT.tcp_retransit_cnt_c2s], values[AT.tcp_retransit_cnt_s2c]] = counts.retransmissions as [
    Value,
    Value,
  ];
  [values[AT.tcp_zero_window_cnt_c2s], values[AT.tcp_zero_window_cnt_s2c]] = counts.zeroWindows as [
    Value,
    Value,
  ];
}
