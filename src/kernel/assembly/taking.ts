/**
 * What a packet does to its session: counters, the TCP walk, App-ID, the timer. The reference's
 * ReferenceSession over a record.
 */
import {
  APP_TIMERS,
  CONFIG,
  CONFIG_REFRESH_CLOSING,
  EVENT_CHALLENGE,
  EVENT_DISPROOF,
  EVENT_FIN,
  EVENT_FIRST,
  EVENT_HANDSHAKE,
  EVENT_KEEPALIVE,
  EVENT_MOVED,
  EVENT_PAYLOAD,
  EVENT_RESENT,
  EVENT_RST,
  EVENT_STUCK,
  EVENT_SYN,
  EVENT_SYN_ACK,
  EVENT_UNSEEN,
  F_ASKS,
  F_BASE,
  F_HOSTED,
  F_ISN,
  F_PAYLOAD,
  F_TLS,
  KIND_HALF_CLOSED,
  KIND_ICMP,
  KIND_OTHER,
  KIND_SCTP,
  KIND_TIME_WAIT,
  KIND_UDP,
  MARK_OPENING,
  MARK_RST_SHIFT,
  MARK_TIME_WAIT,
  S_APP,
  S_BYTES_HIGH,
  S_BYTES_LOW,
  S_FLAGS,
  S_KIND,
  S_LAST,
  S_OFFSET,
  S_OWN_LAST,
  S_OWN_REFRESH,
  S_PACKETS,
  S_REFRESH,
  S_REFRESH_FILE,
  S_REFRESH_FILE_PACKET,
  S_REFRESH_PACKET,
  S_STATE,
  S_STREAM,
  S_TIMER,
  SLOT_FRAME_BYTES,
  SLOT_FRAMES,
  SLOT_PAYLOAD_LENGTH,
  SLOT_SCTP_CHUNKS,
  SLOT_SEQ,
  SLOT_TCP_FLAGS,
  SLOT_TIME,
  STATE_TIMERS,
  TIMER_KINDS,
} from '../layout';
import { mayHoldAlert } from './alert';
import { takeHopeless } from './app-id';
import { note } from './events';
import { beginSide, free, isKept, keptOf, takeOut } from './heads';
import * as host from './host';
import {
  noteGap,
  SIGHT_HANDSHAKE,
  SIGHT_KEEPALIVE,
  SIGHT_MOVED,
  SIGHT_RESENT,
  SIGHT_STUCK,
  SIGHT_UNSEEN,
  takeSights,
} from './noting';
import { ICMP, ICMPV6, NO_TIMER, SCTP, TCP, UDP } from './numbers';
import { has, initialSeq, RST, SYN, set } from './side';
import { file, filePacket, slotAt, wantsEvents } from './slots';
import { now, offset, packets, tableTime, timerNs } from './state';
import { at, isWide } from './units';
import {
  DROPPED,
  REUSED,
  step,
  stepChallenge,
  stepClass,
  stepDisproof,
  stepFirstFin,
  stepOpening,
  stepRst,
  stepTimeWait,
} from './walk';
import { rearm } from './wheel';

