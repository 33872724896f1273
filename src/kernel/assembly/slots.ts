/** The batch's packets, and where one stands in the input: shared by all who look at one. */
import { CONFIG, CONFIG_EVENTS, SLOT_BYTES, SLOT_HELD, SLOT_PAYLOAD_OFFSET, SLOTS } from '../layout';

/** where the records lane says a packet stands, for wide records */
export let file: u32 = 0;
export let filePacket: u32 = 0;

export function setPlace(inFile: u32, number: u32): void {
  file = inFile;
  filePacket = number;
}

export function slotAt(index: i32): usize {
  return SLOTS + index * SLOT_BYTES;
}

export function wantsEvents(): bool {
  return load<u32>(CONFIG + CONFIG_EVENTS) != 0;
}

/** Whether so many bytes of the payload are in the kernel's memory. */
export function holds(slot: usize, bytes: u32): bool {
  return load<u32>(slot, SLOT_PAYLOAD_OFFSET) + bytes <= <u32>load<u16>(slot, SLOT_HELD);
}
