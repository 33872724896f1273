/** What holds for every decoded packet, whatever the bytes. */
import { expect } from 'vitest';
import type { DecodedPacket } from '../../src/decode/packet.ts';

/** A key or a cause, and nothing outside `data`. */
export function expectSound(packet: DecodedPacket, data: Uint8Array): void {
  if (packet.cause === null) {
    expect([4, 6]).toContain(packet.version);
    expect(packet.counter).toBeNull();
  }
  expect(packet.cause === 'malformed').toBe(packet.counter !== null);
  expect(packet.payloadOffset + packet.payloadCaptured).toBeLessThanOrEqual(data.length);
  expect(packet.payloadCaptured).toBeLessThanOrEqual(packet.payloadLength);
  expect(packet.payloadCaptured).toBeGreaterThanOrEqual(0);
  for (const [name, value] of Object.entries(packet)) {
    if (typeof value === 'number') expect(Number.isInteger(value), `${name} is ${value}`).toBe(true);
  }
}
