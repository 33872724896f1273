/**
 * Loads the files of `dist/program`. The build has left beside them what V8 compiled of each
 * (build/compiled.ts): taking that over saves a third of the time before the first packet. It fits one
 * version of Node on one kind of machine; any other compiles the files as usual.
 */
'use strict';
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const module_ = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const program = join(__dirname, '../dist/program');
const kept = join(program, `compiled-${process.version}-${process.platform}-${process.arch}`);

/** @type {Map<string, { exports: object }>} */
const modules = new Map();
/** @type {Map<string, Script>} by name of the file */
const scripts = new Map();

/** Exports of a file of the program. */
function load(name) {
  if (existsSync(kept)) return loadWith(name, compiledOf);
  // from Node 22.1 on: what has been compiled once is kept in the directory for temporary files
  module_.enableCompileCache?.();
  return require(join(program, name));
}

/** What is kept of a file; nothing of those that the build has not run. */
function compiledOf(name) {
  const file = join(kept, name);
  return existsSync(file) ? readFileSync(file) : undefined;
}

function loadWith(name, readCompiled) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const own = { exports: {} };
  modules.set(name, own);
  const file = join(program, name);
  const script = new Script(
    `(function(exports,require,module,__filename,__dirname){${readFileSync(file, 'latin1')}\n})`,
    { filename: file, cachedData: readCompiled(name) },
  );
  scripts.set(name, script);
  const inner = (wanted) =>
    wanted.startsWith('./') ? loadWith(wanted.slice(2), readCompiled) : require(wanted);
  script.runInThisContext()(own.exports, inner, own, file, program);
  return own.exports;
}

/** For the build: exports of a file, of which nothing has been kept yet. */
function loadAnew(name) {
  return loadWith(name, () => undefined);
}

/** For the build: keeps what has been compiled of the files loaded anew. */
function keep() {
  mkdirSync(kept, { recursive: true });
  for (const [name, script] of scripts) writeFileSync(join(kept, name), script.createCachedData());
}

module.exports = { load, loadAnew, keep, program };
