/**
 * Hosts that hold sockets which the firewall no longer knows (firewall-model 12, row 7: 321 open on one host, 4 on
 * the other). A host holds one from the moment at which an established session expired until a FIN or a RST of its
 * own, or a new SYN on the same ports, shows that it has let go. A capture shows no more than that: a host may give
 * up in silence, so only a packet that it sent afterwards proves that it still held the socket then, and a RST in
 * answer to the other side's packet not even that.
 */
import { compareTime, type Time } from '../../capture/time.ts';
import { addressText } from '../../decode/address.ts';
import { TCP_FLAG } from '../../decode/packet.ts';
import type { SessionEvent, SessionFacts } from '../../session/facts.ts';
import { foreignTo } from '../foreign-resets.ts';
import { sidesTold } from './advice.ts';
import type { AllSessions } from './all-sessions.ts';
import { wasEstablished } from './decided.ts';
import { isSameWay, nextOnTuple } from './next-on-tuple.ts';

export interface HeldSockets {
  readonly host: string;
  /** sockets that it ever held so */
  readonly sockets: number;
  /** most at a time, and when that was first reached */
  readonly peak: number;
  readonly peakAt: Time;
  /** at the end of the run */
  readonly atEnd: number;
  /** of `sockets`: a packet of the host after the expiry proves it, unless it is a RST in answer to the other side */
  readonly proven: number;
  /** of `sockets`: a reset on non-SYN traffic would have told the host */
  readonly told: number;
  /** counted over time: at every moment at which it changed, in order; starts with the first one held */
  readonly course: readonly HeldStep[];
}

export interface HeldStep {
  readonly at: Time;
  /** sockets held from then on */
  readonly held: number;
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
  const nextOf = nextOnTuple(all.sessions.map(({ facts }) => facts).filter(({ tcp }) => tcp !== null));
  for (const { facts, verdict } of all.sessions) {
    if (verdict !== 'expired' || !wasEstablished(facts)) continue;
    for (const fromClient of [true, false]) {
      if (facts.tcp!.causes.includes(fromClient ? 'client-fin' : 'server-fin')) continue;
      const host = addressText(fromClient ? facts.src : facts.dst, facts.version);
      const sockets = byHost.get(host) ?? [];
      byHost.set(host, sockets);
      const socket = socketOf(facts, fromClient, nextOf(facts));
      if (socket !== null) sockets.push(socket);
    }
  }
  return [...byHost]
    .filter(([, sockets]) => sockets.length > 0)
    .map(([host, sockets]) => ({ host, sockets, course: courseOf(sockets) }))
    .map(({ host, sockets, course }) => ({
      host,
      sockets: sockets.length,
      ...peakOf(course),
      atEnd: sockets.filter(({ until }) => until === null).length,
      proven: sockets.filter(({ proven }) => proven).length,
      told: sockets.filter(({ told }) => told).length,
      course,
    }))
    .sort((a, b) => b.peak - a.peak || b.atEnd - a.atEnd || (a.host < b.host ? -1 : 1));
}

/** null: let go by the time of the expiry */
function socketOf(facts: SessionFacts, fromClient: boolean, next: SessionFacts | null): Socket | null {
  const late = facts.events.filter(({ kind }) => kind === 'late');
  const own = late.filter((event) => event.fromClient === fromClient && !isForeign(facts, event));
  const letGo = own.find(({ tcpFlags }) => (tcpFlags & (TCP_FLAG.FIN | TCP_FLAG.RST)) !== 0);
  // a new SYN has let go of it; data that opens a session (`--non-syn accept`) makes it known again
  const until = letGo?.time ?? next?.first.time ?? null;
  if (until !== null && compareTime(until, facts.endTime) <= 0) return null;
  return {
    from: facts.endTime,
    until,
    proven: own.some((event) => !isReset(event) || event === late[0]) || hasSpoken(facts, fromClient, next),
    told: sidesTold(facts).has(fromClient),
  };
}

/** In the session in which the connection went on. */
function hasSpoken(facts: SessionFacts, fromClient: boolean, next: SessionFacts | null): boolean {
  if (!next?.tcp?.nonSynAccepted) return false;
  const isClient = fromClient === isSameWay(facts, next);
  return (isClient ? next.c2s : next.s2c).packets > 0;
}

function isReset({ tcpFlags }: SessionEvent): boolean {
  return (tcpFlags & TCP_FLAG.RST) !== 0;
}

/** A RST in the host's name that another device has most likely sent says nothing of the host's socket. */
function isForeign({ events }: SessionFacts, event: SessionEvent): boolean {
  return isReset(event) && foreignTo(events, event) !== null;
}

/** How many were held from each moment on at which that changed. */
function courseOf(sockets: readonly Socket[]): readonly HeldStep[] {
  const changes = sockets
    .flatMap(({ from, until }) => [{ at: from, by: 1 }, ...(until === null ? [] : [{ at: until, by: -1 }])])
    .sort((a, b) => compareTime(a.at, b.at) || b.by - a.by);
  const course: HeldStep[] = [];
  let held = 0;
  for (const [i, { at, by }] of changes.entries()) {
    held += by;
    const next = changes[i + 1];
    const before = course.at(-1)?.held ?? 0;
    if ((next === undefined || compareTime(next.at, at) !== 0) && held !== before) course.push({ at, held });
  }
  return course;
}

function peakOf(course: readonly HeldStep[]): { peak: number; peakAt: Time } {
  const most = course.reduce((a, b) => (b.held > a.held ? b : a));
  return { peak: most.held, peakAt: most.at };
}
