/** The checksum over sessions: order does not count, everything that is printed does. */
import { expect, test } from 'vitest';
import { SessionsChecksum } from '../../src/bench/checksum.ts';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { defaultConfig } from '../../src/firewall/config.ts';
import { engineOptions, overrideFirewall } from '../../src/report/firewall-in-force.ts';
import { Rebuild } from '../../src/report/rebuild.ts';
import type { SessionFacts } from '../../src/session/facts.ts';

const OPTIONS = { reuseReason: 'tcp-reuse' } as const;

async function factsOf(capture: string): Promise<SessionFacts[]> {
  const input = await openCaptures([capture]);
  const firewall = overrideFirewall(defaultConfig(), {
    timeouts: [],
    zones: [],
    nonSyn: null,
    maxSessions: null,
  });
  const run = { drain: false, lingerSeconds: 3600, verifyChecksums: false, events: false };
  const facts: SessionFacts[] = [];
  const rebuild = new Rebuild(input, engineOptions(firewall, run), () => {});
  for await (const batch of rebuild.batches()) facts.push(...batch);
  return facts;
}

const FACTS = await factsOf('captures/everything.pcap');

function checksum(facts: readonly SessionFacts[]): string {
  const sum = new SessionsChecksum(OPTIONS);
  for (const each of facts) sum.add(each);
  return sum.text;
}

test('the same sessions in any order give the same number', () => {
  expect(FACTS.length).toBeGreaterThan(40);
  expect(checksum([...FACTS].reverse())).toBe(checksum(FACTS));
  expect(checksum(FACTS)).toMatch(/^[0-9a-f]{16}$/);
});

test('the number is the same everywhere', () => {
  expect(checksum(FACTS)).toBe('730ef1e9244672f4');
});

test('counts are added up beside it', () => {
  const sum = new SessionsChecksum(OPTIONS);
  for (const each of FACTS) sum.add(each);
  expect(sum.sessions).toBe(FACTS.length);
  expect(sum.packets).toBe(FACTS.reduce((total, { c2s, s2c }) => total + c2s.packets + s2c.packets, 0));
});

const CHANGES: readonly (readonly [what: string, change: (facts: SessionFacts) => Partial<SessionFacts>])[] =
  [
    ['id', ({ id }) => ({ id: id + 1 })],
    ['an address', ({ src }) => ({ src: src.map((word, i) => (i === 3 ? word ^ 1 : word)) })],
    ['a port', ({ dport }) => ({ dport: dport ^ 1 })],
    ['packets', ({ c2s }) => ({ c2s: { ...c2s, packets: c2s.packets + 1 } })],
    ['bytes beyond 32 bits', ({ s2c }) => ({ s2c: { ...s2c, bytes: s2c.bytes + 2 ** 32 } })],
    [
      'the directions exchanged',
      ({ c2s, s2c }) => ({ c2s: { packets: c2s.packets + 7, bytes: c2s.bytes }, s2c }),
    ],
    ['the timer', ({ timerSeconds }) => ({ timerSeconds: timerSeconds + 1 })],
    ['the timer by name', () => ({ timerName: 'captive-portal' })],
    ['a nanosecond of the end', ({ endTime }) => ({ endTime: { ...endTime, nsec: endTime.nsec ^ 1 } })],
    ['the application', () => ({ app: 'gnutella' })],
    ['whether it is open', ({ endedBy }) => ({ endedBy: endedBy === null ? 'timer' : null })],
    ['the last packet', ({ last }) => ({ last: { time: { ...last.time, nsec: last.time.nsec ^ 1 } } })],
    ['packets after the end', ({ afterEnd }) => ({ afterEnd: (afterEnd ?? 0) + 1 })],
    ['a zone', () => ({ fromZone: 'trust' })],
  ];

test.each(CHANGES)('another number where one session differs in %s', (_what, change) => {
  const [first, ...rest] = FACTS;
  expect(checksum([{ ...first!, ...change(first!) }, ...rest])).not.toBe(checksum(FACTS));
});

test('a session that is missing or comes twice is noticed', () => {
  expect(checksum(FACTS.slice(1))).not.toBe(checksum(FACTS));
  expect(checksum([...FACTS, FACTS[0]!])).not.toBe(checksum(FACTS));
});
