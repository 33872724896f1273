/**
 * One TCP connection's walk through the table of `session/tcp-states.ts`: folds a segment into its
 * class, applies the checks that drop segments, and keeps the causes that will name the end. Takes
 * decoded packets, gives what became of each; knows nothing of timers, tables or output.
 */
import { type DecodedPacket, TCP_FLAG } from '../decode/packet.ts';
import type { Cause, RstDisposition, TcpFacts } from '../session/facts.ts';
import type { EngineOptions } from '../session/options.ts';
import { sequenceAdd, sequenceDistance } from '../session/sequence.ts';
import {
  FIRST_STATE,
  TCP_CLASS,
  TCP_ORDER,
  TCP_STATE,
  type TcpClass,
  type TcpState,
  tcpCell,
} from '../session/tcp-states.ts';
import { classifyRst } from './rst.ts';
import { SegmentNotes, type Sight } from './segment-notes.ts';
import { makeTcpSide, recordSegment, segmentLength, type TcpSide } from './tcp-side.ts';
import { isOutOfWindow } from './window-check.ts';

type WalkOptions = Pick<
  EngineOptions,
  'asymmetricPath' | 'challengeAck' | 'strictRst' | 'unverifiedRstRestore' | 'events'
>;

/** What became of a segment. */
export interface Step {
  /** `reuse`: the segment ends the session and is to open another */
  readonly outcome: 'accepted' | 'dropped' | 'reuse';
  /** counter that a dropped segment raises */
  readonly counter: string | null;
  readonly packetClass: TcpClass | null;
  /** of a RST */
  readonly rst: RstDisposition | null;
  /** of a RST: how far it lies beyond N of its side; null where N is not known */
  readonly ahead: number | null;
  /** how far it lies behind the SYN of its side; null for a SYN, and where none was captured */
  readonly place: number | null;
  /** whether the handshake was incomplete, or time-wait in force, when it came */
  readonly whileOpening: boolean;
  readonly whileTimeWait: boolean;
  /** a first FIN of this side, a bare ACK that did not fit the SYN, data that disproved a RST */
  readonly firstFin: boolean;
  readonly challenge: boolean;
  readonly disproof: boolean;
  /** events of the kinds that follow from both sides' numbers; none where events are not kept */
  readonly sights: readonly Sight[];
}

const NO_SIGHTS: readonly Sight[] = [];

const OPENING_STATES: ReadonlySet<TcpState> = new Set([
  TCP_STATE.SYN_SENT,
  TCP_STATE.BOTH_SYN,
  TCP_STATE.SYN_RECEIVED,
  TCP_STATE.SYN_RECEIVED_BY_CLIENT,
  TCP_STATE.OPENING_RESET,
  TCP_STATE.HANDSHAKE_RESET,
]);

export class TcpWalk {
  state: TcpState = TCP_STATE.SYN_SENT;
  handshakeComplete = false;
  readonly midstream: boolean;
  readonly nonSynAccepted: boolean;
  private readonly client: TcpSide = makeTcpSide();
  private readonly server: TcpSide = makeTcpSide();
  private causes: Cause[] = [];
  private readonly disproved: Cause[] = [];
  private readonly dropped: Cause[] = [];
  /** what an unverified RST replaced */
  private before: { state: TcpState; causes: Cause[] } | null = null;
  /** a FIN that was dropped as out of window: an ACK of its receiver proves that it got through after all */
  private droppedFin: { fromClient: boolean; end: number } | null = null;
  private started = false;
  private readonly options: WalkOptions;
  private readonly notes: SegmentNotes | null;

  constructor(options: WalkOptions, midstream: boolean, nonSynAccepted: boolean) {
    this.options = options;
    this.notes = options.events ? new SegmentNotes() : null;
    this.midstream = midstream;
    this.nonSynAccepted = nonSynAccepted;
  }

