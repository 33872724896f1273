/**
 * Record layouts of classic pcap. Patched writers of 1999 and Nokia's firewalls put longer record
 * headers behind magic numbers that others use too, so the layout is found by trying which one makes
 * the first three record headers plausible, as Wireshark's libpcap reader does.
 */
import type { ByteWindow } from './byte-window.ts';
import type { ClassicHeader, LayoutFamily } from './classic-header.ts';
import { isFamiliarFrame } from './familiar-frame.ts';

export interface RecordLayout {
  readonly name: string;
  /** the first 16 are the same in all: seconds, fraction, captured length, original length */
  readonly headerBytes: number;
  /** counts what is implausible behind the first 16 bytes of the header at `at` */
  readonly oddities: (view: DataView, at: number, littleEndian: boolean) => number;
}

const RECORDS_TO_TRY = 3;
/** Wireshark's bound for a believable original length */
const MAX_ORIGINAL_BYTES = 128 * 1024 * 1024;

/** Interface index, Ethernet type and packet type of Linux, in Alexey Kuznetzov's patched headers. */
function linuxOddities(view: DataView, at: number, littleEndian: boolean): number {
  const interfaceIndex = view.getUint32(at + 16, littleEndian);
  const protocol = view.getUint16(at + 20, littleEndian);
  const packetType = view.getUint8(at + 22);
  // Ethernet types, or the ETH_P_ numbers of linux/if_ether.h that are none
  const protocolFits = protocol >= 0x600 || protocol <= 0x17 || [0x60, 0x200, 0x400].includes(protocol);
  return Number(interfaceIndex > 10_000) + Number(!protocolFits) + Number(packetType > 4);
}

/** The only values seen in Nokia's four extra bytes: 9|b fbf b|d 6|9 0 1|2, always little-endian; editcap writes zeros. */
function nokiaOddities(view: DataView, at: number): number {
  const extra = view.getUint32(at + 16, true);
  return Number(extra !== 0 && !/^[9b]fbf[bd][69]0[12]$/.test(extra.toString(16)));
}

const STANDARD: RecordLayout = { name: 'standard', headerBytes: 16, oddities: () => 0 };
/** RedHat 6.1 */
const SS990417: RecordLayout = { name: 'ss990417', headerBytes: 24, oddities: linuxOddities };
const SS991029: RecordLayout = { name: 'ss991029', headerBytes: 24, oddities: linuxOddities };
/** SuSE 6.3: two debug bytes and padding more */
const SS990915: RecordLayout = { name: 'ss990915', headerBytes: 28, oddities: linuxOddities };
const NOKIA: RecordLayout = { name: 'nokia', headerBytes: 20, oddities: nokiaOddities };

/** In order of preference. */
const LAYOUTS: Readonly<Record<LayoutFamily, readonly RecordLayout[]>> = {
  standard: [STANDARD, SS990417, NOKIA],
  modified: [SS991029, SS990915],
  fixed: [STANDARD],
};

interface Trial {
  readonly layout: RecordLayout;
  readonly faults: number;
  /** the stream ends inside a record: no fault of the layout, if it is a cut file */
  readonly cut: boolean;
  /** all records that were to be tried are there */
  readonly complete: boolean;
  /** the first frame starts like one of its link type */
  readonly familiar: boolean;
}

/** null: more bytes are needed to tell. */
function tryLayout(window: ByteWindow, header: ClassicHeader, layout: RecordLayout): Trial | null {
  const { view, bytes, end } = window;
  const le = header.littleEndian;
  let at = window.start;
  let faults = 0;
  let familiar = false;
  for (let record = 0; record < RECORDS_TO_TRY; record++) {
    const left = end - at;
    if (left < layout.headerBytes) {
      if (!window.ended) return null;
      return { layout, faults, cut: left > 0, complete: false, familiar };
    }
    const captured = view.getUint32(at + 8, le);
    const original = view.getUint32(at + 12, le);
    faults += Number(view.getUint32(at + 4, le) >= 1_000_000);
    faults += Number(header.snaplen > 0 && captured > header.snaplen);
    faults += Number(original > MAX_ORIGINAL_BYTES);
    faults += Number(captured > original);
    faults += layout.oddities(view, at, le);
    if (captured > header.maxCaptured) {
      return { layout, faults: faults + 1, cut: false, complete: false, familiar };
    }
    const next = at + layout.headerBytes + captured;
    if (record === 0 && (next <= end || window.ended)) {
      familiar = isFamiliarFrame(
        header.linkType,
        bytes.subarray(at + layout.headerBytes, Math.min(next, end)),
      );
    }
    if (next > end) {
      if (!window.ended) return null;
      return { layout, faults, cut: true, complete: false, familiar };
    }
    at = next;
  }
  return { layout, faults, cut: false, complete: true, familiar };
}

/**
 * The layout of the records that start at the window's start; null while more bytes are needed.
 *
 * As Wireshark does, the layout with the fewest faults wins, a cut counted as one, and ties go to the
 * earlier. But Wireshark so takes a cut or damaged file of a few packets for a whole one of another layout
 * and loses what stands before the damage. Here the first choice stays where its first frame looks right,
 * and without faults gives way only to a layout without faults under which the frame does.
 */
export function findLayout(window: ByteWindow, header: ClassicHeader): RecordLayout | null {
  const layouts = LAYOUTS[header.family];
  if (layouts.length === 1) return layouts[0]!;
  const trials: Trial[] = [];
  for (const layout of layouts) {
    const trial = tryLayout(window, header, layout);
    if (trial === null) return null;
    const isFirst = trials.length === 0;
    if (isFirst && (trial.familiar || (trial.faults === 0 && trial.complete))) return layout;
    trials.push(trial);
  }
  const first = trials[0]!;
  if (first.faults === 0) {
    return (trials.find((trial) => trial.familiar && trial.faults === 0) ?? first).layout;
  }
  const demerit = (trial: Trial) => 2 * (trial.faults + Number(trial.cut)) - Number(trial.familiar);
  return trials.reduce((best, trial) => (demerit(trial) < demerit(best) ? trial : best)).layout;
}
