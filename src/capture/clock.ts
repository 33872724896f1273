/**
 * The session table's clock, driven by packet times, one for both engines (design.md, The engine).
 *
 * Table time never runs backwards. Where packet time steps back by no more than MAX_STEP_BACK_SECONDS
 * (several queues or interfaces, packets written out of order), no time passes. Where it steps back
 * further, the capturing host's clock was set: from there on an offset keeps table time going on from
 * where it was. Printed times stay the packets' own. At LATEST_TIME, where only clocks that were never
 * right can bring it, table time stands still.
 */
import {
  addTime,
  compareTime,
  nearestTime,
  secondsBetween,
  subtractTime,
  type Time,
  ZERO_TIME,
} from './time.ts';

export const MAX_STEP_BACK_SECONDS = 60;

const MAX_STEP_BACK: Time = { sec: MAX_STEP_BACK_SECONDS, nsec: 0 };

export class TableClock {
  /** table time; null before the first packet */
  now: Time | null = null;
  /**
   * What is added to a packet's time to get table time. While packet time is behind by a step back that
   * is too small to shift it, table time is later than that sum.
   */
  offset: Time = ZERO_TIME;

  /**
   * Moves the clock to a packet's time.
   * @returns a warning line where the offset had to be shifted, else null
   */
  advance(time: Time, fileName: string, filePacket: number): string | null {
    const due = this.offset === ZERO_TIME ? time : nearestTime(addTime(time, this.offset));
    if (this.now === null || compareTime(due, this.now) >= 0) {
      this.now = due;
      return null;
    }
    const back = subtractTime(this.now, due);
    if (compareTime(back, MAX_STEP_BACK) <= 0) return null;
    const seconds = secondsBetween(this.now, due).toFixed(3);
    this.offset = addTime(this.offset, back);
    return `${fileName}: packet ${filePacket}: the clock steps back by ${seconds} s; timers go on from where they were`;
  }
}
