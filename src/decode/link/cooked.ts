/**
 * Linux cooked captures (`tcpdump -i any`): a header of the kernel's own in place of the link layer's.
 * Version 1 (LINKTYPE_LINUX_SLL): packet type, ARPHRD type, address length, 8 bytes of address,
 * protocol. Version 2 (LINKTYPE_LINUX_SLL2): protocol first, with the interface index.
 */
import { readU16 } from '../bytes.ts';
import { advance, FIRST_ETHERTYPE, LINK_TYPE, type LinkLayer, LLC, missingHeader } from './walk.ts';

/** Below FIRST_ETHERTYPE the protocol is a Linux number (linux/if_ether.h). */
const LINUX_PROTOCOLS: ReadonlyMap<number, number> = new Map([
  [4, LLC], // ETH_P_802_2
  [8, LINK_TYPE.PPP], // ETH_P_PPP_MP
]);

/** ARPHRD types with which the protocol field is no ethertype (tcpdump.org, LINKTYPE_LINUX_SLL). */
const NO_ETHERTYPE: ReadonlyMap<number, number | null> = new Map([
  [770, LINK_TYPE.FRAME_RELAY], // FRAD
  [803, LINK_TYPE.RADIOTAP],
  [824, null], // netlink
]);

export const cooked: LinkLayer = cookedHeader(16, 2, 14);
export const cooked2: LinkLayer = cookedHeader(20, 8, 0);

function cookedHeader(bytes: number, arphrdAt: number, protocolAt: number): LinkLayer {
  return (walk, packet) => {
    const missing = missingHeader(walk, packet, bytes);
    if (missing !== null) return missing;
    const arphrd = readU16(packet.data, walk.at + arphrdAt);
    const protocol = readU16(packet.data, walk.at + protocolAt);
    const special = NO_ETHERTYPE.get(arphrd);
    if (special !== undefined) return special === null ? 'non_ip' : advance(walk, bytes, special);
    const next = protocol >= FIRST_ETHERTYPE ? protocol : LINUX_PROTOCOLS.get(protocol);
    return next === undefined ? 'non_ip' : advance(walk, bytes, next);
  };
}
