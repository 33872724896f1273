/** Ctrl-C as a run sees it: before there is anything to finish, and after. */
import { Interrupted } from './errors.ts';
import type { CliIo } from './io.ts';

export interface InterruptWatch {
  /** Rejects with Interrupted as soon as Ctrl-C comes, whatever the promise is waiting for. */
  during<T>(promise: Promise<T>): Promise<T>;
  /** From now on Ctrl-C calls this instead. */
  handOver(listener: () => void): void;
  stop(): void;
}

export function watchInterrupt(io: CliIo): InterruptWatch {
  let hit = false;
  let listener = (): void => {};
  const stop = io.onInterrupt(() => {
    hit = true;
    listener();
  });
  return {
    during: (promise) =>
      new Promise((resolve, reject) => {
        listener = () => reject(new Interrupted('interrupted before anything was read'));
        promise.then(resolve, reject);
      }),
    handOver(next) {
      listener = next;
      if (hit) next();
    },
    stop,
  };
}
