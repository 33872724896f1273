/**
 * What an engine knows of a session: facts only. Which words they amount to (tracker stage, end
 * reason, candidates, evidence) is `verdict/`'s affair.
 */
import type { Time } from '../capture/time.ts';
import type { SegmentShape } from './segment-shape.ts';
import type { TcpState } from './tcp-states.ts';

/** A packet as evidence names it. */
export interface PacketRef {
  /** 1-based number in the merged input */
  readonly packet: number;
  /** index into the input's files, and the 1-based number within that file */
  readonly file: number;
  readonly filePacket: number;
  readonly time: Time;
}

/** What was made of a RST (firewall-model 3.6). */
export type RstDisposition = 'verified' | 'unverified' | 'dropped';

/** By number of the layout's RST_. */
export const RST_DISPOSITIONS: readonly (RstDisposition | null)[] = [
  null,
  'verified',
  'unverified',
  'dropped',
];

/**
 * What a noteworthy packet was. The kinds that need more than a look at one packet, all of segments that no TCP
 * check dropped:
 * - `handshake`: it made the handshake complete, of a connection of which a SYN or SYN-ACK was captured;
 * - `keepalive`: a probe of an open connection (RFC 9293 3.8.4): no SYN, FIN or RST, empty or one byte, sequence
 *   number one below N, of a side that has not closed. The one byte is a retransmission instead where the other
 *   side has not yet acknowledged all that came before it;
 * - `unseen`: its ACK covers bytes of the other side that the capture does not hold: beyond N of a side of which
 *   something was captured, or past the hole that stands open in that side's stream (one a side: the first open
 *   one). Only an ACK that is higher than all before counts, so one hole is told once. What came before the first
 *   captured segment of a side is no hole.
 * - `resent`: payload from the first byte on that the other side has not acknowledged, sent again for the third time
 *   or more since that byte has been the first; `stuck`: the same, where the other side has meanwhile sent an empty
 *   segment that still acknowledges no more: something else got through; `moved`: the ACK that ends such a series.
 */
export type EventKind = (typeof EVENT_KINDS)[number];

/** By number: those that the kernel tells by the layout's EVENT_, then the host's own. */
export const EVENT_KINDS = [
  'first',
  'syn',
  'syn-ack',
  'payload',
  'fin',
  'rst',
  'disproof',
  'reuse',
  'challenge-ack',
  'late',
  'handshake',
  'keepalive',
  'unseen',
  'moved',
  'resent',
  'stuck',
  'icmp-error',
  'application',
  'server-name',
  'tls-alert',
] as const;

/**
 * Of these kinds the first of each side tell all that evidence and diagnosis ask; a flood on one tuple
 * brings millions, and memory must not grow with the capture.
 */
export const MOST_EVENTS: ReadonlyMap<EventKind, number> = new Map([
  ['syn', 16],
  ['syn-ack', 16],
  ['keepalive', 16],
  ['unseen', 16],
  ['moved', 16],
  ['resent', 16],
  ['stuck', 16],
  ['late', 16],
]);

/** One noteworthy packet of a session, in the order of the capture. */
export interface SessionEvent extends PacketRef {
  readonly kind: EventKind;
  readonly fromClient: boolean;
  readonly tcpFlags: number;
  readonly ttl: number;
  readonly ipId: number;
  /** of a `rst` */
  readonly disposition: RstDisposition | null;
  /** of a `rst`: whether the handshake was complete, and whether time-wait was in force */
  readonly whileOpening: boolean;
  readonly whileTimeWait: boolean;
  /** payload bytes of a `payload`, `resent`, `stuck` and of a TCP `late`; type * 256 + code of an `icmp-error`; alert number of a `tls-alert` */
  readonly value: number;
  /** server name of an `application` or `server-name`, sender's address of an `icmp-error`; null otherwise */
  readonly text: string | null;
  /** of a TCP `first`, `syn`, `syn-ack`, `payload`, `fin`, `rst`, `resent` and `stuck` */
  readonly shape: SegmentShape;
}

/** A teardown cause that was recorded (firewall-model 4). */
export type Cause = 'client-fin' | 'server-fin' | 'client-rst' | 'server-rst';

/** How the client side was told (interface.md `client_basis`). */
export type ClientBasis = 'syn' | 'syn-ack' | 'port' | 'first-packet';

/**
 * What one side's segments show of loss, by sender (c2s: sent by the client), of segments that no TCP check
 * dropped and that are neither SYN nor RST. PAN-OS 12 logs such counts (firewall-model 7.1, columns 120 to 127);
 * that they are counted by these rules is inferred. N is the highest sequence number that the side has reached
 * (RFC 9293 3.4), a hole what it has skipped on the way there: one a side is kept, the first that stands open.
 */
