/** Ethernet II, IEEE 802.3 with LLC, and VLAN tags; no preamble, no check sequence. */
import { readU16 } from '../bytes.ts';
import { advance, ETHERTYPE, FIRST_ETHERTYPE, LINK_TYPE, type LinkLayer, missingHeader } from './walk.ts';

/** two addresses, then an ethertype or a length */
export const MAC_PAIR_BYTES = 12;
const ETHERNET_BYTES = MAC_PAIR_BYTES + 2;

export const ethernet: LinkLayer = (walk, packet) =>
  missingHeader(walk, packet, ETHERNET_BYTES) ??
  advance(walk, ETHERNET_BYTES, readU16(packet.data, walk.at + MAC_PAIR_BYTES));

const PREAMBLE_BYTES = 7;
/** start of an express packet, and of a preemptable one, which may be whole */
const STARTS: ReadonlySet<number> = new Set([0xd5, 0xe6, 0x4c, 0x7f, 0xb3]);
const CONTINUATIONS: ReadonlySet<number> = new Set([0x61, 0x52, 0x9e, 0x2a]);

/** mPacket (IEEE 802.3br 99.3): preamble, a delimiter that says what it starts, the frame or a piece of one. */
export const mPacket: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, PREAMBLE_BYTES + 1);
  if (missing !== null) return missing;
  const delimiter = packet.data[walk.at + PREAMBLE_BYTES]!;
  if (STARTS.has(delimiter)) return advance(walk, PREAMBLE_BYTES + 1, LINK_TYPE.ETHERNET);
  return CONTINUATIONS.has(delimiter) ? 'unsupported_encapsulation' : 'non_ip';
};

const VLAN_TAG_BYTES = 4;
const VLAN_ID = 0xfff;

/** VLAN id 0 is a priority tag: the frame belongs to no VLAN of its own (802.1Q 9.6). */
export const vlanTag: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, VLAN_TAG_BYTES);
  if (missing !== null) return missing;
  const id = readU16(packet.data, walk.at) & VLAN_ID;
  if (id !== 0) packet.vlan = id;
  return advance(walk, VLAN_TAG_BYTES, readU16(packet.data, walk.at + 2));
};

const LLC_BYTES = 3;
const SNAP_BYTES = 5;
const SAP_SNAP = 0xaa;
const SAP_IP = 0x06;
const UNNUMBERED = 0x03;
const OUI_RFC1042 = 0;
/** 802.1H, for frames translated from Ethernet */
const OUI_BRIDGE_TUNNEL = 0xf8;

/**
 * 802.2: IP behind SNAP (RFC 1042) or, rarely, behind its own service access point. The rest (STP,
 * IS-IS, IPX ...) is not IP.
 */
export const llc: LinkLayer = (walk, packet) => {
  const { data } = packet;
  const { at } = walk;
  if (data[at] !== data[at + 1] || data[at + 2] !== UNNUMBERED) return 'non_ip';
  if (data[at] === SAP_IP) return advance(walk, LLC_BYTES, ETHERTYPE.IPV4);
  if (data[at] !== SAP_SNAP || at + LLC_BYTES + SNAP_BYTES > data.length) return 'non_ip';
  const oui = (data[at + 3]! << 16) | readU16(data, at + 4);
  if (oui !== OUI_RFC1042 && oui !== OUI_BRIDGE_TUNNEL) return 'non_ip';
  return advance(walk, LLC_BYTES + SNAP_BYTES, readU16(data, at + 6));
};

/** Ethertypes that stand behind addresses: what tells an Ethernet frame from other bytes by content. */
const TELLTALE_ETHERTYPES: ReadonlySet<number> = new Set([
  ETHERTYPE.IPV4,
  ETHERTYPE.IPV6,
  0x0806, // ARP
  0x8100, // 802.1Q
  0x88a8, // 802.1ad
  ETHERTYPE.MPLS,
  0x8863, // PPPoE discovery
  0x8864, // PPPoE session
  0x88cc, // LLDP
]);

/** Whether the captured bytes at `at` can be an Ethernet frame: a well-known ethertype, or a length that fits. */
export function looksLikeEthernet(data: Uint8Array, at: number, end: number): boolean {
  if (at + ETHERNET_BYTES > data.length) return false;
  const type = readU16(data, at + MAC_PAIR_BYTES);
  if (type < FIRST_ETHERTYPE) return type >= LLC_BYTES && at + ETHERNET_BYTES + type <= end;
  return TELLTALE_ETHERTYPES.has(type);
}
