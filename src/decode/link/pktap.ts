/** PKTAP (macOS): the interface's name and process, and the link type of what follows; little-endian. */
import { readU32Le } from './little-endian.ts';
import { advance, LINK, type LinkLayer, missingHeader } from './walk.ts';

const FIXED_BYTES = 12;
const LINK_TYPE_AT = 8;
/** what macOS writes; later versions may be longer */
const SHORTEST = 108;
const LONGEST = 1024;

export const pktap: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, FIXED_BYTES);
  if (missing !== null) return missing;
  const bytes = readU32Le(packet.data, walk.at);
  if (bytes < SHORTEST || bytes > LONGEST) return 'linkHeader';
  const linkType = readU32Le(packet.data, walk.at + LINK_TYPE_AT);
  return missingHeader(walk, packet, bytes) ?? advance(walk, bytes, LINK + linkType);
};

/** USER2 is anybody's; older macOS wrote PKTAP under it. */
export const pktapAsUser2: LinkLayer = (walk, packet) => {
  const looksRight =
    packet.data.length >= walk.at + FIXED_BYTES && readU32Le(packet.data, walk.at) === SHORTEST;
  return looksRight ? pktap(walk, packet) : 'unknown_link_type';
};
