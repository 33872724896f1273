/** One run of the program, whatever surrounds it. */
import { ClosedPipe, streamOutput } from '../report/write-output.ts';
import { dispatch } from './commands.ts';
import { EXIT, errorLine, Interrupted } from './errors.ts';
import { type CliIo, processIo } from './io.ts';
import { Voice } from './voice.ts';

export { processIo };

/**
 * @param argv words behind the program's name
 * @returns the exit status (interface.md "exit status")
 */
export async function run(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    const { status, text } = await dispatch(argv, io);
    if (text !== '') await streamOutput(io.stdout).write(text);
    return status;
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT.done;
    const voice = new Voice(io, { quiet: false, verbose: false });
    if (error instanceof Interrupted) {
      voice.error(error.message);
      return EXIT.interrupted;
    }
    voice.error(errorLine(error));
    return EXIT.unusable;
  }
}
