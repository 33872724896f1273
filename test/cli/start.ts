/** The program from its sources as a process of its own, as `bin/endreason.js` starts the built one. */
import { start } from '../../src/cli/main.ts';

const status = await start(process.argv.slice(2));
if (status !== null) process.exit(status);
