/** One side of a TCP connection as the record holds it; `side` is 0 for the client, 1 for the server. */
import {
  F_FIN,
  F_HAS_ACK,
  F_ISN,
  F_SEEN,
  F_SHIFT,
  S_BEFORE,
  S_CAUSES,
  S_FLAGS,
  S_HIGHEST_ACK,
  S_NEXT_SEQ,
  S_RIGHT_EDGE,
  S_STREAM,
  S_WINDOW_SHIFTS,
  S_WINDOWS,
  SLOT_ACK,
  SLOT_PAYLOAD_LENGTH,
  SLOT_SEQ,
  SLOT_SHIFT,
  SLOT_TCP_FLAGS,
  SLOT_WINDOW,
} from '../layout';

export const FIN: u32 = 1;
export const SYN: u32 = 2;
export const RST: u32 = 4;
export const ACK: u32 = 16;

/** What cannot be known is taken as the widest window (RFC 7323 2.3). */
const WIDEST_SHIFT: u32 = 14;
/** Smallest history in which a retransmission is accepted: an unscaled window. */
const LEAST_HISTORY_BYTES: i32 = 65535;

export function has(session: usize, flag: u32, side: u32): bool {
  return (load<u32>(session, S_FLAGS) & (flag << side)) != 0;
}

export function set(session: usize, flags: u32): void {
  store<u32>(session, load<u32>(session, S_FLAGS) | flags, S_FLAGS);
}

export function nextSeq(session: usize, side: u32): u32 {
  return load<u32>(session + side * 4, S_NEXT_SEQ);
}

export function highestAck(session: usize, side: u32): u32 {
  return load<u32>(session + side * 4, S_HIGHEST_ACK);
}

export function initialSeq(session: usize, side: u32): u32 {
  return load<u32>(session + side * 4, S_STREAM);
}

/** Windows: 0 client's last, 1 server's last, 2 client's largest, 3 server's largest. */
function window(session: usize, which: u32): u32 {
  const shift = (<u32>load<u16>(session, S_WINDOW_SHIFTS) >> (which * 4)) & 15;
  return (<u32>load<u16>(session + which * 2, S_WINDOWS)) << shift;
}

function setWindow(session: usize, which: u32, unscaled: u32, shift: u32): void {
  const shifts: u32 = load<u16>(session, S_WINDOW_SHIFTS);
  store<u16>(session, <u16>((shifts & ~(15 << (which * 4))) | (shift << (which * 4))), S_WINDOW_SHIFTS);
  store<u16>(session + which * 2, <u16>unscaled, S_WINDOWS);
}

export function lastWindow(session: usize, side: u32): u32 {
  return window(session, side);
}

export function largestWindow(session: usize, side: u32): u32 {
  return window(session, side + 2);
}

/** Shift that a side's SYN offered, plus one; 0 where it had no such option. Kept above the cause lists. */
function offered(session: usize, side: u32): u32 {
  return (side == 0 ? <u32>load<u16>(session, S_CAUSES) : <u32>load<u16>(session, S_BEFORE)) >> 12;
}

function setOffered(session: usize, side: u32, value: u32): void {
  if (side == 0) store<u16>(session, <u16>((load<u16>(session, S_CAUSES) & 0xfff) | (value << 12)), S_CAUSES);
  else store<u16>(session, <u16>((load<u16>(session, S_BEFORE) & 0xfff) | (value << 12)), S_BEFORE);
}

function windowShift(session: usize, side: u32): u32 {
  if (!has(session, F_SHIFT, 0) || !has(session, F_SHIFT, 1)) return WIDEST_SHIFT;
  if (offered(session, 0) == 0 || offered(session, 1) == 0) return 0;
  return offered(session, side) - 1;
}

/** Sequence numbers that a segment takes: payload, SYN and FIN (RFC 9293 3.4). */
export function segmentLength(slot: usize): u32 {
  const flags: u32 = load<u8>(slot, SLOT_TCP_FLAGS);
  return load<u32>(slot, SLOT_PAYLOAD_LENGTH) + ((flags >> 1) & 1) + (flags & 1);
}

/** Takes an accepted segment that is no RST into its sender's side; the reference's recordSegment. */
export function record(session: usize, slot: usize, side: u32, opening: bool): void {
  const flags: u32 = load<u8>(slot, SLOT_TCP_FLAGS);
  const seq = load<u32>(slot, SLOT_SEQ);
  const end = seq + segmentLength(slot);
  const seen = has(session, F_SEEN, side);
  let add: u32 = F_SEEN;
  if ((flags & SYN) != 0 && (opening || !seen)) {
    store<u32>(session + side * 4, seq, S_STREAM);
    add |= F_ISN | F_SHIFT;
    setOffered(session, side, load<u8>(slot, SLOT_SHIFT));
    store<u32>(session + side * 4, end, S_NEXT_SEQ);
  } else if (!seen || <i32>(end - nextSeq(session, side)) > 0) {
    store<u32>(session + side * 4, end, S_NEXT_SEQ);
  }
  if ((flags & FIN) != 0) add |= F_FIN;
  set(session, add << side);
  if ((flags & ACK) != 0) acknowledge(session, slot, side, (flags & SYN) != 0);
}

function acknowledge(session: usize, slot: usize, side: u32, syn: bool): void {
  const unscaled: u32 = load<u16>(slot, SLOT_WINDOW);
  // RFC 7323 2.2: the window of a segment that carries SYN is never scaled.
  const shift = syn ? 0 : windowShift(session, side);
  const granted = unscaled << shift;
  setWindow(session, side, unscaled, shift);
  if (granted > largestWindow(session, side)) setWindow(session, side + 2, unscaled, shift);
  const ack = load<u32>(slot, SLOT_ACK);
  const edge = ack + granted;
  const known = has(session, F_HAS_ACK, side);
  if (!known || <i32>(ack - highestAck(session, side)) > 0)
    store<u32>(session + side * 4, ack, S_HIGHEST_ACK);
  if (!known || <i32>(edge - load<u32>(session + side * 4, S_RIGHT_EDGE)) > 0) {
    store<u32>(session + side * 4, edge, S_RIGHT_EDGE);
  }
  set(session, F_HAS_ACK << side);
}

/** True where the segment lies outside the window that its receiver has granted; the reference's isOutOfWindow. */
export function isOutOfWindow(session: usize, slot: usize, sender: u32): bool {
  const receiver = 1 - sender;
  const needed: u32 = (F_HAS_ACK << 0) | (F_HAS_ACK << 1) | (F_SHIFT << 0) | (F_SHIFT << 1);
  if ((load<u32>(session, S_FLAGS) & needed) != needed) return false;
  const acknowledged = highestAck(session, receiver);
  const sent = nextSeq(session, sender);
  if (<i32>(acknowledged - sent) > 0) return false;
  const seq = load<u32>(slot, SLOT_SEQ);
  if (<i32>(seq - load<u32>(session + receiver * 4, S_RIGHT_EDGE)) > 0) return <i32>(seq - sent) > 0;
  const history = max(<i32>largestWindow(session, receiver), LEAST_HISTORY_BYTES);
  return <i32>(seq + segmentLength(slot) - acknowledged) < -history;
}
