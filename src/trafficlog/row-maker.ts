/** From the cells of a line to a row: every field is checked, and a line with one that does not fit is refused whole. */
import { ipv4Word } from '../decode/address.ts';
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

/** What the vendor's cloud writes where a device has none (observed: one public line of 10.0). */
const NO_SERIAL = 'no-serial';

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
  readonly #devices = new Interned(MEANING.text);
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
  #utcOffset: number | null = null;
  #lastTime = '';
  #lastWall = Number.NaN;

  /** @param file index that the rows get */
  constructor(file: number) {
    this.#file = file;
  }

  /** The row of a line, or null where it cannot be one; `misfit` then says why. */
  make(cells: Cells, columns: Columns, line: number): LogRow | null {
    this.misfit = '';
    this.#utcOffset = null;
    const receive = this.#time('receive_time', cells[columns.receive_time]);
    const generated = this.#time('time_generated', cells[columns.time_generated]);
    const start = this.#time('start', cells[columns.start]);
    const highResolution = this.#highResolution(cells[columns.high_res_timestamp], generated);
    this.#receiveInstant(cells[columns.receive_instant], receive);
    const flags = this.#flags(cells[columns.flags]);
    const row: LogRow = {
      file: this.#file,
      line,
      device: this.#device(cells[columns.serial], cells[columns.device_name]),
      subtype: textOf(cells[columns.subtype], this.#subtypes) ?? 'end',
      receive,
      generated,
      start,
      utcOffset: this.#utcOffset,
      highResolution,
      elapsed: this.#count('elapsed', cells[columns.elapsed]),
      src: this.#address('src', cells[columns.src]) ?? this.#missing('src'),
      dst: this.#address('dst', cells[columns.dst]) ?? this.#missing('dst'),
      sport: this.#count('sport', cells[columns.sport], PORT_LIMIT),
      dport: this.#count('dport', cells[columns.dport], PORT_LIMIT),
      natsrc: this.#address('natsrc', cells[columns.natsrc]),
      natdst: this.#address('natdst', cells[columns.natdst]),
      natsport: this.#count('natsport', cells[columns.natsport], PORT_LIMIT),
      natdport: this.#count('natdport', cells[columns.natdport], PORT_LIMIT),
      proto: textOf(cells[columns.proto], this.#protocols),
      app: textOf(cells[columns.app], this.#apps),
      rule: textOf(cells[columns.rule], this.#rules),
      action: textOf(cells[columns.action], this.#actions),
      actionSource: textOf(cells[columns.action_source], this.#actionSources),
      from: textOf(cells[columns.from], this.#fromZones),
      to: textOf(cells[columns.to], this.#toZones),
      inbound: textOf(cells[columns.inbound_if], this.#inbound),
      outbound: textOf(cells[columns.outbound_if], this.#outbound),
      vsys: textOf(cells[columns.vsys], this.#vsys),
      sessionId: this.#count('sessionid', cells[columns.sessionid]),
      repeatCount: this.#count('repeatcnt', cells[columns.repeatcnt]),
      flags,
      trackerStage: flags === null ? textOf(cells[columns.tracker_stage], this.#stages) : trackerStage(flags),
      bytes: this.#count('bytes', cells[columns.bytes]),
      bytesSent: this.#count('bytes_sent', cells[columns.bytes_sent]),
      bytesReceived: this.#count('bytes_received', cells[columns.bytes_received]),
      packets: this.#count('packets', cells[columns.packets]),
      packetsSent: this.#count('pkts_sent', cells[columns.pkts_sent]),
      packetsReceived: this.#count('pkts_received', cells[columns.pkts_received]),
      endReason: this.#endReason(cells[columns.session_end_reason]),
      parentSessionId: this.#count('parent_session_id', cells[columns.parent_session_id]),
      tcp: this.#tcp(cells, columns),
    };
    if (receive === null && generated === null && start === null) this.#refuse('it holds no time');
    return this.misfit === '' ? row : null;
  }

  #device(serial: string | undefined, name: string | undefined): string | null {
    if (serial !== undefined && serial !== '' && serial !== NO_SERIAL) return this.#devices.get(serial);
    return name === undefined || name === '' ? null : this.#devices.get(name);
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

  /** Behind the free text of the two countries, a comma more or less would put a count there. */
  #endReason(text: string | undefined): string | null {
    const reason = textOf(text, this.#reasons);
    if (reason !== null && /^\d+$/.test(reason)) this.#refuseCell('session_end_reason', reason, 'a reason');
    return reason;
  }

  /** A whole number, at least 0. */
  #count(field: RowField, text: string | undefined, limit = Number.MAX_VALUE): number | null {
    if (text === undefined || text === '') return null;
    const value = wholeNumber(text);
    if (value <= limit) return value;
    this.#refuseCell(field, text, limit === PORT_LIMIT ? 'a port' : 'a whole number');
    return null;
  }

  /** A number, at least 0: no page says what a round trip is counted in, so it may have a fraction. */
  #trip(field: RowField, text: string | undefined): number | null {
    if (text === undefined || text === '') return null;
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
    this.#refuseCell(field, text, 'a number');
    return null;
  }

  #flags(text: string | undefined): number | null {
    if (text === undefined || text === '') return null;
    const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
    if (value <= 0xffff_ffff) return value;
    this.#refuseCell('flags', text, 'a number of 32 bits');
    return null;
  }

  #address(field: RowField, text: string | undefined): string | null {
    if (text === undefined) return null;
    if (text === '') return field === 'src' || field === 'dst' ? null : '';
    // most logs hold more addresses than are worth remembering, and nearly all need no other spelling
    if (ipv4Word(text) >= 0) return text;
    const address = this.#addresses.get(text);
    if (address !== false) return address;
    this.#refuseCell(field, text, 'an address');
    return null;
  }

  #time(field: RowField, text: string | undefined): number | null {
    if (text === undefined || text === '') return null;
    // a row is logged when it is received
    if (text === this.#lastTime) return this.#lastWall;
    const wall = deviceSeconds(text);
    if (!Number.isNaN(wall)) {
      this.#lastTime = text;
      this.#lastWall = wall;
      return wall;
    }
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
  #highResolution(text: string | undefined, generated: number | null): number | null {
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

  #receiveInstant(text: string | undefined, receive: number | null): void {
    if (text === undefined || receive === null || this.#utcOffset !== null) return;
    const time = parseLogTime(text);
    if (time === null || time.utcOffset === null) return;
    this.#utcOffset = distance(receive, time.wall - time.utcOffset);
  }

  #tcp(cells: Cells, columns: Columns): TcpCounters | null {
    if (TCP_FIELDS.every((field) => cells[columns[field]] === undefined)) return null;
    const pair = (c2s: RowField, s2c: RowField): readonly [number | null, number | null] => [
      this.#count(c2s, cells[columns[c2s]]),
      this.#count(s2c, cells[columns[s2c]]),
    ];
    return {
      roundTrip: [
        this.#trip('tcp_rtt_c2s', cells[columns.tcp_rtt_c2s]),
        this.#trip('tcp_rtt_s2c', cells[columns.tcp_rtt_s2c]),
      ],
      outOfOrder: pair('total_n_ooseq_c2s', 'total_n_ooseq_s2c'),
      retransmissions: pair('tcp_retransit_cnt_c2s', 'tcp_retransit_cnt_s2c'),
      zeroWindows: pair('tcp_zero_window_cnt_c2s', 'tcp_zero_window_cnt_s2c'),
    };
  }
}

const TCP_FIELDS = [
  'tcp_rtt_c2s',
  'tcp_rtt_s2c',
  'total_n_ooseq_c2s',
  'total_n_ooseq_s2c',
  'tcp_retransit_cnt_c2s',
  'tcp_retransit_cnt_s2c',
  'tcp_zero_window_cnt_c2s',
  'tcp_zero_window_cnt_s2c',
] as const satisfies readonly RowField[];

function textOf(text: string | undefined, values: Interned): string | null {
  if (text === undefined) return null;
  return text === '' ? '' : values.get(text);
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
