/**
 * Is a RST believed? The rules of firewall-model 3.6 as rows, first match decides.
 * A, N and W are the model's: A the highest ACK of the RST's receiver, N the highest seq + length of
 * its sender, W the receiver's last window, scaled.
 */
import type { DecodedPacket } from '../decode/packet.ts';
import { TCP_FLAG } from '../decode/packet.ts';
import type { RstDisposition } from '../session/facts.ts';
import { sequenceAdd, sequenceDistance } from '../session/sequence.ts';
import type { TcpSide } from './tcp-side.ts';

interface RstRule {
  readonly gives: RstDisposition;
  readonly because: string;
  applies(rst: Readonly<DecodedPacket>, sender: TcpSide, receiver: TcpSide, opening: boolean): boolean;
}

export const RST_RULES: readonly RstRule[] = [
  {
    gives: 'verified',
    because: 'answers a SYN: ack = ISN + 1',
    applies: (rst, _sender, receiver, opening) =>
      opening &&
      (rst.tcpFlags & TCP_FLAG.ACK) !== 0 &&
      receiver.initialSeq >= 0 &&
      (rst.ack === sequenceAdd(receiver.initialSeq, 1) || rst.ack === receiver.nextSeq),
  },
  {
    gives: 'verified',
    because: 'seq = A',
    applies: (rst, _sender, receiver) => receiver.hasAck && rst.seq === receiver.highestAck,
  },
  {
    gives: 'verified',
    because: 'seq = N',
    applies: (rst, sender) => sender.seen && rst.seq === sender.nextSeq,
  },
  {
    gives: 'unverified',
    because: 'only one direction was seen, so nothing can be checked',
    applies: (_rst, sender, receiver) => !sender.seen || !receiver.seen || !receiver.hasAck,
  },
  {
    gives: 'unverified',
    because: 'A <= seq < A + W: in the window, not the expected number',
    applies: (rst, _sender, receiver) => {
      const beyond = sequenceDistance(rst.seq, receiver.highestAck);
      return beyond >= 0 && beyond < receiver.windowBytes;
    },
  },
  {
    gives: 'unverified',
    because: 'after a FIN of its own sender, within one window below A (inferred)',
    applies: (rst, sender, receiver) => {
      const below = sequenceDistance(receiver.highestAck, rst.seq);
      return sender.finSent && below > 0 && below <= receiver.largestWindow;
    },
  },
  { gives: 'dropped', because: 'out of window', applies: () => true },
];

/** Classifies `rst` from `sender` to `receiver`; `opening` while the handshake is not complete. */
export function classifyRst(
  rst: Readonly<DecodedPacket>,
  sender: TcpSide,
  receiver: TcpSide,
  opening: boolean,
  strict: boolean,
): RstDisposition {
  const rule = RST_RULES.find((row) => row.applies(rst, sender, receiver, opening))!;
  return rule.gives === 'unverified' && !strict ? 'verified' : rule.gives;
}
