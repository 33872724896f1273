/**
 * Bytes of frames for tests. A frame is built from the inside out, each function adding one header:
 * `ethernet(ipv4({ src, dst }, tcp({ sport, dport, flags: 'S' })))`. Lengths and checksums are right
 * unless an option overrides them. Nothing here uses the code under test.
 */
import { address, checksum16, concat, patched, u8, u16, u32, zeros } from './bytes.ts';

/** Layer 4 before its checksum is known: that needs the addresses of the IP header around it. */
export interface Segment {
  readonly proto: number;
  readonly bytes: Uint8Array;
  /** where the checksum goes, and what it covers besides the segment; null: leave the bytes alone */
  readonly checksum: { readonly at: number; readonly over: 'pseudo' | 'segment' } | null;
}

export const FLAG_LETTERS = 'FSRPAUEC';

/** Flag bits from letters: F S R P A U E C. */
export const tcpFlagBits = (letters: string): number =>
  [...letters].reduce((bits, letter) => bits | (1 << FLAG_LETTERS.indexOf(letter)), 0);

export interface TcpFields {
  readonly sport?: number;
  readonly dport?: number;
  readonly seq?: number;
  readonly ack?: number;
  /** letters of FLAG_LETTERS, or the byte itself */
  readonly flags?: string | number;
  readonly window?: number;
  readonly urgent?: number;
  /** from tcpOptions() */
  readonly options?: Uint8Array;
  /** header length in 32-bit words, where it is to be wrong */
  readonly dataOffset?: number;
  readonly checksum?: number;
}

export function tcp(fields: TcpFields = {}, payload: Uint8Array = zeros(0)): Segment {
  const { sport = 40000, dport = 80, seq = 1000, ack = 0, flags = 'A', window = 65535, urgent = 0 } = fields;
  const options = fields.options ?? zeros(0);
  const bits = typeof flags === 'string' ? tcpFlagBits(flags) : flags;
  const dataOffset = fields.dataOffset ?? 5 + options.length / 4;
  const header = concat(u16(sport, dport), u32(seq, ack), u8(dataOffset << 4, bits));
  const bytes = concat(header, u16(window, fields.checksum ?? 0, urgent), options, payload);
  return { proto: 6, bytes, checksum: fields.checksum === undefined ? { at: 16, over: 'pseudo' } : null };
}

export const mss = (bytes: number): Uint8Array => concat(u8(2, 4), u16(bytes));
export const windowScale = (shift: number): Uint8Array => u8(3, 3, shift);
export const timestamps = (value: number, echo: number): Uint8Array => concat(u8(8, 10), u32(value, echo));

/** Options padded with no-operations to a multiple of four bytes. */
export function tcpOptions(...options: readonly Uint8Array[]): Uint8Array {
  const joined = concat(...options);
  return concat(joined, new Uint8Array((4 - (joined.length % 4)) % 4).fill(1));
}

export interface UdpFields {
  readonly sport?: number;
  readonly dport?: number;
  readonly length?: number;
  readonly checksum?: number;
}

export function udp(fields: UdpFields = {}, payload: Uint8Array = zeros(0)): Segment {
  const { sport = 40000, dport = 53, length = 8 + payload.length } = fields;
  const bytes = concat(u16(sport, dport, length, fields.checksum ?? 0), payload);
  return { proto: 17, bytes, checksum: fields.checksum === undefined ? { at: 6, over: 'pseudo' } : null };
}

export interface IcmpFields {
  readonly type: number;
  readonly code?: number;
  /** the four bytes behind the checksum */
  readonly rest?: Uint8Array;
  readonly checksum?: number;
}

/** ICMP or ICMPv6; an error takes the quoted packet as its body. */
export function icmp(version: 4 | 6, fields: IcmpFields, body: Uint8Array = zeros(0)): Segment {
  const bytes = concat(
    u8(fields.type, fields.code ?? 0),
    u16(fields.checksum ?? 0),
    fields.rest ?? zeros(4),
    body,
  );
  const over = version === 4 ? 'segment' : 'pseudo';
  return {
    proto: version === 4 ? 1 : 58,
    bytes,
    checksum: fields.checksum === undefined ? { at: 2, over } : null,
  };
}

export function echo(
  version: 4 | 6,
  kind: 'request' | 'reply',
  identifier: number,
  sequence: number,
  body: Uint8Array = zeros(32),
): Segment {
  const types = version === 4 ? { request: 8, reply: 0 } : { request: 128, reply: 129 };
  return icmp(version, { type: types[kind], rest: u16(identifier, sequence) }, body);
}

/** One chunk, padded; its length field does not count the padding. */
export function sctpChunk(
  type: number,
  body: Uint8Array = zeros(0),
  length: number = 4 + body.length,
): Uint8Array {
  return concat(u8(type, 0), u16(length), body, zeros((4 - (body.length % 4)) % 4));
}

export function sctp(
  fields: { sport?: number; dport?: number; tag?: number },
  ...chunks: Uint8Array[]
): Segment {
  const { sport = 40000, dport = 38412, tag = 1 } = fields;
  return { proto: 132, bytes: concat(u16(sport, dport), u32(tag, 0), ...chunks), checksum: null };
}

/** Any protocol without ports. */
export const plain = (proto: number, bytes: Uint8Array): Segment => ({ proto, bytes, checksum: null });
export const esp = (spi: number, sequence: number, body: Uint8Array = zeros(32)): Segment =>
  plain(50, concat(u32(spi, sequence), body));
export const gre = (protocolType: number, body: Uint8Array): Segment =>
  plain(47, concat(u16(0, protocolType), body));

