/** The noteworthy packets of one session: what evidence and diagnosis are made of, and nothing else reads. */
import { compareTime, subtractTime, type Time } from '../capture/time.ts';
import { TCP_FLAG } from '../decode/packet.ts';
import { type EventKind, MOST_EVENTS, type PacketRef, type SessionEvent } from '../session/facts.ts';
import { NO_SHAPE, type SegmentShape, SHAPED } from '../session/segment-shape.ts';

/** What is noted of a packet beside its place. */
export type NotedPacket = Pick<SessionEvent, 'tcpFlags' | 'ttl' | 'ipId'>;

/** What an event has beside its packet; most kinds need none of it. */
export type EventDetail = Partial<
  Pick<SessionEvent, 'disposition' | 'whileOpening' | 'whileTimeWait' | 'value' | 'text'>
>;

const NO_DETAIL: Required<EventDetail> = {
  disposition: null,
  whileOpening: false,
  whileTimeWait: false,
  value: 0,
  text: null,
};

export class SessionNotes {
  /** see SessionFacts */
  lateGap: Time | null = null;
  /** in the order in which they came */
  readonly events: SessionEvent[] = [];
  private lastLate: Time | null = null;
  private hasClosedLate = false;
  private readonly wanted: boolean;
  private readonly shape: () => SegmentShape;
  /** how many there are, by kind and side, of the kinds of which not all are kept */
  private readonly counts = new Map<string, number>();

  /**
   * @param wanted false where no output will show them: then nothing is kept
   * @param shape what the segment at hand looks like
   */
  constructor(wanted: boolean, shape: () => SegmentShape = () => NO_SHAPE) {
    this.wanted = wanted;
    this.shape = shape;
  }

  add(
    kind: EventKind,
    { packet, file, filePacket, time }: PacketRef,
    { tcpFlags, ttl, ipId }: NotedPacket,
    fromClient: boolean,
    detail: EventDetail = {},
  ): void {
    if (!this.wanted) return;
    if (kind === 'late') this.noteLate(time, tcpFlags);
    if (this.isFull(kind, fromClient)) return;
    const shape = SHAPED.has(kind) ? this.shape() : NO_SHAPE;
    const place = { packet, file, filePacket, time };
    this.events.push({ ...place, kind, fromClient, tcpFlags, ttl, ipId, ...NO_DETAIL, ...detail, shape });
  }

  private noteLate(time: Time, tcpFlags: number): void {
    if (this.hasClosedLate) return;
    if (this.lastLate !== null) {
      const gap = subtractTime(time, this.lastLate);
      if (this.lateGap === null || compareTime(gap, this.lateGap) > 0) this.lateGap = gap;
    }
    this.lastLate = time;
    this.hasClosedLate = (tcpFlags & (TCP_FLAG.FIN | TCP_FLAG.RST)) !== 0;
  }

  private isFull(kind: EventKind, fromClient: boolean): boolean {
    const most = MOST_EVENTS.get(kind);
    if (most === undefined) return false;
    const key = `${kind} ${fromClient}`;
    const count = this.counts.get(key) ?? 0;
    this.counts.set(key, count + 1);
    return count >= most;
  }
}
