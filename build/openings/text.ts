/**
 * What the patterns of a text signature say of the first bytes. The matcher is run with text that only
 * patterns may look at: each answer of a pattern is tried both ways, and every way that ends in a match
 * tells which patterns must have fitted which side. Anything else that the matcher looks at ends that way
 * there: it may match from then on.
 */
import { type CharSet, JS, NFA } from 'refa';
import { type ByteSet, OPENING_BYTES, type Shape } from '../../src/firewall/app-id/opening.ts';
import type { Conversation, Datagram, Match } from '../../src/firewall/app-id/signature.ts';

/** What one way through a matcher asks of each text; a side that it does not ask for is not there. */
export type Way = ReadonlyMap<Side, Shape>;
export type Side = 'client' | 'server';

/** The matcher looked at something other than a pattern's answer. */
class LookedBeyond extends Error {}

/** Text that may not be looked at: a property of it, or its characters, end the way. */
function closedText(): object {
  const fail = () => {
    throw new LookedBeyond();
  };
  return new Proxy({}, { get: fail, has: fail, ownKeys: fail });
}

const TEXTS: Readonly<Record<Side, object>> = { client: closedText(), server: closedText() };

/**
 * All ways through a stream's matcher that end in a match.
 * @throws {Error} where one of them asks nothing of either text: the row must say itself how it begins
 */
export function waysOfStream(match: (conversation: Conversation) => Match | null): Way[] {
  return waysThrough(() =>
    match({
      c2s: closedText(),
      s2c: closedText(),
      clientText: TEXTS.client,
      serverText: TEXTS.server,
    } as unknown as Conversation),
  );
}

/** payload bytes on the wire: matchers ask for a least or a greatest number of them */
const WIRE_LENGTHS = [
  ...Array.from({ length: 64 }, (_, i) => i + 1),
  100,
  200,
  512,
  1024,
  1472,
  4096,
  65_507,
];

/** The same for a datagram's, which has one text. */
export function waysOfDatagram(match: (datagram: Datagram) => Match | null): Way[] {
  return WIRE_LENGTHS.flatMap((wireLength) =>
    waysThrough(() =>
      match({ payload: closedText(), previous: closedText(), text: TEXTS.client, wireLength } as never),
    ),
  );
}

interface Question {
  readonly side: Side;
  readonly pattern: RegExp;
}

function waysThrough(run: () => Match | null): Way[] {
  const ways: Way[] = [];
  const planned: boolean[][] = [[]];
  for (let plan = planned.pop(); plan !== undefined; plan = planned.pop()) {
    const { asked, answers, mayMatch } = runOnce(run, plan);
    // each answer beyond the plan was yes: the other way is still to be gone
    for (let i = plan.length; i < answers.length; i++) planned.push([...answers.slice(0, i), false]);
    if (!mayMatch) continue;
    const fitted = asked.filter((_, i) => answers[i]);
    if (fitted.length === 0) throw new Error('matches without any pattern: how it begins must be said');
    ways.push(...fitted.reduce(narrowed, [new Map()]));
  }
  return ways;
}

/** Each way as often as the pattern that must fit, too, has shapes. */
function narrowed(ways: readonly Way[], { side, pattern }: Question): Way[] {
  const shapes = shapesOfPattern(pattern);
  return ways.flatMap((way) => shapes.map((shape) => new Map(way).set(side, narrower(way.get(side), shape))));
}

function runOnce(
  run: () => Match | null,
  plan: readonly boolean[],
): { asked: Question[]; answers: boolean[]; mayMatch: boolean } {
  const asked: Question[] = [];
  const answers: boolean[] = [];
  const { test, exec } = RegExp.prototype;
  const answer = (pattern: RegExp, text: unknown): boolean | null => {
    const side = (Object.keys(TEXTS) as Side[]).find((each) => TEXTS[each] === text);
    if (side === undefined) return null;
    asked.push({ side, pattern });
    answers.push(plan[answers.length] ?? true);
    return answers.at(-1)!;
  };
  RegExp.prototype.test = function (text) {
    return answer(this, text) ?? test.call(this, text);
  };
  RegExp.prototype.exec = function (text) {
    // what a pattern found is not known
    if (answer(this, text) === null) return exec.call(this, text);
    if (answers.at(-1)!) throw new LookedBeyond();
    return null;
  };
  try {
    return { asked, answers, mayMatch: run() !== null };
  } catch (error) {
    if (!(error instanceof LookedBeyond)) throw error;
    return { asked, answers, mayMatch: true };
  } finally {
    RegExp.prototype.test = test;
    RegExp.prototype.exec = exec;
  }
}

