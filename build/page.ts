/**
 * Puts the script and the style of the report's page into a module (`src/report/page-bundle.ts`, not under
 * version control), with what they need from packages: the page asks for nothing when it is opened.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/report/page/main.ts'],
  bundle: true,
  write: false,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'warning',
  // settings of the whole program are for Node
  tsconfigRaw: '{}',
});
const style = [
  readFileSync(join(root, 'node_modules/uplot/dist/uPlot.min.css'), 'utf8'),
  readFileSync(join(root, 'src/report/page/style.css'), 'utf8'),
].join('\n');
writeFileSync(
  join(root, 'src/report/page-bundle.ts'),
  `/** Written by build/page.ts from src/report/page. */\nexport const PAGE_SCRIPT: string =\n  ${JSON.stringify(outputFiles[0]!.text)};\nexport const PAGE_STYLE: string =\n  ${JSON.stringify(style)};\n`,
);
