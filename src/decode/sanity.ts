/**
 * Addresses that no packet through a firewall can have (firewall-model 1, parser drops "land" and
 * "martian"). Both ends loopback is a capture taken on a loopback interface: a host's own traffic,
 * which no firewall saw and nobody forged, so neither rule applies to its addresses.
 */
import type { DecodedPacket } from './packet.ts';

const LIMITED_BROADCAST = 0xffffffff;

/**
 * The source is multicast or the limited broadcast, or exactly one end is a loopback address.
 * An unspecified source (0.0.0.0/8, ::) is accepted: DHCP, IGMP and duplicate address detection use
 * it, and dropping the rest is the zone profile's option Strict IP Address Check, off by default; so
 * are the reserved 240.0.0.0/4 and link-local addresses.
 */
export function isMartian(packet: DecodedPacket): boolean {
  const { src, dst, version } = packet;
  const source = version === 4 ? src[3]! : src[0]!;
  const multicast = version === 4 ? source >>> 28 === 0xe : source >>> 24 === 0xff;
  if (multicast || (version === 4 && source === LIMITED_BROADCAST)) return true;
  return isLoopback(src, version) !== isLoopback(dst, version);
}

/**
 * Same address and, where there are ports, same port. With ports this holds on a loopback address
 * too: such a flow is its own reverse and has no direction.
 */
export function isLand(packet: DecodedPacket, hasPorts: boolean): boolean {
  if (!sameAddress(packet.src, packet.dst)) return false;
  return hasPorts ? packet.sport === packet.dport : !isLoopback(packet.src, packet.version);
}

function isLoopback(address: Uint32Array, version: number): boolean {
  if (version === 4) return address[3]! >>> 24 === 127;
  return address[0] === 0 && address[1] === 0 && address[2] === 0 && address[3] === 1;
}

function sameAddress(a: Uint32Array, b: Uint32Array): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];
}
