/**
 * The fast lane: Ethernet with up to two VLAN tags, IPv4 and IPv6 without fragments and extension headers,
 * TCP, UDP and ICMP echo. Whatever is not plainly sound and plainly of these is left to the host
 * (STATUS_SLOW), which decodes everything; on what is taken here both agree to the byte.
 */
import {
  CONFIG,
  CONFIG_INSPECT_TUNNELS,
  CONFIG_SLOW_ONLY,
  SLOT_ACK,
  SLOT_ADDRESSES,
  SLOT_ADDRESSES6,
  SLOT_CAPTURED,
  SLOT_FIRST_BYTE,
  SLOT_FRAME,
  SLOT_FRAME_BYTES,
  SLOT_FRAMES,
  SLOT_HELD,
  SLOT_ICMP_TYPE,
  SLOT_IP_ID,
  SLOT_KIND,
  SLOT_PAYLOAD_CAPTURED,
  SLOT_PAYLOAD_LENGTH,
  SLOT_PAYLOAD_OFFSET,
  SLOT_PORTS,
  SLOT_SCTP_CHUNKS,
  SLOT_SEQ,
  SLOT_SHIFT,
  SLOT_STATUS,
  SLOT_TCP_FLAGS,
  SLOT_TTL,
  SLOT_WINDOW,
  STATUS_FAST,
  STATUS_MARTIAN,
  STATUS_SLOW,
  VALID_TCP_FLAGS,
} from '../layout';
import { hashSlot } from './hash';
import { ICMP, ICMPV6, TCP, UDP } from './numbers';

const ETHERNET: u32 = 1;
const SYN: u32 = 2;
const OPTION_END: u32 = 0;
const OPTION_NOP: u32 = 1;
const OPTION_WINDOW_SCALE: u32 = 3;
const LARGEST_SHIFT: u32 = 14;

function u16At(at: usize): u32 {
  return bswap<u16>(load<u16>(at));
}