  /** Takes the next segment of the connection, the first one included. */
  take(packet: Readonly<DecodedPacket>, fromClient: boolean): Step {
    const sender = fromClient ? this.client : this.server;
    const receiver = fromClient ? this.server : this.client;
    const opening = this.started && OPENING_STATES.has(this.state);
    const rst =
      (packet.tcpFlags & TCP_FLAG.RST) !== 0
        ? classifyRst(packet, sender, receiver, opening, this.options.strictRst)
        : null;
    const packetClass = rst === null ? classOf(packet, sender) : rstClass(rst);
    const step = {
      outcome: 'accepted' as const,
      counter: null,
      packetClass,
      rst,
      ahead: rst !== null && sender.seen ? sequenceDistance(packet.seq, sender.nextSeq) : null,
      place:
        sender.initialSeq < 0 || (packet.tcpFlags & TCP_FLAG.SYN) !== 0
          ? null
          : sequenceAdd(packet.seq, -sender.initialSeq),
      whileOpening: opening,
      whileTimeWait: this.started && this.state === TCP_STATE.TIME_WAIT,
      firstFin: false,
      challenge: false,
      disproof: false,
      sights: NO_SIGHTS,
    };
    if (packetClass === null) {
      this.remember(this.dropped, fromClient ? 'client-rst' : 'server-rst');
      return { ...step, outcome: 'dropped', counter: 'tcp_drop_out_of_wnd' };
    }
    if (this.started) {
      this.reconsiderFin(packet, fromClient);
      const drop = this.check(packet, packetClass, fromClient, sender, receiver);
      if (drop !== null) return { ...step, ...drop };
    }

    const disproof = this.started && rst === null && this.disprovesRst(packet, packetClass, fromClient);
    if (disproof) this.restore();
    const cell = this.started
      ? tcpCell(fromClient, packetClass, this.state)
      : FIRST_STATE[packetClass]![fromClient ? 0 : 1];
    if (cell === TCP_ORDER.REUSE) return { ...step, outcome: 'reuse' };
    if (cell !== TCP_ORDER.RESTORE) this.enter(cell, rst);

    const firstFin = packetClass === TCP_CLASS.FIN && !sender.finSent;
    const proves = this.provesHandshake(packetClass, fromClient);
    let sights: readonly Sight[] = NO_SIGHTS;
    if (rst === null) {
      if (this.notes !== null) {
        const { handshakeComplete, midstream } = this;
        const open = {
          before: handshakeComplete || midstream,
          now: handshakeComplete || midstream || proves,
        };
        sights = this.notes.take(packet, fromClient, sender, receiver, opening || !this.started, open);
        const isHandshake =
          proves && !handshakeComplete && (sender.initialSeq >= 0 || receiver.initialSeq >= 0);
        if (isHandshake) sights = ['handshake', ...sights];
      }
      recordSegment(sender, receiver, packet, opening || !this.started);
    }
    if (packetClass === TCP_CLASS.FIN) this.remember(this.causes, fromClient ? 'client-fin' : 'server-fin');
    if (rst !== null) this.remember(this.causes, fromClient ? 'client-rst' : 'server-rst');
    if (proves) this.handshakeComplete = true;
    this.started = true;
    return { ...step, firstFin, disproof, sights };
  }

  /** First sequence number of a side's payload stream, as far as the capture shows it. */
  streamStart(packet: Readonly<DecodedPacket>): number {
    return (packet.tcpFlags & TCP_FLAG.SYN) !== 0 ? sequenceAdd(packet.seq, 1) : packet.seq;
  }

  facts(): TcpFacts {
    return {
      state: this.state,
      handshakeComplete: this.handshakeComplete,
      midstream: this.midstream,
      nonSynAccepted: this.nonSynAccepted,
      causes: this.causes,
      disproved: this.disproved,
      dropped: this.dropped,
      segments: this.notes?.counts() ?? null,
    };
  }

  /** The TCP checks that drop a segment: it then neither moves the state nor restarts a timer. */
  private check(
    packet: Readonly<DecodedPacket>,
    packetClass: TcpClass,
    fromClient: boolean,
    sender: TcpSide,
    receiver: TcpSide,
  ): Partial<Step> | null {
    if (
      packetClass === TCP_CLASS.ACK &&
      !fromClient &&
      (this.state === TCP_STATE.SYN_SENT || this.state === TCP_STATE.OPENING_RESET) &&
      receiver.initialSeq >= 0 &&
      packet.ack !== sequenceAdd(receiver.initialSeq, 1) &&
      packet.ack !== receiver.nextSeq &&
      this.options.challengeAck === 'drop'
    ) {
      return { outcome: 'dropped', counter: 'tcp_out_of_sync', challenge: true };
    }
    const checked =
      packetClass === TCP_CLASS.ACK || packetClass === TCP_CLASS.DATA || packetClass === TCP_CLASS.FIN;
    if (
      checked &&
      this.handshakeComplete &&
      !this.midstream &&
      this.options.asymmetricPath === 'drop' &&
      isOutOfWindow(packet, sender, receiver)
    ) {
      if (packetClass === TCP_CLASS.FIN) {
        this.droppedFin = { fromClient, end: sequenceAdd(packet.seq, segmentLength(packet)) };
      }
      return { outcome: 'dropped', counter: 'tcp_drop_out_of_wnd' };
    }
    return null;
  }

