/** Ethertype to layer, IP aside. An ethertype without a row (ARP, LLDP, EAPOL ...) is `non_ip`. */
import { ciscoMetadata, edsaTag, macsec, nsh, realtekTag, tagThenEthertype, trill } from './bridge-tags.ts';
import { vlanTag } from './ethernet.ts';
import { mpls } from './mpls.ts';
import { ppp, pppoe } from './ppp.ts';
import { ETHERTYPE, headerThen, LINK_TYPE, type LinkLayer } from './walk.ts';

export const ETHERTYPES: readonly (readonly [ethertype: number, layer: LinkLayer])[] = [
  [0x8100, vlanTag], // 802.1Q
  [0x88a8, vlanTag], // 802.1ad service tag (QinQ)
  [0x9100, vlanTag], // QinQ before 802.1ad
  [0x9200, vlanTag], // variants of it that some bridges offer
  [0x9300, vlanTag],
  [ETHERTYPE.MPLS, mpls],
  [ETHERTYPE.MPLS_MULTICAST, mpls], // or upstream-assigned label
  [0x8864, pppoe], // session stage (the discovery stage, 0x8863, carries no IP)
  [ETHERTYPE.PPP, ppp],
  [ETHERTYPE.ETHERNET, headerThen(0, LINK_TYPE.ETHERNET)], // transparent Ethernet bridging
  [0x22f3, trill],
  [0x8874, tagThenEthertype(6)], // Broadcom switch tag of the older form
  [0x8899, realtekTag],
  [0x88e5, macsec],
  [0x88e7, tagThenEthertype(18)], // 802.1ah: instance tag, customer addresses, ethertype
  [0x8903, headerThen(2, LINK_TYPE.ETHERNET)], // Cisco FabricPath: tag, then the whole frame
  [0x8909, ciscoMetadata],
  [0x8926, tagThenEthertype(6)], // Cisco VN-Tag
  [0x893f, tagThenEthertype(8)], // 802.1BR E-tag
  [ETHERTYPE.NSH, nsh],
  [0xdada, edsaTag],
  // IP one layer down that is not taken
  [0x4305, () => 'unsupported_encapsulation'], // B.A.T.M.A.N. Advanced: many packet types, some of them fragments
];
