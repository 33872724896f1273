#!/usr/bin/env node
import module from 'node:module';

// From Node 22.1 on: what has been compiled once is kept in the directory for temporary files.
module.enableCompileCache?.();

const main = new URL('../dist/program/main.js', import.meta.url);
try {
  await import(main.href);
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || error.url !== main.href) throw error;
  console.error('endreason: it has not been built yet; run "npm run build" in its folder');
  process.exitCode = 2;
}
