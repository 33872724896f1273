/** A record for a new session. */
import {
  APP_NON_SYN,
  F_ASKS,
  F_LIVE,
  F_NON_SYN,
  S_ADDRESSES,
  S_APP,
  S_FIRST,
  S_FLAGS,
  S_ICMP_TYPE,
  S_ID,
  S_KIND,
  S_NETWORK,
  S_OWN_FIRST,
  S_PARENT,
  S_PORTS,
  S_TIMER,
  SLOT_ADDRESSES,
  SLOT_ADDRESSES6,
  SLOT_HASH,
  SLOT_ICMP_TYPE,
  SLOT_KIND,
  SLOT_NETWORK,
  SLOT_PORTS,
  SLOT_TIME,
  UNIT_BYTES,
} from '../layout';
import { hasRoom, insert } from './directory';
import * as host from './host';
import { beginNotes } from './noting';
import { ICMP, ICMPV6, NO_TIMER, TCP, UDP } from './numbers';
import { wantsEvents } from './slots';
import { addLive, nextId, tableTime } from './state';
import { allocate6, allocateSession, at, at6, isWide, releaseSession } from './units';

/** A record for a new session, in the index and not yet in the wheel; 0 where memory has run out. */
export function open(slot: usize, fromClient: bool, flags: u32, parent: u32): u32 {
  if (!hasRoom(load<u32>(slot, SLOT_HASH))) return 0;
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
  store<i64>(session, tableTime(load<i64>(slot, SLOT_TIME)), S_FIRST);
  const protocol = kind & 0xff;
  let all = flags | F_LIVE;
  if (protocol == TCP || protocol == UDP) {
    if ((flags & F_NON_SYN) != 0) store<u16>(session, APP_NON_SYN, S_APP);
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
    if (wantsEvents()) beginNotes(session);
  }
  insert(load<u32>(slot, SLOT_HASH), unit);
  addLive(1);
  return unit;
}

/** Eight stores: the instruction that fills memory is a call out of the kernel, which is dear for two lines. */
function clear(session: usize): void {
  const zero = i64x2.splat(0);
  for (let offset: usize = 0; offset < <usize>UNIT_BYTES; offset += 64) {
    v128.store(session + offset, zero);
    v128.store(session + offset, zero, 16);
    v128.store(session + offset, zero, 32);
    v128.store(session + offset, zero, 48);
  }
}
