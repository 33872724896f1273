/**
 * One TCP connection's walk through the table of session/tcp-states.ts: the reference's TcpWalk over a
 * record. States, classes and cells are the table's numbers.
 */
import {
  CAUSE_CLIENT_FIN,
  CAUSE_CLIENT_RST,
  CONFIG,
  CONFIG_DROP_CHALLENGE,
  CONFIG_RESTORE,
  CONFIG_STRICT_RST,
  CONFIG_WINDOW_CHECK,
  COUNT_OUT_OF_SYNC,
  COUNT_OUT_OF_WINDOW,
  F_BEFORE_SHIFT,
  F_DROPPED_FIN,
  F_FIN,
  F_HANDSHAKE,
  F_HAS_ACK,
  F_ISN,
  F_MIDSTREAM,
  F_SEEN,
  F_STARTED,
  FIRST_STATES,
  RST_DROPPED,
  RST_ROWS,
  RST_UNVERIFIED,
  RST_VERIFIED,
  S_BEFORE,
  S_CAUSES,
  S_FLAGS,
  S_RST_LISTS,
  S_STATE,
  SLOT_ACK,
  SLOT_PAYLOAD_LENGTH,
  SLOT_SEQ,
  SLOT_TCP_FLAGS,
  TCP_CELLS,
} from '../layout';
import * as host from './host';
import { noteSegment } from './noting';
import {
  ACK,
  FIN,
  has,
  highestAck,
  initialSeq,
  isOutOfWindow,
  largestWindow,
  lastWindow,
  nextSeq,
  RST,
  record,
  SYN,
  segmentLength,
  set,
} from './side';
import { wantsEvents } from './slots';
import { count } from './state';
import { at } from './units';

const STATES: u32 = 12;
const CLASSES: u32 = 7;
const SYN_SENT: u32 = 0;
const OPENING_RESET: u32 = 4;
const HANDSHAKE_RESET: u32 = 5;
const LAST_OPENING: u32 = 5;
const ESTABLISHED: u32 = 6;
const TIME_WAIT: u32 = 9;
const CLIENT_UNVERIFIED: u32 = 10;
const SERVER_UNVERIFIED: u32 = 11;
const REUSE: u32 = 14;
const RESTORE: u32 = 15;

const CLASS_SYN: u32 = 0;
const CLASS_SYN_ACK: u32 = 1;
const CLASS_ACK: u32 = 2;
const CLASS_DATA: u32 = 3;
const CLASS_FIN: u32 = 4;
const CLASS_RST_VERIFIED: u32 = 5;

export const ACCEPTED: i32 = 0;
export const DROPPED: i32 = 1;
/** the segment ends the session and is to open another */
export const REUSED: i32 = 2;

/** What the last step was, for events. */
export let stepRst: u32 = 0;
export let stepClass: u32 = 0;
export let stepOpening: bool = false;
export let stepTimeWait: bool = false;
export let stepFirstFin: bool = false;
export let stepChallenge: bool = false;
export let stepDisproof: bool = false;

/** Takes the next segment of a connection, the first one included. */
export function step(unit: u32, slot: usize, sender: u32): i32 {
  const session = at(unit);
  const flags: u32 = load<u8>(slot, SLOT_TCP_FLAGS);
  const started = has(session, F_STARTED, 0);
  const state: u32 = load<u8>(session, S_STATE);
  const opening = started && state <= LAST_OPENING;
  stepRst = 0;
  stepOpening = opening;
  stepTimeWait = started && state == TIME_WAIT;
  stepFirstFin = false;
  stepChallenge = false;
  stepDisproof = false;

  let segment: u32;
  if ((flags & RST) != 0) {
    stepRst = classifyRst(session, slot, sender, opening);
    if (stepRst == RST_DROPPED) {
      rememberRst(session, sender, 0);
      count(COUNT_OUT_OF_WINDOW, 1);
      return DROPPED;
    }
    segment = CLASS_RST_VERIFIED + (stepRst - RST_VERIFIED);
  } else {
    segment = classOf(session, slot, flags, sender);
  }
  stepClass = segment;
  if (started) {
    if ((load<u32>(session, S_FLAGS) & (F_DROPPED_FIN << (1 - sender))) != 0 && (flags & ACK) != 0) {
      reconsiderFin(unit, slot, 1 - sender);
    }
    if (isDropped(unit, slot, segment, sender)) return DROPPED;
  }

  if (started && disprovesRst(session, slot, segment, sender)) {
    stepDisproof = true;
    restore(session);
  }
  const cell: u32 = started
    ? cellOf(sender, segment, load<u8>(session, S_STATE))
    : load<u8>(FIRST_STATES + segment * 2 + sender);
  if (cell == REUSE) return REUSED;
  if (cell != RESTORE) enter(session, cell, stepRst == RST_UNVERIFIED, started);
  stepFirstFin = segment == CLASS_FIN && !has(session, F_FIN, sender);
  const proves = provesHandshake(segment, sender, load<u8>(session, S_STATE));
  if (stepRst == 0) {
    if (wantsEvents()) noteSegment(session, slot, sender, opening || !started, proves);
    record(session, slot, sender, opening || !started);
  }
  if (segment == CLASS_FIN) remember(session, CAUSE_CLIENT_FIN + sender);
  if (stepRst != 0) remember(session, CAUSE_CLIENT_RST + sender);
  set(session, proves ? F_STARTED | F_HANDSHAKE : F_STARTED);
  return ACCEPTED;
}