/** A packet of the session; false where it is a SYN that ends it and is to open another. */
export function take(unit: u32, index: i32, sender: u32): bool {
  const slot = slotAt(index);
  const session = at(unit);
  const isTcp = (load<u32>(session, S_KIND) & 0xff) == TCP;
  const isFirst = (load<u32>(session, S_PACKETS) | load<u32>(session, S_PACKETS + 4)) == 0;
  let outcome: i32 = 0;
  if (isTcp) {
    outcome = step(unit, slot, sender);
    if (outcome == REUSED) return false;
  }
  const side = session + sender * 4;
  store<u32>(side, load<u32>(side, S_PACKETS) + load<u32>(slot, SLOT_FRAMES), S_PACKETS);
  const bytes = load<u32>(side, S_BYTES_LOW) + load<u32>(slot, SLOT_FRAME_BYTES);
  store<u32>(side, bytes, S_BYTES_LOW);
  if (bytes < load<u32>(slot, SLOT_FRAME_BYTES)) {
    const high = session + sender * 2;
    store<u16>(high, load<u16>(high, S_BYTES_HIGH) + 1, S_BYTES_HIGH);
  }
  store<i64>(session, tableTime(load<i64>(slot, SLOT_TIME)), S_LAST);
  if (isWide()) store<i64>(session, load<i64>(slot, SLOT_TIME), S_OWN_LAST);
  if (wantsEvents()) tell(unit, index, sender, isFirst, isTcp);
  if (outcome != DROPPED) accept(unit, index, sender, isTcp);
  return true;
}

function tell(unit: u32, index: i32, sender: u32, isFirst: bool, isTcp: bool): void {
  if (isFirst) note(EVENT_FIRST, unit, index, sender, 0);
  else noteGap(at(unit), slotAt(index));
  if (!isTcp) return;
  if (stepRst != 0) {
    const during = (stepOpening ? MARK_OPENING : 0) | (stepTimeWait ? MARK_TIME_WAIT : 0);
    note(EVENT_RST, unit, index, sender, 0, (stepRst << MARK_RST_SHIFT) | during);
  } else {
    if (stepClass == 0) note(EVENT_SYN, unit, index, sender, 0);
    if (stepClass == 1) note(EVENT_SYN_ACK, unit, index, sender, 0);
  }
  if (stepDisproof) note(EVENT_DISPROOF, unit, index, sender, 0);
  if (stepFirstFin) note(EVENT_FIN, unit, index, sender, 0);
  if (stepChallenge) note(EVENT_CHALLENGE, unit, index, sender, 0);
  const sights = takeSights();
  if ((sights & SIGHT_HANDSHAKE) != 0) note(EVENT_HANDSHAKE, unit, index, sender, 0);
  if ((sights & SIGHT_KEEPALIVE) != 0) note(EVENT_KEEPALIVE, unit, index, sender, 0);
  if ((sights & SIGHT_UNSEEN) != 0) note(EVENT_UNSEEN, unit, index, sender, 0);
  if ((sights & SIGHT_MOVED) != 0) note(EVENT_MOVED, unit, index, sender, 0);
  const payload = load<u32>(slotAt(index), SLOT_PAYLOAD_LENGTH);
  if ((sights & SIGHT_RESENT) != 0) note(EVENT_RESENT, unit, index, sender, payload);
  if ((sights & SIGHT_STUCK) != 0) note(EVENT_STUCK, unit, index, sender, payload);
}

/** What an accepted packet does: App-ID, the timer of the new state, the restart of that timer. */
function accept(unit: u32, index: i32, sender: u32, isTcp: bool): void {
  const slot = slotAt(index);
  const session = at(unit);
  const protocol = load<u32>(session, S_KIND) & 0xff;
  if (load<u32>(slot, SLOT_PAYLOAD_LENGTH) > 0 && (isTcp || protocol == UDP))
    takePayload(unit, index, sender, isTcp);
  else if (isTcp) beginStream(unit, index, sender);

  const before: u32 = load<u16>(session, S_TIMER);
  const kind = timerKind(session, protocol);
  let timer: u32 = load<u16>(APP_TIMERS + (<u32>load<u16>(session, S_APP) * TIMER_KINDS + kind) * 2);
  if (kind == KIND_SCTP) {
    const inForce: i32 = before == NO_TIMER ? -1 : before;
    timer = host.sctpTimer(load<u32>(slot, SLOT_SCTP_CHUNKS), inForce, load<u16>(session, S_APP));
  }
  const closing = isTcp && (kind == KIND_HALF_CLOSED || kind == KIND_TIME_WAIT);
  if (!closing || timer != before || load<u32>(CONFIG + CONFIG_REFRESH_CLOSING) != 0) {
    store<i64>(session, now, S_REFRESH);
    store<u32>(session, <u32>packets, S_REFRESH_PACKET);
    if (isWide()) {
      store<i64>(session, load<i64>(slot, SLOT_TIME), S_OWN_REFRESH);
      store<i64>(session, offset, S_OFFSET);
      store<u32>(session, file, S_REFRESH_FILE);
      store<u32>(session, filePacket, S_REFRESH_FILE_PACKET);
    }
  }
  if (timer == before) return;
  store<u16>(session, <u16>timer, S_TIMER);
  // a session that is being opened is put into the wheel by its opener
  if (before != NO_TIMER && timerNs(timer) < timerNs(before)) rearm(unit);
}

