/**
 * One session as the reference engine holds it: a plain object that takes packets and can say when it
 * would expire. The rules it follows are firewall-model 3.2 (timers) and 5 (application).
 */
import type { PacketRecord } from '../capture/record.ts';
import { addTime, compareTime, nearestTime, subtractTime, type Time } from '../capture/time.ts';
import { type DecodedPacket, PROTO, TCP_FLAG } from '../decode/packet.ts';
import { identifyProtocol } from '../firewall/app-id/identify.ts';
import { fatalTlsAlert, OVER_TLS } from '../firewall/app-id/tls-alert.ts';
import { type ResolvedTimer, resolveTimer, type TimerTransport } from '../firewall/application-timers.ts';
import type { TimeoutName } from '../firewall/timeouts.ts';
import { AppDecision } from '../session/app-decision.ts';
import type { ClientBasis, EventKind, IdleGap, PacketRef, SessionFacts } from '../session/facts.ts';
import type { EngineOptions } from '../session/options.ts';
import { sctpTimer } from '../session/sctp-states.ts';
import { shapeOf } from '../session/segment-shape.ts';
import { TCP_CLASS } from '../session/tcp-states.ts';
import { TCP_TIMER_BY_STATE } from '../session/tcp-timers.ts';
import type { Aging } from './aging.ts';
import { type EventDetail, SessionNotes } from './session-notes.ts';
import { type Step, TcpWalk } from './tcp-walk.ts';

/** A packet with its place in the merged input and on the table's clock. */
export interface Arrival {
  readonly ref: PacketRef;
  readonly record: PacketRecord;
  readonly decoded: Readonly<DecodedPacket>;
  /** table time, and what was added to the packet's own time to get it (design.md) */
  readonly now: Time;
  readonly offset: Time;
}

/** How a session came to be. */
export interface Opening {
  readonly id: number;
  /** the first packet travels from the client */
  readonly fromClient: boolean;
  readonly clientBasis: ClientBasis;
  /** session around it, where it is inside a tunnel */
  readonly parent: number | null;
  readonly midstream: boolean;
  readonly nonSynAccepted: boolean;
}

const TRANSPORTS: Readonly<Record<number, TimerTransport>> = {
  [PROTO.TCP]: 'tcp',
  [PROTO.UDP]: 'udp',
  [PROTO.ICMP]: 'icmp',
  [PROTO.ICMPV6]: 'icmp',
  [PROTO.SCTP]: 'sctp',
};

/** A packet, and what brings its own time onto the clock of the capture's first packet. */
type Sighting = Pick<Arrival, 'ref' | 'offset'>;

function sameClock({ ref, offset }: Sighting): Time {
  return nearestTime(addTime(ref.time, offset));
}

export class ReferenceSession {
  readonly id: number;
  /** c2s key */
  readonly version: number;
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  /** tunnels around it, and the network that the innermost names */
  readonly level: number;
  readonly network: number;
  readonly tcp: TcpWalk | null;
  /** packets after the end; counted by the release store */
  afterEnd = 0;
  /** table time at which it left the table; null while in it */
  endedAt: Time | null = null;
  endedBy: 'timer' | 'syn' | null = null;
  /** what became of the TCP segment that it was given last */
  lastStep: Step | null = null;
  private readonly opening: Opening;
  private readonly icmpType: number;
  private readonly transport: TimerTransport;
  private readonly options: EngineOptions;
  private readonly aging: Aging;
  private readonly app: AppDecision;
  private readonly notes: SessionNotes;
  private readonly counts = { c2s: { packets: 0, bytes: 0 }, s2c: { packets: 0, bytes: 0 } };
  private readonly payloadSeen = { c2s: false, s2c: false };
  private readonly first: Sighting;
  private last: Sighting;
  private refresh: { ref: PacketRef; now: Time; offset: Time };
  private timer: ResolvedTimer;
  private longestGap: IdleGap | null = null;
  private sctpTimerName: TimeoutName | null = null;
  private tlsAlert: SessionFacts['tlsAlert'] = null;
  private endPacketTime: Time | null = null;
  /** the packet taken last */
  private atHand: Readonly<DecodedPacket>;

