/** From the cells of a line to a row: every field is checked, and a line with one that does not fit is refused whole. */
import { Interned, MEANING } from './interned.ts';
import type { LogRow, TcpCounters } from './log-row.ts';
import { deviceSeconds, parseLogTime } from './log-time.ts';
import { type Columns, FIELD_NAMES, type RowField } from './row-fields.ts';
import { trackerStage } from './tracker-code.ts';

/** Cells of a line; undefined, or none at all, where the log has no such field. */
export type Cells = readonly (string | undefined)[];

const PORT_LIMIT = 65_535;
/** Zones are set to quarters of an hour. */
const QUARTER = 900;
/** Seconds between generating a log and the two times that say when. */
const STAMP_SLACK = 300;

/** Characters, junk included. */
const STAMP_LENGTH = 80;
/** What some lines have behind the zone of their high-resolution time stamp (firewall-model 7.2). */
const STAMP_JUNK = /(?<=^.{19}[\d.]*(?:Z|[+-]\d\d:?\d\d)).*$/;

const TITLES: ReadonlyMap<RowField, string> = new Map(
  FIELD_NAMES.map(({ field, spellings }) => [field, spellings[0] ?? field]),
);

export class RowMaker {
  /** why `make` gave null: one clause */
  misfit = '';
  readonly #file: number;
  readonly #subtypes = new Interned(MEANING.word);
  readonly #addresses = new Interned<string | false>(MEANING.address);
  readonly #protocols = new Interned(MEANING.protocol);
  readonly #apps = new Interned(MEANING.text);
  readonly #rules = new Interned(MEANING.text);
  readonly #actions = new Interned(MEANING.action);
  readonly #actionSources = new Interned(MEANING.text);
  readonly #fromZones = new Interned(MEANING.text);
  readonly #toZones = new Interned(MEANING.text);
  readonly #inbound = new Interned(MEANING.text);
  readonly #outbound = new Interned(MEANING.text);
  readonly #vsys = new Interned(MEANING.text);
  readonly #stages = new Interned(MEANING.text);
  readonly #reasons = new Interned(MEANING.endReason);
  #cells: Cells = [];
  #columns: Columns | null = null;
  #utcOffset: number | null = null;

  /** @param file index that the rows get */
  constructor(file: number) {
    this.#file = file;
  }

  /** The row of a line, or null where it cannot be one; `misfit` then says why. */
  make(cells: Cells, columns: Columns, line: number): LogRow | null {
    this.misfit = '';
    this.#cells = cells;
    this.#columns = columns;
    this.#utcOffset = null;
    const receive = this.#time('receive_time');
    const generated = this.#time('time_generated');
    const start = this.#time('start');
    const highResolution = this.#highResolution(generated);
    this.#receiveInstant(receive);
    const flags = this.#flags();
    const row: LogRow = {
      file: this.#file,
      line,
      subtype: this.#text('subtype', this.#subtypes) ?? 'end',
      receive,
      generated,
      start,
      utcOffset: this.#utcOffset,
      highResolution,
      elapsed: this.#count('elapsed'),
      src: this.#address('src') ?? this.#missing('src'),
      dst: this.#address('dst') ?? this.#missing('dst'),
      sport: this.#count('sport', PORT_LIMIT),
      dport: this.#count('dport', PORT_LIMIT),
      natsrc: this.#address('natsrc'),
      natdst: this.#address('natdst'),
      natsport: this.#count('natsport', PORT_LIMIT),
      natdport: this.#count('natdport', PORT_LIMIT),
      proto: this.#text('proto', this.#protocols),
      app: this.#text('app', this.#apps),
      rule: this.#text('rule', this.#rules),
      action: this.#text('action', this.#actions),
      actionSource: this.#text('action_source', this.#actionSources),
      from: this.#text('from', this.#fromZones),
      to: this.#text('to', this.#toZones),
      inbound: this.#text('inbound_if', this.#inbound),
      outbound: this.#text('outbound_if', this.#outbound),
      vsys: this.#text('vsys', this.#vsys),
      sessionId: this.#count('sessionid'),
      repeatCount: this.#count('repeatcnt'),
      flags,
      trackerStage: flags === null ? this.#text('tracker_stage', this.#stages) : trackerStage(flags),
      bytes: this.#count('bytes'),
      bytesSent: this.#count('bytes_sent'),
      bytesReceived: this.#count('bytes_received'),
      packets: this.#count('packets'),
      packetsSent: this.#count('pkts_sent'),
      packetsReceived: this.#count('pkts_received'),
      endReason: this.#endReason(),
      parentSessionId: this.#count('parent_session_id'),
      tcp: this.#tcp(),
    };
    if (receive === null && generated === null && start === null) this.#refuse('it holds no time');
    return this.misfit === '' ? row : null;
  }

