/**
 * The 24-byte file header of classic pcap. Facts from the pcap savefile specification
 * (draft-ietf-opsawg-pcap) and from how Wireshark's libpcap reader treats old and patched writers.
 */
import { CaptureError } from './record.ts';
import { maxCapturedBytes } from './record-parser.ts';

/** `standard`: several record layouts hide behind this magic number; `fixed`: only the standard one. */
export type LayoutFamily = 'standard' | 'modified' | 'fixed';

interface Magic {
  readonly value: number;
  readonly format: string;
  readonly nanoseconds: boolean;
  readonly family: LayoutFamily;
  readonly headerBytes: number;
}

/** Magic numbers as the writer's byte order gives them. */
const MAGICS: readonly Magic[] = [
  { value: 0xa1b2c3d4, format: 'pcap', nanoseconds: false, family: 'standard', headerBytes: 24 },
  { value: 0xa1b23c4d, format: 'pcap-ns', nanoseconds: true, family: 'fixed', headerBytes: 24 },
  // Alexey Kuznetzov's patched libpcap of 1999
  { value: 0xa1b2cd34, format: 'pcap-modified', nanoseconds: false, family: 'modified', headerBytes: 24 },
  // Ixia's lcap: four more bytes of file header, which hold the size of all records (Wireshark issue 14073)
  { value: 0x1c0001ac, format: 'pcap-ns', nanoseconds: true, family: 'fixed', headerBytes: 28 },
  { value: 0x1c0001ab, format: 'pcap', nanoseconds: false, family: 'fixed', headerBytes: 28 },
];

/** AIX writes version 2.2 with ifType numbers (RFC 1573) for link types: ifType -> LINKTYPE_. */
const AIX_LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [6, 1],
  [9, 6],
  [15, 10],
  [24, 0],
]);

const NETWORK = { LINK_TYPE: 0xffff, RESERVED: 0x03ff0000, FCS_PRESENT: 0x04000000 } as const;

export interface ClassicHeader {
  readonly format: string;
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
  readonly family: LayoutFamily;
  readonly headerBytes: number;
  readonly snaplen: number;
  readonly linkType: number;
  readonly fcsBytes: number;
  readonly maxCaptured: number;
  /** before version 2.3 the original length stood before the captured one; in 2.3 some writers still did it */
  readonly lengths: 'plain' | 'swapped' | 'swapped-if-larger';
  /** padding in front of every frame that is no part of it */
  readonly framePadding: number;
}

/** Byte order and kind by the first four bytes; null where they are no classic pcap. */
export function findMagic(view: DataView, at: number): { magic: Magic; littleEndian: boolean } | null {
  for (const littleEndian of [true, false]) {
    const value = view.getUint32(at, littleEndian);
    const magic = MAGICS.find((row) => row.value === value);
    if (magic !== undefined) return { magic, littleEndian };
  }
  return null;
}

/**
 * Reads the file header at `at`. The caller has made sure that `headerBytes` of it are there.
 * @throws CaptureError (without the file's name) for a version or a link-type field that nobody defines
 */
export function readClassicHeader(
  view: DataView,
  at: number,
  found: { magic: Magic; littleEndian: boolean },
): ClassicHeader {
  const { magic, littleEndian } = found;
  const major = view.getUint16(at + 4, littleEndian);
  const minor = view.getUint16(at + 6, littleEndian);
  const snaplen = view.getUint32(at + 16, littleEndian);
  const network = view.getUint32(at + 20, littleEndian);
  if (major < 2) {
    throw new CaptureError(
      `pcap version ${major}.${minor} (byte 4), which no program defines: version 2 is the first; write the capture again, e.g. as pcapng`,
    );
  }
  const aixLinkType =
    magic.value === 0xa1b2c3d4 && major === 2 && minor === 2 ? AIX_LINK_TYPES.get(network) : undefined;
  if (aixLinkType === undefined && (network & NETWORK.RESERVED) !== 0) {
    throw new CaptureError(
      `reserved bits set in the link-type field 0x${network.toString(16).padStart(8, '0')} (byte 20), so the link type is unknown; write the capture again, e.g. as pcapng`,
    );
  }
  // 543.0 is DG/UX tcpdump, which kept the old order of the lengths
  const swapped = (major === 2 && minor < 3) || major === 543;
  return {
    format: magic.format,
    littleEndian,
    nanoseconds: magic.nanoseconds || aixLinkType !== undefined,
    // the patched layouts were only ever written with version 2.4
    family: magic.family === 'standard' && (swapped || (major === 2 && minor === 3)) ? 'fixed' : magic.family,
    headerBytes: magic.headerBytes,
    snaplen,
    linkType: aixLinkType ?? network & NETWORK.LINK_TYPE,
    // a 4-bit count of 16-bit words
    fcsBytes: (network & NETWORK.FCS_PRESENT) !== 0 && aixLinkType === undefined ? (network >>> 28) * 2 : 0,
    maxCaptured: maxCapturedBytes(snaplen),
    lengths: swapped ? 'swapped' : major === 2 && minor === 3 ? 'swapped-if-larger' : 'plain',
    // AIX pads FDDI frames (Wireshark's libpcap reader)
    framePadding: aixLinkType === 10 ? 3 : 0,
  };
}
