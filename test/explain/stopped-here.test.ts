/**
 * What `explain` says the firewall would log if it stopped at a packet is what the main command says of a
 * capture that ends with that packet.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { PacketRow } from '../../src/report/explain-packets.ts';
import { writeCase } from '../dsl/cases.ts';
import { traffic } from '../properties/traffic.ts';
import { cutCapture, type Explained, explained, sessionsOf } from './explained.ts';

const OWN = join(import.meta.dirname, '../../captures');
/** Packets of a capture behind which it is cut, at most. */
const MOST_CUTS = 40;

const folder = mkdtempSync(join(tmpdir(), 'endreason-explain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function explainAll(capture: string, args: readonly string[]): Promise<readonly Explained[]> {
  const ids = (await sessionsOf(capture, args)).map(({ sessionid }) => sessionid);
  return ids.length === 0 ? [] : explained(capture, ids, args);
}

/** Compares each session that has a packet `number` with the capture that ends there. */
async function compareWithCut(
  all: readonly Explained[],
  number: number,
  cut: string,
  args: readonly string[],
): Promise<void> {
  const rows = await sessionsOf(cut, args);
  const drained = await sessionsOf(cut, [...args, '--drain']);
  for (const { session, packets } of all) {
    const there = packets.find(({ packet }) => packet === number);
    if (there === undefined) continue;
    const row = rows.find(({ sessionid }) => sessionid === session.sessionid)!;
    const later = drained.find(({ sessionid }) => sessionid === session.sessionid)!;
    const where = `session ${session.sessionid}, packet ${number}`;
    const { app, ...stopped } = there.if_stopped;
    if (row.pending === null) {
      const { session_end_reason, tracker_stage, end } = row;
      expect({ ...stopped }, where).toEqual({ session_end_reason, tracker_stage, end, decided: true });
    } else {
      expect(stopped, where).toEqual(row.pending);
      expect(timerOf(there), where).toEqual({ timer: row.timer, timeout: row.timeout });
      expect(there.app, where).toBe(row.app);
    }
    expect(app, where).toBe(later.app);
  }
}

function timerOf({ timer, timeout }: PacketRow): Pick<PacketRow, 'timer' | 'timeout'> {
  return { timer, timeout };
}

const OPTIONS: readonly (readonly string[])[] = [
  [],
  ['--non-syn', 'accept', '--timeout', 'tcp-time-wait=3'],
  ['--max-sessions', '4'],
];

describe('if it stopped here', () => {
  test.each(OPTIONS.map((args) => [args.join(' ') || '(none)', args] as const))(
    'random traffic, options %s',
    (_, args) =>
      fc.assert(
        fc.asyncProperty(traffic, async (packets) => {
          const all = await explainAll(writeCase(packets), args);
          for (let number = 1; number <= packets.length; number += 1) {
            await compareWithCut(all, number, writeCase(packets.slice(0, number), 'cut.pcap'), args);
          }
        }),
        { numRuns: 12 },
      ),
    60_000,
  );

  const captures = readdirSync(OWN).filter((name) => name.endsWith('.pcap'));
  test.each(captures)(
    '%s',
    async (name) => {
      const capture = join(OWN, name);
      const all = await explainAll(capture, []);
      const numbers = [...new Set(all.flatMap(({ packets }) => packets.map(({ packet }) => packet)))]
        .filter((packet) => packet !== null)
        .sort((a, b) => a - b);
      const step = Math.ceil(numbers.length / MOST_CUTS);
      for (const number of numbers.filter((_, i) => i % step === 0 || i === numbers.length - 1)) {
        const cut = join(folder, 'cut.pcap');
        writeFileSync(cut, cutCapture(capture, number));
        await compareWithCut(all, number, cut, []);
      }
      expect(numbers.length).toBeGreaterThan(0);
    },
    60_000,
  );
});
