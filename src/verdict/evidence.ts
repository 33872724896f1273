/** The packets that decided a session, each with what it did (interface.md `evidence`). */

import { addSeconds, compareTime } from '../capture/time.ts';
import { TCP_FLAG } from '../decode/packet.ts';
import { TLS_ALERT_REASONS } from '../firewall/app-id/tls-alert.ts';
import type { EventKind, PacketRef, SessionEvent, SessionFacts } from '../session/facts.ts';
import { plural } from './plural.ts';

export interface Evidence extends PacketRef {
  readonly what: string;
}

type Sentence = (event: SessionEvent, facts: SessionFacts) => string | null;

/** Sentences in which nothing but the side differs are made once. */
function bySide(sentence: (side: string) => string): (event: SessionEvent) => string {
  const client = sentence('client');
  const server = sentence('server');
  return ({ fromClient }) => (fromClient ? client : server);
}

/** One sentence a kind of event; null where this one decided nothing. */
const SENTENCES: Readonly<Record<EventKind, Sentence>> = {
  first: (event, facts) => (facts.tcp === null ? firstDatagram(event) : firstSegment(event)),
  syn: () => null,
  'syn-ack': () => null,
  payload: payloadSentence,
  fin: bySide((side) => `FIN from ${side}`),
  rst: rstSentence,
  disproof: bySide((side) => `data from ${side} after its unverified RST: the RST is disproved`),
  reuse: bySide((side) => `SYN from ${side} on the same ports: the session ends as tcp-reuse`),
  'icmp-error': (event) =>
    `ICMP error type ${event.value >> 8} code ${event.value & 255} from ${event.text} about a packet of ${event.fromClient ? 'server' : 'client'}`,
  'challenge-ack': bySide((side) => `ACK from ${side} that does not acknowledge the SYN: dropped`),
  application: applicationSentence,
  'server-name': (event) => `server name ${event.text}`,
  'tls-alert': (event) =>
    `fatal TLS alert ${TLS_ALERT_REASONS.get(event.value)?.name ?? event.value} from ${side(event)}`,
  handshake: () => null,
  keepalive: () => null,
  unseen: () => null,
  moved: () => null,
  resent: () => null,
  stuck: () => null,
  late: bySide((side) => `packet from ${side} after the session had left the table`),
};

/** Late packets are counted by `after_end`; the first few show what the host did. */
const LATE_SHOWN = 3;

/**
 * In capture order, each packet with what it did; the last packet that restarted the timer stands in front of the first
 * one with a higher number.
 */
export function eachEvidence(facts: SessionFacts, take: (packet: PacketRef, what: string) => void): void {
  const { lastRefresh } = facts;
  let isLastToCome = facts.endedBy !== 'syn';
  let late = 0;
  for (const event of facts.events) {
    if (event.kind === 'late') late += 1;
    const what = event.kind === 'late' && late > LATE_SHOWN ? null : SENTENCES[event.kind](event, facts);
    if (what === null) continue;
    if (isLastToCome && event.packet > lastRefresh.packet) {
      take(lastRefresh, lastSentence(facts));
      isLastToCome = false;
    }
    take(event, what);
  }
  if (isLastToCome) take(lastRefresh, lastSentence(facts));
}

/** The same as a list. */
export function evidenceOf(facts: SessionFacts): readonly Evidence[] {
  const evidence: Evidence[] = [];
  eachEvidence(facts, (packet, what) => evidence.push(proof(packet, what)));
  return evidence;
}

/** The packet with what it proves. */
export function proof({ packet, file, filePacket, time }: PacketRef, what: string): Evidence {
  return { packet, file, filePacket, time, what };
}

export function side(event: SessionEvent): string {
  return event.fromClient ? 'client' : 'server';
}

const RST = {
  dropped: bySide((side) => `RST from ${side}, out of window: ignored`),
  whileTimeWait: bySide((side) => `RST from ${side} in time-wait: recorded, the timer stays`),
  whileOpening: bySide(
    (side) => `RST from ${side} before the handshake was complete: recorded, the timer stays`,
  ),
  verified: bySide((side) => `RST from ${side}, verified: recorded, time-wait starts`),
  unverified: bySide((side) => `RST from ${side}, not verified: recorded, unverified-rst starts`),
} as const;

function rstSentence(event: SessionEvent): string {
  if (event.disposition === 'dropped') return RST.dropped(event);
  if (event.whileTimeWait) return RST.whileTimeWait(event);
  if (event.whileOpening) return RST.whileOpening(event);
  return event.disposition === 'verified' ? RST.verified(event) : RST.unverified(event);
}

/** Sentences that many sessions share are made once; the keys are few by what they are. */
function kept<K>(sentences: Map<K, string>, key: K, make: () => string): string {
  let sentence = sentences.get(key);
  if (sentence === undefined) {
    sentence = make();
    sentences.set(key, sentence);
  }
  return sentence;
}

/** By bytes; those of the server are below zero. */
const payloads = new Map<number, string>();

function payloadSentence(event: SessionEvent): string {
  const { fromClient, value } = event;
  return kept(
    payloads,
    fromClient ? value : -1 - value,
    () => `first payload of ${side(event)}: ${plural(value, 'byte')}`,
  );
}

const applications = new Map<string | null, string>();

function applicationSentence({ text }: SessionEvent, { app }: SessionFacts): string {
  const identified = kept(applications, app, () => `application identified as ${app}`);
  return text === null ? identified : `${identified}, server name ${text}`;
}

/** By timer, then by seconds; those that would expire are below zero. */
const lasts = new Map<string, Map<number, string>>();

function lastSentence({ timerName, timerSeconds, lastRefresh, endTime, endedBy }: SessionFacts): string {
  const isOpen = endedBy === null;
  const sentence = (shortened: string): string =>
    `last packet that restarted the timer: ${timerName} (${timerSeconds} s${shortened}) ${isOpen ? 'would expire' : 'expired'}`;
  const isShortened = compareTime(endTime, addSeconds(lastRefresh.time, timerSeconds)) < 0;
  if (isShortened) return sentence(', shortened by accelerated aging');
  let ofTimer = lasts.get(timerName);
  if (ofTimer === undefined) {
    ofTimer = new Map();
    lasts.set(timerName, ofTimer);
  }
  return kept(ofTimer, isOpen ? -1 - timerSeconds : timerSeconds, () => sentence(''));
}

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [TCP_FLAG.SYN, 'SYN'],
  [TCP_FLAG.FIN, 'FIN'],
  [TCP_FLAG.RST, 'RST'],
  [TCP_FLAG.PSH, 'PSH'],
  [TCP_FLAG.ACK, 'ACK'],
];

/** `SYN,ACK`; empty for a segment without any of these flags */
export function flagNames({ tcpFlags }: { readonly tcpFlags: number }): string {
  const names = FLAG_NAMES.filter(([bit]) => (tcpFlags & bit) !== 0).map(([, name]) => name);
  return names.join(',');
}

const firstDatagram = bySide((side) => `first packet: from ${side}`);

/** By the flags that have names: those of the lowest five bits. */
const FIRST_SEGMENTS: readonly ((event: SessionEvent) => string)[] = Array.from(
  { length: 32 },
  (_, tcpFlags) => bySide((side) => `first packet: ${flagNames({ tcpFlags })} from ${side}`),
);

function firstSegment(event: SessionEvent): string {
  return FIRST_SEGMENTS[event.tcpFlags & 31]!(event);
}
