/** `endreason bench generate`: a workload capture to a file or standard output. */
import { type Generated, generateCapture } from '../bench/generate.ts';
import { openFileOutput, streamOutput } from '../report/write-output.ts';
import { plural } from '../verdict/plural.ts';
import type { GenerateWords } from './bench-words.ts';
import { EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import { Voice } from './voice.ts';

/** @returns the exit status */
export async function runBenchGenerate(words: GenerateWords, io: CliIo): Promise<number> {
  if (words.output === null && io.stdout.isTTY === true) {
    throw new UsageError(
      'bench generate: a capture is nothing to read on a terminal; give --output FILE, or send it through a pipe',
    );
  }
  const voice = new Voice(io, { quiet: words.quiet, verbose: false });
  const output = words.output === null ? streamOutput(io.stdout) : await openFileOutput(words.output, []);
  let interrupted = false;
  const stop = io.onInterrupt(() => {
    interrupted = true;
  });
  try {
    const chunks = generateCapture(words);
    let step = chunks.next();
    while (!step.done && !interrupted) {
      await output.write(step.value);
      step = chunks.next();
    }
    if (!step.done) {
      await output.abandon();
      voice.error(
        words.output === null ? 'interrupted: the capture is not complete' : 'interrupted: nothing was kept',
      );
      return EXIT.interrupted;
    }
    await output.finish();
    voice.summary([summary(words, step.value)]);
    return EXIT.done;
  } catch (error) {
    await output.abandon();
    throw error;
  } finally {
    stop();
  }
}

/** `mix, seed 1: 2925813 packets, 252681 conversations (2286 cut off by the end), 1073742282 bytes` */
function summary({ workload, seed }: GenerateWords, done: Generated): string {
  const cut = done.cut === 0 ? '' : ` (${done.cut} cut off by the end)`;
  const counts = [
    plural(done.packets, 'packet'),
    `${plural(done.sessions, 'conversation')}${cut}`,
    plural(done.bytes, 'byte'),
  ];
  return `${workload}, seed ${seed}: ${counts.join(', ')}`;
}
