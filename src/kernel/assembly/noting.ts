/**
 * What is kept of a session only where events are wanted: the longest gap, loss, keepalives, bytes that the
 * capture does not hold. The reference's SegmentNotes over the fourth line of a record.
 */
import {
  F_FIN,
  F_HANDSHAKE,
  F_HAS_ACK,
  F_ISN,
  F_MIDSTREAM,
  F_SEEN,
  NOTED_UNIT_BYTES,
  S_FLAGS,
  S_GAP,
  S_GAP_FILE,
  S_GAP_FILE_PACKET,
  S_GAP_OWN_END,
  S_GAP_PACKET,
  S_GAP_TIMER,
  S_HOLE_END,
  S_HOLE_START,
  S_MOST_QUEUED,
  S_OUT_OF_ORDER,
  S_QUEUED,
  S_REFRESH,
  S_RETRANSMISSIONS,
  S_STALL,
  S_TIMER,
  S_ZERO_WINDOWS,
  SLOT_ACK,
  SLOT_PAYLOAD_LENGTH,
  SLOT_SEQ,
  SLOT_TCP_FLAGS,
  SLOT_TIME,
  SLOT_WINDOW,
  STALL_ALIVE,
} from '../layout';
import { ACK, has, highestAck, nextSeq, SYN } from './side';
import { file, filePacket } from './slots';
import { now, packets } from './state';

export const SIGHT_HANDSHAKE: u32 = 1;
export const SIGHT_KEEPALIVE: u32 = 2;
export const SIGHT_UNSEEN: u32 = 4;
export const SIGHT_MOVED: u32 = 8;
export const SIGHT_RESENT: u32 = 16;
export const SIGHT_STUCK: u32 = 32;

const FIN: u32 = 1;
const MOST_QUEUED: u32 = 65535;
/** Times that a segment is sent again before that is told, and counted at most. */
const TOLD_RESENDS: u32 = 3;
const MOST_RESENDS: u32 = 127;

/** of the last segment, until they are taken */
let sights: u32 = 0;

export function takeSights(): u32 {
  const taken = sights;
  sights = 0;
  return taken;
}

/** Of a new record. */
export function beginNotes(session: usize): void {
  memory.fill(session + S_GAP, 0, NOTED_UNIT_BYTES - S_GAP);
  store<i64>(session, -1, S_GAP);
  store<u64>(session, 0, S_HOLE_START);
  store<u64>(session, 0, S_HOLE_END);
}

/** A packet of the session, before it restarts the timer. */
export function noteGap(session: usize, slot: usize): void {
  const gap = now - load<i64>(session, S_REFRESH);
  if (gap <= load<i64>(session, S_GAP)) return;
  store<i64>(session, gap, S_GAP);
  store<i64>(session, load<i64>(slot, SLOT_TIME), S_GAP_OWN_END);
  store<u32>(session, <u32>packets, S_GAP_PACKET);
  store<u32>(session, file, S_GAP_FILE);
  store<u32>(session, filePacket, S_GAP_FILE_PACKET);
  store<u16>(session, load<u16>(session, S_TIMER), S_GAP_TIMER);
}

/** An accepted segment that is no RST, before its side has taken it in; `proves`: the handshake is complete with it. */
export function noteSegment(session: usize, slot: usize, sender: u32, restarts: bool, proves: bool): void {
  const flags = load<u32>(session, S_FLAGS);
  const tcpFlags: u32 = load<u8>(slot, SLOT_TCP_FLAGS);
  const side = session + sender * 4;
  const seen = has(session, F_SEEN, sender);
  sights =
    proves && (flags & F_HANDSHAKE) == 0 && (flags & (F_ISN | (F_ISN << 1))) != 0 ? SIGHT_HANDSHAKE : 0;
  if ((tcpFlags & SYN) != 0) {
    if (restarts || !seen) {
      forgetHole(session, sender);
      store<u8>(session + sender, 0, S_STALL);
    }
    return;
  }
  if (load<u16>(slot, SLOT_WINDOW) == 0) raise(side, S_ZERO_WINDOWS);
  const wasOpen = (flags & (F_HANDSHAKE | F_MIDSTREAM)) != 0;
  const isKeepalive = wasOpen && isProbe(session, slot, sender, tcpFlags);
  if (isKeepalive) sights |= SIGHT_KEEPALIVE;
  else if (seen) noteNumbers(session, slot, sender, tcpFlags);
  if ((tcpFlags & ACK) != 0 && has(session, F_HAS_ACK, sender)) noteProgress(session, slot, sender);
  if (!isKeepalive && seen) noteResend(session, slot, sender);
  if ((wasOpen || proves) && has(session, F_SEEN, 1 - sender) && (tcpFlags & ACK) != 0) {
    if (acknowledgesUnseen(session, load<u32>(slot, SLOT_ACK), sender)) sights |= SIGHT_UNSEEN;
  }
}

