/**
 * What the rows of many sessions have in common, as bytes, and the fields between. It is made from the row of
 * one session, so it says what rows say by construction; which columns differ between sessions of one verdict
 * is named here and nowhere else.
 */
import type { SessionRecord } from '../session/session-record.ts';
import { MOST_BYTES, putAddress, putBytes, putNumber } from './ascii.ts';
import { hasSwappedPorts, type SessionRow } from './session-row.ts';
import { putTime } from './time-text.ts';

type Put = (bytes: Uint8Array, at: number, record: SessionRecord) => number;

/** Columns that differ, and how their text is written where it is no null. `pending` differs by its `end`. */
const FIELDS: Partial<Readonly<Record<keyof SessionRow, Put>>> = {
  sessionid: (bytes, at, record) => putNumber(bytes, at, record.id),
  src: (bytes, at, record) => putAddress(bytes, at, record.src, record.version),
  dst: (bytes, at, record) => putAddress(bytes, at, record.dst, record.version),
  sport: (bytes, at, record) => putNumber(bytes, at, hasSwappedPorts(record) ? record.dport : record.sport),
  dport: (bytes, at, record) => putNumber(bytes, at, hasSwappedPorts(record) ? record.sport : record.dport),
  bytes: (bytes, at, record) => putNumber(bytes, at, record.bytesSent + record.bytesReceived),
  bytes_sent: (bytes, at, record) => putNumber(bytes, at, record.bytesSent),
  bytes_received: (bytes, at, record) => putNumber(bytes, at, record.bytesReceived),
  packets: (bytes, at, record) => putNumber(bytes, at, record.packetsSent + record.packetsReceived),
  pkts_sent: (bytes, at, record) => putNumber(bytes, at, record.packetsSent),
  pkts_received: (bytes, at, record) => putNumber(bytes, at, record.packetsReceived),
  start: (bytes, at, record) => putTime(bytes, at, record.firstTime),
  last: (bytes, at, record) => putTime(bytes, at, record.lastTime),
  end: (bytes, at, record) => putTime(bytes, at, record.endTime),
  elapsed: (bytes, at, record) => putNumber(bytes, at, record.elapsedSeconds),
  ttl: (bytes, at, record) => putNumber(bytes, at, record.ttlSeconds),
  after_end: (bytes, at, record) => putNumber(bytes, at, record.afterEnd),
};

/** How a format writes the columns of a row. */
export interface RowLayout {
  readonly columns: readonly (keyof SessionRow)[];
  readonly between: string;
  readonly behind: string;
  /** the text of a column, quoted where it has to be; a number, an address or a time is written as it is */
  cell(column: keyof SessionRow, value: SessionRow[keyof SessionRow]): string;
}

/** The names of zones as a layout writes them. */
type ZoneText = (column: 'from' | 'to', zone: string | null) => Uint8Array;

const encoder = new TextEncoder();

export class RowTemplate {
  /** bytes that a row has at most */
  readonly most: number;
  /** fixed texts, each in front of the field with its index; one more behind the last field */
  readonly #texts: readonly Uint8Array[];
  readonly #puts: readonly Put[];

  constructor(row: SessionRow, layout: RowLayout, zoneText: ZoneText) {
    const texts: string[] = [''];
    const puts: Put[] = [];
    const add = (text: string): void => {
      texts[texts.length - 1] += text;
    };
    const addField = (put: Put): void => {
      puts.push(put);
      texts.push('');
    };
    for (const [i, column] of layout.columns.entries()) {
      if (i > 0) add(layout.between);
      const text = layout.cell(column, row[column]);
      const put = FIELDS[column];
      if (column === 'pending' && row.pending !== null) {
        const [before, behind] = text.split(row.pending.end) as [string, string];
        add(before);
        addField(FIELDS.end!);
        add(behind);
      } else if (column === 'from') {
        addField((bytes, at, record) => putBytes(bytes, at, zoneText(column, record.fromZone)));
      } else if (column === 'to') {
        addField((bytes, at, record) => putBytes(bytes, at, zoneText(column, record.toZone)));
      } else if (column === 'parent') {
        const none = encoder.encode(layout.cell(column, null));
        addField((bytes, at, record) =>
          record.parent === 0 ? putBytes(bytes, at, none) : putNumber(bytes, at, record.parent),
        );
      } else if (put !== undefined && row[column] !== null) {
        addField(put);
      } else {
        add(text);
      }
    }
    add(layout.behind);
    this.#texts = texts.map((text) => encoder.encode(text));
    this.#puts = puts;
    this.most = this.#texts.reduce((sum, text) => sum + text.length, puts.length * MOST_BYTES);
  }

  /** Writes the row of a session with the same verdict as that of which the template was made. @returns the place behind it */
  put(bytes: Uint8Array, at: number, record: SessionRecord): number {
    const texts = this.#texts;
    const puts = this.#puts;
    let end = at;
    for (let i = 0; i < puts.length; i += 1) end = puts[i]!(bytes, putBytes(bytes, end, texts[i]!), record);
    return putBytes(bytes, end, texts[puts.length]!);
  }
}
