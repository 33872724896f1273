/** A whole capture in memory, for tests and for a page that has a dropped file; no node modules. */
import { ByteWindow } from './byte-window.ts';
import { closeFile, countRecord, emptyCaptureFile, makeParser } from './parse-content.ts';
import type { CaptureFile, PacketRecord } from './record.ts';

/**
 * Reads an uncompressed capture. The records' data are views of `bytes`.
 * @throws CaptureError where the bytes are no capture; damage is in `file.damage`, with all records before it
 */
export function readCaptureBytes(
  bytes: Uint8Array,
  name = 'capture',
): { file: CaptureFile; records: PacketRecord[] } {
  const window = new ByteWindow();
  window.append(bytes);
  window.finish();
  const parser = makeParser(window, name);
  const file = emptyCaptureFile(name, parser);
  const records: PacketRecord[] = [];
  let step = parser.next();
  while (typeof step !== 'string') {
    countRecord(file, step);
    records.push(step);
    step = parser.next();
  }
  closeFile(file, parser);
  return { file, records };
}
