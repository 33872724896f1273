/** The parser for content of a kind, chosen by the same sniffing for files, pipes and bytes in memory. */
import type { ByteWindow } from './byte-window.ts';
import { ClassicParser } from './classic.ts';
import { PcapngParser } from './pcapng.ts';
import type { CaptureFile } from './record.ts';
import { CaptureError, type PacketRecord } from './record.ts';
import type { RecordParser } from './record-parser.ts';
import { describeForeign, SNIFF_BYTES, sniff } from './sniff.ts';
import { compareTime } from './time.ts';

/**
 * A parser over a window that holds the stream's first SNIFF_BYTES, or all there are.
 * @throws CaptureError (without the file's name) where they are no capture
 */
export function makeParser(window: ByteWindow, name: string): RecordParser {
  const head = window.bytes.subarray(window.start, Math.min(window.end, window.start + SNIFF_BYTES));
  const kind = sniff(head);
  if (kind === 'pcap') return new ClassicParser(window);
  if (kind === 'pcapng') return new PcapngParser(window);
  if (kind === null) throw new CaptureError(describeForeign(head, name));
  throw new CaptureError(`compressed with ${kind} where a capture must stand: decompress it first`);
}

export function emptyCaptureFile(name: string, parser: RecordParser): CaptureFile {
  return {
    name,
    format: parser.format,
    linkTypes: parser.linkTypes,
    packets: 0,
    bytes: 0,
    first: null,
    last: null,
    damage: null,
    strangeTimes: null,
  };
}

/** What the parser knows of the file once nothing more is read of it. */
export function closeFile(file: CaptureFile, parser: RecordParser): void {
  file.damage = parser.damage;
  file.strangeTimes = parser.strangeTimes;
}

/** Counts one record; `first` and `last` are the earliest and the latest time, whatever the order. */
export function countRecord(file: CaptureFile, record: PacketRecord): void {
  file.packets++;
  file.bytes += record.originalLength;
  if (file.first === null || compareTime(record.time, file.first) < 0) file.first = record.time;
  if (file.last === null || compareTime(record.time, file.last) > 0) file.last = record.time;
}
