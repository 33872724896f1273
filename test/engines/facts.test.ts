/**
 * Both engines know the same of every session, whether or not an output prints it: the longest gap, loss by
 * sender, and every event, over segments that are lost, repeated and overtaken, with a clock that is set back,
 * from one file and from two.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { type EngineName, Rebuild } from '../../src/report/rebuild.ts';
import type { SessionFacts } from '../../src/session/facts.ts';
import type { EngineOptions } from '../../src/session/options.ts';
import { roundTrips } from '../../src/verdict/round-trips.ts';
import { writeCase } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk } from '../dsl/conversation.ts';
import { lossyTraffic, traffic } from '../properties/traffic.ts';
import { USUAL_OPTIONS } from './usual.ts';

async function factsOf(
  paths: readonly string[],
  engine: EngineName,
  more: Partial<EngineOptions>,
): Promise<readonly SessionFacts[]> {
  const options = { ...USUAL_OPTIONS, events: true, ...more };
  const rebuild = new Rebuild(await openCaptures(paths), options, () => {}, { engine });
  const all: SessionFacts[] = [];
  for await (const batch of rebuild.batches()) all.push(...batch);
  return all;
}

const VARIANTS: readonly (readonly [name: string, more: Partial<EngineOptions>])[] = [
  ['as usual', {}],
  ['drained, without late packets', { drain: true, lingerSeconds: 0 }],
  ['every packet decoded by the host', { dropDuplicates: false, verifyChecksums: true }],
  ['reject', { nonSyn: 'reject' }],
  ['accept, bypass', { nonSyn: 'accept', asymmetricPath: 'bypass', challengeAck: 'allow' }],
];

async function expectSameFacts(paths: readonly string[], more: Partial<EngineOptions>): Promise<void> {
  const fast = await factsOf(paths, 'fast', more);
  const reference = await factsOf(paths, 'reference', more);
  // what an engine has of the first and last packet beside their times is its own affair
  const comparable = (facts: SessionFacts): SessionFacts => ({
    ...facts,
    first: { time: facts.first.time },
    last: { time: facts.last.time },
  });
  expect(fast.map(comparable)).toEqual(reference.map(comparable));
}

const mixed = fc.oneof(lossyTraffic, lossyTraffic, traffic);

describe.each(VARIANTS)('%s', (_, more) => {
  test('one file', () =>
    fc.assert(
      fc.asyncProperty(mixed, (packets) => expectSameFacts([writeCase(packets)], more)),
      { numRuns: 150 },
    ));

  test('two files', () =>
    fc.assert(
      fc.asyncProperty(mixed, fc.nat(2), (packets, part) => {
        const inFirst = (_packet: TimedFrame, i: number): boolean => i % 3 === part;
        const others = packets.filter((packet, i) => !inFirst(packet, i));
        const paths = [writeCase(packets.filter(inFirst), 'a.pcap'), writeCase(others, 'b.pcap')];
        return expectSameFacts(paths, more);
      }),
      { numRuns: 60 },
    ));
});

test('a SYN on an open connection moves no place of what follows', () =>
  expectSameFacts([writeCase(tcpTalk('0<SA 0.1>A 1<S/seq+1000000 2<D10 3<R'))], {}));

const HANDSHAKE = '0>S 0.1<SA 0.25>A';
const NOTHING = { outOfOrder: 0, retransmissions: 0, zeroWindows: 0, mostQueued: 0 };

type Counts = Partial<typeof NOTHING>;
type Row = readonly [name: string, script: string, c2s: Counts, s2c: Counts, kinds: readonly string[]];

/** firewall-model 7.1, columns 120 to 127; RFC 9293 3.4 and 3.8.4. */
const SEGMENTS: readonly Row[] = [
  ['a sound connection', `${HANDSHAKE} 1>D10 2<A 3<D10 4>A 5>F 6<F 7>A`, {}, {}, ['1 handshake >']],
  ['payload sent again', `${HANDSHAKE} 1>D10 2>D10/re 3<A`, { retransmissions: 1 }, {}, []],
  ['a FIN sent again', `${HANDSHAKE} 1<F 2<F/re 3>A`, {}, { retransmissions: 1 }, []],
  [
    'a segment overtaken by the next',
    `${HANDSHAKE} 1>D10/seq+10 2>D20 3<A`,
    { outOfOrder: 1, mostQueued: 1 },
    {},
    [],
  ],
  [
    'a hole that is filled by two',
    `${HANDSHAKE} 1>D10/seq+20 2>D10 3>D10 4<A/ack+10`,
    { outOfOrder: 2, mostQueued: 1 },
    {},
    [],
  ],
  [
    'three behind a hole',
    `${HANDSHAKE} 1>D10/seq+10 2>D10/seq+20 3>D10/seq+30 4>D10`,
    { outOfOrder: 1, mostQueued: 3 },
    {},
    [],
  ],
  ['a hole that is never filled', `${HANDSHAKE} 1>D10/seq+10 2<A/ack+20`, {}, {}, ['1 unseen <']],
  [
    'an ACK of what was never seen, told once',
    `${HANDSHAKE} 1<A/ack+90 2<A/ack+90 3<A/ack+91`,
    {},
    {},
    ['2 unseen <'],
  ],
  ['a side of which nothing was captured', '0>D10 1>D10/ack=77 2>D10/ack=99', {}, {}, []],
  [
    'keepalives, empty and of one byte',
    `${HANDSHAKE} 1>D10 2<A 60>K 120>K0 180>K`,
    {},
    {},
    ['3 keepalive >'],
  ],
  ['a keystroke that is sent again', `${HANDSHAKE} 1>D1 2>D1/re 3<A`, { retransmissions: 1 }, {}, []],
  ['an ACK behind its own FIN is no keepalive', `${HANDSHAKE} 1>F 2>K0`, {}, {}, []],
  [
    'closed windows',
    `${HANDSHAKE} 1>A/win=0 2<A/win=0 3<A/win=0 4>R/win=0`,
    { zeroWindows: 1 },
    { zeroWindows: 2 },
    [],
  ],
  ['a SYN and its answer are neither', '0>S/win=0 1>S/re/win=0 2<SA/win=0', {}, {}, ['0 handshake >']],
];

