/** `endreason bench`: its commands and who runs each. */
import type { Command } from 'commander';
import { runBenchCapture } from './bench-capture.ts';
import { runBenchGenerate } from './bench-generate.ts';
import { runBenchTable } from './bench-table.ts';
import { benchCommand } from './bench-words.ts';
import type { CliIo } from './io.ts';

/** @param finish told the exit status */
export function makeBenchCommand(io: CliIo, finish: (status: number) => void): Command {
  return benchCommand({
    table: async (said) => finish(await runBenchTable(said, io)),
    capture: async (said) => finish(await runBenchCapture(said, io)),
    generate: async (said) => finish(await runBenchGenerate(said, io)),
  });
}
