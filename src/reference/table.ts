/**
 * The session table as plainly as it can be written: a Map from flow key to session, two keys a
 * session (c2s and s2c). A look-up closes what is overdue; `expireDue` scans everything.
 */
import { compareTime, type Time } from '../capture/time.ts';
import type { PacketKey } from '../decode/packet.ts';
import type { ReferenceSession } from './session.ts';

/** A key and where it holds: how many tunnels are around it, and the network that the innermost names. */
export interface ScopedKey extends PacketKey {
  readonly level: number;
  readonly network: number;
}

/**
 * Zones are not part of the key: they follow from the addresses (`--zone`), so they never tell two
 * flows apart that the addresses do not (design.md).
 */
export function flowKey(key: ScopedKey): string {
  return keyText(key, key.src, key.sport, key.dst, key.dport);
}

export function reverseFlowKey(key: ScopedKey): string {
  return keyText(key, key.dst, key.dport, key.src, key.sport);
}

/** One `join`, not a template: that leaves the pieces it was put together from alive beside the key. */
function keyText(
  key: ScopedKey,
  from: Uint32Array,
  fromPort: number,
  to: Uint32Array,
  toPort: number,
): string {
  return [key.level, key.network, key.version, key.proto, from.join(), fromPort, to.join(), toPort].join(' ');
}

export class ReferenceTable {
  private readonly flows = new Map<string, ReferenceSession>();
  private readonly sessions = new Set<ReferenceSession>();
  private readonly ended: (session: ReferenceSession) => void;

  /** @param ended told of every session that has left the table, whatever ended it */
  constructor(ended: (session: ReferenceSession) => void) {
    this.ended = ended;
  }

  /** The session that a packet with this key finds at table time `now`; an overdue one is closed instead. */
  find(key: ScopedKey, now: Time): ReferenceSession | null {
    const session = this.flows.get(flowKey(key));
    if (session === undefined) return null;
    if (compareTime(now, session.expiry()) < 0) return session;
    this.expire(session);
    return null;
  }

  get size(): number {
    return this.sessions.size;
  }

  add(session: ReferenceSession): void {
    this.sessions.add(session);
    this.flows.set(flowKey(session), session);
    this.flows.set(reverseFlowKey(session), session);
  }

  /** Takes a session out that something other than its timer has ended. */
  remove(session: ReferenceSession): void {
    this.sessions.delete(session);
    this.flows.delete(flowKey(session));
    this.flows.delete(reverseFlowKey(session));
    this.ended(session);
  }

  /** Closes every session whose timer has fired at or before `now`. */
  expireDue(now: Time): void {
    for (const session of this.sessions) {
      if (compareTime(session.expiry(), now) <= 0) this.expire(session);
    }
  }

  /** Closes every session at its own expiry, whenever that is (`--drain`). */
  expireAll(): void {
    for (const session of this.sessions) this.expire(session);
  }

  /** Sessions still in the table, in order of creation. */
  open(): readonly ReferenceSession[] {
    return [...this.sessions];
  }

  private expire(session: ReferenceSession): void {
    session.expire();
    this.remove(session);
  }
}
