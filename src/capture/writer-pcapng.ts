import { BLOCK, BYTE_ORDER_MAGIC, OPTION } from './pcapng-blocks.ts';
import type { Time } from './time.ts';
import { FieldWriter, snapped, type WrittenCapture, type WrittenPacket } from './writer-types.ts';

export interface PcapngInterface {
  /** LINKTYPE_, default 1 (Ethernet) */
  readonly linkType?: number;
  /** default 0, no limit; packets are cut to it */
  readonly snaplen?: number;
  /** the if_tsresol byte: n for 10^-n, 0x80 + n for 2^-n; no option where absent (microseconds) */
  readonly tsresol?: number;
  /** seconds that the reader adds; written packets' timestamps have it taken off */
  readonly tsoffset?: number;
  /** the if_fcslen byte; the packets must hold the check sequence */
  readonly fcslen?: number;
}

export interface PcapngSection {
  readonly endian?: 'little' | 'big';
  readonly interfaces?: readonly PcapngInterface[];
}

export interface PcapngOptions extends PcapngSection {
  readonly container: 'pcapng';
  /** several sections one after another; `endian` and `interfaces` above are one section for short */
  readonly sections?: readonly PcapngSection[];
  /** default `enhanced`. `simple` blocks have no time and always interface 0 of the section */
  readonly block?: 'enhanced' | 'simple' | 'old';
  /** unknown blocks between packets, unknown options and comments in every block that may have them */
  readonly extras?: boolean;
  /** frame check sequence in the packet flags, in bytes (enhanced and old blocks) */
  readonly flagsFcsBytes?: number;
}

const COMMENT = { code: 1, text: new TextEncoder().encode('hello') } as const;
const UNKNOWN_OPTION = 0x0bad;
const UNKNOWN_BLOCK = 0x0bad;

const BLOCK_TYPES = {
  enhanced: BLOCK.ENHANCED_PACKET,
  simple: BLOCK.SIMPLE_PACKET,
  old: BLOCK.OLD_PACKET,
} as const;

export function writePcapng(packets: readonly WrittenPacket[], options: PcapngOptions): WrittenCapture {
  const sections = options.sections ?? [options];
  const out = new FieldWriter(true);
  const packetOffsets: number[] = [];
  let at = -1;
  let idBase = 0;
  let interfaces: readonly PcapngInterface[] = [];
  const openSection = () => {
    at++;
    const section = sections[at];
    if (section === undefined) throw new RangeError('a packet names an interface that no section has');
    idBase += interfaces.length;
    interfaces = section.interfaces ?? [{}];
    out.littleEndian = section.endian !== 'big';
    writeSectionHeader(out, options.extras ?? false);
    for (const one of interfaces) writeInterface(out, one, options.extras ?? false);
  };
  openSection();
  for (const packet of packets) {
    const id = packet.interfaceId ?? 0;
    if (id < idBase) throw new RangeError('packets must be in the order of their sections');
    while (id >= idBase + interfaces.length) openSection();
    if (options.extras) writeBlock(out, UNKNOWN_BLOCK, (body) => body.u8(1, 2, 3));
    packetOffsets.push(out.length);
    writePacket(out, packet, id - idBase, interfaces[id - idBase]!, options);
  }
  while (at + 1 < sections.length) openSection();
  return { bytes: out.done(), packetOffsets };
}

function writeBlock(out: FieldWriter, type: number, fill: (body: FieldWriter) => void): void {
  const body = new FieldWriter(out.littleEndian);
  fill(body);
  body.pad();
  out
    .u32(type, body.length + 12)
    .bytes(body.done())
    .u32(body.length + 12);
}

function writeOption(body: FieldWriter, code: number, value: Uint8Array): void {
  body.u16(code, value.length).bytes(value).pad();
}

function writeExtras(body: FieldWriter): void {
  writeOption(body, COMMENT.code, COMMENT.text);
  writeOption(body, UNKNOWN_OPTION, Uint8Array.of(9, 9, 9));
}

function writeSectionHeader(out: FieldWriter, extras: boolean): void {
  writeBlock(out, BLOCK.SECTION_HEADER, (body) => {
    body.u32(BYTE_ORDER_MAGIC).u16(1, 0).u32(0xffffffff, 0xffffffff);
    if (extras) writeExtras(body);
  });
}

function writeInterface(out: FieldWriter, one: PcapngInterface, extras: boolean): void {
  writeBlock(out, BLOCK.INTERFACE, (body) => {
    body.u16(one.linkType ?? 1, 0).u32(one.snaplen ?? 0);
    const before = body.length;
    if (extras) writeExtras(body);
    if (one.tsresol !== undefined) writeOption(body, OPTION.TSRESOL, Uint8Array.of(one.tsresol));
    if (one.fcslen !== undefined) writeOption(body, OPTION.FCSLEN, Uint8Array.of(one.fcslen));
    if (one.tsoffset !== undefined)
      writeOption(body, OPTION.TSOFFSET, sixtyFourBits(BigInt(one.tsoffset), out.littleEndian));
    if (body.length > before) body.u16(OPTION.END, 0);
  });
}

function writePacket(
  out: FieldWriter,
  packet: WrittenPacket,
  id: number,
  one: PcapngInterface,
  options: PcapngOptions,
): void {
  const kind = options.block ?? 'enhanced';
  const frame = snapped(packet.data, one.snaplen ?? 0);
  const original = packet.originalLength ?? packet.data.length;
  writeBlock(out, BLOCK_TYPES[kind], (body) => {
    if (kind === 'simple') {
      body.u32(original).bytes(frame);
      return;
    }
    const ticks = BigInt.asUintN(64, ticksOf(packet.time, one));
    if (kind === 'old') body.u16(id, 0xffff);
    else body.u32(id);
    body
      .u32(Number(ticks >> 32n), Number(ticks & 0xffffffffn), frame.length, original)
      .bytes(frame)
      .pad();
    const before = body.length;
    if (options.extras) writeExtras(body);
    if (options.flagsFcsBytes !== undefined) {
      const flags = new FieldWriter(out.littleEndian).u32(options.flagsFcsBytes << 5).done();
      writeOption(body, OPTION.PACKET_FLAGS, flags);
    }
    if (body.length > before) body.u16(OPTION.END, 0);
  });
}

/** The timestamp in the interface's units, rounded down. */
function ticksOf(time: Time, one: PcapngInterface): bigint {
  const tsresol = one.tsresol ?? 6;
  const unitsPerSecond = tsresol & 0x80 ? 1n << BigInt(tsresol & 0x7f) : 10n ** BigInt(tsresol);
  const ns = BigInt(time.sec - (one.tsoffset ?? 0)) * 1_000_000_000n + BigInt(time.nsec);
  return (ns * unitsPerSecond) / 1_000_000_000n;
}

function sixtyFourBits(value: bigint, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, littleEndian);
  return bytes;
}
