/** The noteworthy packets of a session: bounded where a flood could bring any number of them. */
import { describe, expect, test } from 'vitest';
import { ZERO_TIME } from '../../src/capture/time.ts';
import { makeDecodedPacket } from '../../src/decode/decode.ts';
import type { Arrival } from '../../src/reference/session.ts';
import { SessionNotes } from '../../src/reference/session-notes.ts';
import { type EventKind, MOST_EVENTS } from '../../src/session/facts.ts';

const arrival: Arrival = {
  ref: { packet: 1, file: 0, filePacket: 1, time: ZERO_TIME },
  record: {
    file: 0,
    filePacket: 1,
    interfaceId: 0,
    linkType: 1,
    time: ZERO_TIME,
    originalLength: 0,
    data: new Uint8Array(0),
  },
  decoded: makeDecodedPacket(),
  now: ZERO_TIME,
  offset: ZERO_TIME,
};

function kept(kind: EventKind, packets: number): number {
  const notes = new SessionNotes(true);
  for (let i = 0; i < packets; i += 1) {
    notes.add(kind, arrival, true);
    notes.add(kind, arrival, false);
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
