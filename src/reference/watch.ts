/**
 * Looking on while the reference engine rebuilds: what it tells of each packet of a session, at the moment
 * at which the packet has been taken. The engine asks nothing of whoever watches, but which packets it may
 * leave aside.
 */
import type { PacketRecord } from '../capture/record.ts';
import type { Arrival, ReferenceSession } from './session.ts';

/** What a packet was to the session that the watch is told of. */
export type Sighting =
  /** it opened the session, or found it */
  | 'taken'
  /** it found the session, ended it, and goes on to open another (firewall-model 3.7) */
  | 'reuse'
  /** it came after the session's end and opened nothing (interface.md `after_end`) */
  | 'late'
  /** an ICMP error that quotes a packet of the session */
  | 'icmp-error';

export interface SessionWatch {
  /** Whether a packet may be more to a session that matters than time that passes; asked before it is decoded. */
  concerns(record: PacketRecord): boolean;
  /** The packet has done to the session whatever it does. */
  see(what: Sighting, session: ReferenceSession, arrival: Arrival): void;
  /** The session's timer has fired, at its `endedAt`; told when that is noticed. */
  expired(session: ReferenceSession): void;
}
