/**
 * Bytes of what stands around an IP packet: link layers other than Ethernet, tags, tunnels. Each function
 * adds one header in front of `inner`; formats as their standards have them, written apart from the code
 * under test.
 */
import { concat, text, u8, u16, u32, zeros } from './bytes.ts';
import { plain, type Segment, udp } from './frame.ts';

const MACS = u8(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1);
const u16le = (value: number): Uint8Array => u16(value).reverse();
const u32le = (value: number): Uint8Array => u32(value).reverse();
const u24 = (value: number): Uint8Array => u32(value).subarray(1);

export const ethertypeOf = (packet: Uint8Array): number => (packet[0]! >> 4 === 6 ? 0x86dd : 0x0800);

/** Bytes, and what an ethertype field in front of them says. */
export interface Typed {
  readonly type: number;
  readonly bytes: Uint8Array;
}

export const typed = (packet: Uint8Array): Typed => ({ type: ethertypeOf(packet), bytes: packet });
const withType = (inner: Typed): Uint8Array => concat(u16(inner.type), inner.bytes);

export const frame = (inner: Typed): Uint8Array => concat(MACS, withType(inner));

export const mpls = (labels: readonly number[], inner: Uint8Array): Typed => {
  const stack = labels.map((label, i) =>
    u32(((label << 12) | (i === labels.length - 1 ? 0x100 : 0) | 64) >>> 0),
  );
  return { type: 0x8847, bytes: concat(...stack, inner) };
};

export const pppProtocolOf = (packet: Uint8Array): number => (packet[0]! >> 4 === 6 ? 0x57 : 0x21);
export const pppPayload = (packet: Uint8Array, protocol: number = pppProtocolOf(packet)): Uint8Array =>
  concat(u16(protocol), packet);
export const pppHdlc = (payload: Uint8Array, address = 0xff): Uint8Array => concat(u8(address, 3), payload);
export const pppoeHeader = (payload: Uint8Array, code = 0): Uint8Array =>
  concat(u8(0x11, code), u16(7, payload.length), payload);
export const pppoe = (packet: Uint8Array): Typed => ({
  type: 0x8864,
  bytes: pppoeHeader(pppPayload(packet)),
});

export const ciscoHdlc = (inner: Typed, address = 0x0f): Uint8Array =>
  concat(u8(address, 0), withType(inner));

/** Frame relay; `address` of 2, 3 or 4 bytes. */
export const frameRelay = (body: Uint8Array, address: Uint8Array = u8(0x18, 0x61)): Uint8Array =>
  concat(address, body);

export const llcSnap = (inner: Typed, oui = 0): Uint8Array =>
  concat(u8(0xaa, 0xaa, 3), u24(oui), withType(inner));

export interface Dot11Fields {
  readonly subtype?: number;
  readonly type?: number;
  readonly flags?: number;
  readonly fragment?: number;
  readonly qosControl?: number;
  /** bytes between header and body */
  readonly padding?: number;
}

/** IEEE 802.11; with a fourth address, QoS control and HT control as type and flags say. */
export function dot11(body: Uint8Array, fields: Dot11Fields = {}): Uint8Array {
  const { type = 2, subtype = 0, flags = 1, fragment = 0, qosControl = 0, padding = 0 } = fields;
  const fourth = (flags & 3) === 3 ? zeros(6) : zeros(0);
  const qos = (subtype & 8) !== 0;
  return concat(
    u8((subtype << 4) | (type << 2), flags),
    zeros(20),
    u16le(fragment),
    fourth,
    qos ? u16le(qosControl) : zeros(0),
    qos && (flags & 0x80) !== 0 ? zeros(4) : zeros(0),
    zeros(padding),
    body,
  );
}

/** One subframe of an aggregate. */
export const amsdu = (body: Uint8Array): Uint8Array => concat(MACS, u16(body.length), body);

export function radiotap(inner: Uint8Array, flags: number | null = null, tsft = false): Uint8Array {
  const present = (tsft ? 1 : 0) | (flags === null ? 0 : 2);
  const fields = concat(tsft ? zeros(8) : zeros(0), flags === null ? zeros(0) : u8(flags, 0));
  return concat(u8(0, 0), u16le(8 + fields.length), u32le(present), fields, inner);
}

export const ppi = (linkType: number, inner: Uint8Array): Uint8Array =>
  concat(u8(0, 0), u16le(20), u32le(linkType), zeros(12), inner);
export const prism = (inner: Uint8Array, order: 'big' | 'little' = 'little'): Uint8Array =>
  concat(
    order === 'little' ? u32le(0x44) : u32(0x44),
    order === 'little' ? u32le(144) : u32(144),
    zeros(136),
    inner,
  );
export const avs = (inner: Uint8Array): Uint8Array => concat(u32(0x80211001, 64), zeros(56), inner);