  constructor(opening: Opening, arrival: Arrival, options: EngineOptions, aging: Aging) {
    const { decoded } = arrival;
    this.opening = opening;
    this.options = options;
    this.aging = aging;
    this.notes = new SessionNotes(options.events, () => shapeOf(this.atHand, this.lastStep));
    this.atHand = arrival.decoded;
    this.id = opening.id;
    this.version = decoded.version;
    this.src = (opening.fromClient ? decoded.src : decoded.dst).slice();
    this.dst = (opening.fromClient ? decoded.dst : decoded.src).slice();
    this.sport = opening.fromClient ? decoded.sport : decoded.dport;
    this.dport = opening.fromClient ? decoded.dport : decoded.sport;
    this.proto = decoded.proto;
    this.level = decoded.level;
    this.network = decoded.network;
    this.icmpType = decoded.icmpType;
    this.transport = TRANSPORTS[decoded.proto] ?? 'other';
    this.tcp =
      decoded.proto === PROTO.TCP ? new TcpWalk(options, opening.midstream, opening.nonSynAccepted) : null;
    this.app = new AppDecision({ maxPackets: options.appIdMaxPackets, maxBytes: options.appIdMaxBytes });
    if (opening.nonSynAccepted) this.app.decide('non-syn-tcp');
    else if (this.tcp === null && this.transport !== 'udp') {
      this.app.decide(identifyProtocol(decoded.proto, decoded.icmpType));
    }
    const { ref, now, offset } = arrival;
    this.first = { ref, offset };
    this.last = { ref, offset };
    this.refresh = { ref, now, offset };
    this.timer = { name: 'default', seconds: options.timeouts.default };
  }

  /** Whether a packet with this key travels from the client. */
  isFromClient(packet: Readonly<DecodedPacket>): boolean {
    return (
      packet.sport === this.sport &&
      packet.dport === this.dport &&
      packet.src.every((word, i) => word === this.src[i]) &&
      packet.dst.every((word, i) => word === this.dst[i])
    );
  }

  /** Table time at which it leaves the table if no packet comes. */
  expiry(): Time {
    return this.aging.expiry(this.refresh.now, this.timer.seconds);
  }

  /**
   * Takes a packet that found the session (or opened it). `reuse` means that the packet was not taken:
   * it ends this session and is to open another.
   */
  take(arrival: Arrival, raise: (counter: string) => void): 'taken' | 'reuse' {
    const fromClient = this.isFromClient(arrival.decoded);
    const step = this.tcp?.take(arrival.decoded, fromClient) ?? null;
    this.lastStep = step;
    if (step?.outcome === 'reuse') return 'reuse';

    const isFirst = this.counts.c2s.packets + this.counts.s2c.packets === 0;
    const side = fromClient ? this.counts.c2s : this.counts.s2c;
    side.packets += arrival.decoded.frames;
    side.bytes += arrival.decoded.frameBytes;
    this.last = { ref: arrival.ref, offset: arrival.offset };
    if (isFirst) this.note('first', arrival, fromClient);
    else if (this.options.events) this.noteGap(arrival);
    if (step !== null) this.noteSegment(step, arrival, fromClient);
    if (step?.counter) raise(step.counter);
    if (step?.outcome !== 'dropped') this.accept(arrival, fromClient, step);
    return 'taken';
  }

  /** An ICMP error that quotes a packet of this session: evidence, and nothing else changes (interface.md). */
  noteIcmpError(arrival: Arrival, sender: string): void {
    const { icmpType, icmpCode, embedded } = arrival.decoded;
    const quotesClient = embedded !== null && embedded.sport === this.sport && embedded.dport === this.dport;
    this.note('icmp-error', arrival, !quotesClient, { value: icmpType * 256 + icmpCode, text: sender });
  }

  /** Whether packets after its end are its own to count (interface.md `after_end`). */
  collectsLate(): boolean {
    return this.tcp !== null && (this.tcp.handshakeComplete || this.tcp.midstream);
  }

