/** The version of the program, as its package says. */
import { createRequire } from 'node:module';
import type { TextStream } from './io.ts';

export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  return version;
}

/** Standard output may be closed already: then nobody wants to know. */
export function printVersion(stdout: TextStream): void {
  stdout.on('error', () => {});
  stdout.write(`${packageVersion()}\n`);
}
