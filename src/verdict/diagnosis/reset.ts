/**
 * The RST that did not come from the peer (firewall-model 12, row 5). What speaks for that is weighed, and each sign
 * has an innocent twin:
 * - TTL: a way that changed, or a stack that starts its RSTs at another TTL;
 * - IP identification: a host need not count (RFC 6864 4.1), and RSTs of no socket often carry 0;
 * - window and options: a host that resets for want of a socket sends a window of 0 and no options (Linux
 *   tcp_v4_send_reset), so that neither says anything; one that resets a socket of its own sends that socket's
 *   window and should send its timestamps (RFC 7323 3.2);
 * - sequence numbers: a host that answers several segments sends several RSTs, none of them beyond its own data.
 * So another TTL is told with its doubts; with the TTL of the host two other signs must meet, or RSTs that guess.
 */
import type { SessionEvent, SessionFacts } from '../../session/facts.ts';
import { proof, side } from '../evidence.ts';
import { ownPackets, sameDistance, unlikeTtls } from '../foreign-resets.ts';
import { plural } from '../plural.ts';
import { type DiagnosisRule, eventsOf } from './rule.ts';

interface Suspicion {
  readonly resets: readonly SessionEvent[];
  readonly text: string;
}

export const resetNotFromPeer: DiagnosisRule = (facts) => {
  const found = [true, false]
    .map((fromClient) => guesses(facts, fromClient) ?? suspicion(facts, fromClient))
    .filter((each) => each !== null);
  if (found.length === 0) return null;
  return {
    text: found.map(({ text }) => text).join('; '),
    evidence: found.flatMap(({ resets }) =>
      resets.map((reset) => proof(reset, `RST with TTL ${reset.ttl}, ${headerText(reset)}`)),
    ),
  };
};

function headerText({ ipId, shape }: SessionEvent): string {
  const options = shape.options === null || shape.options.length === 0 ? '' : ` and options ${shape.options}`;
  return `identification ${ipId}, window ${shape.window}${options}`;
}

/** The first RST of a side that differs from its other packets enough. */
function suspicion(facts: SessionFacts, fromClient: boolean): Suspicion | null {
  const resets = eventsOf(facts, 'rst', fromClient);
  if (resets.length === 0) return null;
  const own = ownPackets(facts.events, fromClient);
  if (own.length === 0) return null;
  for (const reset of resets) {
    const before = own.filter(({ packet }) => packet < reset.packet);
    const signs = [identification(reset, before), header(reset, before)].filter((sign) => sign !== null);
    const ttls = unlikeTtls(facts.events, reset);
    if (ttls === null && signs.length < 2) continue;
    const name = `the RST of the ${side(reset)} in packet ${reset.packet} arrived`;
    const further = signs.length === 0 ? '' : ` (and ${signs.join(', and ')})`;
    const text =
      ttls === null
        ? `${name} with the TTL of its other packets, but ${signs.join(', and ')}: it may not come from the host`
        : `${name} with TTL ${reset.ttl}, its other packets with ${ttls.join(', ')}${further}${meaning(reset, ttls, signs.length)}`;
    return { resets: [reset], text };
  }
  return null;
}

/** How much another TTL says, alone and beside other signs. */
function meaning(reset: SessionEvent, ttls: readonly number[], signs: number): string {
  const same = sameDistance(reset.ttl, ttls);
  if (same !== null) {
    const far = `as many hops away, if it started at ${same.reset} and the others at ${same.others}`;
    return signs === 0
      ? `: ${far}, as with hosts that send RSTs with a TTL of their own, so it may well be the host's`
      : `: ${far}, so the TTL alone says nothing, and what else differs is a reason to doubt that the host sent it`;
  }
  return `: a device on the way ${signs === 0 ? 'may have' : 'most likely'} sent it in the host's name`;
}

/** How far a host may have counted on with packets of other connections. */
const ID_STEPS = 1000;

function follows(from: number, to: number): boolean {
  return ((to - from) & 0xffff) <= ID_STEPS;
}

/** A host that counts its packets shows where a RST is out of the row. */
function identification({ ipId }: SessionEvent, before: readonly SessionEvent[]): string | null {
  const ids = before.map((event) => event.ipId).filter((id) => id !== 0);
  const counts = ids.length >= 2 && ids.every((id, i) => i === 0 || follows(ids[i - 1]!, id));
  if (!counts || ids.at(0) === ids.at(-1) || ipId === 0 || follows(ids.at(-1)!, ipId)) return null;
  return `with IP identification ${ipId}, which does not go on from ${ids.slice(-3).join(', ')}`;
}

/** Options that only a SYN carries: maximum segment size, window scale, SACK permitted (RFC 9293 3.7.1, RFC 7323 2.2, RFC 2018 2). */
const OF_SYN: ReadonlySet<number> = new Set([2, 3, 4]);
const TIMESTAMPS = 8;

/** Window and options as neither way of resetting gives them. */
function header({ shape }: SessionEvent, before: readonly SessionEvent[]): string | null {
  const { window, options } = shape;
  const known = before.filter((event) => event.shape.options !== null);
  if (options === null || known.length === 0) return null;
  const carries = (event: SessionEvent): boolean => event.shape.options!.includes(TIMESTAMPS);
  if (options.some((kind) => OF_SYN.has(kind))) {
    return 'with options that only a SYN has';
  }
  if (options.includes(TIMESTAMPS) && !known.some(carries)) {
    return 'with timestamps, which none of its other packets has';
  }
  const windows = new Set(before.map((event) => event.shape.window));
  const isOdd = window !== 0 && !windows.has(window) && known.length >= 2 && known.every(carries);
  if (!isOdd || options.includes(TIMESTAMPS)) return null;
  return `with a window of ${window} and no timestamps, where its other packets have windows of ${[...windows].slice(-3).join(', ')} and timestamps`;
}

/** RSTs of one side at least, and different numbers beyond all that it has sent. */
const LEAST_TRIES = 3;
const LEAST_AHEAD = 2;

/**
 * A host knows its own number; who does not sends several RSTs with numbers farther and farther ahead. Where the
 * capture lacks packets the side's own number is not known either.
 */
function guesses(facts: SessionFacts, fromClient: boolean): Suspicion | null {
  const resets = eventsOf(facts, 'rst', fromClient);
  if (resets.length < LEAST_TRIES) return null;
  const ahead = [...new Set(resets.map(({ shape }) => shape.ahead ?? 0))].filter((bytes) => bytes > 0);
  if (ahead.length < LEAST_AHEAD) return null;
  if (eventsOf(facts, 'unseen').length > 0) return null;
  const first = resets.slice(0, 3);
  const ttls = unlikeTtls(facts.events, first[0]!);
  const beside =
    ttls === null ? '' : `, with TTL ${first[0]!.ttl} where its other packets have ${ttls.join(', ')}`;
  return {
    resets: first,
    text:
      `${plural(resets.length, 'RST')} of the ${side(first[0]!)} have different sequence numbers, up to ${Math.max(...ahead)} ` +
      `beyond all that it had sent${beside}: a host knows its own number, so a device that guesses it most likely sent them`,
  };
}
