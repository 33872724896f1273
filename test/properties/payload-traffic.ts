/**
 * Random payload for property tests: both streams of a sample conversation cut into segments anywhere, in
 * order and not, sent again with other bytes, cut by a snapshot length; datagrams that need each other.
 */
import fc from 'fast-check';
import { streamOpenings } from '../../src/firewall/app-id/openings.ts';
import { concat } from '../dsl/bytes.ts';
import { type Ends, frameBetween } from '../dsl/conversation.ts';
import { tcp, udp } from '../dsl/frame.ts';
import { bytes, CLIENT_HELLO, DATAGRAMS, SERVER_HELLO, STREAMS } from '../firewall/app-id/payloads.ts';

/** A frame, when it was captured in seconds after the start of the case, and how much of it was. */
export interface CutFrame {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly captured: number;
}

const STREAM_BYTES = 6000;
const UDP_HEADER_BYTES = 8;
const ISN = { client: 1000, server: 0xffff_fff0 };

/** That nothing is called by: bytes that differ with their place. */
const FILLER = Uint8Array.from({ length: STREAM_BYTES }, (_, i) => 0xe8 | (i & 7));
const lead = fc.constantFrom(
  new Uint8Array(0),
  new Uint8Array(0),
  new Uint8Array(0),
  // each fits the openings of some signature, and is none
  Uint8Array.of(0x0a),
  Uint8Array.of(0x0d, 0x0a),
  Uint8Array.of(5),
  Uint8Array.of(0xee),
);
const { groupsOf, together, plausible } = streamOpenings();
/** conversations of which only both sides tell */
const DIALOGUES = STREAMS.filter(
  ([, , , , , signature]) => ((groupsOf.get(signature) ?? 0) & together) !== 0,
);
/** those that one of their ports must confirm */
const CONFIRMED = STREAMS.filter(([, , , , , signature]) => plausible.groupsOf.has(signature));
/** A hello of TLS, which the kernel names by itself: alone, with server names, with a fatal alert in its segment. */
const HELLO = `160301002d010000290303${'00'.repeat(39)}`;
const HELLOS = [HELLO, CLIENT_HELLO, `${HELLO}15030100020228`];
const sample = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...HELLOS).map((client) => [client, SERVER_HELLO, 443] as const),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...DIALOGUES).map(([, client, server, own]) => [client, server, own] as const),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom(...STREAMS).map(([, client, server, own]) => [client, server, own] as const),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...CONFIRMED).map(([, client, server, own]) => [client, server, own] as const),
  },
  { weight: 4, arbitrary: fc.constantFrom(...CONFIRMED).map(([, , , own]) => ['', '', own] as const) },
);

const port = fc.constantFrom(80, 443, 4000, 4000, 21, 1080, 3978, 50_000);
const ends = fc.record<Ends>({
  client: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::1'),
  clientPort: fc.constantFrom(40_000, 40_001, 25),
  serverPort: port,
});
/** The port that an application's own port takes the place of; the client's: the sides are told wrongly. */
const onOwnPort = fc.constantFrom<'serverPort' | 'clientPort' | null>(
  'serverPort',
  'serverPort',
  'clientPort',
  null,
  null,
);
const pair = (at: Ends): Ends => (at.client!.includes(':') ? { ...at, server: '2001:db8::2' } : at);

const piece = fc.record({
  fromClient: fc.boolean(),
  size: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 12 }) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 200 }) },
    { weight: 1, arbitrary: fc.integer({ min: 200, max: 3000 }) },
  ),
  /** from where the side has got to; `back` to its first byte */
  jump: fc.constantFrom<number | 'back'>(
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    -1,
    -4,
    -30,
    -200,
    -5000,
    'back',
    'back',
    1,
    20,
    700,
  ),
  flip: fc.constantFrom(0, 0, 0, 0, 0, 0, 0x20, 0xff),
  flags: fc.oneof(
    { weight: 12, arbitrary: fc.constant('PA') },
    { weight: 1, arbitrary: fc.constantFrom('FA', 'S', 'SA', 'RA') },
  ),
  /** payload bytes that were captured at most */
  cut: fc.constantFrom(null, null, null, null, null, null, 0, 1, 20, 100),
  gap: fc.constantFrom(0, 0.01, 0.5, 4),
});

const handshake = fc.constantFrom<readonly (readonly [fromClient: boolean, flags: string])[]>(
  [
    [true, 'S'],
    [false, 'SA'],
    [true, 'A'],
  ],
  [
    [true, 'S'],
    [false, 'SA'],
  ],
  [[true, 'S']],
  [[false, 'A']],
  [],
);

