/**
 * Payload that no signature can name, by its first bytes and the session's ports (firewall/app-id/openings.ts):
 * it is counted and kept here as session/app-decision.ts does. Everything else is for the host, who then
 * gets what has been kept.
 */
import {
  APP_NONE,
  APP_UNKNOWN_TCP,
  APP_UNKNOWN_UDP,
  BATCH,
  CONFIG,
  CONFIG_APP_BYTES,
  CONFIG_APP_PACKETS,
  DATAGRAM_OPENINGS,
  DATAGRAM_PLAUSIBLE,
  EVENT_APPLICATION,
  F_ASKS,
  F_BASE,
  F_HOSTED,
  F_ISN,
  F_PAYLOAD_SEEN,
  KEPT_BYTES,
  KEPT_PACKETS,
  MOST_KEPT_BYTES,
  OPENING_BYTES,
  OPENINGS_BY_LENGTH,
  OPENINGS_PORT_COUNT,
  OPENINGS_PORT_ROWS,
  OPENINGS_PORTS,
  OPENINGS_TOGETHER,
  OPENINGS_WORDS,
  PORT_ROW_BYTES,
  PORT_ROW_GROUPS,
  PORT_ROW_PORT,
  S_APP,
  S_FLAGS,
  S_PORTS,
  S_STREAM,
  SIDE_BASE,
  SIDE_BEGUN,
  SIDE_CAPTURED,
  SIDE_GROUPS,
  SIDE_HEAD,
  SIDE_SEEN,
  SLOT_FRAME,
  SLOT_PAYLOAD_CAPTURED,
  SLOT_PAYLOAD_LENGTH,
  SLOT_PAYLOAD_OFFSET,
  SLOT_SEQ,
  SLOT_STATUS,
  SLOT_TCP_FLAGS,
  STATUS_FAST,
  STREAM_OPENINGS,
  STREAM_PLAUSIBLE,
} from '../layout';
import { takeNamed } from './at-once';
import { hasBit } from './bits';
import { note } from './events';
import { isKept, keep, keptOf, letGo, makeRoom, sideOf, write } from './heads';
import { SYN } from './side';
import { holds, slotAt, wantsEvents } from './slots';
import { at } from './units';

/** Takes payload of a session that is not named yet; false where the host must be asked. */
export function takeHopeless(unit: u32, index: i32, sender: u32, isTcp: bool): bool {
  const session = at(unit);
  const slot = slotAt(index);
  if (index >= BATCH || load<u8>(slot, SLOT_STATUS) != STATUS_FAST) return false;
  const isNew = !isKept(session);
  if (isNew && (load<u16>(session, S_APP) != APP_NONE || (load<u32>(session, S_FLAGS) & F_HOSTED) != 0))
    return false;
  const isTaken =
    (isNew && takeNamed(session, slot, sender, isTcp)) ||
    (isTcp ? takeSegment(session, slot, sender) : takeDatagram(session, slot, sender));
  if (isTaken && wantsEvents() && (load<u32>(session, S_FLAGS) & F_ASKS) == 0)
    note(EVENT_APPLICATION, unit, index, sender, 0);
  return isTaken;
}

