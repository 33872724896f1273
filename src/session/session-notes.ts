/** The noteworthy packets of one session: what evidence and diagnosis are made of, and nothing else reads. */
import { compareTime, subtractTime, type Time } from '../capture/time.ts';
import { TCP_FLAG } from '../decode/packet.ts';
import { type EventKind, MOST_EVENTS, type PacketRef, type SessionEvent } from './facts.ts';
import { NO_SHAPE, type SegmentShape, SHAPED } from './segment-shape.ts';

/** What is noted of a packet beside its place. */
export interface NotedPacket {
  readonly tcpFlags: number;
  readonly ttl: number;
  readonly ipId: number;
}

/** What an event has beside its packet; most kinds need none of it. */
export type EventDetail = Partial<
  Pick<SessionEvent, 'disposition' | 'whileOpening' | 'whileTimeWait' | 'value' | 'text'>
>;

export class SessionNotes {
  readonly events: SessionEvent[] = [];
  /** see SessionFacts */
  lateGap: Time | null = null;
  private lastLate: Time | null = null;
  private hasClosedLate = false;
  private readonly wanted: boolean;
  private readonly shapeOf: (fromClient: boolean) => SegmentShape;
  /** events so far of the kinds that are bounded, by kind and side */
  private readonly bounded: Record<string, number> = {};

  /**
   * @param wanted false where no output will show them: then nothing is kept
   * @param shapeOf what the segment at hand, of the client or of the server, looks like
   */
  constructor(wanted: boolean, shapeOf: (fromClient: boolean) => SegmentShape = () => NO_SHAPE) {
    this.wanted = wanted;
    this.shapeOf = shapeOf;
  }

  add(
    kind: EventKind,
    ref: PacketRef,
    packet: NotedPacket,
    fromClient: boolean,
    detail: EventDetail = {},
  ): void {
    if (!this.wanted) return;
    if (kind === 'late') this.noteLate(ref.time, packet.tcpFlags);
    if (this.isFull(kind, fromClient)) return;
    this.events.push({
      packet: ref.packet,
      file: ref.file,
      filePacket: ref.filePacket,
      time: ref.time,
      kind,
      fromClient,
      tcpFlags: packet.tcpFlags,
      ttl: packet.ttl,
      ipId: packet.ipId,
      disposition: null,
      whileOpening: false,
      whileTimeWait: false,
      value: 0,
      text: null,
      shape: SHAPED.has(kind) ? this.shapeOf(fromClient) : NO_SHAPE,
      ...detail,
    });
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
    const count = this.bounded[key] ?? 0;
    this.bounded[key] = count + 1;
    return count >= most;
  }
}