  /** A packet of the tuple that came after the end and opened nothing. */
  noteLate(arrival: Arrival): void {
    this.afterEnd += arrival.decoded.frames;
    const value = arrival.decoded.payloadLength;
    this.note('late', arrival, this.isFromClient(arrival.decoded), { value });
  }

  /** Ends it because its timer has fired. */
  expire(): void {
    this.endedAt = this.expiry();
    this.endedBy = 'timer';
    this.endPacketTime = subtractTime(this.endedAt, this.refresh.offset);
    this.app.letGo();
  }

  /** Ends it because `arrival` is a SYN that opens a new session on its ports (firewall-model 3.7). */
  endByReuse(arrival: Arrival): void {
    this.endedAt = arrival.now;
    this.endedBy = 'syn';
    this.endPacketTime = arrival.ref.time;
    this.app.letGo();
    this.note('reuse', arrival, this.isFromClient(arrival.decoded));
  }

  /** @param at table time at the end of the capture */
  facts(at: Time): SessionFacts {
    const { src, dst, version, proto, sport, dport, icmpType } = this;
    const { zones } = this.options;
    const left = subtractTime(this.expiry(), at);
    const elapsed = subtractTime(sameClock(this.last), sameClock(this.first));
    return {
      id: this.id,
      type: 'FLOW',
      version,
      src,
      dst,
      proto,
      sport,
      dport,
      icmpType,
      fromZone: zones(src),
      toZone: zones(dst),
      c2s: this.counts.c2s,
      s2c: this.counts.s2c,
      clientBasis: this.opening.clientBasis,
      first: this.first.ref,
      last: this.last.ref,
      lastRefresh: this.refresh.ref,
      longestGap: this.longestGap,
      elapsedSeconds: Math.max(elapsed.sec, 0),
      parent: this.opening.parent,
      tcp: this.tcp?.facts() ?? null,
      app: this.app.app,
      payloadSeen: this.app.payloadPackets > 0,
      tlsAlert: this.tlsAlert,
      timerName: this.timer.name,
      timerSeconds: this.timer.seconds,
      endedBy: this.endedBy,
      endTime: this.endPacketTime ?? subtractTime(this.expiry(), this.refresh.offset),
      ttlSeconds: this.endedBy !== null ? 0 : left.sec + (left.nsec > 0 ? 1 : 0),
      afterEnd: this.collectsLate() ? this.afterEnd : null,
      lateGap: this.notes.lateGap,
      events: this.notes.events,
    };
  }

  private note(kind: EventKind, arrival: Arrival, fromClient: boolean, detail: EventDetail = {}): void {
    this.atHand = arrival.decoded;
    this.notes.add(kind, arrival.ref, arrival.decoded, fromClient, detail);
  }

  /** Takes down what a TCP segment meant to the walk. */
  private noteSegment(step: Step, arrival: Arrival, fromClient: boolean): void {
    const { rst, whileOpening, whileTimeWait } = step;
    if (rst !== null)
      this.note('rst', arrival, fromClient, { disposition: rst, whileOpening, whileTimeWait });
    if (step.packetClass === TCP_CLASS.SYN) this.note('syn', arrival, fromClient);
    if (step.packetClass === TCP_CLASS.SYN_ACK) this.note('syn-ack', arrival, fromClient);
    if (step.disproof) this.note('disproof', arrival, fromClient);
    if (step.firstFin) this.note('fin', arrival, fromClient);
    if (step.challenge) this.note('challenge-ack', arrival, fromClient);
    for (const sight of step.sights) {
      const sized = sight === 'resent' || sight === 'stuck';
      this.note(sight, arrival, fromClient, sized ? { value: arrival.decoded.payloadLength } : {});
    }
  }

  private noteGap({ ref, now }: Arrival): void {
    const length = subtractTime(now, this.refresh.now);
    if (this.longestGap !== null && compareTime(length, this.longestGap.length) <= 0) return;
    const { name, seconds } = this.timer;
    this.longestGap = { length, timerName: name, timerSeconds: seconds, until: ref };
  }

