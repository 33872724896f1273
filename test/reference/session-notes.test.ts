/** The noteworthy packets of a session: bounded where a flood could bring any number of them. */
import { describe, expect, test } from 'vitest';
import { ZERO_TIME } from '../../src/capture/time.ts';
import { SessionNotes } from '../../src/reference/session-notes.ts';
import { type EventKind, MOST_EVENTS } from '../../src/session/facts.ts';

const REF = { packet: 1, file: 0, filePacket: 1, time: ZERO_TIME };
const PACKET = { tcpFlags: 2, ttl: 64, ipId: 1 };

function kept(kind: EventKind, packets: number): number {
  const notes = new SessionNotes(true);
  for (let i = 0; i < packets; i += 1) {
    notes.add(kind, REF, PACKET, true);
    notes.add(kind, REF, PACKET, false);
  }
  return notes.events.length;
}

describe('the notes of a session', () => {
  test.each([...MOST_EVENTS])('%s: the first %i of each side', (kind, most) => {
    expect(kept(kind, 1000)).toBe(2 * most);
  });

  test('every RST is kept: interface.md asks for it', () => {
    expect(kept('rst', 1000)).toBe(2000);
  });
});
