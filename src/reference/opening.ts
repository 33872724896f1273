/**
 * May a packet that found no session open one, and which side is then the client? (interface.md
 * "First seen without a SYN", firewall-model 1 and 3.5.)
 */
import { compareTime, type Time } from '../capture/time.ts';
import { type DecodedPacket, PROTO, TCP_FLAG } from '../decode/packet.ts';
import { isStandardPort } from '../firewall/app-id/standard-ports.ts';
import type { ClientBasis } from '../session/facts.ts';
import type { EngineOptions } from '../session/options.ts';
import type { Opening } from './session.ts';

export type OpeningDecision = Omit<Opening, 'id' | 'parent'> | 'refused';

/**
 * @param now table time
 * @param midstreamUntil table time up to which a tuple may have begun before the capture
 * @param hadSession whether the tuple has had a session in this capture
 */
export function decideOpening(
  packet: Readonly<DecodedPacket>,
  mode: EngineOptions['nonSyn'],
  now: Time,
  midstreamUntil: Time,
  hadSession: boolean,
): OpeningDecision {
  const plain = { midstream: false, nonSynAccepted: false };
  if (packet.proto !== PROTO.TCP) return { ...plain, fromClient: true, clientBasis: 'first-packet' };
  if ((packet.tcpFlags & (TCP_FLAG.SYN | TCP_FLAG.ACK)) === TCP_FLAG.SYN) {
    return { ...plain, fromClient: true, clientBasis: 'syn' };
  }
  if (mode === 'accept') {
    return { fromClient: true, clientBasis: 'first-packet', midstream: true, nonSynAccepted: true };
  }
  if (mode === 'reject' || hadSession || compareTime(now, midstreamUntil) >= 0) return 'refused';
  return { ...clientOf(packet), midstream: true, nonSynAccepted: false };
}

/** The client of a TCP session that began before the capture. */
function clientOf(packet: Readonly<DecodedPacket>): { fromClient: boolean; clientBasis: ClientBasis } {
  if ((packet.tcpFlags & TCP_FLAG.SYN) !== 0) return { fromClient: false, clientBasis: 'syn-ack' };
  const fromServerPort = packet.sport < 1024 || isStandardPort('tcp', packet.sport);
  const toServerPort = packet.dport < 1024 || isStandardPort('tcp', packet.dport);
  if (fromServerPort !== toServerPort) return { fromClient: toServerPort, clientBasis: 'port' };
  return { fromClient: true, clientBasis: 'first-packet' };
}