export function nflog(packet: Uint8Array, order: 'big' | 'little' = 'little'): Uint8Array {
  const number = order === 'little' ? u16le : (value: number) => u16(value);
  const tlv = (type: number, value: Uint8Array): Uint8Array =>
    concat(number(4 + value.length), number(type), value, zeros((4 - (value.length % 4)) % 4));
  const family = packet[0]! >> 4 === 6 ? 10 : 2;
  return concat(u8(family, 0, 0, 42), tlv(1, zeros(4)), tlv(10, zeros(1)), tlv(9, packet));
}

export const pktap = (linkType: number, inner: Uint8Array): Uint8Array =>
  concat(u32le(108), u32le(1), u32le(linkType), text('en0'), zeros(93), inner);

/** Marvell tag, without what surrounds it. */
export const dsaTag = (vid: number, tagged: boolean): Uint8Array =>
  concat(u8(0xc0 | (tagged ? 0x20 : 0), 0x10), u16(vid));
export const dsaFrame = (inner: Typed, vid = 0, tagged = false): Uint8Array =>
  concat(MACS, dsaTag(vid, tagged), withType(inner));
export const edsa = (inner: Typed, vid = 0, tagged = false): Typed => ({
  type: 0xdada,
  bytes: concat(zeros(2), dsaTag(vid, tagged), withType(inner)),
});
export const broadcomFrame = (inner: Typed): Uint8Array =>
  concat(MACS, u8(0x20, 0, 0, 0x20), withType(inner));

const tag =
  (type: number, before: Uint8Array) =>
  (inner: Typed): Typed => ({ type, bytes: concat(before, withType(inner)) });

export const vnTag: (inner: Typed) => Typed = tag(0x8926, zeros(4));
export const eTag: (inner: Typed) => Typed = tag(0x893f, zeros(6));
export const pbb: (inner: Typed) => Typed = tag(0x88e7, concat(u32(0x123456), MACS));
export const ciscoMetadata: (inner: Typed) => Typed = tag(0x8909, u8(1, 1, 0, 1, 0, 9));
export const broadcomTag: (inner: Typed) => Typed = tag(0x8874, zeros(4));
export const realtek4: (inner: Typed) => Typed = tag(0x8899, u8(0xa0, 1));
export const realtek8: (inner: Typed) => Typed = tag(0x8899, u8(4, 0, 0, 0, 0, 1));
export const vlan = (id: number, inner: Typed, tpid = 0x8100): Typed => tag(tpid, u16(id))(inner);

export const fabricPath = (inner: Uint8Array): Typed => ({ type: 0x8903, bytes: concat(u16(0x0460), inner) });
export const trill = (inner: Uint8Array, optionWords = 0): Typed => ({
  type: 0x22f3,
  bytes: concat(u16((optionWords << 6) | 5), u16(1, 2), zeros(optionWords * 4), inner),
});
export const nsh = (next: number, inner: Uint8Array, words = 6): Typed => ({
  type: 0x894f,
  bytes: concat(u16(words), u8(1, next), zeros((words - 1) * 4), inner),
});
export const macsec = (inner: Typed, control = 0): Typed => ({
  type: 0x88e5,
  bytes: concat(
    u8(control, 0),
    u32(1),
    (control & 0x20) !== 0 ? zeros(8) : zeros(0),
    withType(inner),
    zeros(16),
  ),
});

export const fddi = (llc: Uint8Array, control = 0x50): Uint8Array => concat(u8(control), MACS, llc);
export function tokenRing(llc: Uint8Array, route: Uint8Array = zeros(0), control = 0x40): Uint8Array {
  const macs = MACS.slice();
  if (route.length > 0) macs[6]! |= 0x80;
  return concat(u8(0x10, control), macs, route, llc);
}
export const arcnet = (
  packet: Uint8Array,
  code: number,
  options: { linux: boolean; split?: Uint8Array },
): Uint8Array =>
  concat(u8(1, 2), options.linux ? zeros(2) : zeros(0), u8(code), options.split ?? zeros(0), packet);

export const juniper = (body: Uint8Array, flags = 0, between: Uint8Array = zeros(0)): Uint8Array =>
  concat(text('MGC'), u8(flags), between, body);

export interface GreFields {
  readonly checksum?: boolean;
  readonly key?: number;
  readonly sequence?: number;
}

export function greHeader(protocol: number, body: Uint8Array, fields: GreFields = {}): Uint8Array {
  const { checksum = false, key, sequence } = fields;
  const flags =
    (checksum ? 0x8000 : 0) | (key === undefined ? 0 : 0x2000) | (sequence === undefined ? 0 : 0x1000);
  return concat(
    u16(flags, protocol),
    checksum ? zeros(4) : zeros(0),
    key === undefined ? zeros(0) : u32(key),
    sequence === undefined ? zeros(0) : u32(sequence),
    body,
  );
}
export const gre = (protocol: number, body: Uint8Array, fields: GreFields = {}): Segment =>
  plain(47, greHeader(protocol, body, fields));

