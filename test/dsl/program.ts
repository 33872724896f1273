/** The program's own entry point, run in this process with its streams in hand. */
import { Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function collector(into: Buffer[]): Writable {
  return new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      into.push(Buffer.from(chunk));
      done();
    },
  });
}

/** What standard error says beside the closing summary: the lines that bear the program's name. */
export function complaints(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('endreason: '))
    .map((line) => `${line}\n`)
    .join('');
}

/** @param stdin bytes on standard input, in the pieces in which they arrive */
export async function runProgram(
  argv: readonly string[],
  stdin: readonly Uint8Array[] = [],
): Promise<Outcome> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const status = await run(argv, {
    env: {},
    stdin: (async function* () {
      yield* stdin;
    })(),
    stdout: collector(out),
    stderr: collector(err),
    onInterrupt: () => () => {},
  });
  return { status, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') };
}
