/** Captures as bytes, for tests: every container variant that the readers know. Pure. */
import { type ClassicOptions, writeClassic } from './writer-classic.ts';
import { type PcapngOptions, writePcapng } from './writer-pcapng.ts';
import type { WrittenCapture, WrittenPacket } from './writer-types.ts';

export type { ClassicLayout, ClassicOptions } from './writer-classic.ts';
export type { PcapngInterface, PcapngOptions, PcapngSection } from './writer-pcapng.ts';
export type { WrittenCapture, WrittenPacket } from './writer-types.ts';

export type WriterOptions = ClassicOptions | PcapngOptions;

/** The capture's bytes, and where each packet's record starts in them. */
export function layOutCapture(packets: readonly WrittenPacket[], options: WriterOptions): WrittenCapture {
  return options.container === 'pcap' ? writeClassic(packets, options) : writePcapng(packets, options);
}

/** The capture's bytes. A PacketRecord is a packet to write as it stands. */
export function writeCapture(packets: readonly WrittenPacket[], options: WriterOptions): Uint8Array {
  return layOutCapture(packets, options).bytes;
}
