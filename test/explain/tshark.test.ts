/** Relative sequence numbers as tshark has them, on captures of every kind of beginning. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reasonToSkipTshark } from '../decode/tshark.ts';
import { explained, sessionsOf } from './explained.ts';

const OWN = join(import.meta.dirname, '../../captures');

/** `seq ack len` by packet number. */
function tsharkNumbers(capture: string): ReadonlyMap<number, string> {
  const fields = ['frame.number', 'tcp.seq', 'tcp.ack', 'tcp.len', 'tcp.flags.ack'].flatMap((field) => [
    '-e',
    field,
  ]);
  const out = execFileSync('tshark', ['-n', '-r', capture, '-Y', 'tcp', '-T', 'fields', ...fields], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const rows = out.split('\n').filter((line) => line !== '');
  return new Map(
    rows.map((line) => {
      const [number, seq, ack, length, hasAck] = line.split('\t');
      const acknowledged = hasAck === '1' || hasAck === 'True' ? ack : '-';
      return [Number(number), `${seq} ${acknowledged} ${length}`];
    }),
  );
}

/**
 * Not among them: a SYN on an open connection begins a new conversation for tshark; here it is shown in the
 * session that it came to (challenge-ack, and the SYN that ends a session).
 */
const CAPTURES: readonly string[] = [
  'half-close.pcap',
  'http-ipv6.pcap',
  'idle-cut.pcap',
  'keepalive.pcap',
  'mid-stream.pcap',
  'refused-retry.pcap',
  'reset-by-client.pcap',
  'simultaneous-open.pcap',
];

const why = reasonToSkipTshark();

describe('relative numbers', () => {
  if (why !== null) {
    test('tshark', (context) => {
      console.log(`skipped: ${why}`);
      context.skip();
    });
    return;
  }
  test.each(CAPTURES)('%s', async (name) => {
    const capture = join(OWN, name);
    const theirs = tsharkNumbers(capture);
    const ids = (await sessionsOf(capture))
      .filter(({ proto }) => proto === 'tcp')
      .map((row) => row.sessionid);
    const all = await explained(capture, ids);
    for (const { session, packets } of all) {
      for (const { packet, flags, seq, ack, length } of packets) {
        if (flags === null) continue;
        const where = `session ${session.sessionid}, packet ${packet}`;
        expect(`${seq} ${ack ?? '-'} ${length}`, where).toBe(theirs.get(packet!));
      }
    }
    expect(all.length).toBeGreaterThan(0);
  });
});
