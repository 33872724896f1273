/**
 * Packets that have been decoded already, for the benchmark of the table alone: everything from the look-up
 * on, nothing before it. A sweep happens when the benchmark says so.
 */
import {
  BATCH,
  INPUT,
  ROW_BYTES,
  ROW_DST,
  ROW_PORTS,
  ROW_PROTOCOL,
  ROW_SRC,
  ROW_TCP_FLAGS,
  ROW_TIME,
  ROW_VERSION,
  SLOT_ACK,
  SLOT_ADDRESSES,
  SLOT_ADDRESSES6,
  SLOT_FRAME_BYTES,
  SLOT_FRAMES,
  SLOT_KIND,
  SLOT_PAYLOAD_LENGTH,
  SLOT_PORTS,
  SLOT_SEQ,
  SLOT_SHIFT,
  SLOT_STATUS,
  SLOT_TCP_FLAGS,
  SLOT_TIME,
  SLOT_WINDOW,
  STATUS_FAST,
} from '../layout';
import { touch } from './batch';
import { hashSlot } from './hash';
import { ACK, SYN } from './side';
import { slotAt } from './slots';
import { countPacket, setNow } from './state';
import { begin, lookUp } from './table';
import * as wheel from './wheel';

const FRAME_BYTES: u32 = 60;
/** unscaled, as the workloads' hosts grant it */
const WINDOW: u16 = 65535;

let started: bool = false;

export function reset(): void {
  started = false;
}

/** Takes `rows` packets that stand at INPUT. */
export function run(rows: i32): void {
  for (let taken: i32 = 0; taken < rows; taken += BATCH) {
    const filled = min(rows - taken, BATCH);
    for (let i: i32 = 0; i < filled; i++) fill(slotAt(i), INPUT + (taken + i) * ROW_BYTES);
    touch(filled);
    for (let i: i32 = 0; i < filled; i++) {
      countPacket();
      setNow(load<i64>(slotAt(i), SLOT_TIME));
      if (!started) {
        started = true;
        begin();
        wheel.begin(load<i64>(slotAt(i), SLOT_TIME));
      }
      lookUp(i, 0);
    }
  }
}

function fill(slot: usize, row: usize): void {
  const flags = load<u8>(row, ROW_TCP_FLAGS);
  const isV6 = load<u8>(row, ROW_VERSION) == 6;
  if (isV6) {
    memory.copy(slot + SLOT_ADDRESSES6, row + ROW_SRC, 32);
  } else {
    const source: u64 = load<u32>(row, ROW_SRC);
    const destination: u64 = load<u32>(row, ROW_DST);
    store<u64>(slot, source | (destination << 32), SLOT_ADDRESSES);
  }
  store<u32>(slot, load<u32>(row, ROW_PORTS), SLOT_PORTS);
  store<u32>(slot, <u32>load<u8>(row, ROW_PROTOCOL) | (isV6 ? 0x100 : 0), SLOT_KIND);
  store<u32>(slot, FRAME_BYTES, SLOT_FRAME_BYTES);
  store<u32>(slot, 1, SLOT_FRAMES);
  store<u8>(slot, flags, SLOT_TCP_FLAGS);
  store<u8>(slot, 0, SLOT_SHIFT);
  store<u16>(slot, WINDOW, SLOT_WINDOW);
  store<u32>(slot, (flags & <u8>SYN) != 0 ? 0 : 1, SLOT_SEQ);
  store<u32>(slot, (flags & <u8>ACK) != 0 ? 1 : 0, SLOT_ACK);
  store<u32>(slot, 0, SLOT_PAYLOAD_LENGTH);
  store<u8>(slot, STATUS_FAST, SLOT_STATUS);
  store<i64>(slot, <i64>load<f64>(row, ROW_TIME), SLOT_TIME);
  hashSlot(slot);
}