function cellOf(sender: u32, segment: u32, state: u32): u32 {
  return load<u8>(TCP_CELLS + (sender * CLASSES + segment) * STATES + state);
}

/** Folds flags into a class. A one-byte segment just below N is a keepalive probe (RFC 9293 3.8.4), no payload. */
function classOf(session: usize, slot: usize, flags: u32, sender: u32): u32 {
  if ((flags & SYN) != 0) return (flags & ACK) != 0 ? CLASS_SYN_ACK : CLASS_SYN;
  if ((flags & FIN) != 0) return CLASS_FIN;
  const payload = load<u32>(slot, SLOT_PAYLOAD_LENGTH);
  if (payload == 0) return CLASS_ACK;
  const probe =
    payload == 1 && has(session, F_SEEN, sender) && load<u32>(slot, SLOT_SEQ) + 1 == nextSeq(session, sender);
  return probe ? CLASS_ACK : CLASS_DATA;
}

/** The rows of session/rst-rows.ts in their order; what each gives is read from the table. */
function classifyRst(session: usize, slot: usize, sender: u32, opening: bool): u32 {
  const receiver = 1 - sender;
  const seq = load<u32>(slot, SLOT_SEQ);
  const ack = load<u32>(slot, SLOT_ACK);
  const acknowledged = highestAck(session, receiver);
  const beyond = <i32>(seq - acknowledged);
  const below = <i32>(acknowledged - seq);
  let row: u32 = 6;
  if (
    opening &&
    (load<u8>(slot, SLOT_TCP_FLAGS) & ACK) != 0 &&
    has(session, F_ISN, receiver) &&
    (ack == initialSeq(session, receiver) + 1 || ack == nextSeq(session, receiver))
  ) {
    row = 0;
  } else if (has(session, F_HAS_ACK, receiver) && seq == acknowledged) {
    row = 1;
  } else if (has(session, F_SEEN, sender) && seq == nextSeq(session, sender)) {
    row = 2;
  } else if (
    !has(session, F_SEEN, sender) ||
    !has(session, F_SEEN, receiver) ||
    !has(session, F_HAS_ACK, receiver)
  ) {
    row = 3;
  } else if (beyond >= 0 && <u32>beyond < lastWindow(session, receiver)) {
    row = 4;
  } else if (has(session, F_FIN, sender) && below > 0 && <u32>below <= largestWindow(session, receiver)) {
    row = 5;
  }
  const gives: u32 = load<u8>(RST_ROWS + row);
  return gives == RST_UNVERIFIED && load<u32>(CONFIG + CONFIG_STRICT_RST) == 0 ? RST_VERIFIED : gives;
}

/** The TCP checks that drop a segment: it then neither moves the state nor restarts a timer. */
function isDropped(unit: u32, slot: usize, segment: u32, sender: u32): bool {
  const session = at(unit);
  if (segment < CLASS_ACK || segment > CLASS_FIN) return false;
  const state: u32 = load<u8>(session, S_STATE);
  const ack = load<u32>(slot, SLOT_ACK);
  if (
    segment == CLASS_ACK &&
    sender == 1 &&
    (state == SYN_SENT || state == OPENING_RESET) &&
    has(session, F_ISN, 0) &&
    ack != initialSeq(session, 0) + 1 &&
    ack != nextSeq(session, 0) &&
    load<u32>(CONFIG + CONFIG_DROP_CHALLENGE) != 0
  ) {
    stepChallenge = true;
    count(COUNT_OUT_OF_SYNC, 1);
    return true;
  }
  const checked = (load<u32>(session, S_FLAGS) & (F_HANDSHAKE | F_MIDSTREAM)) == F_HANDSHAKE;
  if (!checked || load<u32>(CONFIG + CONFIG_WINDOW_CHECK) == 0 || !isOutOfWindow(session, slot, sender))
    return false;
  if (segment == CLASS_FIN) {
    const others = load<u32>(session, S_FLAGS) & ~(F_DROPPED_FIN | (F_DROPPED_FIN << 1));
    store<u32>(session, others | (F_DROPPED_FIN << sender), S_FLAGS);
    host.keepFin(unit, load<u32>(slot, SLOT_SEQ) + segmentLength(slot));
  }
  count(COUNT_OUT_OF_WINDOW, 1);
  return true;
}

