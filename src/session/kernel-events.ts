/** The noteworthy packets of a session, which stand in the kernel's memory, read as events. */
import { type MutableTime, newTime } from '../capture/time.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { EventTexts } from './event-texts.ts';
import { EVENT_KINDS, RST_DISPOSITIONS, type SessionEvent } from './facts.ts';
import { fillTime } from './kernel-time.ts';
import type { Mutable } from './mutable.ts';
import type { SegmentShape } from './segment-shape.ts';

interface EventObject extends Mutable<SessionEvent> {
  readonly time: MutableTime;
  readonly shape: Mutable<SegmentShape>;
}

/** Fills the events of one session after the other into the same objects, or of one session into new ones. */
export class KernelEvents {
  readonly #kernel: Kernel;
  readonly #texts: EventTexts;
  readonly #objects: EventObject[] = [];
  readonly #events: EventObject[] = [];

  constructor(kernel: Kernel, texts: EventTexts) {
    this.#kernel = kernel;
    this.#texts = texts;
  }

  /** @param session address of its record @returns in the order in which they came, until the next call */
  read(session: number): readonly SessionEvent[] {
    const { words } = this.#kernel;
    const events = this.#events;
    let count = 0;
    for (let event = words[(session + at.S_EVENTS) / 4]!; event !== 0; ) {
      const place = event * at.EVENT_BYTES;
      this.#objects[count] ??= newEvent();
      const object = this.#objects[count]!;
      this.#fill(object, place);
      events[count] = object;
      count += 1;
      event = words[(place + at.E_NEXT) / 4]!;
    }
    events.length = count;
    return events;
  }

  #fill(event: EventObject, place: number): void {
    const { bytes, view, words } = this.#kernel;
    const word = place / 4;
    const marks = view.getUint16(place + at.E_MARKS, true);
    const kind = marks & at.MARK_KIND;
    event.packet = words[word + at.E_PACKET / 4]!;
    event.file = words[word + at.E_FILE / 4]! & at.MOST_FILES;
    event.filePacket = words[word + at.E_FILE_PACKET / 4]!;
    fillTime(this.#kernel, place + at.E_TIME, event.time);
    event.kind = EVENT_KINDS[kind]!;
    event.fromClient = (marks & at.MARK_CLIENT) !== 0;
    event.tcpFlags = bytes[place + at.E_TCP_FLAGS]!;
    event.ttl = bytes[place + at.E_TTL]!;
    event.ipId = view.getUint16(place + at.E_IP_ID, true);
    event.disposition = RST_DISPOSITIONS[(marks >>> at.MARK_RST_SHIFT) & 3]!;
    event.whileOpening = (marks & at.MARK_OPENING) !== 0;
    event.whileTimeWait = (marks & at.MARK_TIME_WAIT) !== 0;
    event.value = words[word + at.E_VALUE / 4]!;
    const text = kind < at.EVENT_ICMP_ERROR ? 0 : words[word + at.E_TEXT / 4]!;
    event.text = text === 0 ? null : this.#texts.text(text);
    const { shape } = event;
    shape.window = view.getUint16(place + at.E_WINDOW, true);
    shape.options = optionsAt(bytes, place);
    shape.ahead = (marks & at.MARK_AHEAD) === 0 ? null : words[word + at.E_AHEAD / 4]! | 0;
    shape.place = (marks & at.MARK_PLACE) === 0 ? null : words[word + at.E_PLACE / 4]!;
  }
}

function newEvent(): EventObject {
  return {
    packet: 0,
    file: 0,
    filePacket: 0,
    time: newTime(),
    kind: 'first',
    fromClient: true,
    tcpFlags: 0,
    ttl: 0,
    ipId: 0,
    disposition: null,
    whileOpening: false,
    whileTimeWait: false,
    value: 0,
    text: null,
    shape: { window: 0, options: null, ahead: null, place: null },
  };
}

/** Few lists of options occur, each in the segments of very many sessions: one object for each, by hash. */
const lists: (readonly number[] | undefined)[] = [];
const LIST_HASHES = 1024;

function optionsAt(bytes: Uint8Array, place: number): readonly number[] | null {
  const count = bytes[place + at.E_OPTION_COUNT]!;
  if (count === at.OPTIONS_UNKNOWN) return null;
  const start = place + at.E_OPTIONS;
  let hash = count;
  for (let i = 0; i < count; i += 1) hash = (hash * 31 + bytes[start + i]!) % LIST_HASHES;
  const known = lists[hash];
  if (known !== undefined && known.length === count && known.every((kind, i) => kind === bytes[start + i])) {
    return known;
  }
  const kinds = Array.from(bytes.subarray(start, start + count));
  lists[hash] = kinds;
  return kinds;
}
