/** Random traffic for property tests: TCP talks that go wrong in every way, datagrams, pings. */
import fc from 'fast-check';
import { type TimedFrame, talk, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { echo } from '../dsl/frame.ts';

/** Gaps that fall on, just before and just after every timer, and small ones. */
const GAPS: readonly number[] = [
  0, 0.001, 0.1, 1, 4.999, 5, 5.001, 6, 9.999, 10, 10.5, 14.999, 15, 15.1, 29.999, 30, 31, 119, 120, 121,
  3599, 3600, 3601,
];

const word = fc.record({
  gap: fc.constantFrom(...GAPS),
  direction: fc.constantFrom('>', '<'),
  kind: fc.constantFrom(
    'S',
    'S',
    'SA',
    'SA',
    'A',
    'A',
    'D10',
    'D700',
    'F',
    'F',
    'R',
    'RA',
    'K',
    "D'SSH-2.0-x\\r\\n'",
  ),
  change: fc.constantFrom(
    '',
    '',
    '',
    '',
    '/re',
    '/new',
    '/seq+50',
    '/seq-20',
    '/seq+90000',
    '/ack+7',
    '/win=0',
    '/ws=7',
  ),
});

const ports = fc.record({
  clientPort: fc.constantFrom(40000, 40001, 22, 3978),
  serverPort: fc.constantFrom(80, 22, 50000),
  client: fc.constantFrom('10.0.0.1', '10.0.0.2'),
});
const ports6 = fc.record({
  clientPort: fc.constantFrom(40000, 40001),
  serverPort: fc.constantFrom(80, 443),
  client: fc.constant('2001:db8::1'),
  server: fc.constant('2001:db8::2'),
});

const tcp = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: ports }, { weight: 1, arbitrary: ports6 }),
    fc.nat(40),
    fc.array(word, { maxLength: 16 }),
  )
  .map(([ends, start, words]): readonly TimedFrame[] => {
    let at = start;
    const script = words.map(({ gap, direction, kind, change }) => {
      at = Math.round((at + gap) * 1000) / 1000;
      return `${at}${direction}${kind}${change}`;
    });
    return tcpTalk(script.join(' '), ends);
  });

const datagrams = fc
  .tuple(
    ports,
    fc.nat(100),
    fc.array(fc.tuple(fc.constantFrom(...GAPS), fc.constantFrom('>', '<')), { maxLength: 6 }),
  )
  .map(([ends, start, words]): readonly TimedFrame[] => {
    let at = start;
    const script = words.map(([gap, direction]) => {
      at = Math.round((at + gap) * 1000) / 1000;
      return `${at}${direction}D20`;
    });
    return udpTalk(script.join(' '), ends);
  });

const pings = fc
  .array(fc.tuple(fc.nat(50), fc.boolean(), fc.nat(3), fc.nat(3)), { maxLength: 6 })
  .map((list) =>
    talk(
      list.map(([at, request, id, seq]) => [
        at,
        request ? '>' : '<',
        echo(4, request ? 'request' : 'reply', id, seq),
      ]),
    ),
  );

/** Many short sessions at once: what fills a table. Times to the nanosecond, on whole seconds, and long pauses. */
const crowd = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 0, 0, 0.000000001, 0.000001, 0.1, 0.25, 0.5, 0.999999999, 1, 3.5, 7, 15, 40),
      fc.boolean(),
      fc.constantFrom('S', 'SA', 'A', 'F', 'R', 'D20'),
      fc.nat(7),
    ),
    { minLength: 4, maxLength: 40 },
  )
  .map((list): readonly TimedFrame[] => {
    let at = 0;
    return list.flatMap(([gap, isTcp, kind, client]) => {
      at = Math.round((at + gap) * 1e9) / 1e9;
      const ends = { clientPort: 41000 + client };
      const when = at.toFixed(9);
      return isTcp ? tcpTalk(`${when}>${kind}`, ends) : udpTalk(`${when}>D20`, ends);
    });
  });

/** A capture's packets, in time order, with more sessions at a time than `traffic` has. */
export const crowdedTraffic: fc.Arbitrary<readonly TimedFrame[]> = fc.oneof(
  crowd,
  fc
    .tuple(fc.array(tcp, { maxLength: 3 }), datagrams, pings, crowd)
    .map(([talks, ...others]) => together(...talks, ...others)),
);

/** A capture's packets, in time order. */
export const traffic: fc.Arbitrary<readonly TimedFrame[]> = fc
  .tuple(fc.array(tcp, { minLength: 1, maxLength: 4 }), datagrams, pings)
  .map(([talks, udp, icmp]) => together(...talks, udp, icmp));

const LOSSY_WORDS = [
  '>D10',
  '>D1',
  '<D700',
  '<D20',
  '>A',
  '<A',
  '>K',
  '>K0',
  '<K',
  '>D5/win=0',
  '<A/win=0',
  '>F',
  '<F',
];

/** What becomes of a segment on its way: as sent, lost, twice, behind the next ones. */
const fate = fc.constantFrom('sent', 'sent', 'sent', 'sent', 'lost', 'twice', 'late 1', 'late 3');

/** One connection whose segments are lost, repeated and overtaken; the clock may be set back on the way. */
export const lossyTraffic: fc.Arbitrary<readonly TimedFrame[]> = fc
  .tuple(
    fc.constantFrom('0>S 0<SA 0>A', '0<SA 0>A', ''),
    fc.array(
      fc.tuple(
        fc.constantFrom(...LOSSY_WORDS),
        fate,
        fc.constantFrom(0, 0.000000001, 0.01, 1, 9.5, 61, 3600, -2, -70),
      ),
      {
        minLength: 3,
        maxLength: 30,
      },
    ),
    fc.nat(3),
  )
  .map(([opening, sent, port]) => {
    const script = [opening, ...sent.map(([word]) => `0${word}`)].filter((part) => part !== '').join(' ');
    const frames = tcpTalk(script, { clientPort: 42000 + port });
    const before = frames.length - sent.length;
    const arrived = frames.flatMap((frame, i) => {
      const what = i < before ? 'sent' : sent[i - before]![1];
      if (what === 'lost') return [];
      const place = i + (what.startsWith('late') ? Number(what.slice(5)) + 0.5 : 0);
      return what === 'twice'
        ? [
            { place, frame },
            { place: i + 1.25, frame },
          ]
        : [{ place, frame }];
    });
    let at = 1000;
    return arrived
      .sort((a, b) => a.place - b.place)
      .map(({ frame }, i) => {
        at = Math.max(0, Math.round((at + (sent[i % sent.length]![2] ?? 0)) * 1e9) / 1e9);
        return { at, bytes: frame.bytes };
      });
  });
