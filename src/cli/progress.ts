/** What a run tells of how far it has come. */
import type { CaptureInput } from '../capture/record.ts';
import type { TextStream } from './io.ts';

export interface Progress {
  /** called after every batch of packets; looks at the time and mostly does nothing */
  tick(packets: number): void;
  /** makes room for a line; the bar comes back by itself */
  clear(): void;
  stop(): void;
}

export const NO_PROGRESS: Progress = { tick() {}, clear() {}, stop() {} };

/** A bar where the stream is a terminal. */
export async function barOn(stream: TextStream, input: CaptureInput, begin: number): Promise<Progress> {
  if (stream.isTTY !== true) return NO_PROGRESS;
  return (await import('./progress-bar.ts')).progressBar(input, stream, begin);
}

/** A run that is over by then never shows a bar, nor loads what draws it. */
const SHOW_AFTER_MS = 300;

/** @param make given the time (`performance.now`) from which on the run counts */
export function lateProgress(make: (begin: number) => Promise<Progress>): Progress {
  const begin = performance.now();
  let shown: Progress | null = null;
  let asked = false;
  return {
    tick(packets) {
      shown?.tick(packets);
      if (asked || performance.now() < begin + SHOW_AFTER_MS) return;
      asked = true;
      void make(begin).then((made) => {
        shown ??= made;
      });
    },
    clear: () => shown?.clear(),
    stop() {
      shown?.stop();
      shown = NO_PROGRESS;
    },
  };
}
