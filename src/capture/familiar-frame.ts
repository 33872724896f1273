/**
 * Does a frame start like one of its link type? Asked only to tell record layouts apart that share a
 * magic number: a wrong layout shifts the frame by 4 or 8 bytes, and then nothing familiar is left.
 */

/** Where the Ethernet type stands, by LINKTYPE_. */
const ETHERTYPE_OFFSET: ReadonlyMap<number, number> = new Map([
  [1, 12],
  [113, 14],
  [276, 0],
]);

/** IPv4, ARP, IPv6, VLAN tags, MPLS, PPPoE, LLDP. */
const FAMILIAR_ETHERTYPES: ReadonlySet<number> = new Set([
  0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8, 0x8847, 0x8848, 0x8863, 0x8864, 0x88cc,
]);

/** Link types whose frame is an IP packet; 12 and 14 are what BSD writers used before 101. */
const RAW_IP: ReadonlySet<number> = new Set([12, 14, 101, 228, 229]);

export function isFamiliarFrame(linkType: number, frame: Uint8Array): boolean {
  const version = frame[0];
  if (RAW_IP.has(linkType)) return version !== undefined && (version >> 4 === 4 || version >> 4 === 6);
  const at = ETHERTYPE_OFFSET.get(linkType);
  if (at === undefined || frame.length < at + 2) return false;
  return FAMILIAR_ETHERTYPES.has((frame[at]! << 8) | frame[at + 1]!);
}
