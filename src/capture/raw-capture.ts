/** One plain classic file as an engine reads it: bytes, not records (open-raw.ts). */
import type { PacketRecord } from './record.ts';
import type { Time } from './time.ts';

/** How to read the records of a file. */
export interface RawForm {
  readonly bigEndian: boolean;
  /** nanoseconds of a unit of the second word of a record: 1000 or 1 */
  readonly fractionNs: number;
  /** more captured bytes than this are damage */
  readonly maxCaptured: number;
  readonly linkType: number;
}

/** The records that an engine has taken from the bytes it was given. */
export interface RawTaken {
  readonly packets: number;
  /** sum of their original lengths */
  readonly bytes: number;
  readonly first: Time;
  readonly last: Time;
}

export interface RawCapture {
  readonly form: RawForm;
  /** Reads on into `into`; returns the number of bytes, 0 at the end of the file (or where it cannot be read any further). */
  read(into: Uint8Array): number;
  /** Counts, once, all records that were taken from what `read` gave. */
  count(taken: RawTaken): void;
  /** Non-empty batches of what comes behind the records that were taken, `rest` being bytes that were read and not taken. */
  remaining(rest: Uint8Array): Generator<PacketRecord[]>;
}
