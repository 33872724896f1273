/**
 * What docs/accuracy.md says of conversations whose truth does not count tcp-init and tcp-handshake, held
 * against the packets themselves: the capture room reads and the decode room decodes them, no engine is asked.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCaptureBytes } from '../../src/capture/read-bytes.ts';
import { secondsBetween, type Time } from '../../src/capture/time.ts';
import { Decoder, makeDecodedPacket } from '../../src/decode/decode.ts';
import { PROTO, TCP_FLAG } from '../../src/decode/packet.ts';
import { ARGUED, HANDSHAKE_EXPIRED } from './argued.ts';
import { CAPTURES, readTruth } from './truth.ts';

/** firewall-model 3.1 */
const TCP_INIT_SECONDS = 5;
const TCP_HANDSHAKE_SECONDS = 10;

interface Segment {
  readonly time: Time;
  readonly flags: number;
}

/** TCP segments between two ports, in capture order. */
function segmentsOf(path: string, ports: readonly [number, number]): Segment[] {
  const { records } = readCaptureBytes(readFileSync(path));
  const decoder = new Decoder({ verifyChecksums: false }, { lost: () => {}, counter: () => {} });
  const packet = makeDecodedPacket();
  const segments: Segment[] = [];
  for (const record of records) {
    decoder.decode(record, record.time, packet);
    if (packet.cause !== null || packet.proto !== PROTO.TCP) continue;
    const here = [packet.sport, packet.dport];
    if (here.includes(ports[0]) && here.includes(ports[1])) {
      segments.push({ time: record.time, flags: packet.tcpFlags });
    }
  }
  return segments;
}

/** Whether a gap while only SYNs, or SYNs and SYN-ACKs, have been seen is as long as the timer in force. */
function expiresWhileOpening(segments: readonly Segment[]): boolean {
  let timer = TCP_INIT_SECONDS;
  for (const [i, { time, flags }] of segments.entries()) {
    if (i > 0 && secondsBetween(time, segments[i - 1]!.time) >= timer) return true;
    if ((flags & TCP_FLAG.SYN) === 0) return false;
    if ((flags & TCP_FLAG.ACK) !== 0) timer = TCP_HANDSHAKE_SECONDS;
  }
  return false;
}

describe('a timer of the handshake expires between these packets', () => {
  const rows = ARGUED.filter((row) => row.because === HANDSHAKE_EXPIRED);
  if (!existsSync(CAPTURES)) console.log('skipped: the public captures are not beside this project');
  test.skipIf(!existsSync(CAPTURES)).each(rows)('$capture $conversation', ({ capture, conversation }) => {
    const meant = readTruth(capture).tcp.filter(({ a, a_port }) => `${a} ${a_port}` === conversation);
    expect(meant).toHaveLength(1);
    const { a_port, b_port } = meant[0]!;
    expect(expiresWhileOpening(segmentsOf(join(CAPTURES, capture), [a_port, b_port]))).toBe(true);
  });
});
