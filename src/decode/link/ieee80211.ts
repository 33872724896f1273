/** IEEE 802.11 data frames: header of 24 to 36 bytes, then LLC. */
import { readU16 } from '../bytes.ts';
import type { Drop } from '../malformed.ts';
import type { DecodedPacket } from '../packet.ts';
import { advance, type LayerWalk, type LinkLayer, LLC, missingHeader } from './walk.ts';

const TYPE_DATA = 2;
const SUBTYPE_NO_DATA = 0x4;
const SUBTYPE_QOS = 0x8;

const FLAG = { TO_DS: 0x01, FROM_DS: 0x02, MORE_FRAGMENTS: 0x04, PROTECTED: 0x40, ORDER: 0x80 } as const;

const HEADER_BYTES = 24;
const SEQUENCE_AT = 22;
const FRAGMENT_NUMBER = 0x0f;
const FOURTH_ADDRESS_BYTES = 6;
const QOS_BYTES = 2;
const HT_CONTROL_BYTES = 4;
const QOS_AMSDU = 0x80;

export const ieee80211: LinkLayer = (walk, packet) => readFrame(walk, packet, false);

/** With padding between header and body, so that the body starts on a word (a flag of radiotap). */
export const ieee80211Padded: LinkLayer = (walk, packet) => readFrame(walk, packet, true);

function readFrame(walk: LayerWalk, packet: DecodedPacket, padded: boolean): Drop | null {
  const { data } = packet;
  const { at } = walk;
  const noControl = missingHeader(walk, packet, 2);
  if (noControl !== null) return noControl;
  const subtype = data[at]! >> 4;
  const flags = data[at + 1]!;
  // Management and control frames, and data frames that say only "I am awake".
  if (((data[at]! >> 2) & 3) !== TYPE_DATA || (subtype & SUBTYPE_NO_DATA) !== 0) return 'non_ip';

  const bridged = (flags & FLAG.TO_DS) !== 0 && (flags & FLAG.FROM_DS) !== 0;
  const qosAt = HEADER_BYTES + (bridged ? FOURTH_ADDRESS_BYTES : 0);
  const qos = (subtype & SUBTYPE_QOS) !== 0;
  const htControl = qos && (flags & FLAG.ORDER) !== 0;
  const header = qosAt + (qos ? QOS_BYTES : 0) + (htControl ? HT_CONTROL_BYTES : 0);
  const bodyAt = padded ? (header + 3) & ~3 : header;
  const missing = missingHeader(walk, packet, bodyAt);
  if (missing !== null) return missing;

  const fragmented = (flags & FLAG.MORE_FRAGMENTS) !== 0 || (data[at + SEQUENCE_AT]! & FRAGMENT_NUMBER) !== 0;
  if ((flags & FLAG.PROTECTED) !== 0 || fragmented) return 'unsupported_encapsulation';
  const aggregated = qos && (data[at + qosAt]! & QOS_AMSDU) !== 0;
  return aggregated ? readAggregate(walk, packet, bodyAt) : advance(walk, bodyAt, LLC);
}

const SUBFRAME_HEADER_BYTES = 14;
const LONGEST_TRAILER = 7; // padding of a subframe and the frame check sequence

/** An aggregate of one is read; one of several holds several packets, and a record is one packet. */
function readAggregate(walk: LayerWalk, packet: DecodedPacket, skip: number): Drop | null {
  const missing = missingHeader(walk, packet, skip + SUBFRAME_HEADER_BYTES);
  if (missing !== null) return missing;
  const length = readU16(packet.data, walk.at + skip + SUBFRAME_HEADER_BYTES - 2);
  const subframeEnd = walk.at + skip + SUBFRAME_HEADER_BYTES + length;
  if (subframeEnd + LONGEST_TRAILER < walk.end) return 'unsupported_encapsulation';
  return advance(walk, skip + SUBFRAME_HEADER_BYTES, LLC);
}
