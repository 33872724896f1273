/**
 * Sequence numbers relative to where each side began, as tshark prints them: a SYN has 0; of a connection that
 * began before the capture the first byte seen has 1.
 */
import { TCP_FLAG } from '../decode/packet.ts';
import type { PacketColumns } from '../reference/moments.ts';
import { sequenceAdd } from '../session/sequence.ts';

interface Side {
  base: number | null;
  /** highest number sent, counted on without end */
  next: number;
}

export class RelativeNumbers {
  readonly #client: Side = { base: null, next: 0 };
  readonly #server: Side = { base: null, next: 0 };

  /** @param opening the handshake is not complete: a SYN with another number begins its side anew */
  take(
    packet: PacketColumns,
    fromClient: boolean,
    opening: boolean,
  ): { readonly seq: number; readonly ack: number; readonly keepalive: boolean } {
    const own = fromClient ? this.#client : this.#server;
    const peer = fromClient ? this.#server : this.#client;
    const { tcpFlags, seq, ack, payloadLength } = packet;
    const syn = (tcpFlags & TCP_FLAG.SYN) !== 0;
    const hasAck = (tcpFlags & TCP_FLAG.ACK) !== 0;
    if (own.base === null || (syn && opening)) {
      if (own.base !== seq || !syn) own.next = 0;
      own.base = syn ? seq : sequenceAdd(seq, -1);
    }
    if (peer.base === null && hasAck) peer.base = sequenceAdd(ack, -1);
    const relative = unwrapped(sequenceAdd(seq, -own.base), own.next);
    const taken = payloadLength + (syn ? 1 : 0) + ((tcpFlags & TCP_FLAG.FIN) !== 0 ? 1 : 0);
    const keepalive =
      (tcpFlags & (TCP_FLAG.SYN | TCP_FLAG.FIN | TCP_FLAG.RST)) === 0 &&
      payloadLength <= 1 &&
      own.next > 0 &&
      relative === own.next - 1;
    own.next = Math.max(own.next, relative + taken);
    return { seq: relative, ack: unwrapped(sequenceAdd(ack, -(peer.base ?? ack)), peer.next), keepalive };
  }
}

/** The number closest to `near` that is the same modulo 2^32: connections of more than 4 GiB count on; none is below 0. */
function unwrapped(relative: number, near: number): number {
  const whole = Math.round((near - relative) / 2 ** 32);
  return relative + Math.max(whole, 0) * 2 ** 32;
}
