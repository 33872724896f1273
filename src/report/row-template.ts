/**
 * What the rows of many sessions have in common, as bytes, and the fields between. It is made from the row of
 * one session, so it says what rows say by construction; which columns differ between sessions of one verdict
 * is named here and nowhere else.
 */

import * as at from '../kernel/layout.ts';
import type { SessionRecord } from '../session/session-record.ts';
import { MOST_BYTES, putAddress, putBytes, putNumber } from './ascii.ts';
import type { PieceBuffer } from './piece-buffer.ts';
import type { ProofBytes, ProofLayout } from './proof-bytes.ts';
import { hasSwappedPorts, type SessionRow, swappedPortsType } from './session-row.ts';
import { putTime } from './time-text.ts';

/**
 * Columns that differ, and by which number `put` and the kernel know them. `pending` differs by its `end`; zones
 * and `parent` may be nothing in one row and something in the next.
 */
const FIELDS = {
  sessionid: at.COLUMN_ID,
  src: at.COLUMN_SRC,
  dst: at.COLUMN_DST,
  sport: at.COLUMN_SPORT,
  dport: at.COLUMN_DPORT,
  bytes: at.COLUMN_TOTAL_BYTES,
  bytes_sent: at.COLUMN_BYTES_SENT,
  bytes_received: at.COLUMN_BYTES_RECEIVED,
  packets: at.COLUMN_TOTAL_PACKETS,
  pkts_sent: at.COLUMN_PACKETS_SENT,
  pkts_received: at.COLUMN_PACKETS_RECEIVED,
  start: at.COLUMN_START,
  last: at.COLUMN_LAST,
  end: at.COLUMN_ENDED,
  elapsed: at.COLUMN_ELAPSED,
  ttl: at.COLUMN_TTL,
  after_end: at.COLUMN_AFTER_END,
  // the kernel does not write these three: where it writes rows, they are nothing
  from: 100,
  to: 101,
  parent: 102,
  // nor these, where it writes none
  candidates: 103,
  evidence: 104,
  diagnosis: 105,
} as const satisfies Partial<Record<keyof SessionRow, number>>;

/** Columns whose text a template does not fix even where that of its own row is nothing. */
const MAY_BE_NOTHING = ['from', 'to', 'parent'] as const;
const MAY_BE_NOTHING_COLUMNS: ReadonlySet<keyof SessionRow> = new Set(MAY_BE_NOTHING);
const NOTHING_IN_KERNEL: ReadonlySet<number> = new Set(MAY_BE_NOTHING.map((column) => FIELDS[column]));

/** Columns that are written by ProofBytes where the layout has proof. */
const PROOF_COLUMNS: ReadonlySet<keyof SessionRow> = new Set(['candidates', 'evidence', 'diagnosis']);
const FIRST_PROOF_FIELD: number = FIELDS.candidates;

/** How a format writes the columns of a row, in the order in which the row has them. */
export interface RowLayout {
  readonly before: string;
  readonly between: string;
  readonly behind: string;
  /** what stands in front of a column's cell */
  name(column: keyof SessionRow): string;
  /** what stands around an address or a time; a number is written as it is */
  readonly quote: string;
  /** the text of a column, quoted where it has to be */
  cell(column: keyof SessionRow, value: SessionRow[keyof SessionRow]): string;
  /** null: the columns of the proof are cells like others */
  readonly proof: ProofLayout | null;
}

const QUOTED: ReadonlySet<keyof SessionRow> = new Set(['src', 'dst', 'start', 'last', 'end']);

const encoder = new TextEncoder();

/** Most texts stand in many templates, and to encode one takes longer than to write a row. */
const encoded = new Map<string, Uint8Array>();

function bytesOf(text: string): Uint8Array {
  const known = encoded.get(text);
  if (known !== undefined) return known;
  const bytes = encoder.encode(text);
  encoded.set(text, bytes);
  return bytes;
}

export class RowTemplate {
  /** bytes that a row has at most, without its proof */
  readonly #most: number;
  /** fixed texts, each in front of the field with its index; one more behind the last field */
  readonly #texts: readonly Uint8Array[];
  readonly #fields: Uint8Array;
  readonly #zones: ZoneTexts;
  readonly #noParent: Uint8Array;

  constructor(row: SessionRow, layout: RowLayout, zones: ZoneTexts) {
    const texts: string[] = [layout.before];
    const fields: number[] = [];
    const add = (text: string): void => {
      texts[texts.length - 1] += text;
    };
    const addField = (field: number): void => {
      fields.push(field);
      texts.push('');
    };
    for (const [i, column] of (Object.keys(row) as (keyof SessionRow)[]).entries()) {
      if (i > 0) add(layout.between);
      add(layout.name(column));
      const text = layout.cell(column, row[column]);
      if (column === 'pending' && row.pending !== null) {
        const [before, behind] = text.split(row.pending.end) as [string, string];
        add(before);
        addField(FIELDS.end);
        add(behind);
      } else if (isField(column, row, layout)) {
        const quote = QUOTED.has(column) ? layout.quote : '';
        add(quote);
        addField(FIELDS[column]);
        add(quote);
      } else {
        add(text);
      }
    }
    add(layout.behind);
    this.#texts = texts.map(bytesOf);
    this.#fields = Uint8Array.from(fields);
    this.#zones = zones;
    this.#noParent = bytesOf(layout.cell('parent', null));
    this.#most = this.#texts.reduce((sum, text) => sum + text.length, fields.length * MOST_BYTES);
  }

