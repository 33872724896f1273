/** A batch of packets whose keys are known: the lines of the table that they will need are fetched together. */
import { SLOT_HASH, SLOT_PAYLOAD_LENGTH, SLOT_STATUS, STATUS_FAST } from '../layout';
import * as directory from './directory';
import { touchKept } from './heads';
import { slotAt } from './slots';

/** keeps the fetches below from being left out */
export let touched: u32 = 0;

export function touch(filled: i32): void {
  let fetched: u32 = 0;
  for (let i: i32 = 0; i < filled; i++) {
    const slot = slotAt(i);
    if (load<u8>(slot, SLOT_STATUS) == STATUS_FAST) fetched ^= directory.touch(load<u32>(slot, SLOT_HASH));
  }
  for (let i: i32 = 0; i < filled; i++) {
    const slot = slotAt(i);
    if (load<u8>(slot, SLOT_STATUS) == STATUS_FAST)
      fetched ^= directory.touchRecord(load<u32>(slot, SLOT_HASH));
  }
  for (let i: i32 = 0; i < filled; i++) {
    const slot = slotAt(i);
    if (load<u8>(slot, SLOT_STATUS) == STATUS_FAST && load<u32>(slot, SLOT_PAYLOAD_LENGTH) > 0) {
      fetched ^= touchKept(directory.recordAtHome(load<u32>(slot, SLOT_HASH)));
    }
  }
  touched = fetched;
}
