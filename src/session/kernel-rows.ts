/**
 * Rows of text that the kernel writes: it is given a template for each kind and course of sessions when it meets
 * the first of them, and fills it in from the records, without anything of a session on this side.
 */
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { RowSink, TemplateSum } from './engine-sink.ts';
import type { KernelRecord } from './kernel-record.ts';

const TWO_32 = 4_294_967_296;

export class KernelRows {
  readonly #kernel: Kernel;
  readonly #record: KernelRecord;
  readonly #sink: RowSink;
  /** a template has found no room: further ones are not made */
  #isFull = false;

  /** @param record is moved to sessions that the kernel cannot write */
  constructor(kernel: Kernel, record: KernelRecord, sink: RowSink) {
    this.#kernel = kernel;
    this.#record = record;
    this.#sink = sink;
  }

  /** Rows of the sessions whose units stand in OUT. */
  give(count: number): void {
    const { doors } = this.#kernel;
    if (doors.isWideNow() !== 0) {
      for (let place = 0; place < count; place += 1) this.#sink.record(this.#recordAt(place));
      return;
    }
    let from = 0;
    while (from < count) {
      from = doors.writeRows(from, count) >>> 0;
      const end = doors.textEnd() >>> 0;
      if (end > at.TEXT) this.#sink.text(this.#kernel.bytes.subarray(at.TEXT, end));
      else if (!this.#addTemplate(this.#recordAt(from))) {
        this.#sink.record(this.#recordAt(from));
        from += 1;
      }
    }
  }

  #recordAt(place: number): KernelRecord {
    this.#record.moveTo(this.#kernel.words[at.OUT / 4 + place]!);
    return this.#record;
  }

  /** @returns false where there is no room */
  #addTemplate(record: KernelRecord): boolean {
    if (this.#isFull) return false;
    const template = this.#sink.template(record);
    const { kind, course } = record;
    const place = this.#kernel.doors.addTemplate(kind, course, template.length) >>> 0;
    this.#isFull = place === 0;
    if (!this.#isFull) this.#kernel.bytes.set(template, place);
    return !this.#isFull;
  }

  /** Gives the sums, when all rows have been given. @returns packets of all sessions in them */
  finish(): number {
    let packets = 0;
    for (let i = 0; i < this.#kernel.doors.templates(); i += 1) {
      const sum = this.#sum(at.ALIKE + i * at.ALIKE_BYTES);
      packets += sum.packets;
      this.#sink.add(sum);
    }
    return packets;
  }

  #sum(row: number): TemplateSum {
    const { words } = this.#kernel;
    const u32 = (offset: number): number => words[(row + offset) / 4]!;
    const u64 = (offset: number): number => u32(offset) + u32(offset + 4) * TWO_32;
    return {
      kind: u32(at.ALIKE_KIND),
      course: u32(at.ALIKE_COURSE),
      sessions: u64(at.ALIKE_SESSIONS),
      packets: u64(at.ALIKE_PACKETS),
      bytes: u64(at.ALIKE_FRAME_BYTES),
    };
  }
}
