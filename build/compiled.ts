/** Runs the program over a capture that ships and keeps what V8 has compiled of each of its files. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { CliIo } from '../src/cli/io.ts';

interface Loader {
  loadAnew(name: string): { start(argv: readonly string[], io: CliIo): Promise<number | null> };
  keep(): void;
}

/** Runs as people start them: each needs functions that the others do not. */
const RUNS: readonly ((capture: string, log: string) => string[])[] = [
  (capture) => [capture],
  (capture) => [capture, '--summary'],
  (capture) => [capture, '--format', 'csv'],
  (capture) => [capture, '--format', 'ndjson'],
  (capture, log) => ['compare', capture, '--log', log],
  (capture) => ['timeouts', capture],
];

/** @throws {Error} where the program cannot read the capture */
export async function keepCompiled(root: string): Promise<void> {
  const { loadAnew, keep } = createRequire(import.meta.url)(join(root, 'bin/load.cjs')) as Loader;
  const { start } = loadAnew('main.js');
  const capture = join(root, 'captures/everything.pcap');
  const log = join(root, 'captures/everything.traffic.csv');
  for (const run of RUNS) {
    const argv = run(capture, log);
    const status = await start(argv, NOBODY);
    // 1: the log says otherwise of some session
    if (status !== 0 && status !== 1) throw new Error(`endreason ${argv.join(' ')}: ends with ${status}`);
  }
  keep();
}

const NOBODY: CliIo = {
  env: {},
  stdin: process.stdin,
  stdout: nowhere(),
  stderr: nowhere(),
  onInterrupt: () => () => {},
};

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
