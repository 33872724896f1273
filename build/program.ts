/**
 * Puts the command line and what it needs into a few files under `dist/program`: loading two hundred modules
 * one by one takes longer than reading a small capture. What only some runs need (the configuration file's
 * parser, the benchmark, the reference engine) stays in files of its own, loaded when it is asked for.
 *
 * The files are CommonJS: only of those can V8 take the code it has compiled before (bin/load.cjs), which this
 * leaves beside them after having run the program once.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';
import { keepCompiled } from './compiled.ts';

const root = join(import.meta.dirname, '..');
const program = join(root, 'dist/program');

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

const OPTIONS = {
  platform: 'node',
  target: 'node20',
  // V8 reads all of it at every start
  minify: true,
  legalComments: 'eof',
} as const;

/** Stands for `import.meta.url`, which CommonJS has not. */
const OWN_URL = 'ownUrl';
const TELLS_OWN_URL = `const ${OWN_URL}=require('node:url').pathToFileURL(__filename).href;\n`;

// names of chunks change with what is in them
rmSync(program, { recursive: true, force: true });
mkdirSync(program, { recursive: true });

const { outputFiles } = await build({
  ...OPTIONS,
  absWorkingDir: root,
  // the thread is a file that the program starts by name
  entryPoints: ['src/cli/main.ts', 'src/cli/log-thread.ts'],
  outdir: 'dist/program',
  bundle: true,
  write: false,
  // esbuild splits only this form
  splitting: true,
  format: 'esm',
  logLevel: 'warning',
  plugins: [slimmer],
});

for (const { path, text } of outputFiles) {
  const { code } = await transform(text, {
    ...OPTIONS,
    format: 'cjs',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': OWN_URL },
  });
  writeFileSync(join(program, basename(path)), code.includes(OWN_URL) ? TELLS_OWN_URL + code : code);
}
writeFileSync(join(program, 'package.json'), '{ "type": "commonjs" }\n');
await keepCompiled(root);
