/**
 * What makes a packet a tunnel: IP protocols and UDP ports as tables. A port only says where to look; the
 * bytes must be that tunnel's (each reader says what it asks of them).
 *
 * PAN-OS inspects GRE, VXLAN, GTP-U and IPsec without encryption (tunnel content inspection); the others
 * are opened here because the sessions in them are of the same use to whoever reads a capture.
 */
import { type DecodedPacket, PROTO, type TunnelName } from '../packet.ts';
import { ayiya, gtpU, l2tp, teredo } from './access.ts';
import type { Carried, TunnelReader } from './carried.ts';
import { readGre } from './gre.ts';
import { authenticated, espNull, etherIp, ipInIp, mplsIn } from './ip.ts';
import { geneve, lisp, vxlan, vxlanGpe } from './overlays.ts';

export { makeCarried } from './carried.ts';

interface Tunnel {
  readonly name: TunnelName;
  readonly read: TunnelReader;
  /** where the number is assigned */
  readonly source: string;
}

/** IANA protocol numbers; GRE, which may turn out to be ERSPAN, is read apart. */
export const TUNNEL_PROTOCOLS: ReadonlyMap<number, Tunnel> = new Map([
  [PROTO.IPIP, { name: 'ip-in-ip', read: ipInIp, source: 'RFC 2003' }],
  [PROTO.IPV6, { name: 'ip-in-ip', read: ipInIp, source: 'RFC 4213' }],
  [PROTO.ESP, { name: 'esp-null', read: espNull, source: 'RFC 4303, RFC 2410' }],
  [PROTO.AH, { name: 'ah', read: authenticated, source: 'RFC 4302' }],
  [97, { name: 'etherip', read: etherIp, source: 'RFC 3378' }],
  [137, { name: 'mpls', read: mplsIn, source: 'RFC 4023' }],
]);

/** IANA service ports, and what is in use without being assigned; of either end, the destination's first. */
export const TUNNEL_PORTS: ReadonlyMap<number, Tunnel> = new Map([
  [1701, { name: 'l2tp', read: l2tp, source: 'RFC 2661 8.1' }],
  [2152, { name: 'gtp-u', read: gtpU, source: 'TS 29.281 4.4.2' }],
  [3544, { name: 'teredo', read: teredo, source: 'RFC 4380 2.7' }],
  [4341, { name: 'lisp', read: lisp, source: 'RFC 9300 5.3' }],
  [4754, { name: 'gre', read: greInUdp, source: 'RFC 8086 3.2' }],
  [4789, { name: 'vxlan', read: vxlan, source: 'RFC 7348 5' }],
  [4790, { name: 'vxlan', read: vxlanGpe, source: 'draft-ietf-nvo3-vxlan-gpe 6' }],
  [5072, { name: 'ayiya', read: ayiya, source: 'draft-massar-v6ops-ayiya 4' }],
  [6081, { name: 'geneve', read: geneve, source: 'RFC 8926 3.3' }],
  [6635, { name: 'mpls', read: mplsIn, source: 'RFC 7510 3' }],
  [8472, { name: 'vxlan', read: vxlan, source: 'default of Linux before the assignment' }],
]);

/** Finds what `outer` carries and says in which tunnel; null where it is no tunnel, or carries no packet. */
export function findCarried(outer: DecodedPacket, carried: Carried): TunnelName | null {
  carried.at = outer.payloadOffset;
  carried.end = outer.payloadOffset + outer.payloadLength;
  carried.network = -1;
  if (outer.proto === PROTO.GRE) return readGre(outer, carried);
  const tunnel =
    outer.proto === PROTO.UDP
      ? (TUNNEL_PORTS.get(outer.dport) ?? TUNNEL_PORTS.get(outer.sport))
      : TUNNEL_PROTOCOLS.get(outer.proto);
  return tunnel?.read(outer, carried) ? tunnel.name : null;
}

function greInUdp(outer: DecodedPacket, carried: Carried): boolean {
  return readGre(outer, carried) !== null;
}