/** PPTP's version 1; `ppp` null: an acknowledgement alone. */
export const pptp = (ppp: Uint8Array | null, ack = false): Segment =>
  plain(
    47,
    concat(
      u8(0x20 | (ppp === null ? 0 : 0x10), ack || ppp === null ? 0x81 : 0x01),
      u16(0x880b, ppp?.length ?? 0, 9),
      ppp === null ? zeros(0) : u32(1),
      ack || ppp === null ? u32(1) : zeros(0),
      ppp ?? zeros(0),
    ),
  );

export const erspan = (type: 1 | 2 | 3, inner: Uint8Array, subheader = false, frameType = 0): Segment => {
  if (type === 1) return gre(0x88be, inner);
  if (type === 2) return gre(0x88be, concat(u16(0x1064, 1), u32(0), inner), { sequence: 1 });
  const header = concat(u16(0x2064, 1), u32(0), u16(0), u16((frameType << 10) | (subheader ? 1 : 0)));
  return gre(0x22eb, concat(header, subheader ? zeros(8) : zeros(0), inner), { sequence: 1 });
};

const overUdp = (port: number, body: Uint8Array): Segment => udp({ sport: 50000, dport: port }, body);

export const vxlan = (inner: Uint8Array, vni = 7, port = 4789): Segment =>
  overUdp(port, concat(u8(8, 0, 0, 0), u24(vni), u8(0), inner));
export const vxlanGpe = (next: number, inner: Uint8Array, vni = 7): Segment =>
  overUdp(4790, concat(u8(0x0c, 0, 0, next), u24(vni), u8(0), inner));
export const geneve = (inner: Typed, vni = 7, optionWords = 0): Segment =>
  overUdp(
    6081,
    concat(u8(optionWords, 0), u16(inner.type), u24(vni), u8(0), zeros(optionWords * 4), inner.bytes),
  );

export interface GtpFields {
  /** what stands behind the first eight bytes, in front of the packet; sets the flags */
  readonly optional?: Uint8Array;
  readonly flags?: number;
  readonly type?: number;
}
export function gtpU(packet: Uint8Array, fields: GtpFields = {}): Segment {
  const { optional = zeros(0), flags = optional.length > 0 ? 0x36 : 0x30, type = 255 } = fields;
  const length = optional.length + packet.length;
  return overUdp(2152, concat(u8(flags, type), u16(length), u32(0x1234), optional, packet));
}

export const teredo = (
  packet: Uint8Array,
  options: { origin?: boolean; authentication?: boolean } = {},
): Segment =>
  overUdp(
    3544,
    concat(
      options.authentication ? concat(u16(1), u8(2, 3), zeros(2 + 3 + 9)) : zeros(0),
      options.origin ? zeros(8) : zeros(0),
      packet,
    ),
  );

export const ayiya = (packet: Uint8Array): Segment =>
  overUdp(5072, concat(u8(0x41, 0x52, 0x11, 41), u32(1), zeros(16 + 20), packet));

export interface L2tpFields {
  readonly flags?: number;
  readonly fields?: Uint8Array;
}
/** L2TP data message; `flags` without the version, `fields` between them and the PPP frame. */
export const l2tp = (ppp: Uint8Array, { flags = 0, fields = zeros(4) }: L2tpFields = {}): Segment =>
  overUdp(1701, concat(u16(flags | 2), fields, ppp));

export const ipIn = (packet: Uint8Array): Segment => plain(packet[0]! >> 4 === 6 ? 41 : 4, packet);
export const etherIp = (inner: Uint8Array): Segment => plain(97, concat(u8(0x30, 0), inner));
export const mplsInIp = (labels: readonly number[], packet: Uint8Array): Segment =>
  plain(137, mpls(labels, packet).bytes);
export const mplsInUdp = (labels: readonly number[], packet: Uint8Array): Segment =>
  overUdp(6635, mpls(labels, packet).bytes);
export const greInUdp = (protocol: number, body: Uint8Array): Segment =>
  overUdp(4754, greHeader(protocol, body));
export const lisp = (packet: Uint8Array): Segment => overUdp(4341, concat(zeros(8), packet));
export const authentication = (next: number, body: Uint8Array): Segment =>
  plain(51, concat(u8(next, 4), zeros(22), body));

/** ESP without encryption in tunnel mode; `next` as its trailer has it. */
export function espNull(
  packet: Uint8Array,
  checkValueBytes = 12,
  next: number = packet[0]! >> 4 === 6 ? 41 : 4,
): Segment {
  const padding = (4 - ((packet.length + 2) % 4)) % 4;
  const pad = Uint8Array.from({ length: padding }, (_, i) => i + 1);
  return plain(50, concat(u32(0x1000, 1), packet, pad, u8(padding, next), zeros(checkValueBytes)));
}
