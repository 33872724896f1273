/** What the reference engine remembers of one side of a TCP connection, and the windows that follow from it. */
import { type DecodedPacket, TCP_FLAG } from '../decode/packet.ts';
import { sequenceAdd, sequenceDistance } from '../session/sequence.ts';

export interface TcpSide {
  /** any segment of this side was accepted */
  seen: boolean;
  /** sequence number of its last SYN; -1 when none was captured */
  initialSeq: number;
  /** N of firewall-model 3.6: highest seq + length sent (SYN and FIN count 1); valid once seen */
  nextSeq: number;
  /** A of firewall-model 3.6: highest ACK sent; valid once `hasAck` */
  highestAck: number;
  hasAck: boolean;
  /** W of firewall-model 3.6: last window granted, in bytes */
  windowBytes: number;
  /** shift its SYN offered; -1: its SYN was captured without the option; null: no SYN captured */
  offeredShift: number | null;
  /** right edge it has granted: the farthest ACK + scaled window; valid once `hasAck` */
  rightEdge: number;
  /** largest window granted, in bytes */
  largestWindow: number;
  finSent: boolean;
}

export function makeTcpSide(): TcpSide {
  return {
    seen: false,
    initialSeq: -1,
    nextSeq: 0,
    highestAck: 0,
    hasAck: false,
    windowBytes: 0,
    offeredShift: null,
    rightEdge: 0,
    largestWindow: 0,
    finSent: false,
  };
}

/** Largest shift there is (RFC 7323 2.3): what cannot be known is taken as the widest window. */
const WIDEST_SHIFT = 14;

/**
 * Bits by which `side`'s window is shifted: its offer if both sides offered (RFC 7323 2.2), the
 * widest if a SYN is missing from the capture, so that nothing is called out of window unproven.
 */
function windowShift(side: TcpSide, peer: TcpSide): number {
  if (side.offeredShift === null || peer.offeredShift === null) return WIDEST_SHIFT;
  if (side.offeredShift < 0 || peer.offeredShift < 0) return 0;
  return side.offeredShift;
}

/** Sequence numbers that a segment takes: payload, SYN and FIN (RFC 9293 3.4). */
export function segmentLength(packet: Readonly<DecodedPacket>): number {
  const syn = (packet.tcpFlags & TCP_FLAG.SYN) !== 0 ? 1 : 0;
  const fin = (packet.tcpFlags & TCP_FLAG.FIN) !== 0 ? 1 : 0;
  return packet.payloadLength + syn + fin;
}

/**
 * Takes an accepted segment that is no RST into its sender's side. While the handshake is not complete
 * a SYN starts the side's numbers anew: the last one is what the peer answers.
 */
export function recordSegment(
  sender: TcpSide,
  peer: TcpSide,
  packet: Readonly<DecodedPacket>,
  opening: boolean,
): void {
  const syn = (packet.tcpFlags & TCP_FLAG.SYN) !== 0;
  const end = sequenceAdd(packet.seq, segmentLength(packet));
  if (syn && (opening || !sender.seen)) {
    sender.initialSeq = packet.seq;
    sender.offeredShift = packet.windowShift;
    sender.nextSeq = end;
  } else if (!sender.seen || sequenceDistance(end, sender.nextSeq) > 0) {
    sender.nextSeq = end;
  }
  sender.seen = true;
  if ((packet.tcpFlags & TCP_FLAG.FIN) !== 0) sender.finSent = true;
  if ((packet.tcpFlags & TCP_FLAG.ACK) === 0) return;

  // RFC 7323 2.2: the window of a segment that carries SYN is never scaled.
  const granted = syn ? packet.window : packet.window * 2 ** windowShift(sender, peer);
  sender.windowBytes = granted;
  sender.largestWindow = Math.max(sender.largestWindow, granted);
  if (!sender.hasAck || sequenceDistance(packet.ack, sender.highestAck) > 0) sender.highestAck = packet.ack;
  const edge = sequenceAdd(packet.ack, granted);
  if (!sender.hasAck || sequenceDistance(edge, sender.rightEdge) > 0) sender.rightEdge = edge;
  sender.hasAck = true;
}