function sealed(segment: Segment, src: Uint8Array, dst: Uint8Array): Uint8Array {
  if (segment.checksum === null) return segment.bytes;
  const pseudo = concat(src, dst, u32(segment.bytes.length), u32(segment.proto));
  const covered = segment.checksum.over === 'pseudo' ? concat(pseudo, segment.bytes) : segment.bytes;
  const sum = checksum16(covered);
  // UDP sends a computed 0 as all ones: 0 there says "no checksum"
  return patched(segment.bytes, segment.checksum.at, u16(segment.proto === 17 && sum === 0 ? 0xffff : sum));
}

export interface Ipv4Fields {
  readonly src?: string;
  readonly dst?: string;
  readonly ttl?: number;
  readonly tos?: number;
  readonly id?: number;
  readonly moreFragments?: boolean;
  readonly dontFragment?: boolean;
  /** in bytes */
  readonly fragmentOffset?: number;
  /** a multiple of four bytes */
  readonly options?: Uint8Array;
  readonly proto?: number;
  readonly version?: number;
  readonly ihl?: number;
  readonly totalLength?: number;
  readonly checksum?: number;
}

export function ipv4(fields: Ipv4Fields, segment: Segment): Uint8Array {
  const src = address(fields.src ?? '10.0.0.1');
  const dst = address(fields.dst ?? '10.0.0.2');
  const options = fields.options ?? zeros(0);
  const payload = sealed(segment, src, dst);
  const ihl = fields.ihl ?? 5 + options.length / 4;
  const flags = (fields.dontFragment ? 0x4000 : 0) | (fields.moreFragments ? 0x2000 : 0);
  const header = concat(
    u8(((fields.version ?? 4) << 4) | ihl, fields.tos ?? 0),
    u16(fields.totalLength ?? 20 + options.length + payload.length, fields.id ?? 1),
    u16(flags | ((fields.fragmentOffset ?? 0) >> 3)),
    u8(fields.ttl ?? 64, fields.proto ?? segment.proto),
    u16(0),
    concat(src, dst, options),
  );
  return concat(patched(header, 10, u16(fields.checksum ?? checksum16(header))), payload);
}

/** `bytes` begins with the next-header field, which ipv6() fills in. */
export interface Extension {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Hop-by-hop (0), routing (43) or destination options (60): `body` follows the length field and is padded. */
export function extension(type: number, body: Uint8Array = u8(1, 4, 0, 0, 0, 0)): Extension {
  const padding = zeros((8 - ((body.length + 2) % 8)) % 8);
  const bytes = concat(u8(0, (body.length + 2 + padding.length) / 8 - 1), body, padding);
  return { type, bytes };
}

/** `offset` in bytes. */
export function fragmentHeader(offset: number, more: boolean, id: number = 1): Extension {
  return { type: 44, bytes: concat(u8(0, 0), u16(offset | (more ? 1 : 0)), u32(id)) };
}

export interface Ipv6Fields {
  readonly src?: string;
  readonly dst?: string;
  readonly hopLimit?: number;
  readonly extensions?: readonly Extension[];
  readonly version?: number;
  readonly payloadLength?: number;
}

export function ipv6(fields: Ipv6Fields, segment: Segment): Uint8Array {
  const src = address(fields.src ?? '2001:db8::1');
  const dst = address(fields.dst ?? '2001:db8::2');
  const chain = fields.extensions ?? [];
  const types = [...chain.map((header) => header.type), segment.proto];
  const headers = chain.map((header, i) => patched(header.bytes, 0, u8(types[i + 1]!)));
  const payload = concat(...headers, sealed(segment, src, dst));
  return concat(
    u8((fields.version ?? 6) << 4, 0, 0, 0),
    u16(fields.payloadLength ?? payload.length),
    u8(types[0]!, fields.hopLimit ?? 64),
    concat(src, dst, payload),
  );
}

const ethertypeOf = (packet: Uint8Array): number => (packet[0]! >> 4 === 6 ? 0x86dd : 0x0800);

export interface EthernetFields {
  readonly type?: number;
  /** outermost first; a plain number is an 802.1Q id */
  readonly vlans?: readonly (number | { readonly tpid: number; readonly id: number })[];
  /** bytes behind the payload, as minimum-frame padding is */
  readonly padding?: number;
}

export function ethernet(payload: Uint8Array, fields: EthernetFields = {}): Uint8Array {
  const tags = (fields.vlans ?? []).map((tag) =>
    typeof tag === 'number' ? u16(0x8100, tag) : u16(tag.tpid, tag.id),
  );
  const type = u16(fields.type ?? ethertypeOf(payload));
  return concat(u8(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1), ...tags, type, payload, zeros(fields.padding ?? 0));
}

/** 802.3 with LLC and SNAP (RFC 1042). */
export function snap(payload: Uint8Array, oui: number = 0): Uint8Array {
  const llc = u8(0xaa, 0xaa, 3, oui >> 16, (oui >> 8) & 0xff, oui & 0xff);
  return ethernet(concat(llc, u16(ethertypeOf(payload)), payload), { type: payload.length + 8 });
}

export const sll = (
  payload: Uint8Array,
  protocol: number = ethertypeOf(payload),
  arphrd: number = 1,
): Uint8Array => concat(u16(0, arphrd, 6), zeros(8), u16(protocol), payload);

export const sll2 = (
  payload: Uint8Array,
  protocol: number = ethertypeOf(payload),
  arphrd: number = 1,
): Uint8Array => concat(u16(protocol, 0), u32(2), u16(arphrd), u8(0, 6), zeros(8), payload);

/** BSD loopback; NULL files hold the family in the byte order of their host, LOOP files big-endian. */
export const bsdLoopback = (payload: Uint8Array, family: number, order: 'big' | 'little'): Uint8Array =>
  concat(order === 'big' ? u32(family) : u32(family).reverse(), payload);
