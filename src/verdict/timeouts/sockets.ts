/**
 * Hosts that hold sockets which the firewall no longer knows (firewall-model 12, row 7: 321 open on one host, 4 on
 * the other). A host holds one from the moment at which an established session expired until a FIN or a RST of its
 * own, or a new SYN on the same ports, shows that it has let go. A capture shows no more than that: a host may give
 * up in silence, so only a packet that it sent afterwards proves that it still held the socket then.
 */
import { compareTime, type Time } from '../../capture/time.ts';
import { addressText } from '../../decode/address.ts';
import { TCP_FLAG } from '../../decode/packet.ts';
import type { SessionFacts } from '../../session/facts.ts';
import { sidesTold } from './advice.ts';
import type { AllSessions } from './all-sessions.ts';
import { wasEstablished } from './session.ts';

export interface HeldSockets {
  readonly host: string;
  /** sockets that it ever held so */
  readonly sockets: number;
  /** most at a time, and when that was first reached */
  readonly peak: number;
  readonly peakAt: Time;
  /** at the end of the run */
  readonly atEnd: number;
  /** of `sockets`: a packet of the host after the expiry proves it */
  readonly proven: number;
  /** of `sockets`: a reset on non-SYN traffic would have told the host */
  readonly told: number;
}

interface Socket {
  readonly from: Time;
  /** null: never let go, as far as packets show */
  readonly until: Time | null;
  readonly proven: boolean;
  readonly told: boolean;
}

/** Most sockets first, then by address. */
export function heldSockets(all: AllSessions): readonly HeldSockets[] {
  const byHost = new Map<string, Socket[]>();
  const nextSyn = synsByTuple(all);
  for (const { facts, verdict } of all.sessions) {
    if (verdict !== 'expired' || !wasEstablished(facts)) continue;
    for (const fromClient of [true, false]) {
      if (facts.tcp!.causes.includes(fromClient ? 'client-fin' : 'server-fin')) continue;
      const host = addressText(fromClient ? facts.src : facts.dst, facts.version);
      const sockets = byHost.get(host) ?? [];
      byHost.set(host, sockets);
      sockets.push(socketOf(facts, fromClient, nextSyn(facts)));
    }
  }
  return [...byHost]
    .map(([host, sockets]) => ({
      host,
      sockets: sockets.length,
      ...peakOf(sockets),
      atEnd: sockets.filter(({ until }) => until === null).length,
      proven: sockets.filter(({ proven }) => proven).length,
      told: sockets.filter(({ told }) => told).length,
    }))
    .sort((a, b) => b.peak - a.peak || b.atEnd - a.atEnd || (a.host < b.host ? -1 : 1));
}

function socketOf(facts: SessionFacts, fromClient: boolean, syn: Time | null): Socket {
  const own = facts.events.filter((event) => event.kind === 'late' && event.fromClient === fromClient);
  const letGo = own.find(({ tcpFlags }) => (tcpFlags & (TCP_FLAG.FIN | TCP_FLAG.RST)) !== 0);
  const until = letGo?.time ?? syn;
  return {
    from: facts.endTime,
    until: until !== null && compareTime(until, facts.endTime) < 0 ? facts.endTime : until,
    proven: own.length > 0,
    told: sidesTold(facts).has(fromClient),
  };
}

/** When the tuple of a session opens its next one. */
function synsByTuple(all: AllSessions): (facts: SessionFacts) => Time | null {
  const tupleOf = ({ version, src, dst, sport, dport, parent }: SessionFacts): string =>
    `${version} ${parent ?? ''} ${src.join(' ')} ${sport} ${dst.join(' ')} ${dport}`;
  const starts = new Map<string, SessionFacts[]>();
  for (const { facts } of all.sessions) {
    if (facts.tcp === null) continue;
    const key = tupleOf(facts);
    const list = starts.get(key);
    if (list === undefined) starts.set(key, [facts]);
    else list.push(facts);
  }
  return (facts) => {
    const next = starts.get(tupleOf(facts))?.find(({ id }) => id > facts.id);
    return next?.first.time ?? null;
  };
}

function peakOf(sockets: readonly Socket[]): { peak: number; peakAt: Time } {
  const steps = sockets
    .flatMap(({ from, until }) => [{ at: from, by: 1 }, ...(until === null ? [] : [{ at: until, by: -1 }])])
    .sort((a, b) => compareTime(a.at, b.at) || b.by - a.by);
  let held = 0;
  let peak = 0;
  let peakAt = steps[0]!.at;
  for (const { at, by } of steps) {
    held += by;
    if (held <= peak) continue;
    peak = held;
    peakAt = at;
  }
  return { peak, peakAt };
}
