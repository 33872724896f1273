/**
 * Runs the program in this process; `bin/endreason.js` imports it. Whoever asks only for the version does
 * not wait for all the rest to be loaded.
 */
import { printVersion } from './version.ts';

const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') {
  printVersion(process.stdout);
} else {
  const { run, processIo } = await import('./run.ts');
  // Standard input may be silent and open for ever: the process must not wait for it.
  process.exit(await run(argv, processIo()));
}