function u32At(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

/** Decodes the frame of a slot into its columns, or marks it for the host. `held`: bytes of it in memory. */
export function decode(slot: usize, linkType: u32, frame: usize, held: u32, captured: u32, wire: u32): void {
  store<u32>(slot, wire, SLOT_FRAME_BYTES);
  store<u32>(slot, <u32>frame, SLOT_FRAME);
  store<u32>(slot, captured, SLOT_CAPTURED);
  store<u16>(slot, <u16>min<u32>(held, 0xffff), SLOT_HELD);
  store<u8>(slot, STATUS_SLOW, SLOT_STATUS);
  const taken =
    linkType == ETHERNET &&
    load<u32>(CONFIG + CONFIG_SLOW_ONLY) == 0 &&
    ethernet(slot, frame, held, captured, max(wire, captured));
  if (!taken) return;
  store<u8>(slot, STATUS_FAST, SLOT_STATUS);
  hashSlot(slot);
}

function ethernet(slot: usize, frame: usize, held: u32, captured: u32, wireEnd: u32): bool {
  if (held < 34) return false;
  let type = u16At(frame + 12);
  let at: u32 = 14;
  if (type == 0x8100 || type == 0x88a8) {
    type = u16At(frame + 16);
    at = 18;
    if (type == 0x8100) {
      type = u16At(frame + 20);
      at = 22;
    }
  }
  if (type == 0x0800) return ipv4(slot, frame, at, held, captured, wireEnd);
  return type == 0x86dd && ipv6(slot, frame, at, held, captured, wireEnd);
}

function ipv4(slot: usize, frame: usize, at: u32, held: u32, captured: u32, wireEnd: u32): bool {
  if (at + 20 > held) return false;
  const ip = frame + at;
  const first: u32 = load<u8>(ip);
  const headerBytes = (first & 15) << 2;
  const length = u16At(ip + 2);
  if (first >> 4 != 4 || headerBytes < 20 || headerBytes > length || at + length > wireEnd) return false;
  const ttl: u32 = load<u8>(ip, 8);
  if (ttl == 0 || load<u8>(ip, 9) == 0) return false;
  const source = u32At(ip + 12);
  const destination = u32At(ip + 16);
  const fromLoopback = source >> 24 == 127;
  const toLoopback = destination >> 24 == 127;
  if (source >> 28 == 0xe || source == 0xffffffff || fromLoopback != toLoopback) {
    store<u8>(slot, STATUS_MARTIAN, SLOT_STATUS);
    return false;
  }
  if (fromLoopback || (u16At(ip + 6) & 0x3fff) != 0) return false;
  if (source == destination) return false;
  store<u64>(slot, <u64>source | ((<u64>destination) << 32), SLOT_ADDRESSES);
  store<u8>(slot, <u8>ttl, SLOT_TTL);
  store<u16>(slot, <u16>u16At(ip + 4), SLOT_IP_ID);
  return transport(slot, frame, at + headerBytes, at + length, held, captured, load<u8>(ip, 9), 0);
}

function ipv6(slot: usize, frame: usize, at: u32, held: u32, captured: u32, wireEnd: u32): bool {
  if (at + 40 > held) return false;
  const ip = frame + at;
  const length = u16At(ip + 4);
  if (load<u8>(ip) >> 4 != 6 || length == 0 || at + 40 + length > wireEnd) return false;
  // multicast sources, and addresses that begin with 64 zero bits (loopback among them), are the host's
  const source = load<u64>(ip, 8);
  const destination = load<u64>(ip, 24);
  if (load<u8>(ip, 8) == 0xff || source == 0 || destination == 0) return false;
  if (source == destination && load<u64>(ip, 16) == load<u64>(ip, 32)) return false;
  memory.copy(slot + SLOT_ADDRESSES6, ip + 8, 32);
  store<u8>(slot, load<u8>(ip, 7), SLOT_TTL);
  store<u16>(slot, 0, SLOT_IP_ID);
  return transport(slot, frame, at + 40, at + 40 + length, held, captured, load<u8>(ip, 6), 0x100);
}

function transport(
  slot: usize,
  frame: usize,
  at: u32,
  end: u32,
  held: u32,
  captured: u32,
  protocol: u32,
  version: u32,
): bool {
  if (protocol == TCP) {
    if (!tcp(slot, frame, at, end, held, captured)) return false;
  } else if (load<u32>(CONFIG + CONFIG_INSPECT_TUNNELS) != 0) {
    return false;
  } else if (protocol == UDP) {
    if (!udp(slot, frame, at, end, held, captured)) return false;
  } else if (
    protocol != (version == 0 ? ICMP : ICMPV6) ||
    !echo(slot, frame, at, end, held, captured, version)
  ) {
    return false;
  }
  store<u32>(slot, protocol | version, SLOT_KIND);
  store<u32>(slot, 1, SLOT_FRAMES);
  store<u32>(slot, 0, SLOT_SCTP_CHUNKS);
  return true;
}

function tcp(slot: usize, frame: usize, at: u32, end: u32, held: u32, captured: u32): bool {
  if (at + 20 > end || at + 20 > held) return false;
  const header = frame + at;
  const headerBytes: u32 = (load<u8>(header, 12) >> 4) << 2;
  if (headerBytes < 20 || at + headerBytes > end) return false;
  const flags: u32 = load<u8>(header, 13);
  if (load<u8>(VALID_TCP_FLAGS + flags) == 0) return false;
  const sport = u16At(header);
  const dport = u16At(header + 2);
  if (sport == 0 || dport == 0) return false;
  let shift: u32 = 0;
  if ((flags & SYN) != 0 && headerBytes > 20) {
    if (at + headerBytes > held) return false;
    shift = windowScale(header + 20, header + headerBytes);
  }
  store<u32>(slot, sport | (dport << 16), SLOT_PORTS);
  store<u8>(slot, <u8>flags, SLOT_TCP_FLAGS);
  store<u8>(slot, <u8>shift, SLOT_SHIFT);
  store<u16>(slot, <u16>u16At(header + 14), SLOT_WINDOW);
  store<u32>(slot, u32At(header + 4), SLOT_SEQ);
  store<u32>(slot, u32At(header + 8), SLOT_ACK);
  payload(slot, frame, at + headerBytes, end, captured);
  return true;
}

/** Shift of a window scale option plus one, or 0; stops at the first option that is not sound. */
function windowScale(start: usize, end: usize): u32 {
  let found: u32 = 0;
  let at = start;
  while (at < end) {
    const kind: u32 = load<u8>(at);
    if (kind == OPTION_END) break;
    if (kind == OPTION_NOP) {
      at += 1;
      continue;
    }
    const length: u32 = at + 1 < end ? load<u8>(at, 1) : 0;
    if (length < 2 || at + length > end) break;
    if (kind == OPTION_WINDOW_SCALE && length == 3) found = min<u32>(load<u8>(at, 2), LARGEST_SHIFT) + 1;
    at += length;
  }
  return found;
}

function udp(slot: usize, frame: usize, at: u32, end: u32, held: u32, captured: u32): bool {
  if (at + 8 > end || at + 8 > held) return false;
  const header = frame + at;
  const length = u16At(header + 4);
  if (length < 8 || at + length > end) return false;
  store<u32>(slot, u16At(header) | (u16At(header + 2) << 16), SLOT_PORTS);
  store<u8>(slot, 0, SLOT_TCP_FLAGS);
  payload(slot, frame, at + 8, at + length, captured);
  return true;
}

/** The two ends of an echo are crossed in the reply, so that its key is the exact reverse of the request's. */
function echo(slot: usize, frame: usize, at: u32, end: u32, held: u32, captured: u32, version: u32): bool {
  if (at + 8 > end || at + 8 > held) return false;
  const header = frame + at;
  const type: u32 = load<u8>(header);
  const request: u32 = version == 0 ? 8 : 128;
  const reply: u32 = version == 0 ? 0 : 129;
  if (type != request && type != reply) return false;
  const identifier = u16At(header + 4);
  const sequence = u16At(header + 6);
  store<u32>(
    slot,
    type == request ? identifier | (sequence << 16) : sequence | (identifier << 16),
    SLOT_PORTS,
  );
  store<u8>(slot, 0, SLOT_TCP_FLAGS);
  store<u8>(slot, <u8>type, SLOT_ICMP_TYPE);
  payload(slot, frame, at + 8, end, captured);
  return true;
}

function payload(slot: usize, frame: usize, at: u32, end: u32, captured: u32): void {
  const offset = min(at, captured);
  store<u32>(slot, offset, SLOT_PAYLOAD_OFFSET);
  store<u32>(slot, end - at, SLOT_PAYLOAD_LENGTH);
  const last = min(end, captured);
  const bytes = last > at ? last - at : 0;
  store<u32>(slot, bytes, SLOT_PAYLOAD_CAPTURED);
  store<u8>(slot, bytes > 0 ? load<u8>(frame + at) : 0, SLOT_FIRST_BYTE);
}
