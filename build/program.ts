/**
 * Puts the command line and what it needs into a few files under `dist/program`: loading two hundred modules
 * one by one takes longer than reading a small capture. What only some runs need (the configuration file's
 * parser, the benchmark, the reference engine) stays in files of its own, loaded when it is asked for.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

// names of chunks change with what is in them
rmSync(join(root, 'dist/program'), { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist/program',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'eof',
  logLevel: 'warning',
  // packages of the older kind ask for Node's modules by `require`
  banner: {
    js: "import { createRequire as requireFor } from 'node:module';\nconst require = requireFor(import.meta.url);",
  },
});
