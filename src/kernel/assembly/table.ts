/**
 * What a packet does: it finds its session, or opens one, or is refused. The reference's engine and session
 * over records; the sections of the model are named there.
 */
import {
  APP_TIMERS,
  BASIS_FIRST_PACKET,
  BASIS_PORT,
  BASIS_SYN,
  BASIS_SYN_ACK,
  CONFIG,
  CONFIG_EVENTS,
  CONFIG_MAX_SESSIONS,
  CONFIG_MIDSTREAM_NS,
  CONFIG_NON_SYN,
  CONFIG_REFRESH_CLOSING,
  COUNT_ALLOC_FAILURE,
  COUNT_LATE,
  COUNT_NON_SYN,
  COUNT_REFUSED_NON_SYN,
  COUNT_TABLE_FULL,
  EVENT_CHALLENGE,
  EVENT_DISPROOF,
  EVENT_FIN,
  EVENT_FIRST,
  EVENT_LATE,
  EVENT_PAYLOAD,
  EVENT_REUSE,
  EVENT_RST,
  EVENT_SYN,
  EVENT_SYN_ACK,
  F_ASKS,
  F_BASE,
  F_BASIS_SHIFT,
  F_HOSTED,
  F_ISN,
  F_LIVE,
  F_MIDSTREAM,
  F_NON_SYN,
  F_PAYLOAD,
  F_TLS,
  KIND_HALF_CLOSED,
  KIND_ICMP,
  KIND_OTHER,
  KIND_SCTP,
  KIND_TIME_WAIT,
  KIND_UDP,
  NON_SYN_ACCEPT,
  NON_SYN_MIDSTREAM,
  NON_SYN_REJECT,
  S_ADDRESSES,
  S_AFTER_END,
  S_APP,
  S_BYTES_HIGH,
  S_BYTES_LOW,
  S_FIRST,
  S_FLAGS,
  S_ICMP_TYPE,
  S_ID,
  S_KIND,
  S_LAST,
  S_NETWORK,
  S_OFFSET,
  S_OWN_FIRST,
  S_OWN_LAST,
  S_OWN_REFRESH,
  S_PACKETS,
  S_PARENT,
  S_PORTS,
  S_REFRESH,
  S_REFRESH_FILE,
  S_REFRESH_FILE_PACKET,
  S_REFRESH_PACKET,
  S_STATE,
  S_STREAM,
  S_TIMER,
  SERVER_PORTS,
  SLOT_ADDRESSES,
  SLOT_ADDRESSES6,
  SLOT_BYTES,
  SLOT_FRAME_BYTES,
  SLOT_FRAMES,
  SLOT_HASH,
  SLOT_ICMP_TYPE,
  SLOT_KIND,
  SLOT_NETWORK,
  SLOT_PAYLOAD_LENGTH,
  SLOT_PORTS,
  SLOT_SCTP_CHUNKS,
  SLOT_SEQ,
  SLOT_TCP_FLAGS,
  SLOT_TIME,
  SLOTS,
  STATE_TIMERS,
  TIMER_KINDS,
  UNIT_BYTES,
} from '../layout';
import { mayHoldAlert } from './alert';
import { find, foundFromClient, hasRoom, insert } from './directory';
import { end, endByReuse, stillLingers, stopLingering } from './ending';
import { hashSlot } from './hash';
import * as host from './host';
import * as seen from './seen';
import { ACK, RST, SYN, set } from './side';
import { addLive, count, countInSession, expiry, live, nextId, now, offset, packets, timerNs } from './state';
import { allocate6, allocateSession, at, at6, isWide, releaseSession } from './units';
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
import { arm, expireDueOften, rearm } from './wheel';

const TCP: u32 = 6;
const UDP: u32 = 17;
const ICMP: u32 = 1;
const ICMPV6: u32 = 58;
const SCTP: u32 = 132;
const NO_TIMER: u32 = 0xffff;
/** application id of `non-syn-tcp`; 0 is none */
const APP_NON_SYN: u32 = 1;

let midstreamUntil: i64 = 0;
/** the second after that of midstreamUntil */
let rememberUntil: i64 = 0;
/** where the records lane says a packet stands, for wide records */
export let file: u32 = 0;
export let filePacket: u32 = 0;

export function begin(): void {
  midstreamUntil = now + load<i64>(CONFIG + CONFIG_MIDSTREAM_NS);
  rememberUntil = (midstreamUntil / 1000000000 + 1) * 1000000000;
}

export function setPlace(inFile: u32, number: u32): void {
  file = inFile;
  filePacket = number;
}

export function slotAt(index: i32): usize {
  return SLOTS + index * SLOT_BYTES;
}

function wantsEvents(): bool {
  return load<u32>(CONFIG + CONFIG_EVENTS) != 0;
}

/**
 * Looks the packet of a slot up.
 * @param parent session around it, where it is inside a tunnel; 0: it is a packet of the capture
 * @returns id of the session that it is in, or 0
 */
