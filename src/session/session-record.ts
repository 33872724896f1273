/**
 * A session where it stands in the kernel's memory: for whoever writes millions of them and needs numbers, not
 * an object each. The same object is moved from session to session, so nothing of it may be kept.
 */
import type { MutableTime } from '../capture/time.ts';
import type { SessionFacts, SessionKey } from './facts.ts';

/** The addresses are overwritten by the next session. */
export interface SessionRecord extends SessionKey {
  /**
   * Sessions with the same `kind` and `course` (31 bits each) are alike in everything that a row without proof
   * says, but for the numbers, times, addresses and zones below: one verdict stands for all of them.
   */
  readonly kind: number;
  readonly course: number;
  readonly id: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** times of the first and last packet, and of the end as `SessionFacts` has it; overwritten by the next session */
  readonly firstTime: Readonly<MutableTime>;
  readonly lastTime: Readonly<MutableTime>;
  readonly endTime: Readonly<MutableTime>;
  readonly elapsedSeconds: number;
  readonly ttlSeconds: number;
  /** 0 where it is not collected */
  readonly afterEnd: number;
  /** 0: none */
  readonly parent: number;
  /** all that is known of the session, as an object of its own */
  facts(): SessionFacts;
  /** all that is known of the session, overwritten by the next one: nothing of it may be kept */
  view(): SessionFacts;
}
