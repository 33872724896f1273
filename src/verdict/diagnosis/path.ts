/** What the way between the hosts, or the capture, does not show (firewall-model 12, rows 9 and 22). */
import { MOST_EVENTS, type SessionEvent, type SessionFacts } from '../../session/facts.ts';
import { proof, side } from '../evidence.ts';
import { plural } from '../plural.ts';
import { type DiagnosisRule, eventsOf, type Finding, firstOf } from './rule.ts';

/** Row 9: half of a connection. */
export const oneDirectionOnly: DiagnosisRule = (facts) => {
  const { tcp, c2s, s2c } = facts;
  if (tcp === null || (c2s.packets > 0 && s2c.packets > 0)) return null;
  if (!tcp.handshakeComplete && !tcp.midstream && !tcp.nonSynAccepted) return null;
  const [seen, missing] = c2s.packets > 0 ? (['client', 'server'] as const) : (['server', 'client'] as const);
  const first = firstOf(facts, 'first') ?? facts.lastRefresh;
  return {
    text:
      `${plural(c2s.packets + s2c.packets, 'packet')} of the ${seen} and none of the ${missing}, though ${isAnswerOnly(facts) ? 'a SYN-ACK answers a SYN' : 'the connection is open'}: ` +
      'the other direction takes another way, or the capture does not hold it',
    evidence: [proof(first, `first packet of the ${seen}`)],
  };
};

/** Nothing but a SYN-ACK, so that nobody knows whether the connection opened. */
function isAnswerOnly({ tcp, clientBasis }: SessionFacts): boolean {
  return clientBasis === 'syn-ack' && !tcp!.handshakeComplete;
}

/** ICMP 3/4 fragmentation needed (RFC 1191), ICMPv6 2/0 packet too big (RFC 8201), as type * 256 + code. */
const TOO_BIG: Readonly<Record<number, ReadonlySet<number>>> = {
  4: new Set([3 * 256 + 4]),
  6: new Set([2 * 256]),
};

/** Row 22: a router says that packets do not fit, or they vanish while small ones pass. */
export const pathMtu: DiagnosisRule = (facts) =>
  reportedMtu(facts) ?? blackHole(facts, true) ?? blackHole(facts, false);

function reportedMtu(facts: SessionFacts): Finding | null {
  const reports = eventsOf(facts, 'icmp-error').filter((event) => TOO_BIG[facts.version]?.has(event.value));
  const [first] = reports;
  if (first === undefined) return null;
  return {
    text:
      `${first.text} says that packets of the ${affected(first)} do not fit its link (${plural(reports.length, 'ICMP message')}): ` +
      'where these messages are dropped on the way, large packets vanish and small ones pass',
    evidence: reports.map((event) => proof(event, `ICMP of ${event.text}: packet too big`)),
  };
}

/** Payload that fits every link (RFC 791 3.1: 576 bytes; RFC 8200 5: 1280), less the headers of IP and TCP. */
const ALWAYS_FITS: Readonly<Record<number, number>> = { 4: 536, 6: 1220 };
/** of a series of retransmissions only the third and later ones are told (session/facts.ts `resent`) */
const UNTOLD_RESENDS = 2;

interface Stall {
  readonly resends: readonly SessionEvent[];
  /** ACK that ended it */
  readonly moved: SessionEvent | null;
}

/** Times in which one side sent the same byte again and again. */
function stallsOf(facts: SessionFacts, fromClient: boolean): readonly Stall[] {
  const stalls: Stall[] = [];
  let resends: SessionEvent[] = [];
  for (const event of facts.events) {
    const isResend = event.kind === 'resent' || event.kind === 'stuck';
    if (isResend && event.fromClient === fromClient) resends.push(event);
    if (event.kind !== 'moved' || event.fromClient === fromClient || resends.length === 0) continue;
    stalls.push({ resends, moved: event });
    resends = [];
  }
  return resends.length === 0 ? stalls : [...stalls, { resends, moved: null }];
}

/** Bytes that had been acknowledged before, where among them may have been a segment as large; 0: none was. */
function carriedBefore({ value, shape }: SessionEvent): number {
  const acknowledged = shape.place === null ? Number.POSITIVE_INFINITY : shape.place - 1;
  return acknowledged < value ? 0 : acknowledged;
}

/** What shows that small packets got through where large ones did not; null: nothing does. */
function smallOnesPass(facts: SessionFacts, { resends, moved }: Stall): string | null {
  const [first] = resends;
  if (carriedBefore(first!) > 0) return smallOnesPassNow(resends, moved);
  const last = resends.at(-1)!;
  const large = first!.value;
  if (moved !== null) {
    return last.value < large ? `until ${plural(last.value, 'byte')} at a time got through` : null;
  }
  if (last.kind === 'stuck') return 'while the other host still asked for it, so smaller packets got through';
  const before = firstOf(facts, 'payload', first!.fromClient);
  return before !== undefined && before.packet < first!.packet && before.value < large
    ? `though ${plural(before.value, 'byte')} had got through before; a host that is gone looks the same`
    : null;
}

/** Segments as large had got through: the way has changed since, if it is that. */
function smallOnesPassNow(resends: readonly SessionEvent[], moved: SessionEvent | null): string | null {
  const last = resends.at(-1)!;
  if (moved !== null)
    return last.value < resends[0]!.value
      ? `until ${plural(last.value, 'byte')} at a time got through`
      : null;
  // what it sent before the series may have been in answer to the segments before
  return resends[0]!.kind === 'resent' && last.kind === 'stuck'
    ? 'while the other host still asked for it, so something behind it got through; a device that drops this one ' +
        'segment looks the same'
    : null;
}

function sinceWhen(first: SessionEvent): string {
  const before = carriedBefore(first);
  if (before === 0) return '';
  return before === Number.POSITIVE_INFINITY
    ? ', of a connection that began before the capture'
    : `, after ${plural(before, 'byte')} had been acknowledged`;
}

function blackHole(facts: SessionFacts, fromClient: boolean): Finding | null {
  for (const stall of stallsOf(facts, fromClient)) {
    const { resends, moved } = stall;
    const first = resends[0]!;
    const last = resends.at(-1)!;
    const passes = first.value > ALWAYS_FITS[facts.version]! ? smallOnesPass(facts, stall) : null;
    if (passes === null) continue;
    const most = MOST_EVENTS.get(last.kind) === resends.length ? 'at least ' : '';
    return {
      text:
        `${plural(first.value, 'byte')} of the ${side(first)} in one packet were sent again ${most}${resends.length + UNTOLD_RESENDS} times ` +
        `and not acknowledged${sinceWhen(first)}, ${passes}; a path-MTU black hole looks so: a link${carriedBefore(first) === 0 ? '' : ' of another way than before'} takes no packets of that size, and the ` +
        'ICMP message that says so is dropped',
      evidence: [
        proof(first, 'sent again for the third time'),
        ...(last === first ? [] : [proof(last, 'sent again')]),
        ...(moved === null ? [] : [proof(moved, 'ACK that goes on')]),
      ],
    };
  }
  return null;
}

/** An error is noted on the side that it came from, as an answer; what it quotes is the other side's. */
function affected(event: SessionEvent): string {
  return event.fromClient ? 'server' : 'client';
}
