/** Where the last packet that restarted the timer stands among the packets that are evidence. */
import { expect, test } from 'vitest';
import type { SessionFacts } from '../../src/session/facts.ts';
import { eachEvidence, evidenceOf } from '../../src/verdict/evidence.ts';
import { tcpTalk } from '../dsl/conversation.ts';
import { sessionFactsOf } from '../dsl/facts.ts';

const [session] = await sessionFactsOf(tcpTalk('0>S 0<SA 0>A 1>D10 1<D20 1>F 1<F 1>A'));

/** Packets of its evidence, the last one that restarted the timer with a star. */
function order(facts: SessionFacts): string {
  return evidenceOf(facts)
    .map(({ packet, what }) => `${packet}${what.startsWith('last packet') ? '*' : ''}`)
    .join(' ');
}

const at = (packet: number): SessionFacts => ({
  ...session!,
  lastRefresh: { ...session!.lastRefresh, packet },
});

test.each<[name: string, facts: SessionFacts, wanted: string]>([
  ['behind all others', at(8), '1 4 5 6 7 8*'],
  ['behind what else the same packet did', at(5), '1 4 5 5* 6 7'],
  ['between two', at(3), '1 3* 4 5 6 7'],
  ['in front of all others', at(0), '0* 1 4 5 6 7'],
  ['alone', { ...at(8), events: [] }, '8*'],
  ['of a session that another SYN ended: nowhere', { ...at(5), endedBy: 'syn' }, '1 4 5 6 7'],
  [
    'in front of the first higher number, where numbers go back',
    { ...at(5), events: [...session!.events].reverse() },
    '5* 7 6 5 4 1',
  ],
])('%s', (_, facts, wanted) => {
  expect(order(facts)).toBe(wanted);
});

test('whoever goes through it gets what the list holds', () => {
  const gone: [number, string][] = [];
  eachEvidence(session!, ({ packet }, what) => gone.push([packet, what]));
  expect(gone).toEqual(evidenceOf(session!).map(({ packet, what }) => [packet, what]));
});

test('sentences are kept by all that differs in them', () => {
  const last = (facts: Partial<SessionFacts>): string =>
    evidenceOf({ ...at(8), ...facts, events: [] })[0]!.what;
  const end = session!.lastRefresh.time;
  const endTime = { sec: end.sec + 9, nsec: end.nsec };
  const texts = [
    last({ timerName: 'a', timerSeconds: 9, endTime }),
    last({ timerName: 'a', timerSeconds: 9, endTime, endedBy: null }),
    last({ timerName: 'a', timerSeconds: 10, endTime }),
    last({ timerName: 'a', timerSeconds: 8, endTime }),
    last({ timerName: 'b', timerSeconds: 8, endTime }),
    last({ timerName: 'a', timerSeconds: 9, endTime }),
  ];
  const text = (rest: string): string => `last packet that restarted the timer: ${rest}`;
  expect(texts).toEqual([
    text('a (9 s) expired'),
    text('a (9 s) would expire'),
    text('a (10 s, shortened by accelerated aging) expired'),
    text('a (8 s) expired'),
    text('b (8 s) expired'),
    text('a (9 s) expired'),
  ]);
});
