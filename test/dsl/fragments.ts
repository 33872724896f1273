/** Fragments of IP packets for tests, cut apart from the code under test. */
import {
  type Extension,
  fragmentHeader,
  type Ipv4Fields,
  type Ipv6Fields,
  ipv4,
  ipv6,
  plain,
} from './frame.ts';

/** A piece of a datagram's data: bytes `from` to `to`; `more` where it is not to follow from `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly more?: boolean;
}

/** Ranges of `size` bytes that cover `length` bytes. */
export function ranges(length: number, size: number): Range[] {
  const count = Math.max(1, Math.ceil(length / size));
  return Array.from({ length: count }, (_, i) => ({ from: i * size, to: Math.min(length, (i + 1) * size) }));
}

/** The fragment of an IPv4 datagram with `data` behind its header. */
export function fragment4(
  data: Uint8Array,
  proto: number,
  range: Range,
  fields: Ipv4Fields = {},
): Uint8Array {
  const moreFragments = range.more ?? range.to < data.length;
  return ipv4(
    { id: 77, ...fields, fragmentOffset: range.from, moreFragments },
    plain(proto, data.subarray(range.from, range.to)),
  );
}

/** The same in IPv6; `extensions` in front of the fragment header. */
export function fragment6(
  data: Uint8Array,
  proto: number,
  range: Range,
  fields: Ipv6Fields & { id?: number } = {},
): Uint8Array {
  const extensions: Extension[] = [...(fields.extensions ?? [])];
  extensions.push(fragmentHeader(range.from, range.more ?? range.to < data.length, fields.id ?? 77));
  return ipv6({ ...fields, extensions }, plain(proto, data.subarray(range.from, range.to)));
}