/** What the ACK says of a segment of the other side that is sent again and again. */
function noteProgress(session: usize, slot: usize, sender: u32): void {
  const stall = session + (1 - sender);
  const count: u32 = load<u8>(stall, S_STALL);
  const ack = load<u32>(slot, SLOT_ACK);
  const further = <i32>(ack - highestAck(session, sender));
  if (further > 0) {
    if ((count & MOST_RESENDS) >= TOLD_RESENDS) sights |= SIGHT_MOVED;
    store<u8>(stall, 0, S_STALL);
  } else if (further == 0 && load<u32>(slot, SLOT_PAYLOAD_LENGTH) == 0) {
    const isWaiting = has(session, F_SEEN, 1 - sender) && <i32>(nextSeq(session, 1 - sender) - ack) > 0;
    if (isWaiting) store<u8>(stall, <u8>(count | STALL_ALIVE), S_STALL);
  }
}

function noteResend(session: usize, slot: usize, sender: u32): void {
  const payload = load<u32>(slot, SLOT_PAYLOAD_LENGTH);
  const seq = load<u32>(slot, SLOT_SEQ);
  if (payload == 0 || !has(session, F_HAS_ACK, 1 - sender) || seq != highestAck(session, 1 - sender)) return;
  if (<i32>(seq + payload - nextSeq(session, sender)) > 0) return;
  const stall = session + sender;
  const before: u32 = load<u8>(stall, S_STALL);
  const count = min((before & MOST_RESENDS) + 1, MOST_RESENDS);
  store<u8>(stall, <u8>((before & STALL_ALIVE) | count), S_STALL);
  if (count >= TOLD_RESENDS) sights |= (before & STALL_ALIVE) != 0 ? SIGHT_STUCK : SIGHT_RESENT;
}

function isProbe(session: usize, slot: usize, sender: u32, tcpFlags: u32): bool {
  const payload = load<u32>(slot, SLOT_PAYLOAD_LENGTH);
  if ((tcpFlags & FIN) != 0 || payload > 1) return false;
  if (!has(session, F_SEEN, sender) || has(session, F_FIN, sender)) return false;
  const next = nextSeq(session, sender);
  if (load<u32>(slot, SLOT_SEQ) + 1 != next) return false;
  if (payload == 0 || !has(session, F_HAS_ACK, 1 - sender)) return true;
  return <i32>(highestAck(session, 1 - sender) - next) >= 0;
}

function noteNumbers(session: usize, slot: usize, sender: u32, tcpFlags: u32): void {
  const side = session + sender * 4;
  const next = nextSeq(session, sender);
  const seq = load<u32>(slot, SLOT_SEQ);
  const length = load<u32>(slot, SLOT_PAYLOAD_LENGTH) + (tcpFlags & FIN);
  const end = seq + length;
  if (!hasHole(side) && <i32>(seq - next) > 0) {
    store<u32>(side, next, S_HOLE_START);
    store<u32>(side, seq, S_HOLE_END);
  }
  if (length == 0) return;
  const queue = session + sender * 2;
  if (<i32>(end - next) > 0) {
    const queued: u32 = load<u16>(queue, S_QUEUED);
    if (hasHole(side) && queued < MOST_QUEUED) store<u16>(queue, <u16>(queued + 1), S_QUEUED);
    return;
  }
  const start = load<u32>(side, S_HOLE_START);
  const behind = load<u32>(side, S_HOLE_END);
  if (start == behind || <i32>(end - start) <= 0 || <i32>(behind - seq) <= 0) {
    raise(side, S_RETRANSMISSIONS);
    return;
  }
  raise(side, S_OUT_OF_ORDER);
  if (<i32>(seq - start) > 0) {
    store<u32>(side, seq, S_HOLE_END);
  } else if (<i32>(end - behind) >= 0) {
    store<u16>(queue, max(load<u16>(queue, S_MOST_QUEUED), load<u16>(queue, S_QUEUED)), S_MOST_QUEUED);
    forgetHole(session, sender);
  } else {
    store<u32>(side, end, S_HOLE_START);
  }
}

function acknowledgesUnseen(session: usize, ack: u32, sender: u32): bool {
  const receiver = 1 - sender;
  const its = session + receiver * 4;
  const isPastHole = hasHole(its) && <i32>(ack - load<u32>(its, S_HOLE_START)) > 0;
  if (isPastHole) {
    forgetHole(session, receiver);
    return true;
  }
  if (<i32>(ack - nextSeq(session, receiver)) <= 0) return false;
  return !has(session, F_HAS_ACK, sender) || <i32>(ack - highestAck(session, sender)) > 0;
}

/** @param side the record, moved on by four bytes for the server */
function hasHole(side: usize): bool {
  return load<u32>(side, S_HOLE_START) != load<u32>(side, S_HOLE_END);
}

function forgetHole(session: usize, side: u32): void {
  store<u32>(session + side * 4, 0, S_HOLE_START);
  store<u32>(session + side * 4, 0, S_HOLE_END);
  store<u16>(session + side * 2, 0, S_QUEUED);
}

function raise(side: usize, count: usize): void {
  const place = side + count;
  store<u32>(place, load<u32>(place) + 1);
}
