/** Frames of a conversation, laid out with valid checksums: Ethernet, 802.1Q, IPv4 and IPv6, TCP, UDP, ICMP echo. */
import { checksumOf } from '../decode/checksum.ts';
import { PROTO, TCP_FLAG } from '../decode/packet.ts';
import type { CaptureChunks } from './capture-chunks.ts';
import { type Flow, IPV6_CLIENT_PREFIX, IPV6_SERVER_PREFIX, ipv6ServerNetwork } from './flow.ts';

/** Bytes to carry. */
export interface Payload {
  readonly data: Uint8Array;
  readonly at: number;
  readonly length: number;
}

export const NO_PAYLOAD: Payload = { data: new Uint8Array(0), at: 0, length: 0 };

/** Packet time of the first packet of every workload: 2023-11-14 22:13:20 UTC. */
const BASE_SECONDS = 1_700_000_000;

const ETHERTYPE = { IPV4: 0x0800, IPV6: 0x86dd, VLAN: 0x8100 } as const;
const TTL = 64;
const DONT_FRAGMENT = 0x4000;
const WINDOW = 64_240;
const UDP_HEADER_BYTES = 8;
const ICMP_HEADER_BYTES = 8;
const TCP_HEADER_BYTES = 20;
/** MSS 1460, two no-operations, SACK permitted */
const SYN_OPTIONS = [0x02, 0x04, 0x05, 0xb4, 0x01, 0x01, 0x04, 0x02] as const;
/** locally administered addresses of the two sides */
const CLIENT_MAC = [2, 0, 0, 0, 0, 1] as const;
const SERVER_MAC = [2, 0, 0, 0, 0, 2] as const;
const ICMP_ECHO = { request: { 4: 8, 6: 128 }, reply: { 4: 0, 6: 129 } } as const;

export class Frames {
  readonly #out: CaptureChunks;
  #frame: Uint8Array;
  #at = 0;

  constructor(out: CaptureChunks) {
    this.#out = out;
    this.#frame = out.frame;
  }

  /** A segment at the flow's sequence numbers, which it moves on. */
  tcp(flow: Flow, fromServer: boolean, flags: number, payload: Payload = NO_PAYLOAD): void {
    const isSyn = (flags & TCP_FLAG.SYN) !== 0;
    const headerBytes = TCP_HEADER_BYTES + (isSyn ? SYN_OPTIONS.length : 0);
    const start = this.#begin(flow, fromServer, PROTO.TCP, headerBytes + payload.length);
    this.#ports(flow, fromServer);
    this.#u32(fromServer ? flow.serverSeq : flow.clientSeq);
    this.#u32((flags & TCP_FLAG.ACK) === 0 ? 0 : fromServer ? flow.clientSeq : flow.serverSeq);
    this.#u16(((headerBytes / 4) << 12) | flags);
    this.#u16(WINDOW);
    this.#u16(this.#pseudoSum(flow, PROTO.TCP, headerBytes + payload.length));
    this.#u16(0);
    if (isSyn) for (const byte of SYN_OPTIONS) this.#u8(byte);
    this.#finish(start, start + 16, payload);
    this.#commit(flow);
    const taken = payload.length + ((flags & (TCP_FLAG.SYN | TCP_FLAG.FIN)) !== 0 ? 1 : 0);
    if (fromServer) flow.serverSeq = (flow.serverSeq + taken) >>> 0;
    else flow.clientSeq = (flow.clientSeq + taken) >>> 0;
  }

