/**
 * Link type (tcpdump.org link-layer header types) to layer, and the link types that by their nature
 * carry no IP. One that is in neither table is `unknown_link_type`.
 */

import { atmClip, atmLlc, juniper, juniperAtmBody, sunAtm } from './atm.ts';
import { dsaFrame, edsaFrame, tagThenEthertype } from './bridge-tags.ts';
import { cooked, cooked2 } from './cooked.ts';
import { ethernet, mPacket } from './ethernet.ts';
import { frameRelay } from './frame-relay.ts';
import { ieee80211 } from './ieee80211.ts';
import { mpls } from './mpls.ts';
import { arcnetBsd, arcnetLinux, fddi, ipOverInfiniBand, tokenRing } from './old-lans.ts';
import { pktap, pktapAsUser2 } from './pktap.ts';
import { ciscoHdlc, ppp, pppoe } from './ppp.ts';
import { ppi, prismOrAvs, radiotap } from './radio.ts';
import { bsdLoopback, nflog, pflog, rawIp } from './raw-ip.ts';
import { ETHERTYPE, headerThen, LINK_TYPE, type LinkLayer, LLC } from './walk.ts';

export const LINK_TYPES: readonly (readonly [linkType: number, layer: LinkLayer])[] = [
  [0, bsdLoopback], // NULL: address family in the byte order of the capturing host
  [1, ethernet],
  [6, tokenRing],
  [7, arcnetBsd],
  [8, headerThen(16, LINK_TYPE.RAW)], // SLIP: direction and the compressed header, then the packet as it was before
  [9, ppp],
  [10, fddi],
  [12, rawIp], // DLT_RAW as most systems number it, written into files by old programs
  [14, rawIp], // the same on OpenBSD
  [50, ppp], // PPP_HDLC
  [51, pppoe], // PPP_ETHER
  [100, atmLlc], // ATM_RFC1483
  [101, rawIp],
  [102, headerThen(24, LINK_TYPE.RAW)], // SLIP_BSDOS
  [104, ciscoHdlc],
  [105, ieee80211],
  [106, atmClip],
  [107, frameRelay],
  [108, bsdLoopback], // LOOP: as NULL, in network byte order
  [109, headerThen(12, LINK_TYPE.RAW)], // ENC (OpenBSD IPsec): family, security parameter index, flags
  [110, headerThen(2, LINK_TYPE.ETHERNET)], // LANE8023: LAN emulation client id
  [113, cooked], // LINUX_SLL
  [117, pflog],
  [119, prismOrAvs],
  [122, headerThen(16, LLC)], // IP_OVER_FC: two addresses of 8 bytes (RFC 2625 3.3)
  [123, sunAtm],
  [127, radiotap],
  [129, arcnetLinux],
  [135, juniper(8, juniperAtmBody)], // JUNIPER_ATM2
  [137, juniper(4, juniperAtmBody)], // JUNIPER_ATM1
  [138, tagThenEthertype(18)], // APPLE_IP_OVER_IEEE1394: two addresses of 8 bytes
  [149, pktapAsUser2],
  [163, prismOrAvs],
  [166, ppp], // PPP_PPPD
  [167, juniper(0, LINK_TYPE.ETHERNET)], // JUNIPER_PPPOE
  [178, juniper(0, LINK_TYPE.ETHERNET)],
  [179, juniper(0, LINK_TYPE.PPP)],
  [180, juniper(0, LINK_TYPE.FRAME_RELAY)],
  [181, juniper(0, LINK_TYPE.CISCO_HDLC)],
  [192, ppi],
  [204, headerThen(1, LINK_TYPE.PPP)], // ..._WITH_DIR: one byte for the direction
  [205, headerThen(1, LINK_TYPE.CISCO_HDLC)],
  [206, headerThen(1, LINK_TYPE.FRAME_RELAY)],
  [219, mpls],
  [226, headerThen(24, LINK_TYPE.RAW)], // IPNET (Solaris): version, family, hook, zones
  [228, headerThen(0, ETHERTYPE.IPV4)],
  [229, headerThen(0, ETHERTYPE.IPV6)],
  [239, nflog],
  [240, headerThen(4, LINK_TYPE.ETHERNET)], // NETANALYZER
  [241, headerThen(12, LINK_TYPE.ETHERNET)], // NETANALYZER_TRANSPARENT: with preamble
  [242, ipOverInfiniBand],
  [258, pktap],
  [259, headerThen(8, LINK_TYPE.ETHERNET)], // EPON: preamble with the link id
  [274, mPacket], // ETHERNET_MPACKET
  [276, cooked2], // LINUX_SLL2
  [281, tagThenEthertype(18)], // DSA_TAG_BRCM: 4 bytes behind the addresses
  [282, headerThen(4, LINK_TYPE.ETHERNET)], // DSA_TAG_BRCM_PREPEND
  [284, dsaFrame],
  [285, edsaFrame],
];

/** Link types whose packets are counted as `non_ip`, with what they are instead. */
export const WITHOUT_IP: ReadonlyMap<number, string> = new Map([
  [139, 'SS7 message transfer part 2'],
  [140, 'SS7 message transfer part 2'],
  [141, 'SS7 message transfer part 3'],
  [142, 'SS7 connection control'],
  [165, 'BACnet MS/TP'],
  [184, 'ARINC 429'],
  [186, 'USB'],
  [187, 'Bluetooth'],
  [189, 'USB'],
  [190, 'CAN bus'],
  [191, 'IEEE 802.15.4 (6LoWPAN in it is compressed: it meets no firewall in this form)'],
  [195, 'IEEE 802.15.4 (6LoWPAN in it is compressed: it meets no firewall in this form)'],
  [199, 'intelligent platform management bus'],
  [201, 'Bluetooth'],
  [209, 'intelligent platform management bus'],
  [210, 'FlexRay'],
  [211, 'MOST'],
  [212, 'LIN bus'],
  [215, 'IEEE 802.15.4 (6LoWPAN in it is compressed: it meets no firewall in this form)'],
  [216, 'Linux input events'],
  [220, 'USB'],
  [221, 'DECT'],
  [223, 'WirelessHART'],
  [227, 'CAN bus'],
  [230, 'IEEE 802.15.4 (6LoWPAN in it is compressed: it meets no firewall in this form)'],
  [231, 'D-Bus'],
  [245, 'near field communication'],
  [249, 'USB'],
  [251, 'Bluetooth'],
  [253, 'netlink messages'],
  [254, 'Bluetooth'],
  [255, 'Bluetooth'],
  [256, 'Bluetooth'],
  [257, 'Profibus'],
  [261, 'Z-Wave'],
  [262, 'Z-Wave'],
  [264, 'ISO 14443'],
  [265, 'Radio Data System'],
  [266, 'USB'],
  [268, 'SDLC'],
  [269, 'IEEE 802.15.4 and its like'],
  [270, 'LoRa'],
  [271, 'virtual machine sockets'],
  [272, 'Bluetooth'],
  [275, 'DisplayPort'],
  [278, 'USB'],
  [283, 'IEEE 802.15.4 (6LoWPAN in it is compressed: it meets no firewall in this form)'],
  [287, 'Z-Wave'],
  [288, 'USB'],
  [293, 'USB'],
  [294, 'USB'],
  [295, 'USB'],
  [297, 'Z-Wave'],
  [299, 'ultra-wideband'],
]);
