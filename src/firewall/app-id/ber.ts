/** Elements of the Basic Encoding Rules (ITU-T X.690 8.1) as SNMP, LDAP and Kerberos use them. */
import { uint16, uint24, uint32 } from './bytes.ts';

export const BER = { INTEGER: 0x02, OCTET_STRING: 0x04, SEQUENCE: 0x30 } as const;

export interface BerElement {
  /** where the content begins */
  readonly start: number;
  /** content bytes, of which not all may be there */
  readonly length: number;
}

/** The element of this tag at `at`, or null. Lengths of up to four bytes; Microsoft writes them all. */
export function berElement(bytes: Uint8Array, at: number, tag: number): BerElement | null {
  const short = bytes[at + 1];
  if (bytes[at] !== tag || short === undefined) return null;
  if (short < 0x80) return { start: at + 2, length: short };
  const lengthBytes = short & 0x7f;
  if (lengthBytes < 1 || lengthBytes > 4 || at + 2 + lengthBytes > bytes.length) return null;
  const read = [(b: Uint8Array, i: number) => b[i]!, uint16, uint24, uint32][lengthBytes - 1]!;
  return { start: at + 2 + lengthBytes, length: read(bytes, at + 2) };
}

/** The number in an INTEGER of one to four bytes that is not negative, and where it ends; or null. */
export function berInteger(bytes: Uint8Array, at: number): { value: number; end: number } | null {
  const element = berElement(bytes, at, BER.INTEGER);
  if (element === null || element.length < 1 || element.length > 4) return null;
  const end = element.start + element.length;
  if (end > bytes.length || bytes[element.start]! > 0x7f) return null;
  let value = 0;
  for (let i = element.start; i < end; i++) value = value * 256 + bytes[i]!;
  return { value, end };
}
