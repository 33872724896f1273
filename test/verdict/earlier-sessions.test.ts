/** Facts of a session may stand in an object that the next one overwrites. */
import { expect, test } from 'vitest';
import type { MutableTime } from '../../src/capture/time.ts';
import { EarlierSessions } from '../../src/verdict/earlier-sessions.ts';
import { tcpTalk, together } from '../dsl/conversation.ts';
import { sessionFactsOf } from '../dsl/facts.ts';

const again = [0, 30, 60, 90].map((seconds, i) =>
  tcpTalk(`${seconds}>S 0<SA 0>A 0>F 0<F 0>A`, { clientPort: 40_000 + i }),
);

test.each([
  ['a series', together(...again)],
  ['an attempt in several sessions', tcpTalk('0>S 7>S/re 8>S/re 9>S/re')],
])('%s is the same, and nothing of the object is kept', async (_, packets) => {
  const all = await sessionFactsOf(packets);
  const own = new EarlierSessions();
  const shared = new EarlierSessions();
  const first: MutableTime = { sec: 0, nsec: 0 };
  const last: MutableTime = { sec: 0, nsec: 0 };
  const src = new Uint32Array(4);
  const dst = new Uint32Array(4);
  const wanted = all.map((facts) => own.take(facts));
  const got = all.map((facts) => {
    Object.assign(first, facts.first.time);
    Object.assign(last, facts.lastRefresh.time);
    src.set(facts.src);
    dst.set(facts.dst);
    const lastRefresh = { ...facts.lastRefresh, time: last };
    return structuredClone(shared.take({ ...facts, src, dst, first: { time: first }, lastRefresh }));
  });
  expect(got).toEqual(wanted);
  expect(wanted.some(({ series, attempt }) => series !== null || attempt !== null)).toBe(true);
});
