/**
 * Whether a segment may hold a fatal TLS alert in clear: the walk over its records that
 * firewall/app-id/tls-alert.ts does, as far as the bytes are here. The host has the last word.
 */
import {
  SLOT_FIRST_BYTE,
  SLOT_FRAME,
  SLOT_HELD,
  SLOT_PAYLOAD_CAPTURED,
  SLOT_PAYLOAD_OFFSET,
  SLOT_STATUS,
  STATUS_SLOW,
} from '../layout';

const ALERT: u32 = 21;
const FIRST_TYPE: u32 = 20;
const LAST_TYPE: u32 = 23;
const HEADER_BYTES: u32 = 5;
const ALERT_BYTES: u32 = 7;

export function mayHoldAlert(slot: usize): bool {
  const first: u32 = load<u8>(slot, SLOT_FIRST_BYTE);
  if (first < FIRST_TYPE || first > LAST_TYPE) return false;
  if (load<u8>(slot, SLOT_STATUS) == STATUS_SLOW) return true;
  const frame: usize = load<u32>(slot, SLOT_FRAME);
  const offset = load<u32>(slot, SLOT_PAYLOAD_OFFSET);
  const end = offset + load<u32>(slot, SLOT_PAYLOAD_CAPTURED);
  const held: u32 = load<u16>(slot, SLOT_HELD);
  let at = offset;
  while (at + ALERT_BYTES <= end) {
    if (at + ALERT_BYTES > held) return true;
    const type: u32 = load<u8>(frame + at);
    if (type < FIRST_TYPE || type > LAST_TYPE || load<u8>(frame + at, 1) != 3) return false;
    if (type == ALERT) return true;
    at += HEADER_BYTES + <u32>bswap<u16>(load<u16>(frame + at, 3));
  }
  return false;
}
