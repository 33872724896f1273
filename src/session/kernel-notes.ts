/** Notes what the host finds noteworthy of a packet beside what the kernel notes itself. */
import type { Kernel } from '../kernel/instance.ts';
import { EventTexts } from './event-texts.ts';
import { EVENT_KINDS, type EventKind, type SessionEvent } from './facts.ts';

const NUMBERS: ReadonlyMap<EventKind, number> = new Map(EVENT_KINDS.map((kind, number) => [kind, number]));

export class KernelNotes {
  /** whether any output will show them: otherwise nothing is kept */
  readonly wanted: boolean;
  readonly texts: EventTexts = new EventTexts();
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, wanted: boolean) {
    this.#kernel = kernel;
    this.wanted = wanted;
  }

  /** @param slot of the packet */
  add(
    kind: EventKind,
    unit: number,
    slot: number,
    fromClient: boolean,
    { value = 0, text = null }: Partial<Pick<SessionEvent, 'value' | 'text'>>,
  ): void {
    if (!this.wanted) return;
    const held = text === null ? 0 : this.texts.hold(text);
    const { doors } = this.#kernel;
    const isKept = doors.noteFor(NUMBERS.get(kind)!, unit, slot, Number(!fromClient), value, held) !== 0;
    if (!isKept && held !== 0) this.texts.letGo(held);
  }
}
