/**
 * The parser drops of firewall-model 1 as one table: what is checked, and the global counter that a
 * dropped packet raises. A packet that fails one is counted under the cause `malformed`.
 *
 * The checks are documented (firewall-model 1, source K1); of their counter names three are published.
 * The others follow the firewall's own style (category, stage, layer, what is wrong) and are marked.
 */
import type { DecodeCause, DecodedPacket } from './packet.ts';

export interface MalformedCheck {
  readonly counter: string;
  /** `documented`: the vendor names this counter; `inferred`: ours, in the same style; `capture`: no fault of the packet */
  readonly name: 'documented' | 'inferred' | 'capture';
  /** what fails the packet, and why that is a fault where it is not in K1's list */
  readonly check: string;
}

export type MalformedReason = keyof typeof MALFORMED;

export const MALFORMED: {
  readonly [reason in
    | 'linkHeader'
    | 'ipVersion'
    | 'ipHeader'
    | 'ipProtocolZero'
    | 'ipTtlZero'
    | 'land'
    | 'pingOfDeath'
    | 'martian'
    | 'ipChecksum'
    | 'ip6Version'
    | 'ip6Header'
    | 'ip6Length'
    | 'ip6Jumbogram'
    | 'ip6Extension'
    | 'layer4Header'
    | 'layer4Length'
    | 'layer4Checksum'
    | 'tcpPortZero'
    | 'tcpFlagZero'
    | 'tcpFlags'
    | 'icmpHeader'
    | 'notCaptured']: MalformedCheck;
} = {
  linkHeader: {
    counter: 'flow_rcv_err',
    name: 'inferred',
    check: 'the frame is shorter than its link header or the tags in it',
  },
  ipVersion: {
    counter: 'flow_parse_ip_ver',
    name: 'inferred',
    check: 'the link layer says IPv4, the version field does not; or raw IP that is neither 4 nor 6',
  },
  ipHeader: {
    counter: 'flow_parse_ip_hdr',
    name: 'documented', // release notes, PAN-261673
    check: 'IPv4 header truncated: fewer than 20 bytes, IHL < 5, or IHL * 4 beyond the total length',
  },
  ipProtocolZero: { counter: 'flow_parse_ip_proto_zero', name: 'inferred', check: 'IPv4 protocol 0' },
  ipTtlZero: {
    counter: 'flow_parse_ip_ttl_zero',
    name: 'inferred',
    check: 'IPv4 TTL 0. K1 lists no such check for the IPv6 hop limit: that packet is accepted',
  },
  land: {
    counter: 'flow_parse_land',
    name: 'inferred',
    check: 'source and destination are the same address and, where there are ports, the same port',
  },
  pingOfDeath: {
    counter: 'flow_parse_pod',
    name: 'inferred',
    check: 'a fragment that ends beyond byte 65535 of its datagram',
  },
  martian: {
    counter: 'flow_parse_ip_martian',
    name: 'inferred',
    check: 'the source is multicast or the limited broadcast, or exactly one end is a loopback address',
  },
  // release notes, PAN-241474
  ipChecksum: { counter: 'flow_parse_ip_cksm', name: 'documented', check: 'IPv4 header checksum' },
  ip6Version: {
    counter: 'flow_parse_ip6_ver',
    name: 'inferred',
    check: 'the link layer says IPv6, the version field does not',
  },
  ip6Header: { counter: 'flow_parse_ip6_hdr', name: 'inferred', check: 'IPv6 header truncated' },
  ip6Length: {
    counter: 'flow_parse_ip6_len',
    name: 'inferred',
    check: 'the payload length field says more than the frame holds (K1 asks this of IPv6 only)',
  },
  ip6Jumbogram: {
    counter: 'flow_parse_ip6_jumbo',
    name: 'inferred',
    check: 'a jumbo payload option (RFC 2675)',
  },
  ip6Extension: {
    counter: 'flow_parse_ip6_ext_hdr',
    name: 'inferred',
    check: 'an extension header that ends beyond the payload length',
  },
  layer4Header: {
    counter: 'flow_parse_l4_hdr',
    name: 'inferred',
    check: 'TCP, UDP or SCTP header truncated; TCP data offset below 5 or beyond the segment',
  },
  layer4Length: {
    counter: 'flow_parse_l4_len',
    name: 'inferred',
    check: 'UDP length below 8, beyond the IP payload or beyond the frame',
  },
  layer4Checksum: { counter: 'flow_parse_l4_cksm', name: 'inferred', check: 'TCP, UDP or ICMP checksum' },
  tcpPortZero: { counter: 'flow_parse_l4_port', name: 'inferred', check: 'TCP source or destination port 0' },
  tcpFlagZero: {
    counter: 'tcp_flag_zero',
    name: 'documented',
    check: 'a TCP segment without any flag (firewall-model 3.5, source P9)',
  },
  tcpFlags: {
    counter: 'flow_parse_l4_tcpflags',
    name: 'inferred',
    check: 'a combination of TCP flags that no stack sends',
  },
  icmpHeader: {
    counter: 'flow_parse_icmp_hdr',
    name: 'inferred',
    check: 'ICMP without type, code and checksum, or an echo without identifier and sequence number',
  },
  notCaptured: {
    counter: 'capture_snaplen_short',
    name: 'capture',
    check: 'the bytes that tell the session were on the wire but not captured (snapshot length)',
  },
};

/** Why a decoder gave a packet up: a check of the table above, or one of the other causes. */
export type Drop = MalformedReason | Exclude<DecodeCause, 'malformed'>;

/** Writes a drop into the packet as its cause and, for a malformed one, its counter. */
export function recordDrop(packet: DecodedPacket, drop: Drop): void {
  const isMalformed = Object.hasOwn(MALFORMED, drop);
  packet.cause = isMalformed ? 'malformed' : (drop as DecodeCause);
  packet.counter = isMalformed ? MALFORMED[drop as MalformedReason].counter : null;
}

/**
 * Null when `needed` bytes at `offset` were captured. Otherwise why not: `truncated` where the wire
 * itself (`end`: offset behind the last byte that can belong to this layer) has not got them, else
 * `notCaptured`.
 */
export function missingBytes(
  packet: DecodedPacket,
  offset: number,
  needed: number,
  end: number,
  truncated: MalformedReason,
): MalformedReason | null {
  const last = offset + needed;
  if (last > end) return truncated;
  return last > packet.data.length ? 'notCaptured' : null;
}
