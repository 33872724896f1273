/**
 * The program's door; `bin/endreason.js` opens it. Whoever asks only for the version does not wait for all
 * the rest to be loaded.
 */
import type { CliIo } from './io.ts';
import { printVersion } from './version.ts';

/**
 * @param argv words behind the program's name
 * @param io what surrounds the run; default: this process
 * @returns the exit status; null where the process is to end by itself
 */
export async function start(argv: readonly string[], io?: CliIo): Promise<number | null> {
  if (argv.length === 1 && argv[0] === '--version') {
    printVersion((io ?? process).stdout);
    return null;
  }
  const { run, processIo } = await import('./run.ts');
  return run(argv, io ?? processIo());
}
