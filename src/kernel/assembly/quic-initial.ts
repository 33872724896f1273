/** The long header of QUIC version 1 (RFC 8999 5.1, RFC 9000 17.2), as firewall/app-id/quic.ts has it. */
import { holds } from './slots';

const LONG_HEADER: u32 = 0x80;
/** as it stands in memory */
const VERSION_1: u32 = 0x01000000;
const LONGEST_CONNECTION_ID: u32 = 20;

/** @param length bytes of the payload on the wire, of which `captured` are there */
export function isInitial(slot: usize, payload: usize, captured: u32, length: u32): bool {
  if (captured < 7 || !holds(slot, 7) || load<u32>(payload, 1) != VERSION_1) return false;
  const destination: u32 = load<u8>(payload, 5);
  if ((load<u8>(payload) & LONG_HEADER) == 0 || destination > LONGEST_CONNECTION_ID) return false;
  const at: u32 = 6 + destination;
  if (at >= captured || !holds(slot, at + 1)) return false;
  const source: u32 = load<u8>(payload + at);
  return source <= LONGEST_CONNECTION_ID && at + 1 + source <= length;
}
