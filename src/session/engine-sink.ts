/** What an engine tells of its work. */
import type { DecodedPacket } from '../decode/packet.ts';
import type { SessionFacts } from './facts.ts';
import type { SessionRecord } from './session-record.ts';

/** Where an engine's results go. */
export interface EngineSink {
  /** facts of a session, once they can no longer change */
  session(facts: SessionFacts): void;
  /** in its place, where there is one and the engine has records */
  record?: ((record: SessionRecord) => void) | undefined;
  /** in place of both, where there is one and the engine can write rows itself */
  rows?: RowSink | undefined;
  /** one line for the user */
  warn(line: string): void;
  /** name of an input file by its index, for warnings */
  fileName(file: number): string;
  /** whether an input file has packets still to come */
  hasMore(file: number): boolean;
  /** told of each packet that is in no session, with the cause under which it is counted; the packet is reused */
  leftOut?(packet: Readonly<DecodedPacket>, cause: string): void;
}

/** Takes rows that an engine has written by templates: see report/row-template.ts. */
export interface RowSink {
  /** how rows of sessions of this record's kind and course are written; asked once for each, until there is no room */
  template(record: SessionRecord): Uint8Array;
  /** a row for which the engine has no room to keep its template */
  record(record: SessionRecord): void;
  /** rows, in the order of their sessions; overwritten when this returns */
  text(rows: Uint8Array): void;
  /** the sums over the sessions that were written by one template, when all have been */
  add(sum: TemplateSum): void;
}

export interface TemplateSum {
  readonly kind: number;
  readonly course: number;
  readonly sessions: number;
  readonly packets: number;
  /** frame bytes */
  readonly bytes: number;
}
