/** What the table of diagnoses says that a rule cannot do without, it cannot do without. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DIAGNOSES, diagnose } from '../../src/verdict/diagnosis/diagnosis.ts';
import type { Circumstances } from '../../src/verdict/diagnosis/rule.ts';
import { EarlierSessions } from '../../src/verdict/earlier-sessions.ts';
import { sessionFactsOf } from '../dsl/facts.ts';
import { crowdedTraffic, traffic } from '../properties/traffic.ts';

test('every rule, asked of every session, finds what is found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(traffic, crowdedTraffic), fc.constantFrom(0, 64), async (packets, limit) => {
      const earlier = new EarlierSessions();
      for (const facts of await sessionFactsOf(packets)) {
        const circumstances: Circumstances = { earlier: earlier.take(facts), outOfOrderLimit: limit };
        const all = DIAGNOSES.flatMap(({ code, rule }) => {
          const found = rule(facts, circumstances);
          return found === null ? [] : [{ code, ...found }];
        });
        expect(diagnose(facts, circumstances)).toEqual(all);
      }
    }),
    { numRuns: 150 },
  );
});
