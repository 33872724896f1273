/** Noteworthy packets as the kernel tells them, as events. */
import * as at from '../kernel/layout.ts';
import type { EventKind, PacketRef, RstDisposition } from './facts.ts';
import type { NotedPacket, SessionNotes } from './session-notes.ts';

/** By number of the layout's EVENT_. */
const KINDS: readonly EventKind[] = [
  'first',
  'syn',
  'syn-ack',
  'payload',
  'fin',
  'rst',
  'disproof',
  'reuse',
  'challenge-ack',
  'late',
  'handshake',
  'keepalive',
  'unseen',
  'moved',
  'resent',
  'stuck',
];

/** By number of the layout's RST_. */
const DISPOSITIONS: readonly (RstDisposition | null)[] = [null, 'verified', 'unverified', 'dropped'];

export function noteEvent(
  notes: SessionNotes,
  kind: number,
  ref: PacketRef,
  packet: NotedPacket,
  fromClient: boolean,
  value: number,
): void {
  if (kind !== at.EVENT_RST) {
    notes.add(KINDS[kind]!, ref, packet, fromClient, { value });
    return;
  }
  notes.add('rst', ref, packet, fromClient, {
    disposition: DISPOSITIONS[value & 3]!,
    whileOpening: (value & 4) !== 0,
    whileTimeWait: (value & 8) !== 0,
  });
}
