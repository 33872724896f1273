/** Frames through a Decoder, for tests: what came out, and where every frame went. */
import { expect } from 'vitest';
import type { Time } from '../../src/capture/time.ts';
import {
  Decoder,
  type DecoderOptions,
  type LostFragments,
  makeDecodedPacket,
} from '../../src/decode/decode.ts';
import type { DecodedPacket } from '../../src/decode/packet.ts';

export interface Sent {
  readonly data: Uint8Array;
  /** seconds */
  readonly at?: number;
  readonly linkType?: number;
  readonly originalLength?: number;
  readonly file?: number;
  readonly interfaceId?: number;
}

export interface Run {
  /** one for each frame sent */
  readonly packets: DecodedPacket[];
  readonly lost: LostFragments[];
  readonly counters: Map<string, number>;
  readonly decoder: Decoder;
}

export function toTime(seconds: number): Time {
  const sec = Math.floor(seconds);
  return { sec, nsec: Math.round((seconds - sec) * 1e9) };
}

/** Sends `frames` and, unless told otherwise, ends the input. */
export function run(
  frames: readonly (Sent | Uint8Array)[],
  options: Partial<DecoderOptions> = {},
  finish = true,
): Run {
  const lost: LostFragments[] = [];
  const counters = new Map<string, number>();
  const decoder = new Decoder(
    { verifyChecksums: false, ...options },
    {
      lost: (fragments) => lost.push(fragments),
      counter: (name, by) => counters.set(name, (counters.get(name) ?? 0) + by),
    },
  );
  const packets = frames.map((entry, i) => {
    const sent = entry instanceof Uint8Array ? { data: entry } : entry;
    const { data, at = 0, linkType = 101, originalLength = data.length, file = 0, interfaceId = 0 } = sent;
    const time = toTime(at);
    const packet = makeDecodedPacket();
    decoder.decode(
      { time, linkType, interfaceId, originalLength, data, file, filePacket: i + 1 },
      time,
      packet,
    );
    return packet;
  });
  if (finish) decoder.finish();
  return { packets, lost, counters, decoder };
}

/** Every frame is in one place: a packet that is not held, or a report of loss. */
export function expectAllAccountedFor(frames: readonly (Sent | Uint8Array)[], { packets, lost }: Run): void {
  const counted = [...packets.filter(({ cause }) => cause !== 'held'), ...lost];
  const lengths = frames.map((sent) =>
    sent instanceof Uint8Array ? sent.length : (sent.originalLength ?? sent.data.length),
  );
  expect(counted.reduce((sum, { frames }) => sum + frames, 0)).toBe(frames.length);
  expect(counted.reduce((sum, { frameBytes }) => sum + frameBytes, 0)).toBe(
    lengths.reduce((sum, length) => sum + length, 0),
  );
}

/** The causes of all packets, `whole` for one that stands for several frames, `-` for none. */
export function outcomes({ packets }: Run): string[] {
  return packets.map(({ cause, frames }) => cause ?? (frames > 1 ? 'whole' : '-'));
}

export const payloadOf = (packet: DecodedPacket): Uint8Array =>
  packet.data.subarray(packet.payloadOffset, packet.payloadOffset + packet.payloadCaptured);
