/**
 * The packets of one session alone give what the whole input gives: for every session of the captures and of
 * random traffic, its facts and each of its moments are the same, and the facts are those of the fast engine.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { type Moment, MomentRecorder } from '../../src/reference/moments.ts';
import { sessionJson } from '../../src/report/json.ts';
import { Rebuild } from '../../src/report/rebuild.ts';
import { choosePackets, findSessions, recordById, replaySessions } from '../../src/report/replay.ts';
import { sessionRow } from '../../src/report/session-row.ts';
import type { SessionFacts } from '../../src/session/facts.ts';
import type { EngineOptions } from '../../src/session/options.ts';
import { CAPTURES, capturesWithTruth, readTruth } from '../accuracy/truth.ts';
import { writeCase } from '../dsl/cases.ts';
import { USUAL_OPTIONS } from '../engines/usual.ts';
import { traffic } from '../properties/traffic.ts';

const OWN = join(import.meta.dirname, '../../captures');
const CAPTURE_NAME = /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/;
const MOST_BYTES = 60_000;
const ROW = { reuseReason: 'tcp-reuse', proof: true, fileNames: [] } as const;

interface Life {
  readonly row: string;
  readonly moments: readonly Moment[];
}

async function livesOf(
  captures: readonly string[],
  options: EngineOptions,
  recorder: MomentRecorder,
): Promise<ReadonlyMap<number, Life>> {
  const input = await openCaptures(captures);
  const rebuild = new Rebuild(input, options, () => {}, { engine: 'reference', watch: recorder });
  const lives = new Map<number, Life>();
  for await (const batch of rebuild.batches()) {
    for (const facts of batch) {
      const id = recorder.numberOf(facts.id);
      if (id !== null) lives.set(id, { row: rowOf({ ...facts, id }), moments: recorder.moments.get(id)! });
    }
  }
  return lives;
}

function rowOf(facts: SessionFacts): string {
  return sessionJson(sessionRow(facts, ROW));
}

async function compare(captures: readonly string[], options: EngineOptions = USUAL_OPTIONS): Promise<number> {
  const everyId = new Set(Array.from({ length: 2000 }, (_, i) => i + 1));
  const fast = new Rebuild(await openCaptures(captures), options, () => {});
  const { sessions } = await findSessions(fast, everyId, () => {});
  const whole = await livesOf(captures, options, recordById(everyId));
  let compared = 0;
  for (const facts of sessions.values()) {
    const fromWhole = whole.get(facts.id)!;
    expect(fromWhole.row).toBe(rowOf(facts));
    if (facts.parent !== null) continue;
    const alone = await livesOf(captures, options, new MomentRecorder(choosePackets([facts])));
    expect(alone.get(facts.id)?.row).toBe(fromWhole.row);
    expect(alone.get(facts.id)?.moments).toEqual(fromWhole.moments);
    compared += 1;
    if (compared >= 60) break;
  }
  return compared;
}

function capturesIn(folder: string, most: number): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => CAPTURE_NAME.test(name) && statSync(join(folder, name)).size <= most)
    .sort()
    .map((name) => join(folder, name));
}

describe('the packets of a session alone', () => {
  test.each(capturesIn(OWN, Number.POSITIVE_INFINITY))(
    '%s',
    async (capture) => {
      expect(await compare([capture])).toBeGreaterThan(0);
    },
    60_000,
  );

  test('two captures as one', async () => {
    const both = [join(OWN, 'half-close-expired.pcap'), join(OWN, 'server-side/half-close-expired.pcap')];
    expect(await compare(both)).toBeGreaterThan(0);
  });

  const readable = new Set(
    capturesWithTruth()
      .filter((name) => (readTruth(name).counts.packets ?? 0) > 0)
      .map((name) => join(CAPTURES, name)),
  );
  const shared = capturesIn(CAPTURES, MOST_BYTES).filter((path, i) => readable.has(path) && i % 8 === 0);
  if (shared.length === 0) {
    test('public captures', (context) => {
      console.log('skipped: the public captures are not beside this project');
      context.skip();
    });
  } else {
    test.each(shared)(
      '%s',
      async (capture) => {
        expect(await compare([capture])).toBeGreaterThanOrEqual(0);
      },
      60_000,
    );
  }

  test.each([
    ['(none)', USUAL_OPTIONS],
    ['non-syn accept, linger 5', { ...USUAL_OPTIONS, nonSyn: 'accept', lingerSeconds: 5 } as const],
    ['non-syn reject, drain', { ...USUAL_OPTIONS, nonSyn: 'reject', drain: true } as const],
  ])('random traffic, options %s', (_, options) =>
    fc.assert(
      fc.asyncProperty(traffic, async (packets) => {
        await compare([writeCase(packets)], options);
      }),
      { numRuns: 40 },
    ),
  );
});

describe('where sessions depend on each other every packet is looked at', () => {
  test('a table with a limit', async () => {
    const limits = { maxSessions: 5, aging: { threshold: 60, scaling: 4 } };
    await fc.assert(
      fc.asyncProperty(traffic, async (packets) => {
        const capture = writeCase(packets);
        const options = { ...USUAL_OPTIONS, limits };
        const everyId = new Set(Array.from({ length: 50 }, (_, i) => i + 1));
        const first = new Rebuild(await openCaptures([capture]), options, () => {});
        const { sessions } = await findSessions(first, everyId, () => {});
        const replayed = await replaySessions({
          open: () => openCaptures([capture]),
          options,
          row: ROW,
          found: sessions,
          packets: first.accounting.packets,
          tick: () => {},
          stopBy: () => {},
        });
        const rows = [...sessions].map(([id, facts]) => [id, rowOf(facts)]);
        expect([...replayed!].map(([id, { facts }]) => [id, rowOf(facts)])).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });
});
