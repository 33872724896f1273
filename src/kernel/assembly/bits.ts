/** Sets of small numbers, such as ports, a bit each. */

export function hasBit(bits: usize, number: u32): bool {
  return ((load<u8>(bits + (number >> 3)) >> (number & 7)) & 1) != 0;
}
