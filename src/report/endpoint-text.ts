/** An address with its port, safe to read for IPv6 (RFC 3986 brackets). */

/** Protocols whose key ports say something; the others carry a constant (firewall-model 1). */
const WITH_PORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp', 'icmp', 'ipv6-icmp']);

/** `10.0.0.1:443`, `[2001:db8::1]:443`; the address alone for a protocol without ports. */
export function endpointText(address: string, port: number, proto: string): string {
  if (!WITH_PORTS.has(proto)) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
