/**
 * The key ports of a packet (firewall-model 1), by the same rules for a packet and for one that an
 * ICMP error quotes: header ports, ICMP echo identifier and sequence number, or the constant.
 */
import { readU16 } from './bytes.ts';
import { NO_PORT, type PacketKey, PROTO } from './packet.ts';

/** Bytes of layer 4 that always hold the key ports; what an ICMP error quotes at least (RFC 792). */
export const KEY_PORT_BYTES = 8;

export interface IcmpTypes {
  readonly echoRequest: number;
  readonly echoReply: number;
  /** errors that quote the packet they are about: type to bytes from the ICMP header to the quote */
  readonly errors: ReadonlyMap<number, number>;
  /** redirect whose quote is an option behind that many bytes; -1 where the version has none */
  readonly redirectByOption: number;
}

const ICMPV4: IcmpTypes = {
  echoRequest: 8,
  echoReply: 0,
  errors: new Map([
    [3, 8], // destination unreachable
    [5, 8], // redirect: the gateway takes the place of the unused word
    [11, 8], // time exceeded
    [12, 8], // parameter problem
  ]),
  redirectByOption: -1,
};

const ICMPV6: IcmpTypes = {
  echoRequest: 128,
  echoReply: 129,
  errors: new Map([
    [1, 8], // destination unreachable
    [2, 8], // packet too big
    [3, 8], // time exceeded
    [4, 8], // parameter problem
    [137, 40], // redirect: target and destination address, then options (RFC 4861 4.5)
  ]),
  redirectByOption: 137,
};

/** ICMP over IPv4 or ICMPv6 over IPv6; null for any other protocol, ICMP in the wrong IP version included. */
export function icmpTypesOf(key: PacketKey): IcmpTypes | null {
  if (key.version === 4) return key.proto === PROTO.ICMP ? ICMPV4 : null;
  return key.proto === PROTO.ICMPV6 ? ICMPV6 : null;
}

export function hasHeaderPorts(proto: number): boolean {
  return proto === PROTO.TCP || proto === PROTO.UDP || proto === PROTO.SCTP;
}

/**
 * Sets the key ports of `key` from layer 4 at `offset`: needs 4 bytes of TCP, UDP and SCTP, 8 of an ICMP
 * echo, 1 of other ICMP. The two ends of an echo are crossed in the reply, so that its key is the
 * exact reverse of the request's.
 */
export function readKeyPorts(key: PacketKey, data: Uint8Array, offset: number): void {
  const icmp = icmpTypesOf(key);
  if (hasHeaderPorts(key.proto)) setPorts(key, readU16(data, offset), readU16(data, offset + 2));
  else if (icmp === null) setPorts(key, NO_PORT, NO_PORT);
  else if (data[offset] === icmp.echoRequest)
    setPorts(key, readU16(data, offset + 4), readU16(data, offset + 6));
  else if (data[offset] === icmp.echoReply)
    setPorts(key, readU16(data, offset + 6), readU16(data, offset + 4));
  else setPorts(key, 0, 0);
}

function setPorts(key: PacketKey, sport: number, dport: number): void {
  key.sport = sport;
  key.dport = dport;
}
