/** The program run in this process as on a terminal, with everything that a terminal may do to it. */
import { Writable } from 'node:stream';
import type { CliIo, TextStream } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import type { Outcome } from '../dsl/program.ts';

export interface Terminal {
  readonly env?: CliIo['env'];
  /** characters of a line; not given: no terminal */
  readonly stdoutColumns?: number;
  readonly stderrColumns?: number;
  /** told of everything that has been written so far, and given what a Ctrl-C does */
  readonly onStdout?: (text: string, interrupt: () => void) => void;
  readonly stdin?: AsyncIterable<Uint8Array>;
}

export async function runOnTerminal(argv: readonly string[], terminal: Terminal = {}): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  let interrupt = (): void => {};
  const stream = (columns: number | undefined, take: (text: string) => void): TextStream => {
    const writable = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        take(chunk);
        done();
      },
    });
    return columns === undefined ? writable : Object.assign(writable, { isTTY: true, columns });
  };
  const status = await run(argv, {
    env: terminal.env ?? {},
    stdin: terminal.stdin ?? (async function* () {})(),
    stdout: stream(terminal.stdoutColumns, (text) => {
      stdout += text;
      terminal.onStdout?.(stdout, interrupt);
    }),
    stderr: stream(terminal.stderrColumns, (text) => {
      stderr += text;
    }),
    onInterrupt(listener) {
      interrupt = listener;
      return () => {
        interrupt = () => {};
      };
    },
  });
  return { status, stdout, stderr };
}
