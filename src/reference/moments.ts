/**
 * Takes down the life of a few sessions packet by packet, while the reference engine rebuilds them: what each
 * packet was, what became of it, and what the firewall held of the session afterwards.
 */
import type { PacketRecord } from '../capture/record.ts';
import type { Time } from '../capture/time.ts';
import { addressText } from '../decode/address.ts';
import type { DecodedPacket } from '../decode/packet.ts';
import type { PacketRef, SessionFacts, TcpFacts } from '../session/facts.ts';
import { type AddressPair, holdsAddresses } from './bystanders.ts';
import type { Arrival, ReferenceSession } from './session.ts';
import type { Step } from './tcp-walk.ts';
import type { SessionWatch, Sighting } from './watch.ts';

/** What the firewall holds of a session between two packets. One object serves as long as nothing changes. */
export interface Standing {
  /** null for other protocols */
  readonly tcp: TcpFacts | null;
  /** null while App-ID has not decided */
  readonly app: string | null;
  readonly payloadSeen: boolean;
  readonly timerName: string;
  readonly timerSeconds: number;
}

/** The columns of a packet that an explanation shows; see DecodedPacket. */
export type PacketColumns = Readonly<
  Pick<
    DecodedPacket,
    | 'tcpFlags'
    | 'seq'
    | 'ack'
    | 'window'
    | 'payloadLength'
    | 'frameBytes'
    | 'frames'
    | 'ttl'
    | 'icmpType'
    | 'icmpCode'
  >
>;

/** A packet of a session and what it did, or the timer that fired. */
export interface Moment {
  readonly kind: Sighting | 'expiry';
  /** null for an expiry */
  readonly ref: PacketRef | null;
  /** the packet's own time; for an expiry when the timer fired, on the same clock */
  readonly time: Time;
  /** travels from the client; of an ICMP error: comes from the client's side */
  readonly fromClient: boolean;
  readonly packet: PacketColumns | null;
  /** address that an ICMP error came from; null otherwise */
  readonly sender: string | null;
  /** of a TCP segment that found the session */
  readonly step: Step | null;
  /** null: there was no session */
  readonly before: Standing | null;
  readonly after: Standing;
  /** whether the packet restarted the timer */
  readonly restarts: boolean;
  /** when the timer fires if no packet comes after this one; the end, once the session has ended */
  readonly fires: Time;
  /** whether the session has left the table by then, and what ended it */
  readonly endedBy: SessionFacts['endedBy'];
}

/** Which sessions are taken down. */
export interface MomentChoice {
  /** @returns the number under which this session is asked for; null: it is not. Asked once, when it has opened */
  wanted(session: ReferenceSession, arrival: Arrival): number | null;
  /** null: any packet may matter to any session */
  readonly pairs: readonly AddressPair[] | null;
}

export class MomentRecorder implements SessionWatch {
  /** in the order of the capture, by the number that was asked for */
  readonly moments: ReadonlyMap<number, readonly Moment[]>;
  private readonly lists = new Map<number, Moment[]>();
  private readonly watched = new Map<ReferenceSession, Moment[]>();
  private readonly numbers = new Map<number, number>();
  private readonly choice: MomentChoice;

  constructor(choice: MomentChoice) {
    this.choice = choice;
    this.moments = this.lists;
  }

  /** The number that a session of this run was asked for by; null where it was not. */
  numberOf(id: number): number | null {
    return this.numbers.get(id) ?? null;
  }

  concerns(record: PacketRecord): boolean {
    return this.choice.pairs === null || holdsAddresses(record.data, this.choice.pairs);
  }

  see(kind: Sighting, session: ReferenceSession, arrival: Arrival): void {
    const moments = this.watched.get(session) ?? this.begin(session, arrival);
    if (moments === null) return;
    const { ref, decoded } = arrival;
    const facts = session.facts(arrival.now);
    const before = moments.at(-1)?.after ?? null;
    const isError = kind === 'icmp-error';
    moments.push({
      kind,
      ref,
      time: ref.time,
      fromClient: isError ? !quotesClient(decoded, session) : session.isFromClient(decoded),
      packet: columnsOf(decoded),
      sender: isError ? addressText(decoded.src, decoded.version) : null,
      step: kind === 'taken' ? session.lastStep : null,
      before,
      after: standingOf(facts, before),
      restarts: kind === 'taken' && facts.lastRefresh.packet === ref.packet,
      fires: facts.endTime,
      endedBy: facts.endedBy,
    });
  }

  expired(session: ReferenceSession): void {
    const moments = this.watched.get(session);
    if (moments === undefined) return;
    const { after } = moments.at(-1)!;
    const { endTime, endedBy } = session.facts(session.endedAt!);
    moments.push({
      kind: 'expiry',
      ref: null,
      time: endTime,
      fromClient: false,
      packet: null,
      sender: null,
      step: null,
      before: after,
      after,
      restarts: false,
      fires: endTime,
      endedBy,
    });
  }

  /** A session that has not been seen before has just opened. */
  private begin(session: ReferenceSession, arrival: Arrival): Moment[] | null {
    if (session.id <= this.lastAsked) return null;
    this.lastAsked = session.id;
    const number = this.choice.wanted(session, arrival);
    if (number === null) return null;
    const moments: Moment[] = [];
    this.lists.set(number, moments);
    this.watched.set(session, moments);
    this.numbers.set(session.id, number);
    return moments;
  }

  private lastAsked = 0;
}

function quotesClient({ embedded }: Readonly<DecodedPacket>, session: ReferenceSession): boolean {
  return embedded !== null && embedded.sport === session.sport && embedded.dport === session.dport;
}

function columnsOf(packet: Readonly<DecodedPacket>): PacketColumns {
  const { tcpFlags, seq, ack, window, payloadLength, frameBytes, frames, ttl, icmpType, icmpCode } = packet;
  return { tcpFlags, seq, ack, window, payloadLength, frameBytes, frames, ttl, icmpType, icmpCode };
}

/** The engine goes on writing into its lists of causes: what is kept is a copy. */
function standingOf(facts: SessionFacts, before: Standing | null): Standing {
  const { app, payloadSeen, timerName, timerSeconds } = facts;
  const tcp = sameTcp(facts.tcp, before?.tcp ?? null) ? (before?.tcp ?? null) : copyOf(facts.tcp!);
  const unchanged =
    before !== null &&
    tcp === before.tcp &&
    app === before.app &&
    payloadSeen === before.payloadSeen &&
    timerName === before.timerName &&
    timerSeconds === before.timerSeconds;
  return unchanged ? before : { tcp, app, payloadSeen, timerName, timerSeconds };
}

function sameTcp(now: TcpFacts | null, before: TcpFacts | null): boolean {
  if (now === null || before === null) return now === before;
  return (
    now.state === before.state &&
    now.handshakeComplete === before.handshakeComplete &&
    now.causes.join() === before.causes.join() &&
    now.disproved.length === before.disproved.length &&
    now.dropped.length === before.dropped.length
  );
}

function copyOf(tcp: TcpFacts): TcpFacts {
  return {
    ...tcp,
    causes: [...tcp.causes],
    disproved: [...tcp.disproved],
    dropped: [...tcp.dropped],
  };
}
