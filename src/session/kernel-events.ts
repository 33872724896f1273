/** Noteworthy packets as the kernel tells them, as events. */
import * as at from '../kernel/layout.ts';
import { EVENT_KINDS, type PacketRef, RST_DISPOSITIONS } from './facts.ts';
import type { NotedPacket, SessionNotes } from './session-notes.ts';

export function noteEvent(
  notes: SessionNotes,
  kind: number,
  ref: PacketRef,
  packet: NotedPacket,
  fromClient: boolean,
  value: number,
): void {
  if (kind !== at.EVENT_RST) {
    notes.add(EVENT_KINDS[kind]!, ref, packet, fromClient, { value });
    return;
  }
  notes.add('rst', ref, packet, fromClient, {
    disposition: RST_DISPOSITIONS[value & 3]!,
    whileOpening: (value & 4) !== 0,
    whileTimeWait: (value & 8) !== 0,
  });
}