/** Where the capture missed packets, a FIN may only look out of window: the ACK of its receiver tells. */
function reconsiderFin(unit: u32, slot: usize, finSender: u32): void {
  if (<i32>(load<u32>(slot, SLOT_ACK) - host.keptFin(unit)) < 0) return;
  const session = at(unit);
  store<u32>(
    session,
    (load<u32>(session, S_FLAGS) & ~(F_DROPPED_FIN << finSender)) | (F_FIN << finSender),
    S_FLAGS,
  );
  const cell = cellOf(finSender, CLASS_FIN, load<u8>(session, S_STATE));
  if (cell != REUSE && cell != RESTORE) enter(session, cell, false, true);
  remember(session, CAUSE_CLIENT_FIN + finSender);
}

function enter(session: usize, next: u32, unverifiedRst: bool, started: bool): void {
  const flags = load<u32>(session, S_FLAGS);
  if (next == CLIENT_UNVERIFIED || next == SERVER_UNVERIFIED) {
    if (unverifiedRst && ((flags >> F_BEFORE_SHIFT) & 3) == 0) {
      // A RST first seen stands for a connection that was established before the capture.
      const before: u32 = started ? load<u8>(session, S_STATE) : ESTABLISHED;
      store<u32>(session, flags | ((before - ESTABLISHED + 1) << F_BEFORE_SHIFT), S_FLAGS);
      const causes: u32 = load<u16>(session, S_CAUSES) & 0xfff;
      store<u16>(session, <u16>((load<u16>(session, S_BEFORE) & 0xf000) | causes), S_BEFORE);
    }
  } else {
    store<u32>(session, flags & ~(3 << F_BEFORE_SHIFT), S_FLAGS);
  }
  store<u8>(session, <u8>next, S_STATE);
}

/** Payload is data whether or not a FIN closes the stream behind it, so a FIN restores first and closes then. */
function disprovesRst(session: usize, slot: usize, segment: u32, sender: u32): bool {
  if (cellOf(sender, CLASS_DATA, load<u8>(session, S_STATE)) != RESTORE) return false;
  const isData = segment == CLASS_DATA || (segment == CLASS_FIN && load<u32>(slot, SLOT_PAYLOAD_LENGTH) > 0);
  return isData && load<u32>(CONFIG + CONFIG_RESTORE) != 0;
}

/** Back to the state and causes from before an unverified RST. */
function restore(session: usize): void {
  const flags = load<u32>(session, S_FLAGS);
  const before: u32 = load<u16>(session, S_BEFORE) & 0xfff;
  const causes: u32 = load<u16>(session, S_CAUSES);
  let kept: u32 = 0;
  let shift: u32 = 0;
  for (let list = causes & 0xfff; list != 0; list >>= 3) {
    const cause = list & 7;
    const isRst = cause >= <u32>CAUSE_CLIENT_RST;
    if (isRst && !holds(before, cause)) {
      rememberRst(session, cause - CAUSE_CLIENT_RST, 4);
    } else {
      kept |= cause << shift;
      shift += 3;
    }
  }
  store<u16>(session, <u16>((causes & 0xf000) | kept), S_CAUSES);
  store<u8>(session, <u8>(((flags >> F_BEFORE_SHIFT) & 3) - 1 + ESTABLISHED), S_STATE);
  store<u32>(session, flags & ~(3 << F_BEFORE_SHIFT), S_FLAGS);
}

function holds(list: u32, cause: u32): bool {
  for (let rest = list; rest != 0; rest >>= 3) if ((rest & 7) == cause) return true;
  return false;
}

/** Adds a cause to the recorded ones, once. */
function remember(session: usize, cause: u32): void {
  const word: u32 = load<u16>(session, S_CAUSES);
  let shift: u32 = 0;
  for (let rest = word & 0xfff; rest != 0; rest >>= 3) {
    if ((rest & 7) == cause) return;
    shift += 3;
  }
  store<u16>(session, <u16>(word | (cause << shift)), S_CAUSES);
}

/** Adds a RST's sender to a list of two in S_RST_LISTS, once: 1 the client, 2 the server, two bits each. */
function rememberRst(session: usize, sender: u32, place: u32): void {
  const word: u32 = load<u8>(session, S_RST_LISTS);
  const list = (word >> place) & 15;
  const entry = sender + 1;
  if ((list & 3) == entry || list >> 2 == entry) return;
  store<u8>(session, <u8>(word | (entry << (place + (list == 0 ? 0 : 2)))), S_RST_LISTS);
}

/** Payload, or an ACK of the other side's SYN by the side that has not been acknowledged yet (firewall-model 5). */
function provesHandshake(segment: u32, sender: u32, state: u32): bool {
  if (segment == CLASS_DATA) return true;
  if (state == OPENING_RESET || state == HANDSHAKE_RESET) return false;
  if (segment == CLASS_ACK || segment == CLASS_FIN) return sender == 0 || state == ESTABLISHED;
  return segment == CLASS_SYN_ACK && state == ESTABLISHED;
}