describe('loss by sender, keepalives, what the capture does not hold', () => {
  test.each(SEGMENTS)('%s', async (_, script, c2s, s2c, kinds) => {
    const [facts] = await factsOf([writeCase(tcpTalk(script))], 'fast', {});
    expect(facts!.tcp!.segments).toEqual({ c2s: { ...NOTHING, ...c2s }, s2c: { ...NOTHING, ...s2c } });
    for (const each of kinds) {
      const [count, kind, sender] = each.split(' ');
      const found = facts!.events.filter(
        (event) => event.kind === kind && event.fromClient === (sender === '>'),
      );
      expect(found.length, each).toBe(Number(count));
    }
    const told = kinds.map((each) => each.split(' ')[1]);
    const others = facts!.events.filter(
      ({ kind }) => (kind === 'keepalive' || kind === 'unseen') && !told.includes(kind),
    );
    expect(others).toEqual([]);
  });
});

describe('the longest gap', () => {
  test.each<readonly [name: string, script: string, gap: unknown]>([
    ['one packet has none', '0>S', null],
    ['the first of equal ones', `${HANDSHAKE} 1>D10 51<A 101>A`, ['tcp', 50, 5]],
    ['in a timer that is no longer in force', `${HANDSHAKE} 100>D10 101>F 150<F`, ['tcp', 99.75, 4]],
    [
      'a dropped packet ends it and does not restart the timer',
      `0>S/ws=0 0<SA/ws=0 0>A 1>D10 2<A 30>D9/seq+99999 62>D10`,
      ['tcp', 60, 7],
    ],
  ])('%s', async (_, script, gap) => {
    const [facts] = await factsOf([writeCase(tcpTalk(script))], 'reference', {});
    const { longestGap } = facts!;
    const shown =
      longestGap === null
        ? null
        : [
            longestGap.timerName,
            longestGap.length.sec + longestGap.length.nsec / 1e9,
            longestGap.until.packet,
          ];
    expect(shown).toEqual(gap);
  });

  test('nothing of this is kept where no events are', async () => {
    const path = writeCase(tcpTalk(`${HANDSHAKE} 1>D10 2>D10/re`));
    for (const engine of ['fast', 'reference'] as const) {
      const [facts] = await factsOf([path], engine, { events: false });
      expect(facts).toMatchObject({ longestGap: null, events: [] });
      expect(facts!.tcp!.segments).toBeNull();
    }
  });
});

describe('round trips of the handshake', () => {
  test.each<readonly [name: string, script: string, server: number | null, client: number | null]>([
    ['SYN, SYN-ACK, ACK', HANDSHAKE, 0.1, 0.15],
    ['the ACK is lost, payload completes it', '0>S 0.1<SA 0.5>D10', 0.1, 0.4],
    ['a SYN that was sent again', '0>S 1>S/re 1.1<SA 1.2>A', null, 0.1],
    ['a SYN-ACK that was sent again', '0>S 0.1<SA 1.1<SA/re 1.2>A', 0.1, null],
    ['never completed', '0>S 0.1<SA', 0.1, null],
  ])('%s', async (_, script, server, client) => {
    const [facts] = await factsOf([writeCase(tcpTalk(script))], 'fast', {});
    const found = roundTrips(facts!)!;
    const rounded = (seconds: number | null): number | null =>
      seconds === null ? null : Math.round(seconds * 1e9) / 1e9;
    expect([rounded(found.server), rounded(found.client)]).toEqual([server, client]);
  });

  test.each(['0>S', '0<SA 0.1>A', '0>D10 0.1<D10'])('none of %s', async (script) => {
    const [facts] = await factsOf([writeCase(tcpTalk(script))], 'fast', {});
    expect(roundTrips(facts!)).toBeNull();
  });
});