  /** What an accepted packet does: App-ID, the timer of the new state, the restart of that timer. */
  private accept(arrival: Arrival, fromClient: boolean, step: Step | null): void {
    const { decoded, ref, now, offset } = arrival;
    if (decoded.payloadLength > 0 && (this.transport === 'tcp' || this.transport === 'udp')) {
      this.takePayload(arrival, fromClient);
    } else if (this.tcp !== null && this.app.asks && (decoded.tcpFlags & TCP_FLAG.RST) === 0) {
      this.app.begin(fromClient, this.tcp.streamStart(decoded), (decoded.tcpFlags & TCP_FLAG.SYN) !== 0);
    }
    const before = this.timer.name;
    this.timer = this.timerInForce(decoded);
    // Without the inferred rule a packet that changes no timer leaves a closing session's clock alone.
    const closing = step !== null && TCP_TIMER_BY_STATE[this.tcp!.state]!;
    const restarts =
      this.options.refreshAfterFin ||
      !(closing === 'half-closed' || closing === 'time-wait') ||
      this.timer.name !== before;
    if (restarts) this.refresh = { ref, now, offset };
  }

  private takePayload(arrival: Arrival, fromClient: boolean): void {
    const { decoded } = arrival;
    const { payloadOffset, payloadLength, payloadCaptured } = decoded;
    const payload = decoded.data.subarray(payloadOffset, payloadOffset + payloadCaptured);
    const direction = fromClient ? 'c2s' : 's2c';
    const packetsBefore = this.app.payloadPackets;
    if (!this.payloadSeen[direction]) {
      this.payloadSeen[direction] = true;
      this.note('payload', arrival, fromClient, { value: payloadLength });
    }
    const nameBefore = this.app.serverName;
    if (this.app.asks) {
      if (this.tcp === null) {
        this.app.datagram(fromClient, payloadLength, payload, decoded.sport, decoded.dport);
      } else {
        const onSyn = (decoded.tcpFlags & TCP_FLAG.SYN) !== 0;
        const start = this.tcp.streamStart(decoded);
        this.app.segment(fromClient, start, payloadLength, payload, onSyn, this.sport, this.dport);
      }
      if (this.app.app !== null && this.app.payloadPackets > packetsBefore) {
        this.note('application', arrival, fromClient, { text: this.app.serverName });
      } else if (this.app.serverName !== nameBefore) {
        this.note('server-name', arrival, fromClient, { text: this.app.serverName });
      }
    }
    if (this.tcp !== null && this.tlsAlert === null) this.lookForTlsAlert(arrival, fromClient, payload);
  }

  private lookForTlsAlert(arrival: Arrival, fromClient: boolean, payload: Uint8Array): void {
    if (this.app.app === null || !OVER_TLS.has(this.app.app)) return;
    const alert = fatalTlsAlert(payload);
    if (alert === null) return;
    this.tlsAlert = { alert, fromClient, packet: arrival.ref.packet };
    this.note('tls-alert', arrival, fromClient, { value: alert });
  }

  private timerInForce(decoded: Readonly<DecodedPacket>): ResolvedTimer {
    const { timeouts, applicationTimers } = this.options;
    const resolve = (kind: 'established' | 'half-closed' | 'time-wait'): ResolvedTimer =>
      resolveTimer(kind, this.app.app, this.transport, timeouts, applicationTimers);
    if (this.tcp !== null) {
      const kind = TCP_TIMER_BY_STATE[this.tcp.state]!;
      if (kind === 'established' || kind === 'half-closed' || kind === 'time-wait') return resolve(kind);
      return { name: kind, seconds: timeouts[kind] };
    }
    if (this.transport === 'sctp') {
      this.sctpTimerName = sctpTimer(decoded.sctpChunks, this.sctpTimerName);
      if (this.sctpTimerName !== 'sctp') {
        return { name: this.sctpTimerName, seconds: timeouts[this.sctpTimerName] };
      }
    }
    return resolve('established');
  }
}
