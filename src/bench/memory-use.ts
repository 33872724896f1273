/** What the process holds, measured after everything that is no longer used has been let go of. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null = null;

/** Bytes of JavaScript objects, typed arrays and WebAssembly memory that are in use. */
export function memoryInUse(): number {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  // what the first round lets go of may hold what the second one can then let go of
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