const conversation = fc
  .tuple(
    ends,
    sample,
    onOwnPort,
    lead,
    lead,
    handshake,
    fc.array(piece, { minLength: 1, maxLength: 14 }),
    fc.nat(20),
  )
  .map(
    ([
      anywhere,
      [client, server, own],
      which,
      before,
      behind,
      opening,
      pieces,
      start,
    ]): readonly CutFrame[] => {
      const at = which === null ? anywhere : { ...anywhere, [which]: own };
      const streams = {
        client: concat(before, bytes(client), FILLER),
        server: concat(behind, bytes(server), FILLER),
      };
      const next = { client: 0, server: 0 };
      let time = start;
      const frame = (
        fromClient: boolean,
        flags: string,
        from: number,
        data: Uint8Array,
        cut: number | null,
      ): CutFrame => {
        const own = fromClient ? 'client' : 'server';
        const seq = ISN[own] + (flags.includes('S') ? 0 : 1) + from;
        const segment = tcp(
          {
            sport: fromClient ? at.clientPort! : at.serverPort!,
            dport: fromClient ? at.serverPort! : at.clientPort!,
            seq: seq >>> 0,
            ack: flags.includes('A') ? (fromClient ? ISN.server : ISN.client) + 1 : 0,
            flags,
          },
          data,
        );
        const whole = frameBetween(pair(at), fromClient, 64, 1, segment);
        const captured =
          cut === null ? whole.length : whole.length - data.length + Math.min(cut, data.length);
        return { at: time, bytes: whole, captured };
      };
      const frames = opening.map(([fromClient, flags]) =>
        frame(fromClient, flags, 0, new Uint8Array(0), null),
      );
      for (const { fromClient, size, jump, flip, flags, cut, gap } of pieces) {
        time = Math.round((time + gap) * 1000) / 1000;
        const own = fromClient ? 'client' : 'server';
        const from = jump === 'back' ? 0 : next[own] + jump;
        const data = Uint8Array.from({ length: size }, (_, i) => (streams[own][from + i] ?? 0xe8) ^ flip);
        frames.push(frame(fromClient, flags, from, data, cut));
        next[own] = Math.max(next[own], from + size);
      }
      return frames;
    },
  );

/** RTP of one source, or of two, in bytes that fit no other opening: only two in a row tell. */
const media = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom(1, 2), fc.integer({ min: 1, max: 300 }))
  .map(([sequence, source, size]) =>
    concat(
      Uint8Array.of(0x80, 8, 0x55, sequence, 0x66, 0x77, sequence, 0x99, 0xc1, 0xc2, 0xc3, source),
      FILLER.subarray(0, size),
    ),
  );
const datagram = fc.oneof(
  { weight: 4, arbitrary: media },
  { weight: 2, arbitrary: fc.constantFrom(...DATAGRAMS).map(([, payload]) => bytes(payload)) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 5000 }).map((size) => FILLER.subarray(0, size)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
);

/** of applications that a port must confirm, as of others */
const datagramPort = fc.constantFrom(...new Set(DATAGRAMS.map(([, , , dport]) => dport)));

const datagrams = fc
  .tuple(
    fc.record<Ends>({
      client: fc.constantFrom('10.0.0.1', '2001:db8::1'),
      clientPort: fc.constantFrom(40_000, 40_000, 33_500, 5353),
      serverPort: fc.oneof(port, datagramPort),
    }),
    fc.array(
      fc.record({
        fromClient: fc.boolean(),
        data: datagram,
        cut: fc.constantFrom(null, null, null, null, 0, 1, 12, 20),
        gap: fc.constantFrom(0, 0.02, 5),
      }),
      { maxLength: 8 },
    ),
  )
  .map(([at, list]): readonly CutFrame[] => {
    let time = 0;
    return list.map(({ fromClient, data, cut, gap }) => {
      time = Math.round((time + gap) * 1000) / 1000;
      const sport = fromClient ? at.clientPort! : at.serverPort!;
      const dport = fromClient ? at.serverPort! : at.clientPort!;
      const whole = frameBetween(pair(at), fromClient, 64, 1, udp({ sport, dport }, data));
      const captured = whole.length - (cut === null ? 0 : Math.max(0, data.length - cut));
      return {
        at: time,
        bytes: whole,
        captured: Math.max(captured, whole.length - data.length - UDP_HEADER_BYTES),
      };
    });
  });

/** A capture's packets, in time order. */
export const payloadTraffic: fc.Arbitrary<readonly CutFrame[]> = fc
  .tuple(fc.array(conversation, { minLength: 1, maxLength: 3 }), datagrams)
  .map(([talks, udps]) => [...talks.flat(), ...udps].sort((a, b) => a.at - b.at));
