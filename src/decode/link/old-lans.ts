/** Local networks other than Ethernet: FDDI, token ring, ARCNET. */
import { readU16 } from '../bytes.ts';
import { advance, ETHERTYPE, type LinkLayer, LLC, missingHeader } from './walk.ts';

const FDDI_BYTES = 13;
const FDDI_CLASS_AND_FORMAT = 0x70;
const FDDI_LLC = 0x50;

/** Frame control, two addresses; of the frames, those that hold LLC (asynchronous or synchronous). */
export const fddi: LinkLayer = (walk, packet) => {
  const missing = missingHeader(walk, packet, FDDI_BYTES);
  if (missing !== null) return missing;
  const isLlc = (packet.data[walk.at]! & FDDI_CLASS_AND_FORMAT) === FDDI_LLC;
  return isLlc ? advance(walk, FDDI_BYTES, LLC) : 'non_ip';
};

const TOKEN_RING_BYTES = 14;
const FRAME_CONTROL_AT = 1;
const SOURCE_AT = 8;
const FRAME_TYPE = 0xc0;
const FRAME_TYPE_LLC = 0x40;
const SOURCE_ROUTED = 0x80;
const ROUTE_BYTES = 0x1f;

/** IEEE 802.5: access control, frame control, two addresses, a route where the source's first bit is set. */
export const tokenRing: LinkLayer = (walk, packet) => {
  const { data } = packet;
  const missing = missingHeader(walk, packet, TOKEN_RING_BYTES);
  if (missing !== null) return missing;
  if ((data[walk.at + FRAME_CONTROL_AT]! & FRAME_TYPE) !== FRAME_TYPE_LLC) return 'non_ip';
  if ((data[walk.at + SOURCE_AT]! & SOURCE_ROUTED) === 0) return advance(walk, TOKEN_RING_BYTES, LLC);
  const noRoute = missingHeader(walk, packet, TOKEN_RING_BYTES + 2);
  if (noRoute !== null) return noRoute;
  const route = data[walk.at + TOKEN_RING_BYTES]! & ROUTE_BYTES;
  if (route < 2) return 'linkHeader';
  return advance(walk, TOKEN_RING_BYTES + route, LLC);
};

/** ARCNET system codes (RFC 1201 and, with a shorter header, RFC 1051). */
const ARCNET_CODES: ReadonlyMap<number, { readonly next: number; readonly hasSequence: boolean }> = new Map([
  [196, { next: ETHERTYPE.IPV6, hasSequence: true }],
  [212, { next: ETHERTYPE.IPV4, hasSequence: true }],
  [240, { next: ETHERTYPE.IPV4, hasSequence: false }],
]);

const SPLIT_EXCEPTION = 0xff;
/** split flag and sequence number; an exception frame has three bytes of padding and the code again before them */
const SEQUENCE_BYTES = 3;
const EXCEPTION_BYTES = 4;

/** Source, destination, on Linux two bytes of offset, system code, split flag, sequence number. */
function arcnet(codeAt: number): LinkLayer {
  return (walk, packet) => {
    const { data } = packet;
    const missing = missingHeader(walk, packet, codeAt + 1);
    if (missing !== null) return missing;
    const code = ARCNET_CODES.get(data[walk.at + codeAt]!);
    if (code === undefined) return 'non_ip';
    if (!code.hasSequence) return advance(walk, codeAt + 1, code.next);
    const noSequence = missingHeader(walk, packet, codeAt + 1 + SEQUENCE_BYTES);
    if (noSequence !== null) return noSequence;
    const split = data[walk.at + codeAt + 1]!;
    if (split === SPLIT_EXCEPTION) {
      return advance(walk, codeAt + 1 + EXCEPTION_BYTES + SEQUENCE_BYTES, code.next);
    }
    return split === 0 ? advance(walk, codeAt + 1 + SEQUENCE_BYTES, code.next) : 'unsupported_encapsulation';
  };
}

export const arcnetBsd: LinkLayer = arcnet(2);
export const arcnetLinux: LinkLayer = arcnet(4);

const IPOIB_ETHERTYPE_AT = 40;
const IPOIB_BYTES = 44;

/** IP over InfiniBand (RFC 4391 6) behind a global route header. */
export const ipOverInfiniBand: LinkLayer = (walk, packet) =>
  missingHeader(walk, packet, IPOIB_BYTES) ??
  advance(walk, IPOIB_BYTES, readU16(packet.data, walk.at + IPOIB_ETHERTYPE_AT));
