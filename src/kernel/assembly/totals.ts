/**
 * Sums over sessions for a run that prints nothing else: a row for each combination of what a
 * verdict is made of. What the combination means is the host's affair.
 */
import {
  F_ENDED_BY_SYN,
  F_ENDED_BY_TIMER,
  F_MIDSTREAM,
  F_NON_SYN,
  F_PAYLOAD_SEEN,
  S_APP,
  S_BYTES_HIGH,
  S_BYTES_LOW,
  S_CAUSES,
  S_FLAGS,
  S_KIND,
  S_PACKETS,
  S_TIMER,
  TOTAL_APP,
  TOTAL_BYTES,
  TOTAL_CAUSES,
  TOTAL_FLAGS,
  TOTAL_PACKETS,
  TOTAL_PROTOCOL,
  TOTAL_ROW_BYTES,
  TOTAL_ROWS,
  TOTAL_SESSIONS,
  TOTAL_TIMER,
  TOTALS,
} from '../layout';
import { at } from './units';

const MASK: u32 = TOTAL_ROWS - 1;
const MOST_USED: u32 = (TOTAL_ROWS / 4) * 3;

let used: u32 = 0;

export function reset(): void {
  used = 0;
  memory.fill(TOTALS, 0, TOTAL_ROWS * TOTAL_ROW_BYTES);
}

/** Adds a session to its row; false where there are too many combinations, so that it must be given like any other. */
export function sum(unit: u32): bool {
  const session = at(unit);
  const app: u32 = load<u16>(session, S_APP);
  const timer: u32 = load<u16>(session, S_TIMER);
  const protocol = load<u32>(session, S_KIND) & 0xff;
  const causes: u32 = load<u16>(session, S_CAUSES) & 0xfff;
  const flags =
    load<u32>(session, S_FLAGS) &
    (F_ENDED_BY_TIMER | F_ENDED_BY_SYN | F_MIDSTREAM | F_NON_SYN | <u32>F_PAYLOAD_SEEN);
  let place = ((app * 31 + timer) * 31 + causes * 7 + protocol + (flags >> 15) + (flags >> 31)) & MASK;
  let row: usize = TOTALS + place * TOTAL_ROW_BYTES;
  while (load<u64>(row, TOTAL_SESSIONS) != 0) {
    if (
      load<u32>(row, TOTAL_APP) == app &&
      load<u32>(row, TOTAL_TIMER) == timer &&
      load<u32>(row, TOTAL_PROTOCOL) == protocol &&
      load<u32>(row, TOTAL_CAUSES) == causes &&
      load<u32>(row, TOTAL_FLAGS) == flags
    ) {
      add(row, session);
      return true;
    }
    place = (place + 1) & MASK;
    row = TOTALS + place * TOTAL_ROW_BYTES;
  }
  if (used == MOST_USED) return false;
  used += 1;
  store<u32>(row, app, TOTAL_APP);
  store<u32>(row, timer, TOTAL_TIMER);
  store<u32>(row, protocol, TOTAL_PROTOCOL);
  store<u32>(row, causes, TOTAL_CAUSES);
  store<u32>(row, flags, TOTAL_FLAGS);
  add(row, session);
  return true;
}

function add(row: usize, session: usize): void {
  store<u64>(row, load<u64>(row, TOTAL_SESSIONS) + 1, TOTAL_SESSIONS);
  store<u64>(row, load<u64>(row, TOTAL_PACKETS) + packetsOf(session), TOTAL_PACKETS);
  store<u64>(row, load<u64>(row, TOTAL_BYTES) + bytesOf(session), TOTAL_BYTES);
}

/** Of both sides. */
export function packetsOf(session: usize): u64 {
  return <u64>load<u32>(session, S_PACKETS) + <u64>load<u32>(session, S_PACKETS + 4);
}

/** Frame bytes of both sides. */
export function bytesOf(session: usize): u64 {
  return sideBytes(session, 0) + sideBytes(session, 1);
}

export function sideBytes(session: usize, side: u32): u64 {
  const high = <u64>load<u16>(session + side * 2, S_BYTES_HIGH);
  return (high << 32) | <u64>load<u32>(session + side * 4, S_BYTES_LOW);
}
