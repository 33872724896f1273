/**
 * Puts the command line and what it needs into a few files under `dist/program`: loading two hundred modules
 * one by one takes longer than reading a small capture. What only some runs need (the configuration file's
 * parser, the benchmark, the reference engine) stays in files of its own, loaded when it is asked for.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Smaller stand-ins for what the program uses a little of (each says why). */
const slimmer: Plugin = {
  name: 'slimmer',
  setup(bundle) {
    bundle.onResolve({ filter: /^mnemonist$/ }, ({ importer }) =>
      importer.includes('/src/bench/') ? null : { path: join(import.meta.dirname, 'mnemonist.ts') },
    );
    bundle.onResolve({ filter: /^node:child_process$/ }, () => ({
      path: join(import.meta.dirname, 'child-process.ts'),
    }));
  },
};

// names of chunks change with what is in them
rmSync(join(root, 'dist/program'), { recursive: true, force: true });

await build({
  absWorkingDir: root,
  // the thread is a file that the program starts by name
  entryPoints: ['src/cli/main.ts', 'src/cli/log-thread.ts'],
  outdir: 'dist/program',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // V8 reads all of it at every start
  minify: true,
  legalComments: 'eof',
  logLevel: 'warning',
  plugins: [slimmer],
  // packages of the older kind ask for Node's modules by `require`
  banner: {
    js: "import { createRequire as requireFor } from 'node:module';\nconst require = requireFor(import.meta.url);",
  },
});
