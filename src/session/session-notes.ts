/**
 * The noteworthy packets of one session: what evidence and diagnosis are made of, and nothing else reads.
 * Hundreds of thousands of sessions may be open at a time, with ten of them each: they are kept as numbers, and
 * made into events when the session is told of.
 */
import { compareTime, subtractTime, type Time } from '../capture/time.ts';
import { TCP_FLAG } from '../decode/packet.ts';
import {
  EVENT_KINDS,
  type EventKind,
  MOST_EVENTS,
  type PacketRef,
  RST_DISPOSITIONS,
  type SessionEvent,
} from './facts.ts';
import { NO_SHAPE, type SegmentShape, SHAPED } from './segment-shape.ts';
import { pushShape, SHAPE_NUMBERS, shapeAt } from './shape-numbers.ts';
import { smallInteger } from './small-integer.ts';

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

const NUMBERS: ReadonlyMap<EventKind, number> = new Map(EVENT_KINDS.map((kind, number) => [kind, number]));
const MOST: readonly (number | undefined)[] = EVENT_KINDS.map((kind) => MOST_EVENTS.get(kind));

/** Numbers of an event: packet, file, packet of the file, seconds, nanoseconds, marks, TTL and IP id, value, shape. */
const NUMBERS_OF_ONE = 8 + SHAPE_NUMBERS;
const MARKS = 5;
const SHAPE = 8;
/** In the marks: the kind, its side, what is said of a RST, the TCP flags. */
const SIDE = 32;
const KIND_AND_SIDE = 63;
const DISPOSITION_SHIFT = 6;
const OPENING = 1 << 8;
const TIME_WAIT = 1 << 9;
const FLAGS_SHIFT = 10;
const ID_LIMIT = 65_536;

export class SessionNotes {
  /** see SessionFacts */
  lateGap: Time | null = null;
  private lastLate: Time | null = null;
  private hasClosedLate = false;
  private readonly wanted: boolean;
  private readonly shapeOf: (fromClient: boolean) => SegmentShape;
  private readonly numbers: number[] = [];
  /** by index of the event */
  private texts: Map<number, string> | null = null;
  /** lists of options that have no room among the numbers, by place */
  private longOptions: Map<number, readonly number[]> | null = null;
  /** a bit for each kind of which a side has all that is kept */
  private fullOfServer = 0;
  private fullOfClient = 0;

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
    const number = NUMBERS.get(kind)!;
    if (this.isFull(number, fromClient)) return;
    const { numbers } = this;
    const {
      disposition = null,
      whileOpening = false,
      whileTimeWait = false,
      value = 0,
      text = null,
    } = detail;
    const marks =
      number |
      (fromClient ? SIDE : 0) |
      (RST_DISPOSITIONS.indexOf(disposition) << DISPOSITION_SHIFT) |
      (whileOpening ? OPENING : 0) |
      (whileTimeWait ? TIME_WAIT : 0) |
      (packet.tcpFlags << FLAGS_SHIFT);
    if (text !== null) {
      this.texts ??= new Map();
      this.texts.set(numbers.length, text);
    }
    numbers.push(
      ref.packet,
      ref.file,
      ref.filePacket,
      ref.time.sec,
      ref.time.nsec,
      marks,
      packet.ttl * ID_LIMIT + packet.ipId,
      value,
    );
    const shape = SHAPED.has(kind) ? this.shapeOf(fromClient) : NO_SHAPE;
    pushShape(numbers, shape, (at, options) => {
      this.longOptions ??= new Map();
      this.longOptions.set(at, options);
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

  /** In the order in which they came. */
  get events(): SessionEvent[] {
    const events: SessionEvent[] = [];
    for (let at = 0; at < this.numbers.length; at += NUMBERS_OF_ONE) events.push(this.eventAt(at));
    return events;
  }

  private eventAt(at: number): SessionEvent {
    const { numbers } = this;
    const marks = smallInteger(numbers[at + MARKS]!);
    const ids = numbers[at + 6]!;
    return {
      packet: smallInteger(numbers[at]!),
      file: smallInteger(numbers[at + 1]!),
      filePacket: smallInteger(numbers[at + 2]!),
      time: { sec: smallInteger(numbers[at + 3]!), nsec: smallInteger(numbers[at + 4]!) },
      kind: EVENT_KINDS[marks & (SIDE - 1)]!,
      fromClient: (marks & SIDE) !== 0,
      tcpFlags: marks >>> FLAGS_SHIFT,
      ttl: smallInteger(Math.floor(ids / ID_LIMIT)),
      ipId: smallInteger(ids % ID_LIMIT),
      disposition: RST_DISPOSITIONS[(marks >>> DISPOSITION_SHIFT) & 3]!,
      whileOpening: (marks & OPENING) !== 0,
      whileTimeWait: (marks & TIME_WAIT) !== 0,
      value: smallInteger(numbers[at + 7]!),
      text: this.texts?.get(at) ?? null,
      shape: shapeAt(numbers, at + SHAPE, this.longOptions?.get(at + SHAPE)),
    };
  }

  private isFull(kind: number, fromClient: boolean): boolean {
    const most = MOST[kind];
    if (most === undefined) return false;
    const bit = 1 << kind;
    if (((fromClient ? this.fullOfClient : this.fullOfServer) & bit) !== 0) return true;
    const wanted = kind | (fromClient ? SIDE : 0);
    let count = 0;
    for (let at = MARKS; at < this.numbers.length; at += NUMBERS_OF_ONE) {
      if ((this.numbers[at]! & KIND_AND_SIDE) === wanted) count += 1;
    }
    if (count < most) return false;
    if (fromClient) this.fullOfClient |= bit;
    else this.fullOfServer |= bit;
    return true;
  }
}