  udp(flow: Flow, fromServer: boolean, payload: Payload): void {
    const length = UDP_HEADER_BYTES + payload.length;
    const start = this.#begin(flow, fromServer, PROTO.UDP, length);
    this.#ports(flow, fromServer);
    this.#u16(length);
    this.#u16(this.#pseudoSum(flow, PROTO.UDP, length));
    this.#finish(start, start + 6, payload);
    // RFC 768: zero would mean that there is none
    if (this.#frame[start + 6] === 0 && this.#frame[start + 7] === 0)
      this.#frame.fill(0xff, start + 6, start + 8);
    this.#commit(flow);
  }

  /** An echo request of the client, or the reply to it; the client's port is the identifier. */
  ping(flow: Flow, fromServer: boolean, sequence: number, payload: Payload): void {
    const proto = flow.version === 4 ? PROTO.ICMP : PROTO.ICMPV6;
    const length = ICMP_HEADER_BYTES + payload.length;
    const start = this.#begin(flow, fromServer, proto, length);
    this.#u8((fromServer ? ICMP_ECHO.reply : ICMP_ECHO.request)[flow.version]);
    this.#u8(0);
    this.#u16(flow.version === 4 ? 0 : this.#pseudoSum(flow, proto, length));
    this.#u16(flow.clientPort);
    this.#u16(sequence);
    this.#finish(start, start + 2, payload);
    this.#commit(flow);
  }

  /** Everything up to the transport header. @returns where that begins */
  #begin(flow: Flow, fromServer: boolean, proto: number, length: number): number {
    this.#frame = this.#out.frame;
    this.#at = this.#out.frameAt;
    this.#bytes(fromServer ? CLIENT_MAC : SERVER_MAC);
    this.#bytes(fromServer ? SERVER_MAC : CLIENT_MAC);
    if (flow.vlan !== 0) {
      this.#u16(ETHERTYPE.VLAN);
      this.#u16(flow.vlan);
    }
    if (flow.version === 6) this.#ipv6(flow, fromServer, proto, length);
    else this.#ipv4(flow, fromServer, proto, length);
    return this.#at;
  }

  #ipv4(flow: Flow, fromServer: boolean, proto: number, length: number): void {
    this.#u16(ETHERTYPE.IPV4);
    const start = this.#at;
    this.#u16(0x4500);
    this.#u16(20 + length);
    this.#u16(flow.ipId);
    this.#u16(DONT_FRAGMENT);
    this.#u16((TTL << 8) | proto);
    this.#u16(0);
    this.#u32(fromServer ? flow.server : flow.client);
    this.#u32(fromServer ? flow.client : flow.server);
    const sum = checksumOf(this.#frame, start, this.#at);
    this.#frame[start + 10] = sum >> 8;
    this.#frame[start + 11] = sum & 0xff;
    flow.ipId = (flow.ipId + 1) & 0xffff;
  }

  #ipv6(flow: Flow, fromServer: boolean, proto: number, length: number): void {
    this.#u16(ETHERTYPE.IPV6);
    this.#u32(0x60000000);
    this.#u16(length);
    this.#u16((proto << 8) | TTL);
    if (fromServer) this.#ipv6Server(flow);
    this.#ipv6Address(IPV6_CLIENT_PREFIX, 0, flow.client);
    if (!fromServer) this.#ipv6Server(flow);
  }

  #ipv6Server({ server }: Flow): void {
    this.#ipv6Address(IPV6_SERVER_PREFIX, ipv6ServerNetwork(server), server);
  }

  #ipv6Address(prefix: number, network: number, host: number): void {
    this.#u32(prefix);
    this.#u32(network);
    this.#u32(0);
    this.#u32(host);
  }

  /**
   * The pseudo header's sum, not complemented. It stands in the checksum's place while the sum over the
   * rest is made, as network cards want it, and is so counted in.
   */
  #pseudoSum(flow: Flow, proto: number, length: number): number {
    let sum = flow.addressSum + proto + length;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    return sum;
  }

  #finish(start: number, checksumAt: number, payload: Payload): void {
    const { data, at, length } = payload;
    const frame = this.#frame;
    for (let i = 0; i < length; i += 1) frame[this.#at + i] = data[at + i]!;
    this.#at += length;
    const sum = checksumOf(frame, start, this.#at);
    frame[checksumAt] = sum >> 8;
    frame[checksumAt + 1] = sum & 0xff;
  }

  #commit(flow: Flow): void {
    const sec = Math.floor(flow.at);
    const length = this.#at - this.#out.frameAt;
    this.#out.commit(length, BASE_SECONDS + sec, Math.floor((flow.at - sec) * 1e6));
  }

  #ports(flow: Flow, fromServer: boolean): void {
    this.#u16(fromServer ? flow.serverPort : flow.clientPort);
    this.#u16(fromServer ? flow.clientPort : flow.serverPort);
  }

  #u8(value: number): void {
    this.#frame[this.#at] = value;
    this.#at += 1;
  }

  #u16(value: number): void {
    this.#frame[this.#at] = value >>> 8;
    this.#frame[this.#at + 1] = value & 0xff;
    this.#at += 2;
  }

  #u32(value: number): void {
    this.#u16(value >>> 16);
    this.#u16(value & 0xffff);
  }

  #bytes(bytes: readonly number[]): void {
    for (let i = 0; i < bytes.length; i += 1) this.#frame[this.#at + i] = bytes[i]!;
    this.#at += bytes.length;
  }
}
