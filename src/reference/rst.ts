/** Is a RST believed? The test of each row of `session/rst-rows.ts`, on the sides as the engine holds them. */
import type { DecodedPacket } from '../decode/packet.ts';
import { TCP_FLAG } from '../decode/packet.ts';
import type { RstDisposition } from '../session/facts.ts';
import { RST_ROWS, type RstRow } from '../session/rst-rows.ts';
import { sequenceAdd, sequenceDistance } from '../session/sequence.ts';
import type { TcpSide } from './tcp-side.ts';

type RstTest = (
  rst: Readonly<DecodedPacket>,
  sender: TcpSide,
  receiver: TcpSide,
  opening: boolean,
) => boolean;

const APPLIES: Readonly<Record<RstRow, RstTest>> = {
  'answers-syn': (rst, _sender, receiver, opening) =>
    opening &&
    (rst.tcpFlags & TCP_FLAG.ACK) !== 0 &&
    receiver.initialSeq >= 0 &&
    (rst.ack === sequenceAdd(receiver.initialSeq, 1) || rst.ack === receiver.nextSeq),
  'seq-a': (rst, _sender, receiver) => receiver.hasAck && rst.seq === receiver.highestAck,
  'seq-n': (rst, sender) => sender.seen && rst.seq === sender.nextSeq,
  'one-direction': (_rst, sender, receiver) => !sender.seen || !receiver.seen || !receiver.hasAck,
  'in-window': (rst, _sender, receiver) => {
    const beyond = sequenceDistance(rst.seq, receiver.highestAck);
    return beyond >= 0 && beyond < receiver.windowBytes;
  },
  'after-fin': (rst, sender, receiver) => {
    const below = sequenceDistance(receiver.highestAck, rst.seq);
    return sender.finSent && below > 0 && below <= receiver.largestWindow;
  },
  else: () => true,
};

/** Classifies `rst` from `sender` to `receiver`; `opening` while the handshake is not complete. */
export function classifyRst(
  rst: Readonly<DecodedPacket>,
  sender: TcpSide,
  receiver: TcpSide,
  opening: boolean,
  strict: boolean,
): RstDisposition {
  const { gives } = RST_ROWS.find(({ row }) => APPLIES[row](rst, sender, receiver, opening))!;
  return gives === 'unverified' && !strict ? 'verified' : gives;
}
