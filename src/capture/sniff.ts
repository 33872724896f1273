/** What a file is by its first bytes, never by its name. Pure data and one search. */
import { findMagic } from './classic-header.ts';

export type ContentKind = 'pcap' | 'pcapng' | 'gzip' | 'zstd';

/** Enough to tell every row below. */
export const SNIFF_BYTES = 16;

interface Foreign {
  readonly magic: readonly number[];
  /** what the user is told that it is */
  readonly what: string;
  /** what to do; FILE stands for the name */
  readonly advice: string;
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

const GZIP_MAGIC: readonly number[] = [0x1f, 0x8b, 0x08];
const ZSTD_MAGIC: readonly number[] = [0x28, 0xb5, 0x2f, 0xfd];
const PCAPNG_MAGIC: readonly number[] = [0x0a, 0x0d, 0x0d, 0x0a];

/** Compressed files that are not read directly, and captures of other programs. */
const FOREIGN: readonly Foreign[] = [
  {
    magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    what: 'compressed with xz',
    advice: 'xz -dc FILE | endreason -',
  },
  { magic: ascii('BZh'), what: 'compressed with bzip2', advice: 'bzip2 -dc FILE | endreason -' },
  { magic: [0x04, 0x22, 0x4d, 0x18], what: 'compressed with lz4', advice: 'lz4 -dc FILE | endreason -' },
  { magic: [0x02, 0x21, 0x4c, 0x18], what: 'compressed with lz4', advice: 'lz4 -dc FILE | endreason -' },
  { magic: ascii('LZIP'), what: 'compressed with lzip', advice: 'lzip -dc FILE | endreason -' },
  { magic: [0x1f, 0x9d], what: 'compressed with compress', advice: 'gzip -dc FILE | endreason -' },
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'a zip archive', advice: 'unzip -p FILE | endreason -' },
  {
    magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
    what: 'a 7z archive',
    advice: '7z x -so FILE | endreason -',
  },
  { magic: ascii('snoop\0'), what: 'a snoop capture', advice: 'editcap -F pcapng FILE - | endreason -' },
  { magic: ascii('btsnoop\0'), what: 'a btsnoop capture', advice: 'editcap -F pcapng FILE - | endreason -' },
  {
    magic: ascii('GMBU'),
    what: 'a Network Monitor capture',
    advice: 'editcap -F pcapng FILE - | endreason -',
  },
  {
    magic: ascii('RTSS'),
    what: 'a Network Monitor capture',
    advice: 'editcap -F pcapng FILE - | endreason -',
  },
  {
    magic: ascii('TRSNIFF data'),
    what: 'a Sniffer capture',
    advice: 'editcap -F pcapng FILE - | endreason -',
  },
  { magic: ascii('XCP\0'), what: 'a NetXRay capture', advice: 'editcap -F pcapng FILE - | endreason -' },
  {
    magic: ascii('iptrace 2.0'),
    what: 'an iptrace capture',
    advice: 'editcap -F pcapng FILE - | endreason -',
  },
];

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  bytes.length >= magic.length && magic.every((byte, i) => bytes[i] === byte);

/** null: none of these; at least SNIFF_BYTES must be given, or all there are. */
export function sniff(bytes: Uint8Array): ContentKind | null {
  if (startsWith(bytes, GZIP_MAGIC)) return 'gzip';
  if (bytes.length < 4) return null;
  if (startsWith(bytes, ZSTD_MAGIC)) return 'zstd';
  // a zstd file may start with a skippable frame (RFC 8878 3.1.2)
  if (bytes[0]! >> 4 === 5 && bytes[1] === 0x2a && bytes[2] === 0x4d && bytes[3] === 0x18) return 'zstd';
  if (startsWith(bytes, PCAPNG_MAGIC)) return 'pcapng';
  return findMagic(new DataView(bytes.buffer, bytes.byteOffset, 4), 0) === null ? null : 'pcap';
}

/** What a file of another kind is that one of the rows above tells, and the command that takes it apart; null: none. */
export function foreignOf(
  bytes: Uint8Array,
  name: string,
): { readonly what: string; readonly unpack: string } | null {
  const found = FOREIGN.find((row) => startsWith(bytes, row.magic));
  if (found === undefined) return null;
  const [unpack] = found.advice.split(' | ') as [string];
  return { what: found.what, unpack: name === '-' ? unpack : unpack.replace('FILE', () => shellWord(name)) };
}

const ADVICE = 'give a pcap or pcapng file, plain or compressed with gzip or zstd';

/** The clause of a message about bytes that are no capture: what was found, what to do. `name` is the file's, for the command. */
export function describeForeign(bytes: Uint8Array, name: string): string {
  if (bytes.length === 0) return `empty (0 bytes), no packet capture: ${ADVICE}`;
  const head = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const found = FOREIGN.find((row) => startsWith(bytes, row.magic));
  if (found === undefined) return `not a packet capture (it starts with ${head}): ${ADVICE}`;
  return `${found.what} (it starts with ${head}), which is not read directly: ${adviceFor(found.advice, name)}`;
}

function adviceFor(advice: string, name: string): string {
  if (name === '-') return `decompress or convert it before the pipe, as in ${advice}`;
  return advice.replace('FILE', () => shellWord(name));
}

function shellWord(text: string): string {
  const word = text.startsWith('-') ? `./${text}` : text;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
