/**
 * What decode gives for one record: the columns of a packet that may look for a session, or the
 * cause why it may not. One object is reused for all packets; a decoder resets every field, so a
 * reader that keeps a value must copy it.
 */

/**
 * Why a packet never reaches the session table; the keys of `accounting.not_in_sessions`. `held` is no
 * such key: a fragment that waits for the rest of its datagram is counted with it, or when it is given up.
 */
export type DecodeCause =
  | 'held'
  | 'non_ip'
  | 'malformed'
  | 'fragment_unassembled'
  | 'unknown_link_type'
  | 'unsupported_encapsulation';

export type TunnelName =
  | 'ah'
  | 'ayiya'
  | 'erspan'
  | 'esp-null'
  | 'etherip'
  | 'geneve'
  | 'gre'
  | 'gtp-u'
  | 'ip-in-ip'
  | 'l2tp'
  | 'lisp'
  | 'mpls'
  | 'teredo'
  | 'vxlan';

/** A key as the packet carries it: addresses as four 32-bit words, IPv4 mapped into ::ffff:0:0/96. */
export interface PacketKey {
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
  /** 4 or 6 */
  version: number;
  /** IANA protocol number, after IPv6 extension headers */
  proto: number;
  /** key ports: header ports; ICMP echo identifier and sequence; 20033 where a protocol has none (firewall-model 1) */
  sport: number;
  dport: number;
}

export interface DecodedPacket extends PacketKey {
  /** null: look for a session. Otherwise the packet is counted under this cause. */
  cause: DecodeCause | null;
  /** global counter that this packet raises, or null */
  counter: string | null;

  /** the frame, the reassembled packet from its IP header on, or what a tunnel carries; offsets below point into it */
  data: Uint8Array;
  /**
   * bytes on the wire of the whole frame, no FCS; of all its frames for a reassembled datagram; of a
   * packet inside a tunnel from its first own header on (an Ethernet header, where the tunnel carries frames)
   */
  frameBytes: number;
  /** frames of the capture that this packet stands for: 1, more for the one that completes a datagram */
  frames: number;
  /** tunnels around this packet; 0 outside of any */
  level: number;
  /** the innermost of them, or null */
  tunnel: TunnelName | null;
  /** network that the tunnel says the packet belongs to, the same in both directions (VNI of VXLAN and Geneve, VSID of NVGRE), or -1 */
  network: number;
  /** innermost 802.1Q VLAN id, or -1 */
  vlan: number;
  /** offset of the IP header */
  ipOffset: number;
  /** offset of the layer-4 header, behind IPv6 extension headers; -1 where decoding did not come so far */
  transportOffset: number;
  ttl: number;
  /** IPv4 identification; 0 for IPv6 */
  ipId: number;

  /** TCP flag bits as on the wire (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128); 0 for other protocols */
  tcpFlags: number;
  seq: number;
  ack: number;
  /** unscaled window */
  window: number;
  /** shift of a window scale option on a SYN; -1 where there is none */
  windowShift: number;

  /** layer-4 payload: offset in `data`, bytes on the wire (from the IP length), bytes captured (<= wire) */
  payloadOffset: number;
  payloadLength: number;
  payloadCaptured: number;

  /** ICMP / ICMPv6 type and code; -1 for other protocols */
  icmpType: number;
  icmpCode: number;
  /** the packet that an ICMP error quotes, or null where it is no error or quotes too little */
  embedded: PacketKey | null;
  /** what `embedded` points to when it is not null: one key, reused like the packet itself */
  readonly embeddedKey: PacketKey;

  /** bit n set: an SCTP chunk of type n (0..31) is in the packet; 0 for other protocols */
  sctpChunks: number;
}

export const TCP_FLAG = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128 } as const;

/** IANA protocol numbers that the firewall tells apart. */
export const PROTO = {
  ICMP: 1,
  IGMP: 2,
  IPIP: 4,
  TCP: 6,
  UDP: 17,
  IPV6: 41,
  GRE: 47,
  ESP: 50,
  AH: 51,
  ICMPV6: 58,
  OSPF: 89,
  PIM: 103,
  VRRP: 112,
  SCTP: 132,
} as const;

/** Ports of a protocol that has none: published for pass-through ESP, used for all (firewall-model 1, inferred). */
export const NO_PORT = 20033;

const NO_BYTES = new Uint8Array(0);

/** A key with nothing in it. */
export function makePacketKey(): PacketKey {
  return { src: new Uint32Array(4), dst: new Uint32Array(4), version: 4, proto: 0, sport: 0, dport: 0 };
}

/** A packet to decode into, again and again. */
export function makeDecodedPacket(): DecodedPacket {
  const packet = { ...makePacketKey(), embeddedKey: makePacketKey() } as DecodedPacket;
  resetPacket(packet, NO_BYTES, 0);
  return packet;
}

/** Puts every field back to "nothing known" for a frame of `frameBytes` bytes on the wire. */
export function resetPacket(packet: DecodedPacket, data: Uint8Array, frameBytes: number): void {
  packet.src.fill(0);
  packet.dst.fill(0);
  packet.version = 4;
  packet.proto = 0;
  packet.sport = 0;
  packet.dport = 0;
  packet.cause = null;
  packet.counter = null;
  packet.data = data;
  packet.frameBytes = frameBytes;
  packet.frames = 1;
  packet.level = 0;
  packet.tunnel = null;
  packet.network = -1;
  packet.vlan = -1;
  packet.ipOffset = 0;
  packet.transportOffset = -1;
  packet.ttl = 0;
  packet.ipId = 0;
  packet.tcpFlags = 0;
  packet.seq = 0;
  packet.ack = 0;
  packet.window = 0;
  packet.windowShift = -1;
  packet.payloadOffset = 0;
  packet.payloadLength = 0;
  packet.payloadCaptured = 0;
  packet.icmpType = -1;
  packet.icmpCode = -1;
  packet.embedded = null;
  packet.sctpChunks = 0;
}
