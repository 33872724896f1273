/**
 * What the capture room gives to the rest of the house: packet records in merged time order,
 * and a summary of each file. Nothing here knows what is inside a frame.
 */
import type { RawCapture } from './raw-capture.ts';
import type { Time } from './time.ts';

/** One captured packet. `data` stays valid for as long as the record is held. */
export interface PacketRecord {
  /** the packet's own time, as the file holds it; a strange one (`CaptureFile.strangeTimes`) is the nearest that is none */
  readonly time: Time;
  /** LINKTYPE_ number of the interface it was captured on (tcpdump.org link-layer header types) */
  readonly linkType: number;
  /** interface within the file, counted over all sections; 0 in a classic file */
  readonly interfaceId: number;
  /** bytes on the wire, link header included, frame check sequence not included */
  readonly originalLength: number;
  /** the bytes that were captured; `data.length` may be less than `originalLength` (snapshot length) */
  readonly data: Uint8Array;
  /** index into `CaptureInput.files` */
  readonly file: number;
  /** 1-based number within its file */
  readonly filePacket: number;
}

/** Where and how a file stopped being readable. */
export interface Damage {
  /** byte offset of the record that could not be read, in the decompressed stream */
  readonly offset: number;
  /** one clause without the file's name, e.g. "the record needs 74 bytes and 12 are left" */
  readonly what: string;
}

/** Packets whose time lies outside what the table's clock holds, EARLIEST_TIME to LATEST_TIME of time.ts. */
export interface StrangeTimes {
  /** byte offset of the first of them, in the decompressed stream */
  readonly offset: number;
  readonly packets: number;
}

/** Counted while a file is read; complete once the input has been read to its end. */
export interface CaptureFile {
  /** the name as given by the user, or the path inside a directory that was given; `-` for standard input */
  readonly name: string;
  /** container, found by content: `pcap`, `pcap-ns`, `pcap-modified`, `pcapng` */
  format: string;
  /** LINKTYPE_ numbers in order of first appearance (interfaces that hold no packet included) */
  readonly linkTypes: number[];
  packets: number;
  /** sum of `originalLength` */
  bytes: number;
  first: Time | null;
  last: Time | null;
  damage: Damage | null;
  /** null where every packet's time was kept as the file holds it */
  strangeTimes: StrangeTimes | null;
}

/** All captures of one run, merged by packet time (ties: the order of `files`). */
export interface CaptureInput {
  readonly files: readonly CaptureFile[];
  /** sizes in bytes as stored on disk, for the progress bar; null where unknown (standard input) */
  readonly totalStoredBytes: number | null;
  /** bytes taken from disk or standard input so far */
  storedBytesRead(): number;
  /** whether a file has packets behind those of the batch that was given last */
  hasMore(file: number): boolean;
  /** non-empty batches in merged order; ends at the end or at the damage of each file, never throws for damage */
  batches(): AsyncGenerator<PacketRecord[]>;
  /**
   * The input's bytes in place of its records, where it is one plain classic file; null otherwise. Called
   * instead of `batches`, at most once.
   */
  raw(): RawCapture | null;
  /** releases open files; safe to call at any time */
  close(): Promise<void>;
}

/**
 * Input that cannot be used at all: missing, unreadable, or not a capture. `message` is the one line
 * that the user sees: what, where (file, byte offset), what to do. Exit status 2.
 */
export class CaptureError extends Error {}
