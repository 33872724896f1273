/**
 * Applications of what is neither TCP nor UDP: the protocol number is the application. `ip-in-ip` on
 * protocol 4 stands in a published `show session id`; the other names are those of the vendor's
 * application list as far as it is known, else the IANA keyword in lower case, from which that list
 * was made (inferred).
 */
import { PROTO } from '../../decode/packet.ts';

export const PROTOCOL_APPS: ReadonlyMap<number, string> = new Map([
  [0, 'hopopt'],
  [PROTO.IGMP, 'igmp'],
  [3, 'ggp'],
  [PROTO.IPIP, 'ip-in-ip'],
  [8, 'egp'],
  [9, 'igp'],
  [33, 'dccp'],
  [PROTO.IPV6, 'ipv6'],
  [46, 'rsvp'],
  [PROTO.GRE, 'gre'],
  [PROTO.ESP, 'ipsec-esp'],
  [PROTO.AH, 'ipsec-ah'],
  [54, 'narp'],
  [57, 'skip'],
  [88, 'eigrp'],
  [PROTO.OSPF, 'ospfigp'],
  [94, 'ipip'],
  [97, 'etherip'],
  [98, 'encap'],
  [PROTO.PIM, 'pim'],
  [108, 'ipcomp'],
  [PROTO.VRRP, 'vrrp'],
  [113, 'pgm'],
  [115, 'l2tp'],
  [124, 'isis'],
  [PROTO.SCTP, 'sctp'],
  [133, 'fc'],
  [136, 'udplite'],
  [137, 'mpls-in-ip'],
]);

/** No sample of a protocol number without an application was found: the name follows unknown-tcp and unknown-udp (inferred). */
export const UNKNOWN_PROTOCOL_APP = 'unknown-ip';

/** Echo request and reply; other messages are the protocol itself (RFC 792, RFC 4443 4). */
export const ICMP_APPS: ReadonlyMap<number, { readonly echo: readonly number[]; readonly app: string }> =
  new Map([
    [PROTO.ICMP, { echo: [8, 0], app: 'icmp' }],
    [PROTO.ICMPV6, { echo: [128, 129], app: 'ipv6-icmp' }],
  ]);

/**
 * The application of a session that is neither TCP nor UDP.
 * @param proto IANA protocol number
 * @param icmpType of an ICMP or ICMPv6 session; ignored otherwise
 */
export function identifyProtocol(proto: number, icmpType: number): string {
  const icmp = ICMP_APPS.get(proto);
  if (icmp !== undefined) return icmp.echo.includes(icmpType) ? 'ping' : icmp.app;
  return PROTOCOL_APPS.get(proto) ?? UNKNOWN_PROTOCOL_APP;
}
