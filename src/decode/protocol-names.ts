/**
 * IP protocol number to the name that a session prints: IANA's keyword in lower case (protocol-numbers
 * registry), with the firewall's spelling where it has one of its own.
 */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'hopopt'],
  [1, 'icmp'],
  [2, 'igmp'],
  [3, 'ggp'],
  [4, 'ipip'], // IANA: IPv4
  [5, 'st'],
  [6, 'tcp'],
  [8, 'egp'],
  [9, 'igp'],
  [12, 'pup'],
  [17, 'udp'],
  [20, 'hmp'],
  [22, 'xns-idp'],
  [27, 'rdp'],
  [29, 'iso-tp4'],
  [33, 'dccp'],
  [36, 'xtp'],
  [37, 'ddp'],
  [41, 'ipv6'],
  [42, 'sdrp'],
  [43, 'ipv6-route'],
  [44, 'ipv6-frag'],
  [45, 'idrp'],
  [46, 'rsvp'],
  [47, 'gre'],
  [48, 'dsr'],
  [50, 'esp'],
  [51, 'ah'],
  [54, 'narp'],
  [55, 'mobile'], // IANA: Min-IPv4
  [57, 'skip'],
  [58, 'ipv6-icmp'],
  [59, 'ipv6-nonxt'],
  [60, 'ipv6-opts'],
  [73, 'rspf'], // IANA: CPHB
  [80, 'iso-ip'],
  [81, 'vmtp'],
  [88, 'eigrp'],
  [89, 'ospf'], // IANA: OSPFIGP
  [94, 'nos-ipip'], // IANA: IPIP, which is the name of 4 here
  [97, 'etherip'],
  [98, 'encap'],
  [103, 'pim'],
  [105, 'scps'],
  [108, 'ipcomp'],
  [111, 'ipx-in-ip'],
  [112, 'vrrp'],
  [113, 'pgm'],
  [115, 'l2tp'],
  [121, 'smp'],
  [124, 'isis'],
  [132, 'sctp'],
  [133, 'fc'],
  [134, 'rsvp-e2e-ignore'],
  [135, 'mobility-header'],
  [136, 'udplite'],
  [137, 'mpls-in-ip'],
  [138, 'manet'],
  [139, 'hip'],
  [140, 'shim6'],
  [141, 'wesp'],
  [142, 'rohc'],
  [143, 'ethernet'],
]);

/** `proto` as a session prints it; the number itself where it has no well-known name. */
export function protocolName(proto: number): string {
  return NAMES.get(proto) ?? String(proto);
}