export function lookUp(index: i32, parent: u32): u32 {
  const slot = slotAt(index);
  let unit = find(slot);
  if (unit != 0 && (load<u32>(at(unit), S_FLAGS) & F_LIVE) != 0) {
    const due = expiry(at(unit));
    if (now < due) {
      const sender: u32 = foundFromClient ? 0 : 1;
      if (take(unit, index, sender)) {
        if (parent == 0) countInSession(load<u32>(slot, SLOT_FRAMES));
        return load<u32>(at(unit), S_ID);
      }
      endByReuse(unit, slot);
      if (wantsEvents()) host.event(EVENT_REUSE, unit, index, 1 - sender, 0);
    } else {
      end(unit, due);
    }
    unit = find(slot);
  }
  // what is found now is no longer in the table, but late packets are still its own
  if (unit != 0 && !stillLingers(unit)) unit = 0;
  return openOrRefuse(index, unit, parent);
}

/** The live session of the packet that an ICMP error quotes, or 0. */
export function findQuoted(index: i32): u32 {
  const slot = slotAt(index);
  hashSlot(slot);
  const unit = find(slot);
  if (unit == 0 || (load<u32>(at(unit), S_FLAGS) & F_LIVE) == 0) return 0;
  const due = expiry(at(unit));
  if (now < due) return unit;
  end(unit, due);
  return 0;
}

function openOrRefuse(index: i32, late: u32, parent: u32): u32 {
  const slot = slotAt(index);
  const kind = load<u32>(slot, SLOT_KIND);
  const frames = load<u32>(slot, SLOT_FRAMES);
  const isTcp = (kind & 0xff) == TCP;
  let basis: u32 = BASIS_FIRST_PACKET;
  let fromClient = true;
  let flags: u32 = 0;
  const tcpFlags: u32 = load<u8>(slot, SLOT_TCP_FLAGS);
  if (isTcp) {
    const mode = load<u32>(CONFIG + CONFIG_NON_SYN);
    if ((tcpFlags & (SYN | ACK)) == SYN) {
      basis = BASIS_SYN;
    } else if (mode == NON_SYN_ACCEPT) {
      flags = F_MIDSTREAM | F_NON_SYN;
    } else if (mode == NON_SYN_REJECT || now >= midstreamUntil || seen.has(hashSlot(slot))) {
      count(COUNT_REFUSED_NON_SYN, 1);
      if (late != 0) {
        store<u32>(at(late), load<u32>(at(late), S_AFTER_END) + frames, S_AFTER_END);
        if (wantsEvents()) host.event(EVENT_LATE, late, index, isFromClientOf(late, slot) ? 1 : 0, 0);
      }
      if (parent == 0) count(late != 0 ? COUNT_LATE : COUNT_NON_SYN, frames);
      return 0;
    } else {
      flags = F_MIDSTREAM;
      if ((tcpFlags & SYN) != 0) {
        basis = BASIS_SYN_ACK;
        fromClient = false;
      } else {
        const ports = load<u32>(slot, SLOT_PORTS);
        const fromServerPort = isServerPort(ports & 0xffff);
        const toServerPort = isServerPort(ports >> 16);
        if (fromServerPort != toServerPort) {
          basis = BASIS_PORT;
          fromClient = toServerPort;
        }
      }
    }
  }
  const full = load<u32>(CONFIG + CONFIG_MAX_SESSIONS);
  if (live >= full) {
    expireDueOften(now);
    if (live >= full) return refuseForRoom(frames, parent);
  }
  const unit = open(slot, fromClient, flags | (basis << F_BASIS_SHIFT), parent);
  if (unit == 0) return refuseForRoom(frames, parent);
  if (late != 0) stopLingering(late);
  const id = load<u32>(at(unit), S_ID);
  take(unit, index, fromClient ? 0 : 1);
  arm(unit);
  if (parent == 0) countInSession(frames);
  if (isTcp && load<u32>(CONFIG + CONFIG_NON_SYN) == NON_SYN_MIDSTREAM) {
    if (now >= rememberUntil) seen.clear();
    else seen.add(hashSlot(slot));
  }
  return id;
}

function isFromClientOf(unit: u32, slot: usize): bool {
  return find(slot) == unit && foundFromClient;
}

function isServerPort(port: u32): bool {
  return ((load<u8>(SERVER_PORTS + (port >> 3)) >> (port & 7)) & 1) != 0;
}

function refuseForRoom(frames: u32, parent: u32): u32 {
  count(COUNT_ALLOC_FAILURE, 1);
  if (parent == 0) count(COUNT_TABLE_FULL, frames);
  return 0;
}

