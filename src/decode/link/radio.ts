/** What capturing programs put in front of an 802.11 frame: radiotap, PPI, Prism and AVS. */
import { readU32 } from '../bytes.ts';
import { ieee80211, ieee80211Padded } from './ieee80211.ts';
import { readU16Le, readU32Le } from './little-endian.ts';
import { advance, LINK, LINK_TYPE, type LinkLayer, missingHeader } from './walk.ts';

const RADIOTAP_BYTES = 8;
const PRESENT_AT = 4;
const MORE_PRESENT_WORDS = 0x8000_0000;
const PRESENT_TSFT = 1;
const PRESENT_FLAGS = 2;
const TSFT_BYTES = 8;
const FLAG_PADDED_HEADER = 0x20;

/** radiotap.org: version 0, pad, length, bit maps of the fields that are present, the fields; little-endian. */
export const radiotap: LinkLayer = (walk, packet) => {
  const { data } = packet;
  const { at } = walk;
  const missing = missingHeader(walk, packet, RADIOTAP_BYTES);
  if (missing !== null) return missing;
  const bytes = readU16Le(data, at + 2);
  if (bytes < RADIOTAP_BYTES) return 'linkHeader';
  const cut = missingHeader(walk, packet, bytes);
  if (cut !== null) return cut;
  const present = readU32Le(data, at + PRESENT_AT);
  let field = PRESENT_AT + 4;
  let word = present;
  while ((word & MORE_PRESENT_WORDS) !== 0 && field + 4 <= bytes) {
    word = readU32Le(data, at + field);
    field += 4;
  }
  if ((present & PRESENT_TSFT) !== 0) field = ((field + 7) & ~7) + TSFT_BYTES;
  const hasFlags = (present & PRESENT_FLAGS) !== 0 && field < bytes;
  const padded = hasFlags && (data[at + field]! & FLAG_PADDED_HEADER) !== 0;
  walk.at += bytes;
  return padded ? ieee80211Padded(walk, packet) : ieee80211(walk, packet);
};

const PPI_BYTES = 8;

/** Per-packet information (CACE): version, flags, length, the link type of what follows; little-endian. */
export const ppi: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, PPI_BYTES);
  if (missing !== null) return missing;
  const bytes = readU16Le(packet.data, walk.at + 2);
  if (bytes < PPI_BYTES) return 'linkHeader';
  const linkType = readU32Le(packet.data, walk.at + 4);
  return missingHeader(walk, packet, bytes) ?? advance(walk, bytes, LINK + linkType);
};

const MAGIC_AND_LENGTH_BYTES = 8;
const AVS_MAGIC = 0x8021_1000;
const LONGEST_RADIO_HEADER = 4096;

/** Prism: message code and length in the byte order of the host; AVS: magic (its last digit a version) and length, big-endian. */
export const prismOrAvs: LinkLayer = (walk, packet) => {
  const { data } = packet;
  const missing = missingHeader(walk, packet, MAGIC_AND_LENGTH_BYTES);
  if (missing !== null) return missing;
  const isAvs = (readU32(data, walk.at) & 0xffff_f000) >>> 0 === AVS_MAGIC;
  const little = readU32Le(data, walk.at + 4);
  const bytes = isAvs || little > LONGEST_RADIO_HEADER ? readU32(data, walk.at + 4) : little;
  if (bytes < MAGIC_AND_LENGTH_BYTES || bytes > LONGEST_RADIO_HEADER) return 'linkHeader';
  return missingHeader(walk, packet, bytes) ?? advance(walk, bytes, LINK_TYPE.IEEE802_11);
};