  /** Where the capture missed packets, a FIN may only look out of window: the ACK of its receiver tells. */
  private reconsiderFin(packet: Readonly<DecodedPacket>, fromClient: boolean): void {
    const fin = this.droppedFin;
    if (fin === null || fin.fromClient === fromClient || (packet.tcpFlags & TCP_FLAG.ACK) === 0) return;
    if (sequenceDistance(packet.ack, fin.end) < 0) return;
    this.droppedFin = null;
    (fin.fromClient ? this.client : this.server).finSent = true;
    const cell = tcpCell(fin.fromClient, TCP_CLASS.FIN, this.state);
    if (cell !== TCP_ORDER.REUSE && cell !== TCP_ORDER.RESTORE) this.enter(cell, null);
    this.remember(this.causes, fin.fromClient ? 'client-fin' : 'server-fin');
  }

  private enter(next: TcpState, rst: RstDisposition | null): void {
    const unverified = next === TCP_STATE.CLIENT_RST_UNVERIFIED || next === TCP_STATE.SERVER_RST_UNVERIFIED;
    if (rst === 'unverified' && unverified && this.before === null) {
      // A RST first seen stands for a connection that was established before the capture.
      this.before = { state: this.started ? this.state : TCP_STATE.ESTABLISHED, causes: [...this.causes] };
    }
    if (!unverified) this.before = null;
    this.state = next;
  }

  /** Payload is data whether or not a FIN closes the stream behind it, so a FIN restores first and closes then. */
  private disprovesRst(packet: Readonly<DecodedPacket>, packetClass: TcpClass, fromClient: boolean): boolean {
    const data =
      packetClass === TCP_CLASS.DATA || (packetClass === TCP_CLASS.FIN && packet.payloadLength > 0);
    return (
      data &&
      this.options.unverifiedRstRestore &&
      tcpCell(fromClient, TCP_CLASS.DATA, this.state) === TCP_ORDER.RESTORE
    );
  }

  private restore(): void {
    const before = this.before!;
    this.before = null;
    const isRst = (cause: Cause): boolean => cause === 'client-rst' || cause === 'server-rst';
    for (const cause of this.causes) {
      if (isRst(cause) && !before.causes.includes(cause)) this.remember(this.disproved, cause);
    }
    this.causes = this.causes.filter((cause) => !isRst(cause) || before.causes.includes(cause));
    this.state = before.state;
  }

  private remember(list: Cause[], cause: Cause): void {
    if (!list.includes(cause)) list.push(cause);
  }

  /** Payload, or an ACK of the other side's SYN by the side that has not been acknowledged yet (firewall-model 5). */
  private provesHandshake(packetClass: TcpClass, fromClient: boolean): boolean {
    if (packetClass === TCP_CLASS.DATA) return true;
    if (this.state === TCP_STATE.OPENING_RESET || this.state === TCP_STATE.HANDSHAKE_RESET) return false;
    if (packetClass === TCP_CLASS.ACK || packetClass === TCP_CLASS.FIN) {
      return fromClient || this.state === TCP_STATE.ESTABLISHED;
    }
    return packetClass === TCP_CLASS.SYN_ACK && this.state === TCP_STATE.ESTABLISHED;
  }
}

/** Folds flags into a class. A one-byte segment just below N is a keepalive probe (RFC 9293 3.8.4), no payload. */
function classOf(packet: Readonly<DecodedPacket>, sender: TcpSide): TcpClass {
  const flags = packet.tcpFlags;
  if ((flags & TCP_FLAG.SYN) !== 0) return (flags & TCP_FLAG.ACK) !== 0 ? TCP_CLASS.SYN_ACK : TCP_CLASS.SYN;
  if ((flags & TCP_FLAG.FIN) !== 0) return TCP_CLASS.FIN;
  const probe = packet.payloadLength === 1 && sender.seen && sequenceAdd(packet.seq, 1) === sender.nextSeq;
  return packet.payloadLength > 0 && !probe ? TCP_CLASS.DATA : TCP_CLASS.ACK;
}

function rstClass(rst: RstDisposition): TcpClass | null {
  if (rst === 'dropped') return null;
  return rst === 'verified' ? TCP_CLASS.RST_VERIFIED : TCP_CLASS.RST_UNVERIFIED;
}
