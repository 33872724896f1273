/** Sets of ports, a bit a port. */

export function hasPort(bits: usize, port: u32): bool {
  return ((load<u8>(bits + (port >> 3)) >> (port & 7)) & 1) != 0;
}
