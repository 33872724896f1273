/**
 * Payload that names its session by its first bytes, whatever else may follow: what the host has put at
 * HELLO (firewall/app-id/at-once.ts). So most sessions are named without a call.
 */
import {
  F_ASKS,
  F_BASE,
  F_ISN,
  F_PAYLOAD_SEEN,
  F_TLS,
  FIELD_AT,
  FIELD_BYTES,
  FIELD_LEAST,
  FIELD_MOST,
  FIELD_ROW_BYTES,
  HELLO,
  HELLO_APP,
  HELLO_END,
  HELLO_FIELDS,
  HELLO_FIELDS_AT,
  HELLO_PORTS,
  S_APP,
  S_FLAGS,
  S_PORTS,
  S_STREAM,
  SLOT_FIRST_BYTE,
  SLOT_FRAME,
  SLOT_PAYLOAD_CAPTURED,
  SLOT_PAYLOAD_OFFSET,
  SLOT_SEQ,
  SLOT_TCP_FLAGS,
} from '../layout';
import { mayHoldAlert } from './alert';
import { hasPort } from './ports';
import { SYN } from './side';
import { holds } from './slots';

/** Names a session of which nothing has been said yet; false where this segment is no such hello. */
export function takeHello(session: usize, slot: usize, sender: u32): bool {
  if (sender != 0 || load<u8>(slot, SLOT_FIRST_BYTE) != load<u8>(HELLO + HELLO_FIELDS_AT, FIELD_LEAST))
    return false;
  const end = load<u32>(HELLO, HELLO_END);
  // 0: the host has put nothing there
  if (end == 0 || load<u32>(slot, SLOT_PAYLOAD_CAPTURED) < end || !holds(slot, end)) return false;
  // payload on a SYN is not counted, and an alert is for the host
  if ((load<u8>(slot, SLOT_TCP_FLAGS) & SYN) != 0 || mayHoldAlert(slot)) return false;
  const flags = load<u32>(session, S_FLAGS);
  const begun = (flags & (F_BASE | F_ISN)) != 0;
  if (begun && load<u32>(slot, SLOT_SEQ) != load<u32>(session, S_STREAM) + 1) return false;
  const port = load<u32>(session, S_PORTS) >> 16;
  if (hasPort(HELLO + HELLO_PORTS, port)) return false;
  if (!fits(load<u32>(slot, SLOT_FRAME) + load<u32>(slot, SLOT_PAYLOAD_OFFSET))) return false;
  store<u16>(session, load<u16>(HELLO, HELLO_APP), S_APP);
  store<u32>(session, (flags & ~F_ASKS) | F_PAYLOAD_SEEN | F_TLS, S_FLAGS);
  return true;
}

function fits(payload: usize): bool {
  const fields = load<u32>(HELLO, HELLO_FIELDS);
  for (let i: u32 = 0; i < fields; i++) {
    const field: usize = HELLO + HELLO_FIELDS_AT + i * FIELD_ROW_BYTES;
    const from = payload + load<u32>(field, FIELD_AT);
    const bytes = load<u32>(field, FIELD_BYTES);
    let value: u32 = 0;
    for (let j: u32 = 0; j < bytes; j++) value = (value << 8) | load<u8>(from + j);
    if (value < load<u32>(field, FIELD_LEAST) || value > load<u32>(field, FIELD_MOST)) return false;
  }
  return true;
}