/** A record for a new session, in the index and not yet in the wheel; 0 where memory has run out. */
function open(slot: usize, fromClient: bool, flags: u32, parent: u32): u32 {
  if (!hasRoom()) return 0;
  const unit = allocateSession();
  if (unit == 0) return 0;
  const session = at(unit);
  const kind = load<u32>(slot, SLOT_KIND);
  const ports = load<u32>(slot, SLOT_PORTS);
  const addresses = load<u64>(slot, SLOT_ADDRESSES);
  clear(session);
  if ((kind & 0x100) == 0) {
    store<u64>(session, fromClient ? addresses : rotl<u64>(addresses, 32), S_ADDRESSES);
  } else {
    const place = allocate6();
    if (place == 0) {
      releaseSession(unit);
      return 0;
    }
    const to = at6(place);
    memory.copy(to, slot + SLOT_ADDRESSES6 + (fromClient ? 0 : 16), 16);
    memory.copy(to + 16, slot + SLOT_ADDRESSES6 + (fromClient ? 16 : 0), 16);
    store<u64>(session, <u64>place | (addresses << 32), S_ADDRESSES);
  }
  store<u32>(session, fromClient ? ports : rotl<u32>(ports, 16), S_PORTS);
  store<u32>(session, kind, S_KIND);
  store<u32>(session, nextId(), S_ID);
  store<u16>(session, <u16>NO_TIMER, S_TIMER);
  store<i64>(session, load<i64>(slot, SLOT_TIME) + offset, S_FIRST);
  const protocol = kind & 0xff;
  let all = flags | F_LIVE;
  if (protocol == TCP || protocol == UDP) {
    if ((flags & F_NON_SYN) != 0) store<u16>(session, <u16>APP_NON_SYN, S_APP);
    else all |= F_ASKS;
  } else {
    const icmpType: i32 = protocol == ICMP || protocol == ICMPV6 ? load<u8>(slot, SLOT_ICMP_TYPE) : -1;
    store<i32>(session, icmpType, S_ICMP_TYPE);
    store<u16>(session, <u16>host.protocolApplication(protocol, icmpType), S_APP);
  }
  store<u32>(session, all, S_FLAGS);
  if (isWide()) {
    store<i64>(session, load<i64>(slot, SLOT_TIME), S_OWN_FIRST);
    store<i32>(session, kind >= 1 << 12 ? load<i32>(slot, SLOT_NETWORK) : -1, S_NETWORK);
    store<u32>(session, parent, S_PARENT);
  }
  insert(load<u32>(slot, SLOT_HASH), unit);
  addLive(1);
  return unit;
}

/** Sixteen stores: the instruction that fills memory is a call out of the kernel, which is dear for two lines. */
function clear(session: usize): void {
  for (let offset: usize = 0; offset < <usize>UNIT_BYTES; offset += 32) {
    store<u64>(session + offset, 0);
    store<u64>(session + offset, 0, 8);
    store<u64>(session + offset, 0, 16);
    store<u64>(session + offset, 0, 24);
  }
}

/** A packet of the session; false where it is a SYN that ends it and is to open another. */
function take(unit: u32, index: i32, sender: u32): bool {
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
  store<i64>(session, load<i64>(slot, SLOT_TIME) + offset, S_LAST);
  if (isWide()) store<i64>(session, load<i64>(slot, SLOT_TIME), S_OWN_LAST);
  if (wantsEvents()) tell(unit, index, sender, isFirst, isTcp);
  if (outcome != DROPPED) accept(unit, index, sender, isTcp);
  return true;
}

function tell(unit: u32, index: i32, sender: u32, isFirst: bool, isTcp: bool): void {
  const fromClient: i32 = 1 - sender;
  if (isFirst) host.event(EVENT_FIRST, unit, index, fromClient, 0);
  if (!isTcp) return;
  if (stepRst != 0) {
    const value = stepRst | (stepOpening ? 4 : 0) | (stepTimeWait ? 8 : 0);
    host.event(EVENT_RST, unit, index, fromClient, value);
  } else {
    if (stepClass == 0) host.event(EVENT_SYN, unit, index, fromClient, 0);
    if (stepClass == 1) host.event(EVENT_SYN_ACK, unit, index, fromClient, 0);
  }
  if (stepDisproof) host.event(EVENT_DISPROOF, unit, index, fromClient, 0);
  if (stepFirstFin) host.event(EVENT_FIN, unit, index, fromClient, 0);
  if (stepChallenge) host.event(EVENT_CHALLENGE, unit, index, fromClient, 0);
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
    if (wantsEvents())
      host.event(EVENT_PAYLOAD, unit, index, 1 - sender, load<u32>(slot, SLOT_PAYLOAD_LENGTH));
  }
  if ((flags & F_ASKS) == 0 && ((flags & F_TLS) == 0 || !mayHoldAlert(slot))) return;
  host.payload(unit, session, index, 1 - sender);
  if (isTcp) set(session, F_BASE << sender);
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
  if ((flags & F_HOSTED) != 0) {
    if (isSyn || !known) host.payload(unit, session, index, 1 - sender);
  } else if (isSyn || !known) {
    store<u32>(
      session + sender * 4,
      isSyn ? load<u32>(slot, SLOT_SEQ) : load<u32>(slot, SLOT_SEQ) - 1,
      S_STREAM,
    );
  }
  set(session, F_BASE << sender);
}
