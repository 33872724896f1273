/** TCP (RFC 9293). */
import { readU16, readU32 } from './bytes.ts';
import { isPseudoChecksumRight } from './checksum.ts';
import { readKeyPorts } from './key-ports.ts';
import { setPayload, type TransportDecoder } from './layer.ts';
import { missingBytes } from './malformed.ts';
import { type DecodedPacket, TCP_FLAG } from './packet.ts';

/** Byte offsets in the header. */
const SEQ = 4;
const ACK = 8;
const DATA_OFFSET = 12;
const FLAGS = 13;
const WINDOW = 14;
const HEADER_BYTES = 20;

/** The last byte without which a segment tells neither its session nor its part in it: the flags. */
const NEEDED_BYTES = FLAGS + 1;

const { FIN, SYN, RST, PSH, ACK: ACK_FLAG, URG, ECE, CWR } = TCP_FLAG;
const IGNORED_FLAGS = PSH | ECE | CWR;

/**
 * Flag combinations that a stack sends, PSH, ECE and CWR aside: those of Linux
 * nf_conntrack_proto_tcp.c, tcp_valid_flags (inferred for the firewall, whose vendor does not list its own).
 */
const VALID_FLAGS: ReadonlySet<number> = new Set([
  SYN,
  SYN | URG,
  SYN | ACK_FLAG,
  RST,
  RST | ACK_FLAG,
  FIN | ACK_FLAG,
  FIN | ACK_FLAG | URG,
  ACK_FLAG,
  ACK_FLAG | URG,
]);

/** Whether a stack sends these flags (one byte, as on the wire). */
export function isValidTcpFlags(flags: number): boolean {
  return VALID_FLAGS.has(flags & ~IGNORED_FLAGS);
}

export const decodeTcp: TransportDecoder = (packet, offset, end, wireEnd, options) => {
  const { data } = packet;
  const segmentEnd = Math.min(end, wireEnd);
  if (offset + HEADER_BYTES > segmentEnd) return 'layer4Header';
  const missing = missingBytes(packet, offset, NEEDED_BYTES, segmentEnd, 'layer4Header');
  if (missing !== null) return missing;

  readKeyPorts(packet, data, offset);
  packet.seq = readU32(data, offset + SEQ);
  packet.ack = readU32(data, offset + ACK);
  packet.tcpFlags = data[offset + FLAGS]!;
  if (offset + WINDOW + 2 <= data.length) packet.window = readU16(data, offset + WINDOW);

  const headerBytes = (data[offset + DATA_OFFSET]! >> 4) * 4;
  if (headerBytes < HEADER_BYTES || offset + headerBytes > segmentEnd) {
    return 'layer4Header';
  }
  setPayload(packet, offset + headerBytes, end);
  if (packet.tcpFlags & SYN) readOptions(packet, offset + HEADER_BYTES, offset + headerBytes);

  if (options.verifyChecksums && end <= data.length && !isPseudoChecksumRight(packet, offset, end)) {
    return 'layer4Checksum';
  }
  if (packet.sport === 0 || packet.dport === 0) return 'tcpPortZero';
  if (packet.tcpFlags === 0) return 'tcpFlagZero';
  if (!isValidTcpFlags(packet.tcpFlags)) return 'tcpFlags';
  return null;
};

const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_WINDOW_SCALE = 3;
/** RFC 7323 2.3: a larger shift count is used as this one. */
const LARGEST_SHIFT = 14;

/** Looks for a window scale option; stops at the first option that is not sound or not captured. */
function readOptions(packet: DecodedPacket, start: number, optionsEnd: number): void {
  const { data } = packet;
  const end = Math.min(optionsEnd, data.length);
  let at = start;
  while (at < end && data[at] !== OPTION_END) {
    if (data[at] === OPTION_NOP) {
      at += 1;
      continue;
    }
    const length = at + 1 < end ? data[at + 1]! : 0;
    if (length < 2 || at + length > end) return;
    if (data[at] === OPTION_WINDOW_SCALE && length === 3) {
      packet.windowShift = Math.min(data[at + 2]!, LARGEST_SHIFT);
    }
    at += length;
  }
}
