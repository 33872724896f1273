/**
 * Compiles the kernel and writes it as a module (`src/kernel/kernel-bytes.ts`, not under version control):
 * so it is there for the compiled program, for tests that run the sources, and for a browser alike.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { UNITS } from '../src/kernel/layout.ts';

const PAGE_BYTES = 65_536;
const OPTIONS: readonly string[] = [
  ...['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd'],
  // the fixed areas are there from the start
  ...['--initialMemory', `${UNITS / PAGE_BYTES}`],
];

const root = join(import.meta.dirname, '..');
const { error, stdout, stderr, binary } = await compile();
if (error !== null || binary === null) {
  process.stderr.write(`${stderr}${stdout}`);
  process.stderr.write('the kernel does not compile: see the lines above\n');
  process.exit(1);
}
const lines = Buffer.from(binary).toString('base64');
writeFileSync(
  join(root, 'src/kernel/kernel-bytes.ts'),
  `/** Written by build/kernel.ts from src/kernel/assembly: ${binary.length} bytes of WebAssembly. */\nexport const KERNEL_BASE64: string =\n  '${lines}';\n`,
);

async function compile(): Promise<{
  error: Error | null;
  stdout: string;
  stderr: string;
  binary: Uint8Array | null;
}> {
  let binary: Uint8Array | null = null;
  const result = await asc.main(['src/kernel/assembly/kernel.ts', '--outFile', 'kernel.wasm', ...OPTIONS], {
    baseDir: root,
    writeFile: (name: string, contents: string | Uint8Array) => {
      if (name.endsWith('.wasm')) binary = contents as Uint8Array;
    },
  } as Parameters<typeof asc.main>[1]);
  return { error: result.error, stdout: result.stdout.toString(), stderr: result.stderr.toString(), binary };
}
