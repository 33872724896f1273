/** A datagram of 3000 bytes in UDP, whole and in pieces, for the tests of reassembly. */
import { fragment4, fragment6, type Range, ranges } from '../dsl/fragments.ts';
import { ipv4, ipv6, udp } from '../dsl/frame.ts';

export const BODY: Uint8Array = Uint8Array.from({ length: 3000 }, (_, i) => i % 251);
export const WHOLE4: Uint8Array = ipv4({ id: 77 }, udp({ sport: 500, dport: 600 }, BODY));
export const WHOLE6: Uint8Array = ipv6({}, udp({ sport: 500, dport: 600 }, BODY));
export const DATA4: Uint8Array = WHOLE4.subarray(20);
export const DATA6: Uint8Array = WHOLE6.subarray(40);
export const PARTS: Range[] = ranges(DATA4.length, 1480);
export const four = (range: Range, fields: Parameters<typeof fragment4>[3] = {}): Uint8Array =>
  fragment4(DATA4, 17, range, fields);
export const six = (range: Range, fields: Parameters<typeof fragment6>[3] = {}): Uint8Array =>
  fragment6(DATA6, 17, range, fields);