/** AppDecision.segment, of a stream that comes without a hole. */
function takeSegment(session: usize, slot: usize, sender: u32): bool {
  if ((load<u8>(slot, SLOT_TCP_FLAGS) & SYN) != 0) return false;
  const kept = isKept(session) ? keptOf(session) : 0;
  const side: usize = kept == 0 ? 0 : sideOf(kept, sender);
  const seq = load<u32>(slot, SLOT_SEQ);
  const start = <i32>(seq - baseOf(session, side, sender, seq));
  const seen: i32 = side == 0 ? 0 : load<i32>(side, SIDE_SEEN);
  const captured: i32 = side == 0 ? 0 : load<i32>(side, SIDE_CAPTURED);
  if (start > seen) return false;
  const from = max(0, start);
  const end = start + load<i32>(slot, SLOT_PAYLOAD_LENGTH);
  const to = min<i32>(MOST_KEPT_BYTES, start + load<i32>(slot, SLOT_PAYLOAD_CAPTURED));
  const brings = to > from;
  const fresh: i32 = max(0, end - seen);
  if (!brings && fresh == 0) return true;
  const payload: usize = load<u32>(slot, SLOT_FRAME) + load<u32>(slot, SLOT_PAYLOAD_OFFSET);
  let groups: i32 = side == 0 ? 0 : load<i32>(side, SIDE_GROUPS);
  const capturedTo = max(captured, brings ? to : 0);
  if (brings) {
    if (from > captured || !holds(slot, to - start)) return false;
    if (from < OPENING_BYTES) {
      const before = side + SIDE_HEAD;
      groups = openingOf(STREAM_OPENINGS, before, payload - start, from, to, capturedTo);
      // of all that is kept this has been asked before, so the other side need not be looked at
      const ofPorts = groupsOfPorts(STREAM_PLAUSIBLE, session);
      if (
        ofPorts != 0 &&
        (openingOf(STREAM_PLAUSIBLE, before, payload - start, from, to, capturedTo) & ofPorts) != 0
      )
        return false;
    }
  }
  if (fresh > 0) {
    const other: i32 = side == 0 ? 0 : load<i32>(sideOf(kept, 1 - sender), SIDE_GROUPS);
    if (groupsOfBoth(STREAM_OPENINGS, groups, other) != 0) return false;
  }
  const packets = (kept == 0 ? 0 : load<u32>(kept, KEPT_PACKETS)) + (fresh > 0 ? 1 : 0);
  const bytes = (kept == 0 ? 0 : load<u32>(kept, KEPT_BYTES)) + fresh;
  if (fresh > 0 && givesUp(session, packets, bytes, APP_UNKNOWN_TCP)) return true;
  if (kept == 0 && !keep(session)) return false;
  const own = keptOf(session);
  const into = sideOf(own, sender);
  if (brings && !write(into, from, payload + (from - start), to - from)) return false;
  store<u32>(own, packets, KEPT_PACKETS);
  store<u32>(own, bytes, KEPT_BYTES);
  if (load<u32>(into, SIDE_BEGUN) == 0) {
    store<u32>(into, 1, SIDE_BEGUN);
    store<u32>(into, seq, SIDE_BASE);
  }
  store<i32>(into, max(seen, end), SIDE_SEEN);
  store<i32>(into, capturedTo, SIDE_CAPTURED);
  store<i32>(into, groups, SIDE_GROUPS);
  return true;
}

/** Sequence number of the sender's first byte; where nothing has told it, this segment does. */
function baseOf(session: usize, side: usize, sender: u32, seq: u32): u32 {
  if (side != 0) return load<u32>(side, SIDE_BEGUN) != 0 ? load<u32>(side, SIDE_BASE) : seq;
  const known = (load<u32>(session, S_FLAGS) & ((F_BASE | F_ISN) << sender)) != 0;
  return known ? load<u32>(session + sender * 4, S_STREAM) + 1 : seq;
}