  #cell(field: RowField): string | undefined {
    return this.#cells[this.#columns![field]];
  }

  /** The first of several reasons is told. */
  #refuse(why: string): void {
    if (this.misfit === '') this.misfit = why;
  }

  #refuseCell(field: RowField, text: string, what: string): void {
    this.#refuse(`${TITLES.get(field)} ${quoted(text)} is not ${what}`);
  }

  #missing(field: RowField): string {
    this.#refuse(`${TITLES.get(field)} is empty`);
    return '';
  }

  #text(field: RowField, values: Interned): string | null {
    const text = this.#cell(field);
    if (text === undefined) return null;
    return text === '' ? '' : values.get(text);
  }

  /** Behind the free text of the two countries, a comma more or less would put a count there. */
  #endReason(): string | null {
    const reason = this.#text('session_end_reason', this.#reasons);
    if (reason !== null && /^\d+$/.test(reason)) this.#refuseCell('session_end_reason', reason, 'a reason');
    return reason;
  }

  /** A whole number, at least 0. */
  #count(field: RowField, limit = Number.MAX_VALUE): number | null {
    const text = this.#cell(field);
    if (text === undefined || text === '') return null;
    const value = wholeNumber(text);
    if (value <= limit) return value;
    this.#refuseCell(field, text, limit === PORT_LIMIT ? 'a port' : 'a whole number');
    return null;
  }

  #flags(): number | null {
    const text = this.#cell('flags');
    if (text === undefined || text === '') return null;
    const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
    if (value <= 0xffff_ffff) return value;
    this.#refuseCell('flags', text, 'a number of 32 bits');
    return null;
  }

  #address(field: RowField): string | null {
    const text = this.#cell(field);
    if (text === undefined) return null;
    if (text === '') return field === 'src' || field === 'dst' ? null : '';
    const address = this.#addresses.get(text);
    if (address !== false) return address;
    this.#refuseCell(field, text, 'an address');
    return null;
  }

  #time(field: RowField): number | null {
    const text = this.#cell(field);
    if (text === undefined || text === '') return null;
    const wall = deviceSeconds(text);
    if (!Number.isNaN(wall)) return wall;
    const time = parseLogTime(text);
    if (time === null) {
      this.#refuseCell(field, text, 'a time that exists');
      return null;
    }
    if (time.utcOffset === null) return time.wall;
    // one wall clock a row: the zone of the first time that names one
    this.#utcOffset ??= time.utcOffset;
    return time.wall - time.utcOffset + this.#utcOffset;
  }

  /** Gives the clock's distance from UTC away where the row's other times do not say. */
  #highResolution(generated: number | null): number | null {
    const text = this.#cell('high_res_timestamp');
    if (text === undefined || text === '') return null;
    const time = parseLogTime(text) ?? parseLogTime(text.slice(0, STAMP_LENGTH).replace(STAMP_JUNK, ''));
    if (time === null) {
      this.#refuseCell('high_res_timestamp', text, 'a time that exists');
      return null;
    }
    const offset = time.utcOffset ?? this.#utcOffset;
    if (offset === null) return null;
    const instant = time.wall - offset;
    if (generated !== null) this.#utcOffset ??= distance(generated, instant);
    return instant;
  }

  #receiveInstant(receive: number | null): void {
    const text = this.#cell('receive_instant');
    if (text === undefined || receive === null || this.#utcOffset !== null) return;
    const time = parseLogTime(text);
    if (time === null || time.utcOffset === null) return;
    this.#utcOffset = distance(receive, time.wall - time.utcOffset);
  }

  #tcp(): TcpCounters | null {
    if (this.#cell('tcp_rtt_c2s') === undefined) return null;
    return {
      roundTrip: [this.#count('tcp_rtt_c2s'), this.#count('tcp_rtt_s2c')],
      outOfOrder: [this.#count('total_n_ooseq_c2s'), this.#count('total_n_ooseq_s2c')],
      retransmissions: [this.#count('tcp_retransit_cnt_c2s'), this.#count('tcp_retransit_cnt_s2c')],
      zeroWindows: [this.#count('tcp_zero_window_cnt_c2s'), this.#count('tcp_zero_window_cnt_s2c')],
    };
  }
}

/** How far a wall clock is ahead of UTC by one moment on both; null where they are not of one moment. */
function distance(wall: number, instant: number): number | null {
  // rounding may give a zero with a sign
  const offset = Math.round((wall - instant) / QUARTER) * QUARTER + 0;
  return Math.abs(wall - instant - offset) <= STAMP_SLACK ? offset : null;
}

/** NaN where the text is anything else than digits. */
function wholeNumber(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const SHOWN = 40;

/** Text of a log for a message: short, and on one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);
}
