/** Runs the program in this process; `bin/endreason.js` imports it. */
import { processIo } from './io.ts';
import { run } from './run.ts';

// Standard input may be silent and open for ever: the process must not wait for it.
process.exit(await run(process.argv.slice(2), processIo()));
