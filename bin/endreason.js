#!/usr/bin/env node
// CommonJS, by the package.json beside it: Node starts such a file sooner
'use strict';
const { load, program } = require('./load.cjs');

async function run() {
  try {
    const status = await load('main.js').start(process.argv.slice(2));
    // standard input may be silent and open for ever: the process must not wait for it
    if (status !== null) process.exit(status);
  } catch (error) {
    if (!['ENOENT', 'MODULE_NOT_FOUND'].includes(error.code) || !String(error.message).includes(program))
      throw error;
    console.error('endreason: it has not been built yet; run "npm run build" in its folder');
    process.exitCode = 2;
  }
}

run();
