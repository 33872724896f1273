/**
 * What every container parser gives: a pull parser with a synchronous fast path. The caller asks
 * `next()` until it says `starved`, then appends bytes to the window (or finishes it) and asks again.
 */
import type { Damage, PacketRecord, StrangeTimes } from './record.ts';

/** `end` and `damage` are final; after `damage` the field of that name says where and what. */
export type ParseSignal = 'starved' | 'end' | 'damage';

export interface RecordParser {
  /** `CaptureFile.format` */
  readonly format: string;
  /** LINKTYPE_ numbers in order of first appearance */
  readonly linkTypes: number[];
  /** index of the file, stamped on every record */
  file: number;
  readonly damage: Damage | null;
  /** so far */
  readonly strangeTimes: StrangeTimes | null;
  /**
   * The next record, or why there is none. Throws CaptureError, only ever before the first record, for
   * a capture of a version that nobody can read; the message lacks the file's name.
   */
  next(): PacketRecord | ParseSignal;
}

/** A record above this is damage whatever the snapshot length says: no writer makes such packets. */
export const MAX_RECORD_BYTES: number = 16 * 1024 * 1024;
/** Wireshark's WTAP_MAX_PACKET_SIZE_STANDARD: accepted even where the snapshot length is smaller. */
const STANDARD_PACKET_BYTES = 262_144;

/** The largest captured length to believe; a snapshot length of 0 means no limit. */
export function maxCapturedBytes(snaplen: number): number {
  if (snaplen === 0) return MAX_RECORD_BYTES;
  return Math.min(MAX_RECORD_BYTES, Math.max(snaplen, STANDARD_PACKET_BYTES));
}

/** Bytes on the wire without the frame check sequence; broken writers store 0, where the captured length is the best guess. */
export function wireLength(stated: number, captured: number, fcsBytes: number): number {
  const length = stated === 0 ? captured : stated;
  return length > fcsBytes ? length - fcsBytes : length;
}

/** The captured bytes without those of the frame check sequence, where the capture holds any of it. */
export function withoutFcs(data: Uint8Array, wireBytes: number, fcsBytes: number): Uint8Array {
  return fcsBytes > 0 && data.length > wireBytes ? data.subarray(0, wireBytes) : data;
}