  /**
   * Writes the row of a session with the same verdict as that of which the template was made.
   * @param proof that of the session; null where the layout has none
   */
  put(out: PieceBuffer, record: SessionRecord, proof: ProofBytes | null): void {
    const texts = this.#texts;
    const fields = this.#fields;
    let bytes = out.room(this.#most);
    let end = putBytes(bytes, out.end, texts[0]!);
    for (let i = 0; i < fields.length; i += 1) {
      const field = fields[i]!;
      if (field < FIRST_PROOF_FIELD) {
        end = this.#putField(bytes, end, field, record);
      } else {
        out.end = end;
        if (field === FIELDS.candidates) proof!.putCandidates();
        else if (field === FIELDS.evidence) proof!.putEvidence();
        else proof!.putDiagnosis();
        bytes = out.room(this.#most);
        end = out.end;
      }
      end = putBytes(bytes, end, texts[i + 1]!);
    }
    out.end = end;
  }

  /** The template as the kernel reads it (kernel/layout.ts, TEMPLATE_), for sessions without zones and without a parent. @param proto theirs */
  encoded(proto: number): Uint8Array {
    const pieces: { text: Uint8Array[]; column: number }[] = [
      { text: [this.#texts[0]!], column: at.COLUMN_END },
    ];
    for (const [i, field] of this.#fields.entries()) {
      const nothing = field === FIELDS.parent ? this.#noParent : this.#zones.bytes(null);
      const piece = pieces.at(-1)!;
      if (NOTHING_IN_KERNEL.has(field)) {
        piece.text.push(nothing, this.#texts[i + 1]!);
      } else {
        piece.column = field;
        pieces.push({ text: [this.#texts[i + 1]!], column: at.COLUMN_END });
      }
    }
    return Uint8Array.from([
      ...u32(this.#most),
      ...u32(swappedPortsType(proto) + 1),
      ...pieces.flatMap(({ text, column }) => {
        const bytes = text.flatMap((part) => [...part]);
        return [bytes.length & 0xff, bytes.length >> 8, ...bytes, column];
      }),
    ]);
  }

  #putField(bytes: Uint8Array, at: number, field: number, record: SessionRecord): number {
    switch (field) {
      case FIELDS.sessionid:
        return putNumber(bytes, at, record.id);
      case FIELDS.src:
        return putAddress(bytes, at, record.src, record.version);
      case FIELDS.dst:
        return putAddress(bytes, at, record.dst, record.version);
      case FIELDS.sport:
        return putNumber(bytes, at, hasSwappedPorts(record) ? record.dport : record.sport);
      case FIELDS.dport:
        return putNumber(bytes, at, hasSwappedPorts(record) ? record.sport : record.dport);
      case FIELDS.from:
        return putBytes(bytes, at, this.#zones.bytes(record.fromZone));
      case FIELDS.to:
        return putBytes(bytes, at, this.#zones.bytes(record.toZone));
      case FIELDS.bytes:
        return putNumber(bytes, at, record.bytesSent + record.bytesReceived);
      case FIELDS.bytes_sent:
        return putNumber(bytes, at, record.bytesSent);
      case FIELDS.bytes_received:
        return putNumber(bytes, at, record.bytesReceived);
      case FIELDS.packets:
        return putNumber(bytes, at, record.packetsSent + record.packetsReceived);
      case FIELDS.pkts_sent:
        return putNumber(bytes, at, record.packetsSent);
      case FIELDS.pkts_received:
        return putNumber(bytes, at, record.packetsReceived);
      case FIELDS.start:
        return putTime(bytes, at, record.firstTime);
      case FIELDS.last:
        return putTime(bytes, at, record.lastTime);
      case FIELDS.end:
        return putTime(bytes, at, record.endTime);
      case FIELDS.elapsed:
        return putNumber(bytes, at, record.elapsedSeconds);
      case FIELDS.ttl:
        return putNumber(bytes, at, record.ttlSeconds);
      case FIELDS.after_end:
        return putNumber(bytes, at, record.afterEnd);
      default:
        return record.parent === 0
          ? putBytes(bytes, at, this.#noParent)
          : putNumber(bytes, at, record.parent);
    }
  }
}

/** Whether a column differs between the sessions of one verdict. */
function isField(
  column: keyof SessionRow,
  row: SessionRow,
  layout: RowLayout,
): column is keyof typeof FIELDS {
  if (PROOF_COLUMNS.has(column)) return layout.proof !== null;
  return column in FIELDS && (row[column] !== null || MAY_BE_NOTHING_COLUMNS.has(column));
}

const u32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

/** Names of zones as a layout writes them, as bytes. */
export class ZoneTexts {
  readonly #layout: RowLayout;
  readonly #known = new Map<string | null, Uint8Array>();

  constructor(layout: RowLayout) {
    this.#layout = layout;
  }

  bytes(zone: string | null): Uint8Array {
    let text = this.#known.get(zone);
    if (text === undefined) {
      text = bytesOf(this.#layout.cell('from', zone));
      this.#known.set(zone, text);
    }
    return text;
  }
}