/** AppDecision.datagram, of one that was captured at least in part. */
function takeDatagram(session: usize, slot: usize, sender: u32): bool {
  const size = min<u32>(load<u32>(slot, SLOT_PAYLOAD_CAPTURED), MOST_KEPT_BYTES);
  if (size == 0 || !holds(slot, size)) return false;
  const kept = isKept(session) ? keptOf(session) : 0;
  const payload: usize = load<u32>(slot, SLOT_FRAME) + load<u32>(slot, SLOT_PAYLOAD_OFFSET);
  const groups = openingOf(DATAGRAM_OPENINGS, 0, payload, 0, size, size);
  const before: i32 = kept == 0 ? 0 : load<i32>(sideOf(kept, sender), SIDE_GROUPS);
  if (groupsOfBoth(DATAGRAM_OPENINGS, groups, before) != 0) return false;
  const ofPorts = groupsOfPorts(DATAGRAM_PLAUSIBLE, session);
  if (ofPorts != 0 && (openingOf(DATAGRAM_PLAUSIBLE, 0, payload, 0, size, size) & ofPorts) != 0) return false;
  const length = load<u32>(slot, SLOT_PAYLOAD_LENGTH);
  const packets = (kept == 0 ? 0 : load<u32>(kept, KEPT_PACKETS)) + 1;
  const bytes = (kept == 0 ? 0 : load<u32>(kept, KEPT_BYTES)) + length;
  if (givesUp(session, packets, bytes, APP_UNKNOWN_UDP)) return true;
  if (kept == 0 && !keep(session)) return false;
  const own = keptOf(session);
  const into = sideOf(own, sender);
  // a signature looks at the datagram before only where that fits an opening of its own (signature.ts)
  const tells = (groups & load<i32>(DATAGRAM_OPENINGS, OPENINGS_TOGETHER)) != 0;
  if (tells && !(makeRoom(into, size) && write(into, 0, payload, size))) return false;
  store<u32>(own, packets, KEPT_PACKETS);
  store<u32>(own, bytes, KEPT_BYTES);
  store<u32>(into, 1, SIDE_BEGUN);
  store<u32>(into, length, SIDE_SEEN);
  store<u32>(into, tells ? size : 0, SIDE_CAPTURED);
  store<i32>(into, groups, SIDE_GROUPS);
  return true;
}

/** Payload has been counted: notes it, and names the session where that was enough. */
function givesUp(session: usize, packets: u32, bytes: u32, unknown: u32): bool {
  let flags = load<u32>(session, S_FLAGS) | F_PAYLOAD_SEEN;
  const enough =
    packets >= load<u32>(CONFIG + CONFIG_APP_PACKETS) && bytes >= load<u32>(CONFIG + CONFIG_APP_BYTES);
  if (enough) {
    letGo(session);
    store<u16>(session, <u16>unknown, S_APP);
    flags &= ~F_ASKS;
  }
  store<u32>(session, flags, S_FLAGS);
  return enough;
}

/**
 * opening.ts openingOf, of `length` bytes: those of `from` up to `to` stand at `payload`, the others at
 * `before`, each at its own place.
 */
function openingOf(openings: usize, before: usize, payload: usize, from: u32, to: u32, length: u32): i32 {
  let groups: i32 = -1;
  if (length < <u32>OPENING_BYTES) groups = load<i32>(openings + (length << 2), OPENINGS_BY_LENGTH);
  const most = min<u32>(length, OPENING_BYTES);
  for (let i: u32 = 0; i < most && groups != 0; i++) {
    const value: u32 = load<u8>((i >= from && i < to ? payload : before) + i);
    groups &= load<i32>(openings + (((i << 8) | value) << 2), OPENINGS_WORDS);
  }
  return groups;
}

/** openings.ts groupsOfPorts, of a session's. */
function groupsOfPorts(plausible: usize, session: usize): i32 {
  const ports = load<u32>(session, S_PORTS);
  const one = ports & 0xffff;
  const other = ports >> 16;
  const bits = plausible + OPENINGS_PORTS;
  if (!hasBit(bits, one) && !hasBit(bits, other)) return 0;
  let groups: i32 = 0;
  let row = plausible + OPENINGS_PORT_ROWS;
  const end = row + <usize>load<u32>(plausible, OPENINGS_PORT_COUNT) * PORT_ROW_BYTES;
  for (; row < end; row += PORT_ROW_BYTES) {
    const port = load<u32>(row, PORT_ROW_PORT);
    if (port == one || port == other) groups |= load<i32>(row, PORT_ROW_GROUPS);
  }
  return groups;
}

/** opening.ts groupsOfBoth. */
function groupsOfBoth(openings: usize, one: i32, other: i32): i32 {
  const together = load<i32>(openings, OPENINGS_TOGETHER);
  const all = one | other;
  return (one & together) != 0 && (other & together) != 0 ? all : all & ~together;
}
