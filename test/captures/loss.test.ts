/** Loss, keepalives and closed windows of the captures that ship, beside what tshark says of them (RFC 9293). */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { Rebuild } from '../../src/report/rebuild.ts';
import { reasonToSkipTshark } from '../decode/tshark.ts';
import { USUAL_OPTIONS } from '../engines/usual.ts';
import { ROOT } from './readme.ts';

interface Counts {
  /** retransmissions and segments out of order: tshark tells the two apart by time, the firewall cannot */
  again: number;
  zeroWindows: number;
  keepalives: number;
  unseen: number;
}

/** Fields of tshark, by what they count; a segment with any of them counts once. */
const FLAGS: readonly (readonly [key: keyof Counts, fields: readonly string[]])[] = [
  ['again', ['retransmission', 'out_of_order']],
  ['zeroWindows', ['zero_window']],
  ['keepalives', ['keep_alive']],
  ['unseen', ['ack_lost_segment']],
];

/** The ACK of an older connection, in answer to a SYN, acknowledges what never was: the firewall drops it. */
const ARGUED: Readonly<Record<string, keyof Counts>> = { 'challenge-ack.pcap': 'unseen' };

function byTshark(path: string): Counts {
  const fields = FLAGS.flatMap(([, names]) => names.flatMap((name) => ['-e', `tcp.analysis.${name}`]));
  // a SYN that is sent again brings no payload
  const filter = ['-Y', 'tcp.analysis.flags && tcp.flags.syn == 0 && tcp.flags.reset == 0 && !icmp'];
  const out = execFileSync('tshark', ['-n', '-r', path, ...filter, '-T', 'fields', ...fields], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const counts: Counts = { again: 0, zeroWindows: 0, keepalives: 0, unseen: 0 };
  for (const line of out.split('\n').slice(0, -1)) {
    const cells = line.split('\t');
    let at = 0;
    for (const [key, names] of FLAGS) {
      if (names.some((_, i) => (cells[at + i] ?? '') !== '')) counts[key] += 1;
      at += names.length;
    }
  }
  return counts;
}

async function ours(path: string): Promise<Counts> {
  const options = { ...USUAL_OPTIONS, events: true, dropDuplicates: false };
  const rebuild = new Rebuild(await openCaptures([path]), options, () => {});
  const counts: Counts = { again: 0, zeroWindows: 0, keepalives: 0, unseen: 0 };
  for await (const batch of rebuild.batches()) {
    for (const { tcp, events } of batch) {
      for (const side of tcp === null ? [] : [tcp.segments!.c2s, tcp.segments!.s2c]) {
        counts.again += side.retransmissions + side.outOfOrder;
        counts.zeroWindows += side.zeroWindows;
      }
      counts.keepalives += events.filter(({ kind }) => kind === 'keepalive').length;
      counts.unseen += events.filter(({ kind }) => kind === 'unseen').length;
    }
  }
  return counts;
}

describe('loss by sender', () => {
  const reason = reasonToSkipTshark();
  if (reason !== null) {
    test('beside tshark', (context) => {
      console.log(`skipped: ${reason}`);
      context.skip();
    });
    return;
  }
  const folder = join(ROOT, 'captures');
  const names = readdirSync(folder).filter((name) => name.endsWith('.pcap'));
  test.each(names)('%s', async (name) => {
    const expected = byTshark(join(folder, name));
    const argued = ARGUED[name];
    if (argued !== undefined) expected[argued] = 0;
    expect(await ours(join(folder, name))).toEqual(expected);
  });

  test('the captures hold some of it', async () => {
    const all = await Promise.all(names.map((name) => ours(join(folder, name))));
    const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
    expect([sum('again') > 0, sum('keepalives') > 0]).toEqual([true, true]);
  });
});