/** Both sets where two patterns must fit. */
function narrower(one: Shape | undefined, other: Shape): Shape {
  if (one === undefined) return other;
  return Array.from({ length: OPENING_BYTES }, (_, at) => {
    const [a, b] = [one[at] ?? null, other[at] ?? null];
    return a === null || b === null ? (a ?? b) : a.map((flag, value) => flag & b[value]!);
  });
}

/** text begins with a printable character that is no space (bytes.ts, textHead) */
const FIRST_CHARACTER = { from: 0x21, to: 0x7e } as const;

interface Automaton {
  readonly nfa: NFA;
  /** whether what it asks of the first byte, and of the others after it, is asked of the text's */
  readonly isAnchored: boolean;
}

function automatonOf(pattern: RegExp): Automaton {
  const parser = JS.Parser.fromLiteral(pattern);
  const isAnchored = parser.ast.pattern.alternatives.every(({ elements: [first] }) => {
    return first?.type === 'Assertion' && first.kind === 'start' && !pattern.multiline;
  });
  const { expression, maxCharacter } = parser.parse({ assertions: 'ignore' });
  return { nfa: NFA.fromRegex(expression, { maxCharacter }, { assertions: 'ignore' }), isAnchored };
}

/** What a pattern asks of each byte of text; assertions but the first are passed over, so it may ask less than it does. */
export function shapeOfPattern(pattern: RegExp): Shape {
  const { nfa, isAnchored } = automatonOf(pattern);
  return asText(isAnchored ? shapeFrom(nfa, [nfa.initial]) : []);
}

/** share of random bytes by which a shape must fall short of another to stand for itself */
const WORTH_A_SHAPE = 0.001;

/** The same as several shapes, one a first character, where together they let much less through than one for all. */
export function shapesOfPattern(pattern: RegExp): Shape[] {
  const whole = shapeOfPattern(pattern);
  const { nfa, isAnchored } = automatonOf(pattern);
  if (!isAnchored || nfa.finals.has(nfa.initial)) return [whole];
  const parts = [...nfa.initial.out].map(([target, characters]) =>
    asText([valuesOf([characters]), ...shapeFrom(nfa, [target])]),
  );
  const share = parts.reduce((sum, part) => sum + shareOf(part), 0);
  return shareOf(whole) - share > WORTH_A_SHAPE ? parts : [whole];
}

/** What must stand behind these states, byte for byte, up to where a match may end. */
function shapeFrom(nfa: NFA, from: readonly NFA.Node[]): ByteSet[] {
  const shape: ByteSet[] = [];
  let states = new Set(from);
  while (shape.length < OPENING_BYTES && ![...states].some((one) => nfa.finals.has(one))) {
    const ways = [...states].flatMap((state) => [...state.out]);
    shape.push(valuesOf(ways.map(([, characters]) => characters)));
    states = new Set(ways.map(([target]) => target));
  }
  return shape;
}

function valuesOf(sets: readonly CharSet[]): ByteSet {
  const values = new Uint8Array(256);
  for (const { ranges } of sets) {
    for (const { min, max } of ranges) if (min < 256) values.fill(1, min, max + 1);
  }
  return values.every((flag) => flag === 1) ? null : values;
}

function asText([first, ...rest]: readonly ByteSet[]): Shape {
  const { from, to } = FIRST_CHARACTER;
  const values = first ?? new Uint8Array(256).fill(1);
  return [values.map((flag, value) => (value < from || value > to ? 0 : flag)), ...rest].slice(
    0,
    OPENING_BYTES,
  );
}

/** Share of random bytes that fit. */
function shareOf(shape: Shape): number {
  return shape.reduce(
    (share, values) => share * (values === null ? 1 : values.reduce((sum, flag) => sum + flag, 0) / 256),
    1,
  );
}
