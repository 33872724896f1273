/**
 * IP protocol to decoder. A protocol without a row (ESP, AH, GRE, OSPF, IP in IP ...) has no ports: one
 * session per pair of addresses (firewall-model 1). Tunnels are among them: the outer packet is the
 * session.
 */
import { decodeIcmp } from './icmp.ts';
import { hasHeaderPorts, readKeyPorts } from './key-ports.ts';
import { type DecodeOptions, setPayload, type TransportDecoder } from './layer.ts';
import type { Drop } from './malformed.ts';
import { type DecodedPacket, PROTO } from './packet.ts';
import { isLand } from './sanity.ts';
import { decodeSctp } from './sctp.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp } from './udp.ts';

const WITH_PORTS: readonly (readonly [number, TransportDecoder])[] = [
  [PROTO.TCP, decodeTcp],
  [PROTO.UDP, decodeUdp],
  [PROTO.SCTP, decodeSctp],
];

/** ICMP in the wrong IP version is a protocol like any other. */
const OVER_IPV4: ReadonlyMap<number, TransportDecoder> = new Map([...WITH_PORTS, [PROTO.ICMP, decodeIcmp]]);
const OVER_IPV6: ReadonlyMap<number, TransportDecoder> = new Map([...WITH_PORTS, [PROTO.ICMPV6, decodeIcmp]]);

const decodePortless: TransportDecoder = (packet, offset, end) => {
  readKeyPorts(packet, packet.data, offset);
  setPayload(packet, offset, end);
  return null;
};

/** Decodes layer 4 of a packet whose key has its addresses and protocol. Offsets as in TransportDecoder. */
export function decodeTransport(
  packet: DecodedPacket,
  offset: number,
  end: number,
  wireEnd: number,
  options: DecodeOptions,
): Drop | null {
  packet.transportOffset = offset;
  const table = packet.version === 4 ? OVER_IPV4 : OVER_IPV6;
  const decode = table.get(packet.proto) ?? decodePortless;
  const drop = decode(packet, offset, end, wireEnd, options);
  return drop === null && isLand(packet, hasHeaderPorts(packet.proto)) ? 'land' : drop;
}
