/** The client's hello of TLS: the fields that the host has put at HELLO (firewall/app-id/tls.ts). */
import {
  FIELD_AT,
  FIELD_BYTES,
  FIELD_LEAST,
  FIELD_MOST,
  FIELD_ROW_BYTES,
  HELLO,
  HELLO_END,
  HELLO_FIELDS,
  HELLO_FIELDS_AT,
} from '../layout';
import { mayHoldAlert } from './alert';
import { holds } from './slots';

/** @param size bytes of the payload that were captured */
export function isHello(slot: usize, payload: usize, size: u32): bool {
  const end = load<u32>(HELLO, HELLO_END);
  // an alert is for the host
  if (size < end || !holds(slot, end) || mayHoldAlert(slot)) return false;
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
