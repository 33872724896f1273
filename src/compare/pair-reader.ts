/** Both sides of a pair, field by field, as far as each of them can know it. */
import { addressOf } from './address-book.ts';
import { isRowLag, isUntimed } from './end-fit.ts';
import { AT } from './fields.ts';
import { type Matching, ROLE, type Sides } from './matching.ts';
import { turnCapture } from './mirrored.ts';
import { forgetOneSided } from './one-sided.ts';
import { emptyReading, type PairReading, putTcp } from './pair-reading.ts';
import type { Pairs } from './pairs.ts';
import type { RowData } from './row-store.ts';
import { type RoundTripScale, RoundTripVotes, scaledTrips } from './tcp-counts.ts';
import { NONE } from './tuple-index.ts';

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
    this.reading = emptyReading(sides.store.words[0]!);
  }

  /** The reading of this pair, until the next one is asked for. */
  read(pair: number): PairReading {
    const { reading } = this;
    reading.capture.fill(null);
    reading.log.fill(null);
    this.#readSessions(pair);
    this.#readRows(pair);
    this.#readDirections();
    forgetOneSided(reading, this.#sides.store.proto.cells[reading.session]!);
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
    const { list, begin } = this.#pairs.sessions;
    for (let at = begin[pair]!; at < begin[pair + 1]!; at += 1) {
      const session = list[at]!;
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
    if (counts !== undefined) putTcp(capture, { ...counts, roundTrip: scaledTrips(counts, this.roundTrips) });
  }

  #readRows(pair: number): void {
    const { rows, start, generated } = this.#sides;
    const { reading } = this;
    const { log } = reading;
    let untimed = false;
    let mains = 0;
    let sent = 0;
    let received = 0;
    let bytesSent = 0;
    let bytesReceived = 0;
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    let latest = Number.NEGATIVE_INFINITY;
    const { list, begin } = this.#pairs.rows;
    for (let at = begin[pair]!; at < begin[pair + 1]!; at += 1) {
      const row = list[at]!;
      if (this.#matching.roleOfRow[row] !== ROLE.MAIN) {
        if (mains === 0) reading.row = row;
        continue;
      }
      sent += rows.packetsSent[row]!;
      received += rows.packetsReceived[row]!;
      bytesSent += rows.bytesSent[row]!;
      bytesReceived += rows.bytesReceived[row]!;
      mains += 1;
      if (isUntimed(rows, row)) untimed = true;
      first = Math.min(first, start[row]!);
      last = Math.max(last, start[row]! + rows.elapsed[row]!);
      const time = untimed ? generated[row]! : start[row]!;
      if (mains === 1 || time >= latest) {
        latest = time;
        reading.row = row;
      }
    }
    reading.rows = mains;
    reading.announced = mains === 0;
    const { row } = reading;
    log[AT.action] = textAt(rows, rows.action, row);
    log[AT.from] = textAt(rows, rows.from, row);
    log[AT.to] = textAt(rows, rows.to, row);
    log[AT.natsrc] = addressAt(rows, rows.natsrc, row);
    log[AT.natdst] = addressAt(rows, rows.natdst, row);
    log[AT.natsport] = rows.natsport[row]! > 0 ? rows.natsport[row]! : null;
    log[AT.natdport] = rows.natdport[row]! > 0 ? rows.natdport[row]! : null;
    reading.older = !untimed && start[row]! < this.#first - OLDER;
    reading.beyond = false;
    if (reading.announced) return;
    // of a refused packet 10.2 logs no bytes (firewall-model 6)
    const refused = rows.texts[rows.subtype[row]!] === 'drop' && bytesSent + bytesReceived === 0;
    log[AT.bytes_sent] = refused ? null : known(bytesSent);
    log[AT.bytes_received] = known(bytesReceived);
    log[AT.pkts_sent] = known(sent);
    log[AT.pkts_received] = known(received);
    log[AT.session_end_reason] = ended(textAt(rows, rows.reason, row));
    log[AT.tracker_stage] = textAt(rows, rows.stage, row);
    log[AT.app] = textAt(rows, rows.app, row);
    log[AT.subtype] = textAt(rows, rows.subtype, row);
    // rows that do not say when their sessions began tell no time from the first of them to the last
    const elapsed = mains === 1 ? rows.elapsed[row]! : untimed ? Number.NaN : Math.floor(last - first);
    log[AT.elapsed] = known(elapsed);
    const plain = (reading.capture[AT.elapsed] as number) - reading.timerInElapsed;
    if (untimed)
      reading.older = reading.words.midstream && !(elapsed - reading.timerInElapsed <= plain + OLDER);
    // the row's own, where its first and last packet are the capture's
    if (reading.timerInElapsed > 0 && mains === 1 && !reading.older) {
      reading.timerInElapsed = Math.max(0, elapsed - plain);
    }
    const gone = elapsed - reading.timerInElapsed;
    // its first packet is known to more than the second, unless it came before the capture
    const isBegun = mains === 1 && !reading.older;
    const begun = isBegun ? this.#first : untimed ? Number.NaN : start[row]! - ELAPSED_SLACK / 2;
    reading.beyond =
      begun + gone > this.#captureEnd + ELAPSED_SLACK / 2 || (untimed && this.#isLate(reading.session, row));
    const tcp = mains === 1 ? rows.tcp.get(row) : undefined;
    if (tcp !== undefined) putTcp(log, tcp);
  }

  /** Whether a row tells of another end than silence behind the capture, and waited for its timer from there. */
  #isLate(session: number, row: number): boolean {
    const { store, generated, timers } = this.#sides;
    if (isRowLag(generated[row]! - store.end.cells[session]!)) return false;
    return generated[row]! - timers.of(row)[0]! > this.#captureEnd + ELAPSED_SLACK;
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
    if (reading.mirrored) turnCapture(reading);
  }
}

const ELAPSED_SLACK = 2;

function addressAt(rows: RowData, column: Int32Array, row: number): string | null {
  return column[row] === NONE ? null : addressOf(rows.addresses, column[row]!);
}

function textAt(rows: RowData, column: Uint32Array, row: number): string | null {
  return rows.texts[column[row]!] || null;
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function ended(reason: string | null): string | null {
  return reason === 'n/a' ? null : reason;
}
