/** What `timeouts` says must hold together whatever the traffic, and its advice must be good. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionRow } from '../../src/report/session-row.ts';
import type { TimeoutRow } from '../../src/report/timeouts-document.ts';
import { writeCase } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk } from '../dsl/conversation.ts';
import { runProgram } from '../dsl/program.ts';
import { lossyTraffic, traffic } from './traffic.ts';

interface Document {
  readonly sessions: readonly TimeoutRow[];
  readonly summary: readonly {
    readonly timer: string;
    readonly timeout: number;
    readonly expired: number;
    readonly expired_then_traffic: number;
    readonly smallest_sufficient: number;
  }[];
  readonly what_if: {
    readonly changes: readonly { readonly before: unknown; readonly after: unknown }[];
  } | null;
}

async function timeouts(packets: readonly TimedFrame[], ...args: readonly string[]): Promise<Document> {
  const { status, stdout } = await runProgram(['timeouts', writeCase(packets), '--json', ...args]);
  expect(status).toBe(0);
  return JSON.parse(stdout) as Document;
}

/** A connection in which nothing is lost, with pauses around the timer of ten seconds. */
const paused = fc
  .array(
    fc.tuple(
      fc.constantFrom(0.001, 0.5, 3, 9.999, 10, 10.001, 12, 25),
      fc.constantFrom('>D10', '<D10', '>A', '<A', '>K'),
    ),
    { minLength: 1, maxLength: 10 },
  )
  .map((words) => {
    let at = 1;
    const script = words.map(([gap, word]) => {
      at = Math.round((at + gap) * 1000) / 1000;
      return `${at}${word}`;
    });
    return tcpTalk(`0>S 0.1<SA 0.2>A 0.9>D5 1<A ${script.join(' ')}`);
  });

describe('timeouts', () => {
  test('every session has a row, and its numbers agree with each other', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(traffic, lossyTraffic), async (packets) => {
        const { sessions, summary } = await timeouts(packets);
        const others = JSON.parse((await runProgram([writeCase(packets), '--json'])).stdout)
          .sessions as readonly SessionRow[];
        expect(sessions.map(({ sessionid }) => sessionid)).toEqual(others.map(({ sessionid }) => sessionid));
        for (const [i, row] of sessions.entries()) {
          expect(row.margin).toBeCloseTo(row.timeout - row.longest_idle, 3);
          expect(row.after_end).toBe(others[i]!.after_end);
          if (row.verdict !== 'expired') {
            expect([row.expired_at, row.advice]).toEqual([null, null]);
            continue;
          }
          expect(row.margin).toBeLessThanOrEqual(0);
          expect([row.expired_at, row.timer]).toEqual([others[i]!.end, others[i]!.timer]);
          if ((row.after_end ?? 0) === 0) expect(row.advice).toBeNull();
        }
        const expired = sessions.filter(({ verdict }) => verdict === 'expired').length;
        expect(summary.reduce((sum, row) => sum + row.expired, 0)).toBe(expired);
        for (const row of summary) {
          expect(row.expired_then_traffic).toBeLessThanOrEqual(row.expired);
          if (row.expired_then_traffic > 0) expect(row.smallest_sufficient).toBeGreaterThan(row.timeout);
        }
      }),
      { numRuns: 150 },
    ));

  test.each(['midstream', 'accept'])(
    '--non-syn %s: under the smallest sufficient timer nothing is cut, under one second less something is',
    (nonSyn) =>
      fc.assert(
        fc.asyncProperty(paused, async (packets) => {
          const tcp = async (seconds: number): Promise<Document['summary'][number]> =>
            (await timeouts(packets, '--timeout', `tcp=${seconds}`, '--non-syn', nonSyn)).summary.find(
              ({ timer }) => timer === 'tcp',
            )!;
          const first = await tcp(10);
          const enough = first.smallest_sufficient;
          expect((await tcp(enough)).expired_then_traffic).toBe(0);
          if (first.expired_then_traffic > 0) {
            expect((await tcp(enough - 1)).expired_then_traffic).toBeGreaterThan(0);
          }
        }),
        { numRuns: 100 },
      ),
  );

  test('without a change of the timers nothing changes', () =>
    fc.assert(
      fc.asyncProperty(traffic, async (packets) => {
        expect((await timeouts(packets, '--timeout', 'tcp=3600')).what_if!.changes).toEqual([]);
        for (const change of (await timeouts(packets, '--timeout', 'tcp=5', '--timeout', 'udp=2')).what_if!
          .changes) {
          expect(change.before).not.toEqual(change.after);
        }
      }),
      { numRuns: 100 },
    ));
});