function timerKind(session: usize, protocol: u32): u32 {
  if (protocol == TCP) return load<u8>(STATE_TIMERS + load<u8>(session, S_STATE));
  if (protocol == UDP) return KIND_UDP;
  if (protocol == ICMP || protocol == ICMPV6) return KIND_ICMP;
  return protocol == SCTP ? KIND_SCTP : KIND_OTHER;
}

function takePayload(unit: u32, index: i32, sender: u32, isTcp: bool): void {
  const slot = slotAt(index);
  const session = at(unit);
  let flags = load<u32>(session, S_FLAGS);
  if ((flags & (F_PAYLOAD << sender)) == 0) {
    flags |= F_PAYLOAD << sender;
    store<u32>(session, flags, S_FLAGS);
    if (wantsEvents()) note(EVENT_PAYLOAD, unit, index, sender, load<u32>(slot, SLOT_PAYLOAD_LENGTH));
  }
  if ((flags & F_ASKS) == 0 && ((flags & F_TLS) == 0 || !mayHoldAlert(slot))) return;
  if ((flags & F_ASKS) == 0 || !takeHopeless(unit, index, sender, isTcp)) ask(unit, index, sender);
  if (isTcp) set(session, F_BASE << sender);
}

/** The host goes on with what has been kept here. */
function ask(unit: u32, index: i32, sender: u32): void {
  const session = at(unit);
  const kept = takeOut(session);
  host.payload(unit, session, index, 1 - sender, kept == 0 ? 0 : at(kept));
  if (kept != 0) free(kept);
}

/** Where a side's payload stream begins: its first segment tells, and a SYN tells better while no payload has come. */
function beginStream(unit: u32, index: i32, sender: u32): void {
  const slot = slotAt(index);
  const session = at(unit);
  const flags = load<u32>(session, S_FLAGS);
  const tcpFlags: u32 = load<u8>(slot, SLOT_TCP_FLAGS);
  if ((flags & F_ASKS) == 0 || (tcpFlags & RST) != 0) return;
  const isSyn = (tcpFlags & SYN) != 0;
  const known = (flags & ((F_BASE | F_ISN) << sender)) != 0;
  if (known && !isSyn) return;
  if (isKept(session)) {
    beginSide(keptOf(session), sender, load<u32>(slot, SLOT_SEQ) + (isSyn ? 1 : 0), isSyn);
  } else if ((flags & F_HOSTED) != 0 || (isSyn && wantsEvents() && movesSyn(session, slot, sender))) {
    ask(unit, index, sender);
  } else {
    store<u32>(
      session + sender * 4,
      isSyn ? load<u32>(slot, SLOT_SEQ) : load<u32>(slot, SLOT_SEQ) - 1,
      S_STREAM,
    );
  }
  set(session, F_BASE << sender);
}

/** A SYN on an open connection: events go on telling places behind the SYN that opened it, App-ID begins anew. */
function movesSyn(session: usize, slot: usize, sender: u32): bool {
  return has(session, F_ISN, sender) && initialSeq(session, sender) != load<u32>(slot, SLOT_SEQ);
}
