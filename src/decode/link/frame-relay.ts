/** Frame relay with the encapsulations of RFC 2427 and of Cisco. */
import { readU16 } from '../bytes.ts';
import type { Drop } from '../malformed.ts';
import type { DecodedPacket } from '../packet.ts';
import {
  advance,
  advanceToEthertype,
  ETHERTYPE,
  type LayerWalk,
  LINK_TYPE,
  type LinkLayer,
  missingHeader,
} from './walk.ts';

const LONGEST_ADDRESS = 4;
const ADDRESS_ENDS = 0x01;
const UNNUMBERED = 0x03;

/** Network layer protocol ids (RFC 2427 3, ISO/IEC TR 9577). */
const NLPIDS: ReadonlyMap<number, number> = new Map([
  [0xcc, ETHERTYPE.IPV4],
  [0x8e, ETHERTYPE.IPV6],
  [0xcf, LINK_TYPE.PPP], // RFC 1973
]);
const NLPID_SNAP = 0x80;
/** FRF.12: a piece of a frame */
const NLPID_FRAGMENT = 0xb1;

/** Address of 2 to 4 bytes, then an ethertype (Cisco), or control, perhaps a padding 0, and an NLPID. */
export const frameRelay: LinkLayer = (walk, packet) => {
  const { data } = packet;
  let address = 1;
  while (walk.at + address <= data.length && !(data[walk.at + address - 1]! & ADDRESS_ENDS)) {
    address += 1;
    if (address > LONGEST_ADDRESS) return 'non_ip';
  }
  const missing = missingHeader(walk, packet, address + 2);
  if (missing !== null) return missing;
  const at = walk.at + address;
  if (data[at] !== UNNUMBERED) return advanceToEthertype(walk, address + 2, readU16(data, at));
  const padding = data[at + 1] === 0 ? 1 : 0;
  const nlpidAt = address + 1 + padding;
  const short = missingHeader(walk, packet, nlpidAt + 1);
  if (short !== null) return short;
  const nlpid = data[walk.at + nlpidAt]!;
  const next = NLPIDS.get(nlpid);
  if (next !== undefined) return advance(walk, nlpidAt + 1, next);
  if (nlpid === NLPID_SNAP) return readSnap(walk, packet, nlpidAt + 1);
  return nlpid === NLPID_FRAGMENT ? 'unsupported_encapsulation' : 'non_ip';
};

const SNAP_BYTES = 5;
/** IEEE 802.1: what follows is a bridged frame, its type in the second half */
const OUI_BRIDGED = 0x0080c2;
const BRIDGED_ETHERNET: ReadonlySet<number> = new Set([0x0001, 0x0007]);

function readSnap(walk: LayerWalk, packet: DecodedPacket, skip: number): Drop | null {
  const missing = missingHeader(walk, packet, skip + SNAP_BYTES);
  if (missing !== null) return missing;
  const at = walk.at + skip;
  const oui = (packet.data[at]! << 16) | readU16(packet.data, at + 1);
  const type = readU16(packet.data, at + 3);
  if (oui === 0) return advanceToEthertype(walk, skip + SNAP_BYTES, type);
  if (oui !== OUI_BRIDGED || !BRIDGED_ETHERNET.has(type)) return 'non_ip';
  return advance(walk, skip + SNAP_BYTES, LINK_TYPE.ETHERNET);
}
