/**
 * What the segments of a connection show beside its states: loss, keepalives, and bytes that the capture does
 * not hold. Kept only where events are (session/facts.ts defines each); nothing here moves a state or a timer.
 */
import { type DecodedPacket, TCP_FLAG } from '../decode/packet.ts';
import type { EventKind, SegmentCounts } from '../session/facts.ts';
import { sequenceAdd, sequenceDistance } from '../session/sequence.ts';
import type { TcpSide } from './tcp-side.ts';

export type Sight = Extract<EventKind, 'handshake' | 'keepalive' | 'unseen' | 'moved' | 'resent' | 'stuck'>;

/** Sequence numbers that a side skipped and that have not come since: `start` up to `end`. */
interface Hole {
  start: number;
  end: number;
}

interface SideNotes {
  outOfOrder: number;
  retransmissions: number;
  zeroWindows: number;
  mostQueued: number;
  hole: Hole | null;
  /** segments that have come behind the open hole */
  queued: number;
  /** how often its first unacknowledged segment was sent again, and whether the other side spoke meanwhile */
  resends: number;
  answered: boolean;
}

const MOST_QUEUED = 65_535;
/** Times that a segment is sent again before that is told. */
const TOLD_RESENDS = 3;

function makeSideNotes(): SideNotes {
  return {
    outOfOrder: 0,
    retransmissions: 0,
    zeroWindows: 0,
    mostQueued: 0,
    hole: null,
    queued: 0,
    resends: 0,
    answered: false,
  };
}

export class SegmentNotes {
  private readonly client = makeSideNotes();
  private readonly server = makeSideNotes();

  /**
   * Takes an accepted segment that is no RST, before its sender's side has taken it in.
   * @param restarts a SYN starts the side's numbers anew
   * @param open whether the connection was open before this segment, and is with it
   */
  take(
    packet: Readonly<DecodedPacket>,
    fromClient: boolean,
    sender: TcpSide,
    receiver: TcpSide,
    restarts: boolean,
    open: { readonly before: boolean; readonly now: boolean },
  ): readonly Sight[] {
    const own = fromClient ? this.client : this.server;
    if ((packet.tcpFlags & TCP_FLAG.SYN) !== 0) {
      if (restarts || !sender.seen) {
        forgetHole(own);
        forgetResends(own);
      }
      return [];
    }
    if (packet.window === 0) own.zeroWindows += 1;
    const isKeepalive = open.before && isProbe(packet, sender, receiver);
    if (sender.seen && !isKeepalive) noteNumbers(own, packet, sender.nextSeq);
    const other = fromClient ? this.server : this.client;
    const isUnseen = open.now && receiver.seen && acknowledgesUnseen(packet, sender, receiver, other);
    const hasMoved = noteProgress(packet, sender, receiver, other);
    const resent = sender.seen && !isKeepalive ? noteResend(packet, sender, receiver, own) : null;
    return [
      ...(isKeepalive ? (['keepalive'] as const) : []),
      ...(isUnseen ? (['unseen'] as const) : []),
      ...(hasMoved ? (['moved'] as const) : []),
      ...(resent === null ? [] : [resent]),
    ];
  }

  counts(): { readonly c2s: SegmentCounts; readonly s2c: SegmentCounts } {
    return { c2s: countsOf(this.client), s2c: countsOf(this.server) };
  }
}

function countsOf({ outOfOrder, retransmissions, zeroWindows, mostQueued }: SideNotes): SegmentCounts {
  return { outOfOrder, retransmissions, zeroWindows, mostQueued };
}

/** A keepalive probe (RFC 9293 3.8.4). One byte that was never acknowledged may as well be sent again. */
function isProbe(packet: Readonly<DecodedPacket>, sender: TcpSide, receiver: TcpSide): boolean {
  if ((packet.tcpFlags & TCP_FLAG.FIN) !== 0 || packet.payloadLength > 1) return false;
  if (!sender.seen || sender.finSent || sequenceAdd(packet.seq, 1) !== sender.nextSeq) return false;
  if (packet.payloadLength === 0 || !receiver.hasAck) return true;
  return sequenceDistance(receiver.highestAck, sender.nextSeq) >= 0;
}

/** @param next N of the sender before this segment */
function noteNumbers(own: SideNotes, packet: Readonly<DecodedPacket>, next: number): void {
  const length = packet.payloadLength + ((packet.tcpFlags & TCP_FLAG.FIN) !== 0 ? 1 : 0);
  const { seq } = packet;
  const end = sequenceAdd(seq, length);
  if (own.hole === null && sequenceDistance(seq, next) > 0) own.hole = { start: next, end: seq };
  if (length === 0) return;
  if (sequenceDistance(end, next) > 0) {
    if (own.hole !== null && own.queued < MOST_QUEUED) own.queued += 1;
    return;
  }
  const { hole } = own;
  const fills = hole !== null && sequenceDistance(end, hole.start) > 0 && sequenceDistance(hole.end, seq) > 0;
  if (!fills) {
    own.retransmissions += 1;
    return;
  }
  own.outOfOrder += 1;
  if (sequenceDistance(seq, hole.start) > 0) {
    // what is left open behind it is forgotten: one hole a side
    hole.end = seq;
  } else if (sequenceDistance(end, hole.end) >= 0) {
    own.mostQueued = Math.max(own.mostQueued, own.queued);
    forgetHole(own);
  } else {
    hole.start = end;
  }
}

function acknowledgesUnseen(
  packet: Readonly<DecodedPacket>,
  sender: TcpSide,
  receiver: TcpSide,
  other: SideNotes,
): boolean {
  if ((packet.tcpFlags & TCP_FLAG.ACK) === 0) return false;
  const { ack } = packet;
  const isHighest = !sender.hasAck || sequenceDistance(ack, sender.highestAck) > 0;
  const isPastHole = other.hole !== null && sequenceDistance(ack, other.hole.start) > 0;
  if (isPastHole) forgetHole(other);
  return isPastHole || (isHighest && sequenceDistance(ack, receiver.nextSeq) > 0);
}

/** What the ACK says of a segment of the other side that is sent again and again; true: it ends that. */
function noteProgress(
  packet: Readonly<DecodedPacket>,
  sender: TcpSide,
  receiver: TcpSide,
  other: SideNotes,
): boolean {
  if ((packet.tcpFlags & TCP_FLAG.ACK) === 0 || !sender.hasAck) return false;
  const further = sequenceDistance(packet.ack, sender.highestAck);
  if (further > 0) {
    const ends = other.resends >= TOLD_RESENDS;
    forgetResends(other);
    return ends;
  }
  const isWaiting = receiver.seen && sequenceDistance(receiver.nextSeq, packet.ack) > 0;
  if (further === 0 && packet.payloadLength === 0 && isWaiting) other.answered = true;
  return false;
}

function noteResend(
  packet: Readonly<DecodedPacket>,
  sender: TcpSide,
  receiver: TcpSide,
  own: SideNotes,
): 'resent' | 'stuck' | null {
  const { payloadLength, seq } = packet;
  if (payloadLength === 0 || !receiver.hasAck || seq !== receiver.highestAck) return null;
  if (sequenceDistance(sequenceAdd(seq, payloadLength), sender.nextSeq) > 0) return null;
  own.resends += 1;
  if (own.resends < TOLD_RESENDS) return null;
  return own.answered ? 'stuck' : 'resent';
}

function forgetResends(side: SideNotes): void {
  side.resends = 0;
  side.answered = false;
}

/** It was filled, or never will be: the other side has it. */
function forgetHole(side: SideNotes): void {
  side.hole = null;
  side.queued = 0;
}