export interface SegmentCounts {
  /** payload or FIN that ends at or below N and fills a part of the open hole */
  readonly outOfOrder: number;
  /** payload or FIN that ends at or below N otherwise, keepalive probes aside */
  readonly retransmissions: number;
  /** segments with a window of 0 */
  readonly zeroWindows: number;
  /** most segments with payload or FIN that ever waited behind one hole, of holes that were filled; at most 65535 */
  readonly mostQueued: number;
}

export interface TcpFacts {
  readonly state: TcpState;
  /** a client ACK of the server's SYN, or payload, was seen */
  readonly handshakeComplete: boolean;
  /** its SYN is not in the capture */
  readonly midstream: boolean;
  /** opened by `--non-syn accept` */
  readonly nonSynAccepted: boolean;
  /** recorded causes, each once, in the order in which they came; a disproved RST is taken out */
  readonly causes: readonly Cause[];
  /** RSTs that were recorded and later disproved by data of their sender */
  readonly disproved: readonly Cause[];
  /** a RST that was dropped as out of window, by sender */
  readonly dropped: readonly Cause[];
  /** null where events are not kept */
  readonly segments: { readonly c2s: SegmentCounts; readonly s2c: SegmentCounts } | null;
}

/** A time in which no packet restarted the timer, on the table's clock as timers are. */
export interface IdleGap {
  /** seconds and nanoseconds */
  readonly length: Time;
  /** timer in force in it */
  readonly timerName: string;
  readonly timerSeconds: number;
  /** the packet that ended it */
  readonly until: PacketRef;
}

export interface DirectionFacts {
  readonly packets: number;
  /** frame bytes on the wire */
  readonly bytes: number;
}

/** What names a session. */
export interface SessionKey {
  /** 4 or 6 */
  readonly version: number;
  /** c2s key: addresses as four 32-bit words, IPv4 mapped */
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  readonly icmpType: number;
  readonly fromZone: string | null;
  readonly toZone: string | null;
}

export interface SessionFacts extends SessionKey {
  readonly id: number;
  readonly type: 'FLOW' | 'PREDICT';
  readonly c2s: DirectionFacts;
  readonly s2c: DirectionFacts;
  readonly clientBasis: ClientBasis;
  /** first and last packet */
  readonly first: { readonly time: Time };
  readonly last: { readonly time: Time };
  /** the last packet that restarted the timer in force: the session ends at its time + timer */
  readonly lastRefresh: PacketRef;
  /**
   * the longest time from a packet that restarted the timer to a later packet of the session; the first of equal
   * ones, null with one packet or where events are not kept
   */
  readonly longestGap: IdleGap | null;
  /** floor(last - start) in seconds, at least 0; where the clock was set back between them, on the clock of the start */
  readonly elapsedSeconds: number;
  /** session around this one, for a session inside a tunnel */
  readonly parent: number | null;
  /** null for other protocols */
  readonly tcp: TcpFacts | null;
  /** name as decided by App-ID, or null while undecided */
  readonly app: string | null;
  /** payload with new bytes came after the handshake, before the application was decided */
  readonly payloadSeen: boolean;
  /** number of the first fatal TLS alert in clear, and who sent it */
  readonly tlsAlert: { readonly alert: number; readonly fromClient: boolean; readonly packet: number } | null;
  /** timer in force at the end (or at the end of the capture), with its seconds */
  readonly timerName: string;
  readonly timerSeconds: number;
  /** how it left the table; null while open */
  readonly endedBy: 'timer' | 'syn' | null;
  /** when it left the table, or when the timer will fire if it is open */
  readonly endTime: Time;
  /** whole seconds left at the end of the capture, rounded up; 0 when ended */
  readonly ttlSeconds: number;
  /** packets of the tuple after the end; null where they are not collected (interface.md `after_end`) */
  readonly afterEnd: number | null;
  /**
   * The longest time from one packet after the end to the next, of all that `late` tells, those without an event
   * included; up to a FIN or RST, with which another timer would have begun. Null with fewer than two.
   */
  readonly lateGap: Time | null;
  readonly events: readonly SessionEvent[];
}

/** Why a packet is in no session; the keys of `accounting.not_in_sessions`. */
export interface Accounting {
  packets: number;
  inSessions: number;
  readonly notInSessions: Map<string, number>;
  readonly counters: Map<string, number>;
}
