/**
 * What a ladder diagram of a session shows, rung by rung, as data: text and pages draw the same. Of a long
 * session that is its beginning, its end, and whatever is noteworthy between them.
 */
import { compareTime, type Time } from '../capture/time.ts';
import { TCP_FLAG } from '../decode/packet.ts';
import type { SessionState } from '../session/session-states.ts';
import type { Explanation } from './explain.ts';
import { changesNothing, compareGaps, type ExplainedPacket, isRepeated } from './explain-packets.ts';

/** A packet; of the rest only what differs from the rung before it is news. */
export interface PacketRung {
  readonly kind: 'packet';
  readonly packet: ExplainedPacket;
  /** the same numbers as the last segment of its side */
  readonly repeated: boolean;
  /** its side's TCP state, timer, and what would be logged: whether they are others than before */
  readonly news: { readonly state: boolean; readonly timer: boolean; readonly log: boolean };
}

/** Silence of more than GAP_SECONDS. */
export interface GapRung {
  readonly kind: 'gap';
  readonly gap: Time;
  /** the moment before the silence */
  readonly after: ExplainedPacket;
  readonly before: ExplainedPacket;
}

/** The session changes its state in the table. */
export interface StateRung {
  readonly kind: 'state';
  readonly states: readonly SessionState[];
  readonly packet: ExplainedPacket;
}

/** Packets that changed nothing and are not shown. */
export interface SkippedRung {
  readonly kind: 'skipped';
  readonly packets: number;
  /** their first and last number in the capture */
  readonly from: number;
  readonly to: number;
}

/** The capture ends before the session does. */
export interface OpenRung {
  readonly kind: 'open';
  readonly packet: ExplainedPacket;
}

/** Another session opens on the same tuple. */
export interface NextRung {
  readonly kind: 'next';
  readonly sessionid: number;
  /** since the first packet of this one */
  readonly since: Time;
}

export type Rung = PacketRung | GapRung | StateRung | SkippedRung | OpenRung | NextRung;

/** Packets at either end of a long session that are shown whatever they are. */
const AT_EITHER_END = 40;
/** Of the pauses of a session the longest are noteworthy. */
const MOST_GAPS = 40;
const GAP_SECONDS: Time = { sec: 1, nsec: 0 };

/** @param all leave nothing out */
export function ladderOf({ packets, session, next }: Explanation, all: boolean): Rung[] {
  const shown = all ? packets.map(() => true) : whatToShow(packets);
  const repeated = whichRepeat(packets);
  const rungs: Rung[] = [];
  let skipped: ExplainedPacket[] = [];
  for (const [i, packet] of packets.entries()) {
    if (!shown[i]) {
      skipped.push(packet);
      continue;
    }
    rungs.push(...skippedRung(skipped));
    skipped = [];
    const before = packets[i - 1];
    if (before !== undefined && packet.row.event !== 'expiry' && isPause(packet)) {
      rungs.push({ kind: 'gap', gap: packet.gap, after: before, before: packet });
    }
    const opens = before === undefined;
    const { states } = packet.row;
    if (opens) rungs.push({ kind: 'state', states, packet });
    if (packet.row.event !== 'expiry') {
      rungs.push({ kind: 'packet', packet, repeated: repeated[i]!, news: newsOf(packet, before) });
    }
    if (!opens && states.length > 1) rungs.push({ kind: 'state', states, packet });
  }
  if (session.end === null) rungs.push({ kind: 'open', packet: packets.at(-1)! });
  if (next !== null) rungs.push({ kind: 'next', sessionid: next.sessionid, since: next.since });
  return rungs;
}

function skippedRung(packets: readonly ExplainedPacket[]): SkippedRung[] {
  if (packets.length === 0) return [];
  const number = (packet: ExplainedPacket): number => packet.row.packet!;
  return [
    { kind: 'skipped', packets: packets.length, from: number(packets[0]!), to: number(packets.at(-1)!) },
  ];
}

function whatToShow(packets: readonly ExplainedPacket[]): boolean[] {
  const longest = new Set(packets.filter(isPause).sort(compareGaps).slice(-MOST_GAPS));
  const shown = packets.map(
    (packet, i) =>
      i < AT_EITHER_END ||
      i >= packets.length - AT_EITHER_END ||
      longest.has(packet) ||
      isNoteworthy(packet, packets[i - 1]!),
  );
  // a line that says that one packet is left out takes the place of the packet
  return shown.map((each, i) => each || (shown[i - 1] === true && shown[i + 1] === true));
}

const SPEAKING_FLAGS = TCP_FLAG.SYN | TCP_FLAG.FIN | TCP_FLAG.RST;

function isNoteworthy(packet: ExplainedPacket, before: ExplainedPacket): boolean {
  const { moment, numbers } = packet;
  const speaks = numbers.flags !== null && (moment.packet!.tcpFlags & SPEAKING_FLAGS) !== 0;
  if (speaks) return true;
  if (changesNothing(packet, before)) return false;
  const { row } = packet;
  const news = newsOf(packet, before);
  return (
    row.event !== 'packet' ||
    row.outcome !== 'accepted' ||
    row.note !== null ||
    news.state ||
    news.timer ||
    news.log
  );
}

function isPause({ gap }: ExplainedPacket): boolean {
  return compareTime(gap, GAP_SECONDS) > 0;
}

function newsOf(packet: ExplainedPacket, before: ExplainedPacket | undefined): PacketRung['news'] {
  const { row } = packet;
  if (row.state_after === 'FREE') return { state: false, timer: false, log: false };
  const last = before?.row;
  return {
    state: row.tcp_state_after !== (last?.tcp_state_after ?? null),
    timer: row.timer !== last?.timer || row.timeout !== last?.timeout,
    log:
      row.if_stopped.session_end_reason !== last?.if_stopped.session_end_reason ||
      row.if_stopped.tracker_stage !== last?.if_stopped.tracker_stage,
  };
}

function whichRepeat(packets: readonly ExplainedPacket[]): boolean[] {
  const last: { c2s?: ExplainedPacket; s2c?: ExplainedPacket } = {};
  return packets.map((packet) => {
    if (packet.moment.packet === null || packet.numbers.flags === null) return false;
    const direction = packet.moment.fromClient ? 'c2s' : 's2c';
    const repeated = isRepeated(packet, last[direction]);
    last[direction] = packet;
    return repeated;
  });
}
