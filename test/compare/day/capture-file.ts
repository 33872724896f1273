/** The day's packets as a capture, written in pieces. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { DAY_START_SECONDS, type DayPacket } from './day.ts';

/** Classic pcap, little-endian, microseconds, Ethernet. */
export function writeDay(path: string, packets: readonly DayPacket[]): void {
  const file = openSync(path, 'w');
  let piece = new DataView(new ArrayBuffer(1 << 20));
  let used = 24;
  piece.setUint32(0, 0xa1b2c3d4, true);
  piece.setUint32(4, 2 | (4 << 16), true);
  piece.setUint32(16, 65_535, true);
  piece.setUint32(20, 1, true);
  const flush = (): void => {
    writeSync(file, new Uint8Array(piece.buffer, 0, used));
    piece = new DataView(new ArrayBuffer(1 << 20));
    used = 0;
  };
  for (const { at, bytes } of packets) {
    if (used + 16 + bytes.length > piece.byteLength) flush();
    piece.setUint32(used, DAY_START_SECONDS + Math.floor(at / 1_000_000), true);
    piece.setUint32(used + 4, at % 1_000_000, true);
    piece.setUint32(used + 8, bytes.length, true);
    piece.setUint32(used + 12, bytes.length, true);
    new Uint8Array(piece.buffer).set(bytes, used + 16);
    used += 16 + bytes.length;
  }
  flush();
  closeSync(file);
}
