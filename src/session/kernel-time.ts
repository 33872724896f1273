/** Times in the kernel's memory: 64-bit counts of nanoseconds since 1970. */
import { readNanoseconds } from '../capture/pcapng-time.ts';
import { type MutableTime, newTime, type Time } from '../capture/time.ts';
import type { Kernel } from '../kernel/instance.ts';

/** @param place bytes */
export function fillTime({ words }: Kernel, place: number, into: MutableTime): void {
  readNanoseconds(words[place / 4 + 1]! | 0, words[place / 4]!, into);
}

/** The same as a time of its own. */
export function readTime(kernel: Kernel, place: number): Time {
  const time = newTime();
  fillTime(kernel, place, time);
  return time;
}
