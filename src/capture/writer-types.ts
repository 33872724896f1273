import type { Time } from './time.ts';

/** A packet to write; a PacketRecord is one. */
export interface WrittenPacket {
  readonly time: Time;
  readonly data: Uint8Array;
  /** bytes on the wire; `data.length` where absent */
  readonly originalLength?: number;
  /** interface, counted over all sections (pcapng only); 0 where absent */
  readonly interfaceId?: number;
}

export interface WrittenCapture {
  readonly bytes: Uint8Array;
  /** offset of each packet's record (its block, in pcapng) */
  readonly packetOffsets: readonly number[];
}

/** Appends fields in one byte order to a growing list of parts. */
export class FieldWriter {
  littleEndian: boolean;
  length = 0;
  readonly #parts: Uint8Array[] = [];

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  u8(...values: number[]): this {
    return this.bytes(Uint8Array.from(values));
  }

  u16(...values: number[]): this {
    for (const value of values) this.#field(2, (view) => view.setUint16(0, value, this.littleEndian));
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.#field(4, (view) => view.setUint32(0, value, this.littleEndian));
    return this;
  }

  bytes(part: Uint8Array): this {
    this.#parts.push(part);
    this.length += part.length;
    return this;
  }

  /** Zeros up to a multiple of four. */
  pad(): this {
    return this.bytes(new Uint8Array(-this.length & 3));
  }

  done(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #field(size: number, fill: (view: DataView) => void): void {
    const part = new Uint8Array(size);
    fill(new DataView(part.buffer));
    this.bytes(part);
  }
}

/** The bytes of a packet that a snapshot length leaves; 0 leaves all. */
export function snapped(data: Uint8Array, snaplen: number): Uint8Array {
  return snaplen > 0 && data.length > snaplen ? data.subarray(0, snaplen) : data;
}
