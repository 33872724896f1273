/** The part of pcap-parser 0.2.1 that is used; the package has no types of its own. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';

  export interface Packet {
    header: {
      timestampSeconds: number;
      timestampMicroseconds: number;
      capturedLength: number;
      originalLength: number;
    };
    data: Buffer;
  }

  export interface Parser extends EventEmitter {
    /** bytes that arrived and are not parsed yet; null before the first */
    buffer: Buffer | null;
    on(event: 'packet', listener: (packet: Packet) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  /** `input`: anything with `pause`, `resume` and `data` events. */
  export function parse(input: EventEmitter): Parser;
}
