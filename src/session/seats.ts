/** The host's seats: what it keeps of sessions beside their records, each marked in its record by F_HOSTED. */
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { AppDecision } from './app-decision.ts';
import type { Hosted } from './hosted.ts';

/** Either of these on a live session: its FIN may still have to be looked at again. */
const DROPPED_FINS = at.F_DROPPED_FIN | (at.F_DROPPED_FIN << 1);

export class Seats {
  readonly byUnit: Map<number, Hosted> = new Map();
  /** of seats that were given up, to be used again */
  readonly freeDecisions: AppDecision[] = [];
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The seat of a session, made where there is none; the kernel says when it may go. */
  take(unit: number): Hosted {
    let hosted = this.byUnit.get(unit);
    if (hosted === undefined) {
      hosted = { app: null, tlsAlert: null, droppedFin: 0 };
      this.byUnit.set(unit, hosted);
      this.#kernel.words[this.#flags(unit)]! |= at.F_HOSTED;
    }
    return hosted;
  }

  /** Gives up what nobody will ask for any more: the decision once it has been made, and with it the seat where nothing is left. */
  leave(unit: number): void {
    const hosted = this.byUnit.get(unit);
    if (hosted === undefined) return;
    const place = this.#flags(unit);
    const { words } = this.#kernel;
    const isLive = (words[place]! & at.F_LIVE) !== 0;
    if (isLive && (words[place]! & at.F_ASKS) !== 0) return;
    if (hosted.app !== null) this.freeDecisions.push(hosted.app);
    hosted.app = null;
    const holdsFin = isLive && (words[place]! & DROPPED_FINS) !== 0;
    if (hosted.tlsAlert !== null || holdsFin) return;
    this.byUnit.delete(unit);
    words[place]! &= ~at.F_HOSTED;
  }

  /** The session has left the table: what is kept of its payload may go. */
  letGo(unit: number): void {
    this.byUnit.get(unit)?.app?.letGo();
    this.leave(unit);
  }

  #flags(unit: number): number {
    return ((this.#kernel.doors.address(unit) >>> 0) + at.S_FLAGS) / 4;
  }
}
