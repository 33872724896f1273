/**
 * What a session shows at first sight: of which kinds its events are, and a few facts. Most rules of the diagnosis
 * cannot say anything without some of it, and most sessions show little.
 */
import { EVENT_KINDS, type EventKind, type SessionFacts } from '../../session/facts.ts';
import { agedOut, type Circumstances } from './rule.ts';

type KindSign =
  | 'first'
  | 'syn'
  | 'syn-ack'
  | 'fin'
  | 'rst'
  | 'reuse'
  | 'challenge-ack'
  | 'late'
  | 'unseen'
  | 'tls-alert'
  | 'obstacle';

/** Kinds of events that rules ask for. */
const KIND_SIGNS: ReadonlyMap<EventKind, KindSign> = new Map([
  ['first', 'first'],
  ['syn', 'syn'],
  ['syn-ack', 'syn-ack'],
  ['fin', 'fin'],
  ['rst', 'rst'],
  ['reuse', 'reuse'],
  ['challenge-ack', 'challenge-ack'],
  ['late', 'late'],
  ['unseen', 'unseen'],
  ['tls-alert', 'tls-alert'],
  // any of these may show what the path did
  ['icmp-error', 'obstacle'],
  ['resent', 'obstacle'],
  ['stuck', 'obstacle'],
]);

type FactSign =
  | 'aged-out'
  | 'one-sided'
  | 'tcp'
  | 'no-tcp'
  | 'opening'
  | 'no-payload'
  | 'without-syn'
  | 'client-inferred'
  | 'queued'
  | 'series'
  | 'attempt';

export type Sign = KindSign | FactSign;

type Shows = (facts: SessionFacts, circumstances: Circumstances) => boolean;

const FACT_SIGNS: readonly (readonly [sign: FactSign, shows: Shows])[] = [
  ['aged-out', agedOut],
  ['one-sided', ({ c2s, s2c }) => c2s.packets === 0 || s2c.packets === 0],
  ['tcp', ({ tcp }) => tcp !== null],
  ['no-tcp', ({ tcp }) => tcp === null],
  ['opening', ({ tcp }) => tcp !== null && !tcp.handshakeComplete],
  ['no-payload', ({ payloadSeen }) => !payloadSeen],
  ['without-syn', ({ tcp }) => tcp !== null && (tcp.midstream || tcp.nonSynAccepted)],
  ['client-inferred', ({ clientBasis }) => clientBasis === 'port' || clientBasis === 'first-packet'],
  [
    'queued',
    ({ tcp }) => (tcp?.segments?.c2s.mostQueued ?? 0) > 0 || (tcp?.segments?.s2c.mostQueued ?? 0) > 0,
  ],
  ['series', (_, { earlier }) => earlier.series !== null],
  ['attempt', (_, { earlier }) => earlier.attempt !== null],
];

/** A bit each: there may be 32. */
const BITS: ReadonlyMap<Sign, number> = new Map(
  [...new Set<Sign>([...KIND_SIGNS.values(), ...FACT_SIGNS.map(([sign]) => sign)])].map((sign, i) => [
    sign,
    1 << i,
  ]),
);

const BITS_OF_FACTS: readonly (readonly [bit: number, shows: Shows])[] = FACT_SIGNS.map(([sign, shows]) => [
  BITS.get(sign)!,
  shows,
]);

/** 0 for kinds that no rule asks for. */
const BITS_OF_KINDS: ReadonlyMap<EventKind, number> = new Map(
  EVENT_KINDS.map((kind) => [kind, BITS.get(KIND_SIGNS.get(kind)!) ?? 0]),
);

/** The bits of all signs given. */
export function bitsOf(signs: readonly Sign[]): number {
  return signs.reduce((bits, sign) => bits | BITS.get(sign)!, 0);
}

/** The bits of what a session shows. */
export function signsOf(facts: SessionFacts, circumstances: Circumstances): number {
  let bits = 0;
  for (const { kind } of facts.events) bits |= BITS_OF_KINDS.get(kind)!;
  for (const [bit, shows] of BITS_OF_FACTS) if (shows(facts, circumstances)) bits |= bit;
  return bits;
}
