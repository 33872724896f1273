/**
 * Rows written straight from the engine's records, without an object for each session: what sessions of one
 * verdict have in common is derived once, by way of the row of the first of them.
 */
import type { RowSink, TemplateSum } from '../session/engine-sink.ts';
import type { SessionSum } from '../session/kernel-sums.ts';
import type { SessionRecord } from '../session/session-record.ts';
import { PieceBuffer, type WriteNow } from './piece-buffer.ts';
import { ProofBytes } from './proof-bytes.ts';
import { type RowLayout, RowTemplate, ZoneTexts } from './row-template.ts';
import { type RowOptions, sessionRow } from './session-row.ts';

/** Sessions of one verdict. */
class Alike implements SessionSum {
  readonly facts: SessionSum['facts'];
  readonly template: RowTemplate;
  sessions = 0;
  packets = 0;
  bytes = 0;

  constructor(facts: SessionSum['facts'], template: RowTemplate) {
    this.facts = facts;
    this.template = template;
  }
}

export class RecordRows implements RowSink {
  readonly #layout: RowLayout;
  readonly #options: RowOptions;
  readonly #alike = new Map<number, Map<number, Alike>>();
  readonly #zones: ZoneTexts;
  readonly #out: PieceBuffer;
  readonly #proof: ProofBytes | null;

  /** @param options `proof` as the layout has it */
  constructor(layout: RowLayout, options: RowOptions, writeNow?: WriteNow) {
    this.#out = new PieceBuffer(writeNow);
    this.#proof = layout.proof === null ? null : new ProofBytes(layout.proof, options, this.#out);
    this.#layout = layout;
    // the first session's proof is no part of what others have in common with it
    this.#options = { ...options, proof: false };
    this.#zones = new ZoneTexts(layout);
  }

  record(record: SessionRecord): void {
    const alike = this.#alikeTo(record);
    alike.sessions += 1;
    alike.packets += record.packetsSent + record.packetsReceived;
    alike.bytes += record.bytesSent + record.bytesReceived;
    this.#proof?.begin(record.view());
    alike.template.put(this.#out, record, this.#proof);
  }

  template(record: SessionRecord): Uint8Array {
    return this.#alikeTo(record).template.encoded(record.proto);
  }

  text(rows: Uint8Array): void {
    const bytes = this.#out.room(rows.length);
    bytes.set(rows, this.#out.end);
    this.#out.end += rows.length;
  }

  add({ kind, course, sessions, packets, bytes }: TemplateSum): void {
    const alike = this.#alike.get(kind)!.get(course)!;
    alike.sessions += sessions;
    alike.packets += packets;
    alike.bytes += bytes;
  }

  #alikeTo(record: SessionRecord): Alike {
    return this.#alike.get(record.kind)?.get(record.course) ?? this.#meet(record);
  }

  /** @param all also what does not fill a piece; a piece may be written over as soon as the next is asked for */
  pieces(all: boolean): Iterable<Uint8Array> {
    return this.#out.pieces(all);
  }

  /** Sums over the sessions taken so far, by verdict. */
  *sums(): Generator<SessionSum> {
    for (const courses of this.#alike.values()) yield* courses.values();
  }

  /** The first session of its verdict. */
  #meet(record: SessionRecord): Alike {
    const facts = record.facts();
    const row = sessionRow(facts, this.#options);
    const template = new RowTemplate(row, this.#layout, this.#zones);
    const { proto, tcp, app, payloadSeen, timerName, endedBy, endTime } = facts;
    const alike = new Alike({ proto, tcp, app, payloadSeen, timerName, endedBy, endTime }, template);
    const courses = this.#alike.get(record.kind) ?? new Map<number, Alike>();
    this.#alike.set(record.kind, courses.set(record.course, alike));
    return alike;
  }
}
