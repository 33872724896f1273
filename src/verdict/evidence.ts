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

/** One sentence a kind of event; null where this one decided nothing. */
const SENTENCES: Readonly<Record<EventKind, Sentence>> = {
  first: (event, facts) =>
    `first packet: ${facts.tcp === null ? 'from' : `${flagNames(event)} from`} ${side(event)}`,
  syn: () => null,
  'syn-ack': () => null,
  payload: (event) => `first payload of ${side(event)}: ${plural(event.value, 'byte')}`,
  fin: (event) => `FIN from ${side(event)}`,
  rst: rstSentence,
  disproof: (event) => `data from ${side(event)} after its unverified RST: the RST is disproved`,
  reuse: (event) => `SYN from ${side(event)} on the same ports: the session ends as tcp-reuse`,
  'icmp-error': (event) =>
    `ICMP error type ${event.value >> 8} code ${event.value & 255} from ${event.text} about a packet of ${event.fromClient ? 'server' : 'client'}`,
  'challenge-ack': (event) => `ACK from ${side(event)} that does not acknowledge the SYN: dropped`,
  application: (event, facts) =>
    `application identified as ${facts.app}${event.text === null ? '' : `, server name ${event.text}`}`,
  'server-name': (event) => `server name ${event.text}`,
  'tls-alert': (event) =>
    `fatal TLS alert ${TLS_ALERT_REASONS.get(event.value)?.name ?? event.value} from ${side(event)}`,
  handshake: () => null,
  keepalive: () => null,
  unseen: () => null,
  moved: () => null,
  resent: () => null,
  stuck: () => null,
  late: (event) => `packet from ${side(event)} after the session had left the table`,
};

/** Late packets are counted by `after_end`; the first few show what the host did. */
const LATE_SHOWN = 3;

/** In capture order. */
export function evidenceOf(facts: SessionFacts): readonly Evidence[] {
  const evidence: Evidence[] = [];
  let late = 0;
  for (const event of facts.events) {
    if (event.kind === 'late') late += 1;
    const what = event.kind === 'late' && late > LATE_SHOWN ? null : SENTENCES[event.kind](event, facts);
    if (what !== null) evidence.push(proof(event, what));
  }
  if (facts.endedBy !== 'syn') {
    const fires = facts.endedBy === null ? 'would expire' : 'expired';
    const last = proof(
      facts.lastRefresh,
      `last packet that restarted the timer: ${facts.timerName} (${timeText(facts)}) ${fires}`,
    );
    const after = evidence.findIndex((each) => each.packet > last.packet);
    evidence.splice(after < 0 ? evidence.length : after, 0, last);
  }
  return evidence;
}

function timeText({ timerSeconds, lastRefresh, endTime }: SessionFacts): string {
  const early = compareTime(endTime, addSeconds(lastRefresh.time, timerSeconds)) < 0;
  return early ? `${timerSeconds} s, shortened by accelerated aging` : `${timerSeconds} s`;
}

/** The packet with what it proves. */
export function proof({ packet, file, filePacket, time }: PacketRef, what: string): Evidence {
  return { packet, file, filePacket, time, what };
}

export function side(event: SessionEvent): string {
  return event.fromClient ? 'client' : 'server';
}

function rstSentence(event: SessionEvent): string {
  const rst = `RST from ${side(event)}`;
  if (event.disposition === 'dropped') return `${rst}, out of window: ignored`;
  if (event.whileTimeWait) return `${rst} in time-wait: recorded, the timer stays`;
  if (event.whileOpening) return `${rst} before the handshake was complete: recorded, the timer stays`;
  return event.disposition === 'verified'
    ? `${rst}, verified: recorded, time-wait starts`
    : `${rst}, not verified: recorded, unverified-rst starts`;
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
