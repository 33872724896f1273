/**
 * What a packet does: it finds its session, or opens one, or is refused. The reference's engine and session
 * over records; the sections of the model are named there.
 */
import {
  BASIS_FIRST_PACKET,
  BASIS_PORT,
  BASIS_SYN,
  BASIS_SYN_ACK,
  CONFIG,
  CONFIG_MAX_SESSIONS,
  CONFIG_MIDSTREAM_NS,
  CONFIG_NON_SYN,
  COUNT_ALLOC_FAILURE,
  COUNT_LATE,
  COUNT_NON_SYN,
  COUNT_REFUSED_NON_SYN,
  COUNT_TABLE_FULL,
  EVENT_LATE,
  EVENT_REUSE,
  F_BASIS_SHIFT,
  F_LIVE,
  F_MIDSTREAM,
  F_NON_SYN,
  NON_SYN_ACCEPT,
  NON_SYN_MIDSTREAM,
  NON_SYN_REJECT,
  S_AFTER_END,
  S_FLAGS,
  S_ID,
  SERVER_PORTS,
  SLOT_FRAMES,
  SLOT_KIND,
  SLOT_PAYLOAD_LENGTH,
  SLOT_PORTS,
  SLOT_TCP_FLAGS,
} from '../layout';
import { hasBit } from './bits';
import { find, foundFromClient } from './directory';
import { end, endByReuse, stillLingers, stopLingering } from './ending';
import { note } from './events';
import { drain } from './giving';
import { hashSlot, wholeHash } from './hash';
import { TCP } from './numbers';
import { open } from './opening';
import * as seen from './seen';
import { ACK, SYN } from './side';
import { slotAt, wantsEvents } from './slots';
import { count, countInSession, expiry, live, now } from './state';
import { take } from './taking';
import { at } from './units';
import { arm, expireDueOften } from './wheel';

const _ICMP: u32 = 1;

let midstreamUntil: i64 = 0;
/** the second after that of midstreamUntil */
let rememberUntil: i64 = 0;

export function begin(): void {
  midstreamUntil = now + load<i64>(CONFIG + CONFIG_MIDSTREAM_NS);
  rememberUntil = (midstreamUntil / 1000000000 + 1) * 1000000000;
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
      if (wantsEvents()) note(EVENT_REUSE, unit, index, sender, 0);
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
    } else if (mode == NON_SYN_REJECT || now >= midstreamUntil || seen.has(wholeHash(slot))) {
      count(COUNT_REFUSED_NON_SYN, 1);
      if (late != 0) {
        store<u32>(at(late), load<u32>(at(late), S_AFTER_END) + frames, S_AFTER_END);
        if (wantsEvents()) {
          const payload = load<u32>(slot, SLOT_PAYLOAD_LENGTH);
          note(EVENT_LATE, late, index, isFromClientOf(late, slot) ? 0 : 1, payload);
        }
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
        const fromServerPort = hasBit(SERVER_PORTS, ports & 0xffff);
        const toServerPort = hasBit(SERVER_PORTS, ports >> 16);
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
  flags |= basis << F_BASIS_SHIFT;
  let unit = open(slot, fromClient, flags, parent);
  if (unit == 0) {
    // memory has run out, but some of it may belong to sessions that are over
    expireDueOften(now);
    drain();
    unit = open(slot, fromClient, flags, parent);
    if (unit == 0) return refuseForRoom(frames, parent);
  }
  if (late != 0) stopLingering(late);
  const id = load<u32>(at(unit), S_ID);
  take(unit, index, fromClient ? 0 : 1);
  arm(unit);
  if (parent == 0) countInSession(frames);
  if (isTcp && load<u32>(CONFIG + CONFIG_NON_SYN) == NON_SYN_MIDSTREAM) {
    if (now >= rememberUntil) seen.clear();
    else seen.add(wholeHash(slot));
  }
  return id;
}

function isFromClientOf(unit: u32, slot: usize): bool {
  return find(slot) == unit && foundFromClient;
}

function refuseForRoom(frames: u32, parent: u32): u32 {
  count(COUNT_ALLOC_FAILURE, 1);
  if (parent == 0) count(COUNT_TABLE_FULL, frames);
  return 0;
}
