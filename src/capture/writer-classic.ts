import { FieldWriter, snapped, type WrittenCapture, type WrittenPacket } from './writer-types.ts';

/** Record layouts; all but `standard` are what patched or vendor writers made (classic-layouts.ts). */
export type ClassicLayout = 'standard' | 'modified' | 'redhat-6.1' | 'suse-6.3' | 'nokia' | 'aix';

export interface ClassicOptions {
  readonly container: 'pcap';
  readonly endian?: 'little' | 'big';
  /** only the standard layout has both; `aix` is always nanoseconds, the others microseconds */
  readonly resolution?: 'us' | 'ns';
  readonly layout?: ClassicLayout;
  /** default 2.4; before 2.3 the lengths are written in the old order. `aix` is 2.2 */
  readonly version?: readonly [major: number, minor: number];
  /** default 262144; packets are cut to it; 0 means no limit */
  readonly snaplen?: number;
  /** LINKTYPE_, default 1 (Ethernet) */
  readonly linkType?: number;
  /** even; states a frame check sequence in the link-type field. The packets must hold it */
  readonly fcsBytes?: number;
}

interface Shape {
  readonly magic: number;
  readonly extra: (out: FieldWriter) => void;
}

const STANDARD_MAGIC = 0xa1b2c3d4;
/** interface index 2, IPv4, packet type 0, padding: what a Linux of 1999 wrote */
const linuxExtra = (out: FieldWriter): FieldWriter => out.u32(2).u16(0x0800).u8(0, 0);

const SHAPES: Readonly<Record<ClassicLayout, Shape>> = {
  standard: { magic: STANDARD_MAGIC, extra: () => {} },
  modified: { magic: 0xa1b2cd34, extra: linuxExtra },
  'redhat-6.1': { magic: STANDARD_MAGIC, extra: linuxExtra },
  'suse-6.3': { magic: 0xa1b2cd34, extra: (out) => linuxExtra(out).u8(0, 0, 0, 0) },
  nokia: { magic: STANDARD_MAGIC, extra: (out) => out.u8(0x01, 0xb6, 0xbf, 0x9f) },
  aix: { magic: STANDARD_MAGIC, extra: () => {} },
};

/** LINKTYPE_ -> ifType, the reverse of what classic-header.ts reads. */
const AIX_IF_TYPES: ReadonlyMap<number, number> = new Map([
  [1, 6],
  [6, 9],
  [10, 15],
  [0, 24],
]);

export function writeClassic(packets: readonly WrittenPacket[], options: ClassicOptions): WrittenCapture {
  const layout = options.layout ?? 'standard';
  const aix = layout === 'aix';
  const nanoseconds = aix || options.resolution === 'ns';
  const linkType = options.linkType ?? 1;
  const snaplen = options.snaplen ?? 262_144;
  const [major, minor] = options.version ?? (aix ? [2, 2] : [2, 4]);
  const swapped = (major === 2 && minor < 3) || major === 543;
  const fcs = options.fcsBytes === undefined ? 0 : ((options.fcsBytes / 2) << 28) | 0x04000000;
  const ifType = AIX_IF_TYPES.get(linkType);
  if (aix && ifType === undefined) throw new RangeError(`AIX has no ifType for link type ${linkType}`);
  if (nanoseconds && !aix && layout !== 'standard') throw new RangeError(`${layout} has microseconds only`);

  const out = new FieldWriter(options.endian !== 'big');
  const magic = nanoseconds && !aix ? 0xa1b23c4d : SHAPES[layout].magic;
  out
    .u32(magic)
    .u16(major, minor)
    .u32(0, 0, snaplen, aix ? ifType! : (linkType | fcs) >>> 0);
  const packetOffsets: number[] = [];
  for (const packet of packets) {
    packetOffsets.push(out.length);
    const frame = snapped(packet.data, snaplen);
    // AIX pads FDDI frames by 3 bytes and counts them
    const padding = aix && linkType === 10 ? 3 : 0;
    const captured = frame.length + padding;
    const original = (packet.originalLength ?? packet.data.length) + padding;
    out.u32(packet.time.sec, nanoseconds ? packet.time.nsec : Math.floor(packet.time.nsec / 1000));
    out.u32(...(swapped ? [original, captured] : [captured, original]));
    SHAPES[layout].extra(out);
    out.bytes(new Uint8Array(padding)).bytes(frame);
  }
  return { bytes: out.done(), packetOffsets };
}
