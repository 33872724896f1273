/** From the first byte of a frame to its IP header: the loop over the layers of walk.ts. */
import { decodeIpv4 } from '../ipv4.ts';
import { decodeIpv6 } from '../ipv6.ts';
import type { DecodeContext } from '../layer.ts';
import type { Drop } from '../malformed.ts';
import type { DecodedPacket } from '../packet.ts';
import { llc } from './ethernet.ts';
import { ETHERTYPES } from './ethertypes.ts';
import { LINK_TYPES, WITHOUT_IP } from './link-types.ts';
import { ETHERTYPE, FIRST_ETHERTYPE, type LayerWalk, LINK, type LinkLayer } from './walk.ts';

const LAYERS: ReadonlyMap<number, LinkLayer> = new Map([
  ...ETHERTYPES,
  ...LINK_TYPES.map(([linkType, layer]) => [LINK + linkType, layer] as const),
]);

/** Reused for every packet: nothing below the IP header looks at it. */
const walk: LayerWalk = { next: 0, at: 0, end: 0 };

/**
 * Decodes `packet.data` from `next` (an ethertype, or LINK + a link type) at `at`.
 * @param wireEnd offset behind the last byte that was on the wire
 */
export function decodeFrom(
  packet: DecodedPacket,
  next: number,
  at: number,
  wireEnd: number,
  context: DecodeContext,
): Drop | null {
  walk.next = next;
  walk.at = at;
  walk.end = wireEnd;
  for (;;) {
    if (walk.next === ETHERTYPE.IPV4) return decodeIpv4(packet, walk.at, walk.end, context);
    if (walk.next === ETHERTYPE.IPV6) return decodeIpv6(packet, walk.at, walk.end, context);
    const layer = LAYERS.get(walk.next);
    const drop = layer === undefined ? withoutRow(packet) : layer(walk, packet);
    if (drop !== null) return drop;
  }
}

function withoutRow(packet: DecodedPacket): Drop | null {
  if (walk.next < FIRST_ETHERTYPE) return llc(walk, packet);
  if (walk.next < LINK || WITHOUT_IP.has(walk.next - LINK)) return 'non_ip';
  return 'unknown_link_type';
}

/** What is made of a link type's packets: decoded, `non_ip` by their nature, or `unknown_link_type`. */
export function linkTypeSupport(linkType: number): 'decoded' | 'without-ip' | 'unknown' {
  if (LAYERS.has(LINK + linkType)) return 'decoded';
  return WITHOUT_IP.has(linkType) ? 'without-ip' : 'unknown';
}
