/**
 * The firewall's window check (firewall-model 3.5, asymmetric path: drop). It is applied only where the
 * capture can prove it: both SYNs with their window scale, both directions seen, and no sign that the
 * capture missed packets. A stream that runs on without a gap while the receiver's ACKs are not to be
 * seen is such a sign. Bounds are those of the segments a receiver may accept (RFC 9293 3.10.7.4), with
 * one window of history for retransmissions.
 */
import type { DecodedPacket } from '../decode/packet.ts';
import { sequenceAdd, sequenceDistance } from '../session/sequence.ts';
import { segmentLength, type TcpSide } from './tcp-side.ts';

/** Smallest history in which a retransmission is accepted: an unscaled window. */
const LEAST_HISTORY_BYTES = 65_535;

/** True where the segment lies outside the window that its receiver has granted. */
export function isOutOfWindow(packet: Readonly<DecodedPacket>, sender: TcpSide, receiver: TcpSide): boolean {
  if (!sender.hasAck || !receiver.hasAck) return false;
  if (sender.offeredShift === null || receiver.offeredShift === null) return false;
  // The receiver acknowledged what the capture does not hold: its window has moved on unseen.
  if (sequenceDistance(receiver.highestAck, sender.nextSeq) > 0) return false;
  if (sequenceDistance(packet.seq, receiver.rightEdge) > 0) {
    return sequenceDistance(packet.seq, sender.nextSeq) > 0;
  }
  const history = Math.max(receiver.largestWindow, LEAST_HISTORY_BYTES);
  const end = sequenceAdd(packet.seq, segmentLength(packet));
  return sequenceDistance(end, receiver.highestAck) < -history;
}
